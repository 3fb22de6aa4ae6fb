import { QuayctlError } from '../model/errors.ts'
import { list, optional, orNull, record, type Shape, text } from '../model/shape.ts'
import { type Answer, header, parseJson } from './answers.ts'
import { type Connection, type ConnectionOptions, connect, isLoopback } from './connection.ts'
import { codeOf } from './failures.ts'
import type { Login } from './sign-in.ts'
import { challengesIn } from './upstream-challenge.ts'
import {
  absent,
  inTheClear,
  limited,
  misplaced,
  notBelieved,
  refused,
  unreachable,
  unreadable,
} from './upstream-errors.ts'
import { type Upstream, upstreamOf } from './upstream-place.ts'

/** How the registry that a mirror pulls from is reached, besides its address. */
export interface UpstreamOptions extends Pick<ConnectionOptions, 'env' | 'ca' | 'extraCa' | 'timeouts'> {
  /** Null: anonymously. */
  readonly login: Login | null
  /** Without it plain http counts, too, as for Quay. */
  readonly verifyTls: boolean
  /** quayctl's own, for the User-Agent. */
  readonly version: string
  readonly signal?: AbortSignal | undefined
}

/** All tags of an upstream repository, by the distribution API. The login goes to that registry, and to whom it names for tokens; never on after a redirect to another host. */
export async function listTags(reference: string, options: UpstreamOptions): Promise<readonly string[]> {
  const upstream = upstreamOf(reference)
  if (!URL.canParse(`https://${upstream.host}`)) throw misplaced(reference)
  const registry = new Registry(upstream, options)
  try {
    return await registry.tags()
  } finally {
    await registry.close()
  }
}

const PAGE = 1000
const MOST_TAGS = 1_000_000
const MOST_PAGES = 5000
/** In a row: some registries leave out of a page what they do not show. */
const MOST_EMPTY = 20
/** Milliseconds that one answer may take, however slowly it drips. */
const LONGEST = 60_000
const MOST_HOPS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])

const tagsPage = record({ tags: orNull(list(text)) })
const tokenAnswer = record({ token: optional(text), access_token: optional(text) })

class Registry {
  readonly #upstream: Upstream
  readonly #options: UpstreamOptions
  readonly #connections = new Map<string, Connection>()
  /** By the origin that asked for it: no other is told. */
  readonly #authorizations = new Map<string, string>()
  #home: string

  constructor(upstream: Upstream, options: UpstreamOptions) {
    this.#upstream = upstream
    this.#options = options
    this.#home = originOf('https', upstream)
  }

  async tags(): Promise<readonly string[]> {
    const tags = new Set<string>()
    const path = `/v2/${this.#upstream.name}/tags/list?n=${PAGE}`
    const pages = new Set<string>()
    let empty = 0
    let next: URL | null = await this.#begin(path)
    while (next) {
      const before = tags.size
      pages.add(next.href)
      const { url, answer } = await this.#ask(next)
      for (const tag of this.#tagsOf(answer)) tags.add(tag)
      empty = tags.size === before ? empty + 1 : 0
      next = nextOf(url, answer)
      const isEndless = tags.size > MOST_TAGS || pages.size >= MOST_PAGES || empty > MOST_EMPTY
      if (next && (isEndless || pages.has(next.href)))
        throw unreadable(this.#upstream, 'its list of tags does not end')
    }
    return [...tags]
  }

  async close(): Promise<void> {
    await Promise.all([...this.#connections.values()].map((connection) => connection.close()))
  }

  /** The first URL; by plain http where Quay would take that, and no secret is read on the way. */
  async #begin(path: string): Promise<URL> {
    const url = new URL(this.#home + path)
    if (this.#options.verifyTls) return url
    try {
      await this.#send(new URL('/v2/', url))
    } catch (failure) {
      if (!/^(EPROTO|ERR_SSL_)/.test(codeOf(failure))) throw this.#failed(url, failure)
      this.#home = originOf('http', this.#upstream)
    }
    return new URL(this.#home + path)
  }

  /** Signs in where it is asked to, once, and follows redirects. */
  async #ask(first: URL): Promise<{ readonly url: URL; readonly answer: Answer }> {
    const signed = new Set<string>()
    let url = first
    for (let hops = 0; hops <= MOST_HOPS; ) {
      const answer = await this.#sent(url)
      const location = header(answer, 'location')
      const asking = signed.has(url.origin) ? null : await this.#asking(url, answer)
      if (asking) {
        signed.add(url.origin)
        this.#authorizations.set(url.origin, await this.#authorize(url, asking))
      } else if (REDIRECTS.has(answer.status) && location && URL.canParse(location, url.href)) {
        hops++
        url = new URL(location, url)
        if (!this.#isPrivate(url) && url.origin !== this.#home)
          throw unreadable(this.#upstream, `it redirects to ${url.origin}, which is not https`)
      } else return { url, answer }
    }
    throw unreadable(this.#upstream, 'it redirects again and again')
  }

  /** The answer that says how to sign in; null: this one does as it is. Some registries say of what not all may see that it is not there. */
  async #asking(url: URL, answer: Answer): Promise<Answer | null> {
    if (answer.status === 401) return answer
    const isHidden = answer.status === 403 || answer.status === 404
    if (!isHidden || !this.#options.login || url.origin !== this.#home) return null
    const root = await this.#sent(new URL('/v2/', url))
    return root.status === 401 ? root : null
  }

  #tagsOf(answer: Answer): readonly string[] {
    const { status } = answer
    if (status === 401 || status === 403) throw refused(this.#upstream, this.#options.login)
    if (status === 404) throw absent(this.#upstream)
    if (status === 429) throw limited(this.#upstream)
    const body = bodyOf(answer, tagsPage)
    if (body) return body.tags ?? []
    throw unreadable(
      this.#upstream,
      status === 200 ? 'its answer is no list of tags' : `it answers with status ${status}`,
    )
  }

  async #authorize(url: URL, answer: Answer): Promise<string> {
    const challenges = challengesIn([answer.headers['www-authenticate']].flat().join(', '))
    const of = (scheme: string) => challenges.find((challenge) => challenge.scheme === scheme)
    const login = url.origin === this.#home ? this.#options.login : null
    if (login && !this.#isPrivate(url)) throw inTheClear(url)
    const bearer = of('bearer')
    if (bearer) return `Bearer ${await this.#token(url, bearer.parameters, login)}`
    if (!of('basic')) throw unreadable(this.#upstream, 'it says 401, and not how to sign in')
    if (!login) throw refused(this.#upstream, this.#options.login)
    return basic(login)
  }

  /** The realm is of the registry's choosing; one elsewhere is believed only where the certificate was checked. */
  async #token(url: URL, parameters: Readonly<Record<string, string>>, login: Login | null): Promise<string> {
    const { realm = '', service, scope = `repository:${this.#upstream.name}:pull` } = parameters
    if (!URL.canParse(realm)) throw unreadable(this.#upstream, 'it says 401, and not where to get a token')
    const place = new URL(realm)
    if (!this.#isPrivate(place)) throw inTheClear(place)
    if (login && place.host !== url.host && !this.#options.verifyTls) throw notBelieved(place, url)
    if (service !== undefined) place.searchParams.set('service', service)
    place.searchParams.set('scope', scope)
    const answer = await this.#sent(place, login ? basic(login) : undefined)
    if ([400, 401, 403].includes(answer.status)) throw refused(this.#upstream, this.#options.login)
    const { token, access_token } = bodyOf(answer, tokenAnswer) ?? {}
    const given = token || access_token || ''
    if (!/^[\x21-\x7e]+$/.test(given))
      throw unreadable(this.#upstream, `${place.host} gives no token for it (status ${answer.status})`)
    return given
  }

  /** Can nobody on the way read what is sent there? Only a registry on this machine leads to what is on it. */
  #isPrivate(url: URL): boolean {
    return url.protocol === 'https:' || (isLoopback(url) && isLoopback(new URL(this.#home)))
  }

  async #sent(url: URL, authorization = this.#authorizations.get(url.origin)): Promise<Answer> {
    try {
      return await this.#send(url, authorization)
    } catch (failure) {
      throw this.#failed(url, failure)
    }
  }

  #failed({ host }: URL, failure: unknown): unknown {
    if (failure instanceof QuayctlError) return failure
    if (this.#options.signal?.aborted) return unreadable(this.#upstream, 'the time of --timeout was over')
    const isSlow = failure instanceof Error && failure.name === 'TimeoutError'
    return isSlow ? unreadable(this.#upstream, 'it takes too long for an answer') : unreachable(host, failure)
  }

  #send(url: URL, authorization?: string): Promise<Answer> {
    const { origin, pathname, search } = url
    const { env, ca, extraCa, timeouts, version, verifyTls, signal } = this.#options
    const way = {
      url: origin,
      env,
      ca,
      extraCa,
      insecureSkipTlsVerify: !verifyTls,
      ...(timeouts && { timeouts }),
    }
    const connection = this.#connections.get(origin) ?? connect(way, 1)
    this.#connections.set(origin, connection)
    return connection.exchange({
      method: 'GET',
      path: pathname + search,
      headers: {
        accept: 'application/json',
        'user-agent': `quayctl/${version}`,
        ...(authorization && { authorization }),
      },
      body: null,
      signal: AbortSignal.any([AbortSignal.timeout(LONGEST), ...(signal ? [signal] : [])]),
    })
  }
}

const originOf = (scheme: string, { host }: Upstream): string => new URL(`${scheme}://${host}`).origin

const basic = ({ username, password }: Login): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

/** The next page stands on the same server, whatever host its link names: what a proxy stands before does not know its own. */
function nextOf(url: URL, answer: Answer): URL | null {
  const [, target] = /<([^>]*)>\s*;[^,<]*\brel="?next"?/i.exec(header(answer, 'link') ?? '') ?? []
  if (target === undefined || !URL.canParse(target, url.href)) return null
  const { pathname, search } = new URL(target, url)
  return new URL(pathname + search, url.origin)
}

/** The body of a good answer; null where it is another. */
function bodyOf<T>({ status, text: body }: Answer, shape: Shape<T>): T | null {
  const found = status === 200 ? parseJson(body) : undefined
  return found === undefined || shape.misfit(found) ? null : (found as T)
}

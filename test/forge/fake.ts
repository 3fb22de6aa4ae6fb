import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { site } from '../commands/run.ts'

export interface Reply {
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface Call {
  /** `QUERY`: one of GraphQL, which is a POST that writes nothing. */
  readonly method: string
  /** Without the prefix of the API. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Readonly<Record<string, unknown>>
}

/** Somebody's comment as a platform keeps it. */
interface Row {
  readonly id: number
  body: string
  readonly author: string
  /** The request that it stands on; 7 where nothing is said. */
  readonly on?: number
}

/** A request that brought a commit. */
interface Bringer {
  readonly number: number
  readonly head: string
  readonly merged: boolean
  readonly labels: readonly string[]
  /** The branch that it goes to; main where nothing is said. */
  readonly target?: string
}

/** What a platform has, for tests to set and look at. */
export interface State {
  readonly rows: Row[]
  head: string
  fork: boolean
  /** What the token may do. */
  right: 'write' | 'read' | 'none'
  /** Whose the token is. */
  me: string
  /** How long a comment may be. */
  limit: number
  /** The newest commit of requests by number, where it is another than `head`. */
  readonly heads: Map<number, string>
  /** By commit. */
  readonly brought: Map<string, readonly Bringer[]>
  /** Of the repository. */
  defaultBranch: string
  /** Those of commits, that are known. */
  readonly parents: Map<string, readonly string[]>
}

/** Numbers for names: the same for the same. */
export function numbered(): (name: string) => number {
  const ids = new Map<string, number>()
  return (name) => {
    const id = ids.get(name) ?? ids.size + 1
    ids.set(name, id)
    return id
  }
}

/** What is in every state that nobody says anything else of. */
export const usual = (me: string, limit: number): State => ({
  rows: [],
  head: HEAD,
  fork: false,
  right: 'write',
  me,
  limit,
  heads: new Map(),
  brought: new Map(),
  defaultBranch: 'main',
  parents: new Map(),
})

/** The newest commit of a request; undefined: there is no such request. */
export const headOf = ({ head, heads }: State, number: number): string | undefined =>
  heads.get(number) ?? (number === 7 ? head : undefined)

/** The comments on a request. */
export const rowsOn = ({ rows }: State, number: number): readonly Row[] =>
  rows.filter(({ on = 7 }) => on === number)

/** Instead of an answer: a reply, or nothing after it was done (`lost`). Undefined: no trouble. */
type Trouble = (call: Call, times: number) => Reply | 'lost' | undefined

export interface Fake extends State {
  /** The API as a CI system names it. */
  readonly api: string
  /** `METHOD /path` of every request, below the API. */
  readonly seen: string[]
  trouble: Trouble
}

export const HEAD = '9b20c41'.padEnd(40, '0')
export const OLD = '3d91f0a'.padEnd(40, '0')
export const TOKEN = 'tok3n-of-a-forge'

/** A platform that listens until the tests of the file are over. */
export async function serveFake(
  prefix: string,
  state: State,
  answer: (call: Call, api: string) => Reply,
): Promise<Fake> {
  const seen: string[] = []
  const origin = await site(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const url = new URL(request.url ?? '/', 'http://fake')
    const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {}
    const { headers } = request
    const isQuery = url.pathname === `${prefix.replace(/\/v\d$/, '')}/graphql`
    const method = isQuery ? 'QUERY' : (request.method ?? 'GET')
    const isApi = isQuery || url.pathname.startsWith(`${prefix}/`)
    const path = isQuery ? '/graphql' : url.pathname.slice(prefix.length)
    const call = { method, path, query: url.searchParams, headers, body }
    seen.push(`${method} ${path}`)
    const times = seen.filter((one) => one === seen.at(-1)).length
    const trouble = fake.trouble(call, times)
    const reply = typeof trouble === 'object' ? trouble : isApi ? answer(call, fake.api) : { status: 404 }
    if (trouble === 'lost') response.destroy()
    else send(response, reply)
  })
  const fake: Fake = Object.assign(state, { api: origin + prefix, seen, trouble: () => undefined })
  return fake
}

function send(response: ServerResponse, { status, body, headers = {} }: Reply): void {
  const isText = typeof body === 'string'
  const type = isText ? 'text/html' : 'application/json; charset=utf-8'
  response.writeHead(status, { 'content-type': type, ...headers })
  response.end(isText ? body : body === undefined ? '' : JSON.stringify(body))
}

/** One page of a list, at most 100 rows as both platforms have it. */
export function pageOf<T>(rows: readonly T[], query: URLSearchParams, usual: number) {
  const size = Math.min(100, Number(query.get('per_page') ?? usual))
  const page = Number(query.get('page') ?? 1)
  return {
    rows: rows.slice((page - 1) * size, page * size),
    page,
    size,
    last: Math.max(1, Math.ceil(rows.length / size)),
  }
}

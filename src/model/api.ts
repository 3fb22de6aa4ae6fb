import { ConfigError } from './errors.ts'
import type { Shape } from './shape.ts'

/** A path below `/api/v1` whose parts are already percent-encoded; made by `path` and `pathOf` only. */
export type ApiPath = string & { readonly __brand: 'ApiPath' }

/** `path\`/organization/${name}/robots\``: every inserted part is percent-encoded; `/` stays, because Quay decodes `%2F` before routing. So only the name of a repository may hold one: elsewhere it would make another path. Throws where a name cannot be one. */
export function path(parts: TemplateStringsArray, ...segments: readonly string[]): ApiPath {
  return pathOf(parts.reduce((all, part, i) => all + segmentAfter(all, segments[i - 1] ?? '') + part))
}

/** What goes on from a path with nothing that is still to be encoded. Throws where something is. */
export function pathOf(text: string): ApiPath {
  if (!isEncoded(text)) throw unheardOf(text)
  return text
}

const isEncoded = (text: string): text is ApiPath => /^[!-~]*$/.test(text)

const BEFORE_REPOSITORY = /^\/repository\/[^/]+\/$/

function segmentAfter(all: string, segment: string): string {
  if (!all.includes('?')) {
    const names = BEFORE_REPOSITORY.test(all) ? segment.split('/') : [segment]
    if (names.some((name) => !isSegment(name))) throw unheardOf(segment)
  }
  return encodeURIComponent(segment).replaceAll('%2F', '/')
}

/** Dots alone lead elsewhere on the way, and a half of a character has no encoding. */
const isSegment = (name: string): boolean => !/^\.{0,2}$|\/|\p{Surrogate}/u.test(name)

const unheardOf = (name: string): ConfigError =>
  new ConfigError(
    'QC3126',
    `${JSON.stringify(name.slice(0, 100))} can be no name in Quay: nothing is asked about it`,
    ['correct it where a file has it; if Quay itself answered with it, please report it'],
  )

/** The reading half of Quay's API: it has no way to write, so a refresh cannot. A URL is sent at most once; its answer, a refusal too, is remembered and shared: do not change it. */
export interface Reader {
  /** The answer's body. Throws a `ServerError` on any status of 300 or above, and on a body of another shape. */
  get<T>(path: ApiPath, shape: Shape<T>): Promise<T>
  /** `null` is a true 404 of an API route and nothing else: not a refusal, not a route that is missing. */
  find<T>(path: ApiPath, shape: Shape<T>): Promise<T | null>
  /** All pages of a list, in the server's order, each item of the shape. Throws when a page repeats: Quay starts over when it cannot use a `next_page`. */
  list<T>(path: ApiPath, key: string, shape: Shape<T>): Promise<readonly T[]>
  /** The same, a page at a time, each as soon as it is there; sent anew, and not remembered. */
  pages<T>(path: ApiPath, key: string, shape: Shape<T>): AsyncIterable<readonly T[]>
  /** The same reader, for what statistics then name beside its requests. */
  because(why: string): Reader
}

/** All of Quay's API that a resource type may use. */
export interface QuayApi extends Reader {
  /** The same reader without what it remembers: for reading back what was just written. Its answers replace the remembered ones. A write by itself forgets nothing. */
  readonly fresh: Reader
  /** A document outside `/api/v1`; remembered like any other. */
  root<T>(path: '/config', shape: Shape<T>): Promise<T>
  /** Sent once; repeated only when the server surely did not act (429, refused connection). Without a shape nobody looks at the answer. */
  post<T = void>(path: ApiPath, body?: unknown, shape?: Shape<T>): Promise<T>
  put<T = void>(path: ApiPath, body?: unknown, shape?: Shape<T>): Promise<T>
  /** Resolves too when a repeated call, after a lost answer, finds the object gone. */
  delete(path: ApiPath): Promise<void>
  because(why: string): QuayApi
}

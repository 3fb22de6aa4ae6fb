import type { Shape } from './shape.ts'

/** A path below `/api/v1` whose parts are already percent-encoded; made by `path` only. */
export type ApiPath = string & { readonly __brand: 'ApiPath' }

/** `path\`/organization/${name}/robots\``: every inserted part is percent-encoded; `/` stays, because Quay decodes `%2F` before routing. */
export function path(parts: TemplateStringsArray, ...segments: readonly string[]): ApiPath {
  const encode = (text: string) => encodeURIComponent(text).replaceAll('%2F', '/')
  return parts.reduce((all, part, i) => all + encode(segments[i - 1] ?? '') + part) as ApiPath
}

/** The reading half of Quay's API: it has no way to write, so a refresh cannot. A URL is sent at most once; its answer, a refusal too, is remembered and shared: do not change it. */
export interface Reader {
  /** The answer's body. Throws a `ServerError` on any status of 300 or above, and on a body of another shape. */
  get<T>(path: ApiPath, shape: Shape<T>): Promise<T>
  /** `null` is a true 404 of an API route and nothing else: not a refusal, not a route that is missing. */
  find<T>(path: ApiPath, shape: Shape<T>): Promise<T | null>
  /** All pages of a list, in the server's order, each item of the shape. Throws when a page repeats: Quay starts over when it cannot use a `next_page`. */
  list<T>(path: ApiPath, key: string, shape: Shape<T>): Promise<readonly T[]>
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
}

/** A path below `/api/v1` whose parts are already percent-encoded; made by `path` only. */
export type ApiPath = string & { readonly __brand: 'ApiPath' }

/** `path\`/organization/${name}/robots\``: every inserted part is percent-encoded; `/` stays, because Quay decodes `%2F` before routing. */
export function path(parts: TemplateStringsArray, ...segments: readonly string[]): ApiPath {
  const encode = (text: string) => encodeURIComponent(text).replaceAll('%2F', '/')
  return parts.reduce((all, part, i) => all + encode(segments[i - 1] ?? '') + part) as ApiPath
}

/** The reading half of Quay's API: it has no way to write, so a refresh cannot. During one refresh a URL is sent at most once. */
export interface Reader {
  /** The answer's body. Throws an `ApiError` on any status of 400 or above. */
  get<T>(path: ApiPath): Promise<T>
  /** `null` is a true 404 of an API route and nothing else: not a refusal, not a route that is missing. */
  find<T>(path: ApiPath): Promise<T | null>
  /** All pages of a list, in the server's order. Throws when a page repeats: an unusable `next_page` starts over (`corrections.md`, R §1.2). */
  list<T>(path: ApiPath, key: string): Promise<readonly T[]>
}

/** All of Quay's API that a resource type may use. */
export interface QuayApi extends Reader {
  /** The same reader without what it remembers: for reading back what was just written. */
  readonly fresh: Reader
  /** Sent once; repeated only when the server surely did not act (429, refused connection). */
  post<T>(path: ApiPath, body?: unknown): Promise<T>
  put<T>(path: ApiPath, body?: unknown): Promise<T>
  delete(path: ApiPath): Promise<void>
}

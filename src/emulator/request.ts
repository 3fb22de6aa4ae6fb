import type { Answer, Caller, Route } from '../model/emulation.ts'

/** A request as it came in; header names in lower case. */
export interface EmulatedRequest {
  readonly method: string
  /** Path and query, still encoded. */
  readonly target: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** What a handler is called with, besides the server's state. */
export interface Under {
  readonly request: EmulatedRequest
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly caller: Caller
  readonly base: string
  readonly route: Route
}

/** What goes wrong instead of, or (`after`) in spite of, the handling. */
export type Trouble = Answer | 'truncate' | Silence
/** No answer: the connection is reset, or closed, or nothing comes. */
type Silence = 'reset' | 'close' | 'hang'
export type Fault = Trouble | Mishap
export interface Mishap {
  /** The request has been handled all the same. */
  readonly after?: true
  /** Milliseconds until the answer. */
  readonly delay?: number
  readonly fault?: Trouble
}

/** What becomes of a request: an answer, perhaps cut off in the middle, or none. */
export type Outcome =
  | { readonly answer: Answer; readonly truncated?: true; readonly delay?: number }
  | Silence

/** `%2F` counts as a slash, because Quay's server decodes before it routes; a broken escape stays as it is. */
function decodePath(path: string): string {
  return path.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
  )
}

/** The path, decoded, and the query; never through `URL`, which takes `..` away and `//x` for a host. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const at = target.indexOf('?')
  return at < 0
    ? { path: decodePath(target), query: '' }
    : { path: decodePath(target.slice(0, at)), query: target.slice(at + 1) }
}

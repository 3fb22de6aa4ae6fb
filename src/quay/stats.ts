import { subject } from './errors.ts'

/** One request as it was sent: repeats have a line each. */
export interface TraceLine {
  /** When it was sent, in milliseconds since 1970. */
  readonly at: number
  readonly method: string
  /** Below `/api/v1`, without page tokens. */
  readonly path: string
  /** The same from the root. */
  readonly target: string
  /** The server's. */
  readonly origin: string
  /** Of HTTP. */
  readonly version: string
  /** null: there was no answer. */
  readonly status: number | null
  readonly milliseconds: number
  /** Counts from 1. */
  readonly attempt: number
  /** What the server calls it, if it does. */
  readonly requestId: string | null
  /** What was said on both sides, without secrets; made only when asked for. */
  bodies(): Bodies
}

/** JSON where it is JSON, else text; of what is long the beginning. */
export interface Bodies {
  readonly request?: unknown
  readonly answer?: unknown
  /** Those that can hold no secret, in small letters. */
  readonly headers: Sides<Readonly<Record<string, string>>>
  /** In bytes. */
  readonly sizes: Sides<number>
}

interface Sides<T> {
  readonly request: T
  readonly answer: T
}

/** What a client has done so far. */
export interface Stats {
  /** Repeats included. */
  readonly requests: number
  readonly retries: number
  /** How many requests by method and first part of the path (`GET /user`), most first. */
  readonly routes: Readonly<Record<string, number>>
}

/** Counts requests and passes each on to `trace`, without page tokens. */
export function createStats(trace: (line: TraceLine) => void = () => {}) {
  const routes = new Map<string, number>()
  let requests = 0
  let retries = 0
  return {
    sent({ prefix, ...line }: Omit<TraceLine, 'target'> & { readonly prefix: string }): void {
      requests += 1
      const route = `${line.method} /${/[^/?]+/.exec(line.path)?.[0] ?? ''}`
      routes.set(route, (routes.get(route) ?? 0) + 1)
      const path = subject(line).slice(line.method.length + 1)
      trace({ ...line, path, target: prefix + path })
    },
    repeated(times: number): void {
      retries += times
    },
    read: (): Stats => ({
      requests,
      retries,
      routes: Object.fromEntries([...routes].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))),
    }),
  }
}

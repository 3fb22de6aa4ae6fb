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

type Sent = Omit<TraceLine, 'method' | 'path' | 'target'>

/** JSON where it is JSON, else text; of what is long the beginning. */
export interface Bodies {
  readonly request?: unknown
  readonly answer?: unknown
  /** Those that can hold no secret, in small letters. */
  readonly headers: Sides<Readonly<Record<string, string>>>
  /** Of the answer, in bytes; that of what is sent would tell how long a password is. */
  readonly size: number
}

interface Sides<T> {
  readonly request: T
  readonly answer: T
}

/** Requests of one kind. */
interface RequestKind {
  /** `GET /repository/*\/mirror`: names and ids are stars. */
  readonly request: string
  /** Repeats included. */
  readonly count: number
  /** Why they were sent, or would have been, had the answer not been remembered: the types that they serve, or a word. */
  readonly for: readonly string[]
}

/** What a client has done so far. */
export interface Stats {
  /** Repeats included. */
  readonly requests: number
  readonly retries: number
  /** Most first. */
  readonly kinds: readonly RequestKind[]
}

/** So many requests are known by their whole path: as many as may wait for their turn. */
const RECENT = 10_000

/** Counts requests and passes each on to `trace`, without page tokens. */
export function createStats(trace?: (line: TraceLine) => void) {
  const kinds = new Map<string, { count: number; readonly reasons: Set<string> }>()
  let requests = 0
  let retries = 0
  const find = (method: string, path: string) => {
    const request = `${method} ${kindOf(path)}`
    const known = kinds.get(request) ?? { count: 0, reasons: new Set() }
    kinds.set(request, known)
    return known
  }
  /** What is asked is sent once it is its turn. */
  const recent = new Map<string, ReturnType<typeof find>>()
  const kind = (method: string, path: string) => {
    const key = `${method} ${path}`
    const known = recent.get(key) ?? find(method, path)
    if (recent.size >= RECENT) recent.clear()
    recent.set(key, known)
    return known
  }
  return {
    /** `told`: what a trace says of it. */
    sent(method: string, path: string, prefix: string, told: () => Sent): void {
      requests += 1
      kind(method, path).count += 1
      if (!trace) return
      const shown = subject({ method, path }).slice(method.length + 1)
      trace({ ...told(), method, path: shown, target: prefix + shown })
    },
    /** Why something is asked, before it is sent. */
    wanted(method: string, path: string, why: string): void {
      if (why !== '') kind(method, path).reasons.add(why)
    },
    repeated(times: number): void {
      retries += times
    },
    read: (): Stats => ({
      requests,
      retries,
      kinds: [...kinds]
        .filter(([, { count }]) => count > 0)
        .map(([request, { count, reasons }]) => ({ request, count, for: [...reasons].sort() }))
        .sort((a, b) => b.count - a.count || (a.request < b.request ? -1 : 1)),
    }),
  }
}

const BELOW_REPOSITORY =
  /^\/repository\/[^/]+\/.+?(\/(permissions|mirror|notification|autoprunepolicy|immutabilitypolicy|changevisibility|changestate|tag|trigger)(?:\/.*)?)?$/

/** A route without the names in it, below `/api/v1`. */
export function kindOf(path: string): string {
  const [route = ''] = path.split('?')
  const [whole, below = '', word] = BELOW_REPOSITORY.exec(route) ?? []
  if (whole) return `/repository/*${starred(below, nameAt[word ?? ''] ?? 2)}`
  const [, first = ''] = route.split('/')
  return starred(route, ['organization', 'message', 'users'].includes(first) ? 2 : 3)
}

/** Where the first name stands, where it is not next to the word. */
const nameAt: Readonly<Record<string, number>> = { permissions: 3, mirror: Number.POSITIVE_INFINITY }

/** From the first name on, words and names take turns. */
const starred = (route: string, first: number): string =>
  route
    .split('/')
    .map((part, at) => (part !== '' && at >= first && (at - first) % 2 === 0 ? '*' : part))
    .join('/')

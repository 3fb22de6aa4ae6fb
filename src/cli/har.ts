import type { TraceLine } from '../quay/stats.ts'

type Fields = Readonly<Record<string, string>>

/** What is before the entries of a HAR 1.2 archive, and behind them. */
export const harHead = (version: string): string =>
  `{"log":{"version":"1.2","creator":{"name":"quayctl","version":${JSON.stringify(version)}},"entries":[`
export const harTail = '\n]}}\n'

/** One request as an entry. Of headers only those that hold no secret; cookies never. */
export function harEntry(line: TraceLine): string {
  const { at, method, target, origin, status, milliseconds, attempt, requestId, version } = line
  const { request, answer, size, headers } = line.bodies()
  const { href, searchParams } = new URL(target, origin)
  const time = Math.max(0, Math.round(milliseconds * 100) / 100)
  return JSON.stringify({
    startedDateTime: new Date(at).toISOString(),
    time,
    request: {
      method,
      url: href,
      httpVersion: version,
      cookies: [],
      headers: listed(headers.request),
      queryString: [...searchParams].map(([name, value]) => ({ name, value })),
      ...(request !== undefined && { postData: { mimeType: 'application/json', text: textOf(request) } }),
      headersSize: -1,
      // That of a password tells its length.
      bodySize: -1,
    },
    response: {
      status: status ?? 0,
      statusText: '',
      httpVersion: version,
      cookies: [],
      headers: listed(headers.answer),
      content: {
        size: size,
        mimeType: headers.answer['content-type'] ?? '',
        ...(answer !== undefined && { text: textOf(answer) }),
      },
      redirectURL: '',
      headersSize: -1,
      bodySize: status === null ? -1 : size,
    },
    cache: {},
    timings: { send: 0, wait: time, receive: 0 },
    _attempt: attempt,
    ...(requestId !== null && { _requestId: requestId }),
    ...(status === null && { _error: 'no answer' }),
  })
}

const textOf = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body))

const listed = (fields: Fields) => Object.entries(fields).map(([name, value]) => ({ name, value }))

import { ConfigError, UsageError } from '../model/errors.ts'
import { isLoopback } from './connection.ts'

/** Throws a `ConfigError` where the token is none, or would be read on the way. */
export function checkToken(token: string, url: URL): void {
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new ConfigError(
      'QC3104',
      'the token is empty or holds characters that no token has, such as blanks',
    )
  checkWay('the token', url)
}

/** Throws a `ConfigError` where a secret would be read on the way. */
export function checkWay(what: string, url: URL): void {
  if (url.protocol === 'http:' && !isLoopback(url))
    throw new ConfigError(
      'QC3105',
      `${what} is not sent to ${url.origin}, where anybody on the way could read it`,
      [`Write https://${url.host}; plain http is for this machine only.`],
    )
}

/** Dot segments would turn one route into another on the way. */
export function checkPath(path: string): void {
  if (!path.startsWith('/') || /\/(\.|%2e){1,2}(\/|\?|$)/i.test(path) || !/^[!"$-~]+$/.test(path))
    throw new UsageError('QC6402', `${path.slice(0, 200)} is not a path of Quay's API`)
}

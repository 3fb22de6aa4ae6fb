import { existsSync, readFileSync } from 'node:fs'
import { ConfigError } from '../model/errors.ts'
import type { ConnectionOptions } from '../quay/connection.ts'

export interface WayFlags {
  readonly 'ca-file'?: string | undefined
  readonly 'insecure-skip-tls-verify'?: boolean
}

/** How a server is reached. */
export const wayTo = (
  url: string,
  flags: WayFlags,
  env: Readonly<Record<string, string | undefined>>,
): ConnectionOptions => ({
  url,
  env,
  ca: fileText(flags['ca-file'], '--ca-file'),
  extraCa: env.NODE_EXTRA_CA_CERTS ? fileText(env.NODE_EXTRA_CA_CERTS, 'NODE_EXTRA_CA_CERTS') : undefined,
  insecureSkipTlsVerify: flags['insecure-skip-tls-verify'] === true,
})

export function fileText(path: string | undefined, what: string): string | undefined {
  if (path === undefined) return undefined
  if (!existsSync(path)) throw new ConfigError('QC3103', `${what}: there is no file ${path}`)
  return readFileSync(path, 'utf8')
}

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Line } from '../engine/settings.ts'
import { placeText } from '../model/diagnostics.ts'
import { AuthError, ConfigError } from '../model/errors.ts'
import { withoutUserinfo } from '../model/userinfo.ts'
import type { Login } from '../quay/sign-in.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** A server, and whether it is the one of `quayctl sandbox`. */
interface Target {
  readonly url: string
  readonly sandbox: boolean
}

/** Which server: `--url`, else the files' `url`, else `QUAY_URL`. In a sandbox its own; in CI a changed file must not choose where the token goes. */
export function chooseUrl(written: Line | null, flag: string | undefined, env: Environment): Target {
  const given = env.QUAY_URL ? plainUrl(env.QUAY_URL) : undefined
  if (flag) return { url: plainUrl(flag), sandbox: false }
  if (env.QUAYCTL_SANDBOX === '1' && given && isLoopback(given)) return { url: given, sandbox: true }
  if (written && given && sameServer(written.text) !== sameServer(given))
    throw new ConfigError(
      'QC3106',
      withoutUserinfo(`QUAY_URL is ${given}, and ${placeText(written.at)} says ${written.text}`),
      ['make them equal, or choose one with --url'],
    )
  if (env.CI === 'true' && !given)
    throw new ConfigError('QC3107', 'in CI the server is not taken from the files alone', [
      'set QUAY_URL, or pass --url',
    ])
  const url = written?.text ?? given
  if (url) return { url, sandbox: false }
  throw new ConfigError('QC3108', 'no server is named', [
    'write "url: https://..." into the Registry document, set QUAY_URL, or pass --url',
  ])
}

/** Whom Quay is asked as: by a token, or by signing in. */
export type Credentials =
  | { readonly token: string; readonly login?: never }
  | { readonly login: Login; readonly token?: never }

/** The token of `--token-file` or `QUAY_TOKEN`, else who signs in by `QUAY_USERNAME` and `QUAY_PASSWORD`; never an argument. */
export function credentialsOf(file: string | undefined, cwd: string, env: Environment): Credentials {
  const token = file === undefined ? env.QUAY_TOKEN?.trim() : readToken(resolve(cwd, file), file)
  if (token) return { token }
  const login = file === undefined ? loginOf(env) : null
  if (login) return { login }
  throw new AuthError(
    'QC7402',
    file === undefined ? 'there is no token: QUAY_TOKEN is not set' : `${file} is empty`,
    [
      'create one in Quay: an organization, Applications, Generate Token',
      'with the scopes org:admin user:admin user:read repo:admin repo:create, and super:user for quotas',
      'or set QUAY_USERNAME and QUAY_PASSWORD, to sign in',
    ],
  )
}

/** Null where neither is set. */
function loginOf(env: Environment): Login | null {
  const username = env.QUAY_USERNAME?.trim() ?? ''
  const password = env.QUAY_PASSWORD ?? ''
  if (username !== '' && password !== '') return { username, password }
  if (username === '' && password === '') return null
  const [there, missing] = username ? ['QUAY_USERNAME', 'QUAY_PASSWORD'] : ['QUAY_PASSWORD', 'QUAY_USERNAME']
  throw new AuthError('QC7402', `${there} is set, and ${missing} is not: nobody can sign in`, [
    `set ${missing}, or use a token: QUAY_TOKEN or --token-file`,
  ])
}

function readToken(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    throw new ConfigError('QC3109', `--token-file: ${shown} cannot be read`)
  }
}

const plainUrl = (url: string): string => url.replace(/\/$/, '')

/** One server may be written in several ways: case, and the port that goes without saying. */
const sameServer = (url: string): string => (URL.canParse(url) ? plainUrl(new URL(url).href) : url)

function isLoopback(url: string): boolean {
  try {
    return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname)
  } catch {
    return false
  }
}

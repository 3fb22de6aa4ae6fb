import { AuthError, ConfigError, UnavailableError } from '../model/errors.ts'
import { codeOf, whatFailed } from './failures.ts'
import type { Login } from './sign-in.ts'
import type { Upstream } from './upstream-place.ts'

/** Why tags are not read, by who asked. */
export function refused({ host, name }: Upstream, login: Login | null): AuthError {
  if (login)
    return new AuthError('QC7440', `${host} does not let ${login.username} read ${name}`, [
      'the user or the password is wrong, the user may not pull, or there is no such repository: many registries answer the same for these',
    ])
  return new AuthError('QC7440', `${host} lets nobody read ${name} without a user name and password`, [
    'declare username and password of the mirror, or pass --username with --password-stdin',
    'or there is no such repository: many registries answer the same',
  ])
}

export const absent = ({ host, name }: Upstream): ConfigError =>
  new ConfigError('QC7443', `${host} has no repository ${name}, or does not show it`, [
    'correct external_reference, or the user that it is pulled as',
  ])

export const misplaced = (reference: string): ConfigError =>
  new ConfigError('QC7443', `${reference} is no place in a registry`, [
    'correct external_reference: the host, its port where it has one, and the path of a repository',
  ])

export const limited = ({ host }: Upstream): UnavailableError =>
  new UnavailableError('QC7441', `${host} limits the rate of requests (429)`, [
    'try again later; many registries let those who sign in ask more',
  ])

/** It answers, and not as a registry does. */
export const unreadable = ({ host }: Upstream, why: string): UnavailableError =>
  new UnavailableError('QC7441', `${host} cannot be read: ${why}`, [
    'check external_reference: it begins with the host of a registry',
  ])

/** No answer came; an exception without a code is not the network's. */
export function unreachable(host: string, failure: unknown): unknown {
  const code = codeOf(failure)
  if (code === '') return failure
  const hints = [
    'it was asked from this machine, by the proxy of the mirror where that has one; what Quay reaches from its network is another matter',
    ...(/CERT|SIGNED|UNABLE_TO|ISSUER/.test(code)
      ? ['a private authority is trusted with --upstream-ca-file']
      : []),
  ]
  return new UnavailableError('QC7441', `${whatFailed(failure, host)} (${code})`, hints, null, failure)
}

export const inTheClear = ({ origin }: URL): ConfigError =>
  new ConfigError('QC7442', `nothing secret is sent to ${origin}, where anybody on the way could read it`, [
    'an upstream that wants a password or names a place for tokens has to speak https; plain http is for this machine only',
  ])

export const notBelieved = (place: URL, url: URL): ConfigError =>
  new ConfigError('QC7442', `the password is not sent to ${place.host}, which ${url.host} names for tokens`, [
    'with "verify_tls: false" anybody on the way could have named it: write "verify_tls: true", with --upstream-ca-file where a private authority signs',
  ])

import { type Effect, type ServerError, UnavailableError } from '../model/errors.ts'
import { type Asked, silent, subject, tries, writeHints } from './errors.ts'

/** `refused`: the server surely did not act. `barred`: nor will it next time, unless it did before. `silent`: it may have acted, or still be at it. `broken`: it may have acted. `strange`: who knows. */
export type FailureKind = 'refused' | 'barred' | 'silent' | 'broken' | 'strange'

const unresolved = {
  code: 'QC7602',
  what: 'the name of HOST cannot be resolved',
  hint: 'Check the URL, the DNS, and whether a proxy is needed (HTTPS_PROXY).',
}
const late = {
  code: 'QC7603',
  what: 'no answer from HOST in time',
  hint: 'Check that it is up and not overloaded, and whether a proxy is needed (HTTPS_PROXY).',
}

/** What to make of a failure, by the code that Node or undici gave it; the first that fits. `HOST` is filled in. */
const known: readonly {
  readonly fits: RegExp
  readonly kind: FailureKind
  readonly code: string
  readonly what: string
  readonly hint: string
}[] = [
  {
    fits: /^TOO_LARGE$/,
    kind: 'strange',
    code: 'QC7614',
    what: 'HOST answers with more than 32 MiB',
    hint: 'No answer of Quay is as large: something else may answer at this URL.',
  },
  {
    fits: /^UND_ERR_ABORTED/,
    kind: 'barred',
    code: 'QC7600',
    what: 'the proxy makes no connection to HOST',
    hint: 'Check HTTPS_PROXY, its user and password, and whether NO_PROXY should name the host.',
  },
  {
    fits: /^(EPROTO|ERR_SSL_)/,
    kind: 'barred',
    code: 'QC7601',
    what: 'no TLS connection to HOST',
    hint: 'The server may not speak TLS on that port: check the URL.',
  },
  {
    fits: /CERT|SELF_SIGNED|UNABLE_TO|^ERR_TLS_|HOSTNAME_MISMATCH/,
    kind: 'barred',
    code: 'QC7601',
    what: 'the certificate of HOST is not to be trusted',
    hint: 'If a private authority signed it, give the certificate of that with --ca-file or NODE_EXTRA_CA_CERTS.',
  },
  { ...unresolved, fits: /^ENOTFOUND$/, kind: 'barred' },
  { ...unresolved, fits: /^EAI_AGAIN$/, kind: 'refused' },
  { ...late, fits: /^UND_ERR_CONNECT_TIMEOUT$/, kind: 'refused' },
  { ...late, fits: /TIMEOUT|^ETIMEDOUT/, kind: 'silent' },
  {
    fits: /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/,
    kind: 'refused',
    code: 'QC7600',
    what: 'cannot connect to HOST',
    hint: 'Check the URL, and that the server is up.',
  },
  {
    fits: /^(ECONN|EPIPE|UND_ERR_(SOCKET|INFO|HEADERS_|BODY_|RES_)|ERR_HTTP2_|HPE_)/,
    kind: 'broken',
    code: 'QC7604',
    what: 'the connection to HOST broke',
    hint: 'Check the server and what stands before it.',
  },
]
const strange = {
  kind: 'strange',
  code: 'QC7600',
  what: 'cannot connect to HOST',
  hint: 'Check the URL, the network and the proxy settings (HTTPS_PROXY, NO_PROXY).',
} as const

/** Empty when it has none. */
export const codeOf = (failure: unknown): string =>
  failure instanceof Error && 'code' in failure && typeof failure.code === 'string' ? failure.code : ''

const rowOf = (code: string) => known.find(({ fits }) => fits.test(code)) ?? strange

/** "the connection to quay.io broke" */
export const whatFailed = (failure: unknown, host: string): string =>
  rowOf(codeOf(failure)).what.replace('HOST', host)

export const failureKind = (failure: unknown): FailureKind => rowOf(codeOf(failure)).kind

/** What a write that ended so may have done. */
export const effectOfFailure = (failure: unknown): Effect => effects[failureKind(failure)]

const effects: Readonly<Record<FailureKind, Effect>> = {
  refused: 'none',
  barred: 'none',
  silent: 'pending',
  broken: 'perhaps',
  strange: 'perhaps',
}

/** The error for a request that got no answer. An exception without any code is not the network's and is thrown as it is. */
export function failureError(asked: Asked, failure: unknown): ServerError {
  if (!(failure instanceof Error && 'code' in failure)) throw failure
  const code = codeOf(failure)
  const { what, hint, code: ours } = rowOf(code)
  const { method, path, effect } = asked
  const message = `${subject(asked)}: ${what.replace('HOST', asked.host)}${tries(asked)}${code && ` (${code})`}`
  const failed = silent(method, path, null, effect)
  return new UnavailableError(ours, message, [hint, ...writeHints(asked)], failed, failure)
}

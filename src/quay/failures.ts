import { type ServerError, UnavailableError } from '../model/errors.ts'
import { type Asked, silent, subject, tries, writeHints } from './errors.ts'

const refused = ['ECONNREFUSED', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']
const broken = /^(ECONN|EPIPE|ETIMEDOUT|UND_ERR_(SOCKET|INFO|HEADERS_|BODY_|RES_)|ERR_HTTP2_|HPE_)/

/** The code that Node or undici gave a failed connection; empty when it has none. */
const codeOf = (failure: unknown): string =>
  failure instanceof Error && 'code' in failure && typeof failure.code === 'string' ? failure.code : ''

/** `refused`: the server surely did not act. `broken`: it may have. `final`: trying again will not help. */
export function failureKind(failure: unknown): 'refused' | 'broken' | 'final' {
  const code = codeOf(failure)
  if (refused.includes(code)) return 'refused'
  return broken.test(code) ? 'broken' : 'final'
}

/** What to call a failure, by its code; the first that fits. `HOST` is filled in. */
const known = [
  {
    fits: /^TOO_LARGE$/,
    code: 'QC7610',
    what: 'HOST answers with more than 32 MiB',
    hint: 'No answer of Quay is as large: something else may answer at this URL.',
  },
  {
    fits: /^UND_ERR_ABORTED/,
    code: 'QC7600',
    what: 'the proxy makes no connection to HOST',
    hint: 'Check HTTPS_PROXY, its user and password, and whether NO_PROXY should name the host.',
  },
  {
    fits: /^(EPROTO|ERR_SSL_)/,
    code: 'QC7601',
    what: 'no TLS connection to HOST',
    hint: 'The server may not speak TLS on that port: check the URL.',
  },
  {
    fits: /CERT|SELF_SIGNED|UNABLE_TO|^ERR_TLS_|HOSTNAME_MISMATCH/,
    code: 'QC7601',
    what: 'the certificate of HOST is not to be trusted',
    hint: 'If a private authority signed it, give the certificate of that with --ca-file or NODE_EXTRA_CA_CERTS.',
  },
  {
    fits: /^(ENOTFOUND|EAI_AGAIN)$/,
    code: 'QC7602',
    what: 'the name of HOST cannot be resolved',
    hint: 'Check the URL, the DNS, and whether a proxy is needed (HTTPS_PROXY).',
  },
  {
    fits: /TIMEOUT|^ETIMEDOUT/,
    code: 'QC7603',
    what: 'no answer from HOST in time',
    hint: 'Check that the server is up and not overloaded, and whether a proxy is needed (HTTPS_PROXY).',
  },
  {
    fits: /^ECONNREFUSED/,
    code: 'QC7600',
    what: 'cannot connect to HOST',
    hint: 'Check the URL, and that the server is up.',
  },
  {
    fits: broken,
    code: 'QC7604',
    what: 'the connection to HOST broke',
    hint: 'Check the server and what stands before it.',
  },
]
const unnamed = {
  code: 'QC7600',
  what: 'cannot connect to HOST',
  hint: 'Check the URL, the network and the proxy settings (HTTPS_PROXY, NO_PROXY).',
}

/** The error for a request that got no answer. An exception without any code is not the network's and is thrown as it is. */
export function failureError(asked: Asked, failure: unknown): ServerError {
  if (!(failure instanceof Error && 'code' in failure)) throw failure
  const code = codeOf(failure)
  const { what, hint, code: ours } = known.find(({ fits }) => fits.test(code)) ?? unnamed
  const { method, path } = asked
  const message = `${subject(asked)}: ${what.replace('HOST', asked.host)}${tries(asked)}${code && ` (${code})`}`
  const hints = failureKind(failure) === 'broken' ? [hint, ...writeHints(asked)] : [hint]
  const failed = silent(method, path, null)
  return new UnavailableError(ours, message, hints, failed, failure)
}

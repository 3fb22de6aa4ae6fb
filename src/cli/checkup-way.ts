import { doubtful, fine, type Row } from '../model/checkup.ts'
import { placeText } from '../model/diagnostics.ts'
import { UnavailableError } from '../model/errors.ts'
import type { Certificate } from '../quay/certificate.ts'
import { isLoopback, serverUrl } from '../quay/connection.ts'
import { knock, type Route } from '../quay/proxy.ts'
import { failed, failedBy } from './checkup-rows.ts'
import { exitCodes } from './exit.ts'
import { chooseUrl } from './target.ts'
import type { ConnectFlags, Loaded, Surroundings } from './world.ts'

/** Which server, where that can be told. */
export function targetOf(
  read: Loaded | null,
  flags: ConnectFlags,
  { env }: Surroundings,
): { readonly row: Row; readonly url: URL | null; readonly text: string } {
  const written = read?.expanded.settings.url ?? null
  try {
    const { url: text, sandbox } = chooseUrl(written, flags.url, env)
    const url = serverUrl(text)
    const given = flags.url ? '--url' : written ? placeText(written.at) : 'QUAY_URL'
    const from = sandbox ? 'the sandbox around this command' : given
    return { row: fine('url', `${url.origin}, from ${from}`), url, text }
  } catch (error) {
    return { row: failedBy('url', error), url: null, text: '' }
  }
}

/** Which proxy counts, and whether anything listens there. */
export async function proxyRow({ hostname }: URL, route: Route): Promise<Row> {
  if (!route.proxy) return fine('proxy', route.why)
  const { proxy, variable } = route
  const silent = await knock(proxy)
  if (!silent) return fine('proxy', `${proxy.origin}, from ${variable}`)
  return failed(
    'proxy',
    'QC7600',
    exitCodes.unavailable,
    `${proxy.origin}, from ${variable}, does not answer (${silent})`,
    `start it or correct ${variable}; if no proxy is needed, unset ${variable} or set NO_PROXY=${hostname}`,
  )
}

/** The error of a server that gave no answer at all; null where it gave one, or only TLS was in the way. */
export const silenceOf = (failure: unknown): UnavailableError | null =>
  failure instanceof UnavailableError && failure.status === null && failure.code !== UNTRUSTED
    ? failure
    : null

const UNTRUSTED = 'QC7601'
const isUntrusted = (failure: unknown): failure is UnavailableError =>
  failure instanceof UnavailableError && failure.code === UNTRUSTED

/** How long one answer takes, and so a plan. */
export function reachableRow(failure: unknown, times: readonly number[], concurrency: number): Row {
  const silence = silenceOf(failure)
  if (silence) return failedBy('reachable', silence)
  if (isUntrusted(failure)) return fine('reachable', 'something listens there')
  const median = [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0
  const thousand = Math.max(1, Math.ceil(median / concurrency))
  return fine(
    'reachable',
    `it answers in ${Math.round(median)} ms (median of ${times.length} requests); 1000 requests take about ${thousand} s`,
  )
}

const DAY = 86_400_000
const SOON = 21

/** Who vouches for the server, and for how long. */
export function tlsRow(
  url: URL,
  {
    certificate,
    failure,
    insecure,
    now,
  }: {
    readonly certificate: Certificate | null
    readonly failure: unknown
    readonly insecure: boolean
    readonly now: Date
  },
): Row {
  if (url.protocol === 'http:')
    return isLoopback(url)
      ? fine('tls', 'none: plain http does not leave this machine')
      : doubtful('tls', 'none: anybody on the way can read what is sent', `use https://${url.host}`)
  if (isUntrusted(failure)) return certificate ? distrusted(url, certificate) : failedBy('tls', failure)
  const days = certificate ? Math.floor((certificate.until.getTime() - now.getTime()) / DAY) : null
  const says = certificate
    ? `issued by ${certificate.issuer}, good for ${days} days`
    : 'the certificate could not be looked at'
  if (insecure)
    return doubtful(
      'tls',
      `not checked, as --insecure-skip-tls-verify says: ${certificate?.distrust ?? 'it would be trusted'}`,
      `leave the flag out${certificate?.distrust ? ', and give the authority with --ca-file FILE' : ''}`,
    )
  return days !== null && days < SOON
    ? doubtful('tls', says, 'have the operator of Quay renew the certificate; then every run fails')
    : fine('tls', certificate ? `trusted: ${says}` : says)
}

function distrusted({ hostname }: URL, { issuer, isSelfSigned, names, until, distrust }: Certificate): Row {
  const row = (finding: string, fix: string) =>
    failed('tls', UNTRUSTED, exitCodes.unavailable, `${finding} (${distrust})`, fix)
  if (distrust === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return row(
      `the certificate is not for ${hostname}, but for ${names.join(', ')}`,
      'write one of these names into the URL, or have the operator of Quay get a certificate for this one',
    )
  if (distrust === 'CERT_HAS_EXPIRED')
    return row(
      `the certificate ended on ${until.toISOString().slice(0, 10)}`,
      'have the operator of Quay renew it',
    )
  return row(
    isSelfSigned
      ? `the certificate is self-signed, by ${issuer}`
      : `the certificate was issued by ${issuer}, whom this machine does not trust`,
    `get the certificate of ${issuer} as a PEM file, and name it with --ca-file FILE or NODE_EXTRA_CA_CERTS`,
  )
}

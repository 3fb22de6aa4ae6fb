import { type Checkup, complete, type Row, skipped } from '../model/checkup.ts'
import { ConfigError } from '../model/errors.ts'
import type { Server } from '../model/server.ts'
import { readCertificate } from '../quay/certificate.ts'
import { type Client, createClient, MOST_AT_ONCE } from '../quay/client.ts'
import { routeTo } from '../quay/proxy.ts'
import type { Stats } from '../quay/stats.ts'
import { hostRows, readAll } from './checkup-files.ts'
import { type HeardAt, rateRow } from './checkup-quay.ts'
import { failedBy } from './checkup-rows.ts'
import { lookInside } from './checkup-server.ts'
import { credentialsFor } from './checkup-token.ts'
import { proxyRow, reachableRow, silenceOf, targetOf, tlsRow } from './checkup-way.ts'
import type { FileFlags } from './chosen.ts'
import { sight } from './server.ts'
import type { Credentials } from './target.ts'
import { TimeLimit } from './time-limit.ts'
import type { Trace } from './trace.ts'
import { wayTo } from './way.ts'
import { type ConnectFlags, type Surroundings, secretKeys } from './world.ts'

export interface CheckupFlags extends FileFlags, ConnectFlags {}

/** A checkup, and what it cost; null where nothing was asked. */
export interface Done {
  readonly checkup: Checkup
  readonly stats: Stats | null
}

/** Looks at everything that a plan or an apply depends on, one thing after the other, and stops at nothing. Reads only. */
export async function checkUp(flags: CheckupFlags, surroundings: Surroundings, trace?: Trace): Promise<Done> {
  const files = await readAll(flags, surroundings)
  const hosts = files.sound
    ? hostRows(files.sound)
    : [skipped('private_hosts', `not looked at: ${files.because}`)]
  const { row, url, text } = targetOf(files.read, flags, surroundings)
  const end = (
    rows: readonly Row[],
    because: string,
    server: Server | null = null,
    stats: Stats | null = null,
  ): Done => ({
    checkup: {
      server: { url: url?.origin ?? null, version: server?.version ?? null, user: server?.user ?? null },
      rows: complete([files.row, ...hosts, ...rows], because),
    },
    stats,
  })
  if (!url) return end([row], 'which server is not known')
  const { env } = surroundings
  const found = credentialsFor(url, flags, surroundings)
  const isClear = found.row?.check === 'url'
  const known = [
    ...(isClear ? [] : [row]),
    ...(found.row ? [found.row] : []),
    ...(isClear ? [skipped('token', 'not sent: anybody on the way could read it')] : []),
  ]
  const heard: HeardAt[] = []
  const door = openDoor(text, found.credentials, flags, surroundings, heard, trace)
  if ('row' in door) return end([...known, door.row], 'the settings of the connection are wrong')
  const { client } = door
  try {
    const route = routeTo(url, env)
    const proxy = await proxyRow(url, route)
    if (proxy.status === 'failed') return end([...known, proxy], 'the proxy does not answer')
    const means = found.credentials && (found.credentials.login ? 'session' : 'token')
    const sighting = await sight(text, client, means)
    const { server, failure } = sighting
    const isSilent = silenceOf(failure) !== null
    const certificate =
      url.protocol === 'https:' && !isSilent
        ? await readCertificate(wayTo(text, flags, env), route.proxy)
        : null
    const inside = isSilent
      ? { rows: [], because: 'the server does not answer' }
      : await lookInside({ sighting, client, files, flags, means, heard })
    const concurrency = flags.concurrency ?? MOST_AT_ONCE
    const rate = rateRow(server, failure, heard, { concurrency, http2: certificate?.http2 ?? false })
    const insecure = flags['insecure-skip-tls-verify'] === true
    const way = [
      proxy,
      reachableRow(
        failure,
        heard.map(({ milliseconds }) => milliseconds),
        concurrency,
      ),
      ...(isSilent ? [] : [tlsRow(url, { certificate, failure, insecure, now: surroundings.now() })]),
      ...(rate ? [rate] : []),
    ]
    return end([...known, ...way, ...inside.rows], inside.because, server, client.stats())
  } finally {
    await client.close()
  }
}

/** Which check an error of the settings belongs to. */
const owners = { QC3102: 'proxy', QC3103: 'tls' } as const

/** A door that is less patient than that of a plan: somebody waits for the table. */
function openDoor(
  url: string,
  credentials: Credentials | null,
  flags: CheckupFlags,
  { env, version }: Surroundings,
  heard: HeardAt[],
  trace: Trace | undefined,
): { readonly client: Client } | { readonly row: Row } {
  try {
    const client = createClient({
      ...wayTo(url, flags, env),
      version,
      ...credentials,
      concurrency: flags.concurrency,
      signal: new TimeLimit(flags.timeout).reading,
      timeouts: { connect: 5000, headers: 20_000, body: 20_000 },
      attempts: 4,
      retryFor: 15_000,
      heard: (answer) => heard.push({ ...answer, at: Date.now() }),
      trace,
      secretKeys: secretKeys(),
    })
    return { client }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { row: failedBy(error.code in owners ? owners[error.code as keyof typeof owners] : 'url', error) }
  }
}

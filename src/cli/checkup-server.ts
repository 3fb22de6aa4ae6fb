import { asCreates, lackingOf, organizationsOf, readingScopes } from '../engine/needs.ts'
import { missingScopes, scopesOf } from '../engine/scopes.ts'
import { rootOf } from '../model/address.ts'
import type { Change, Live } from '../model/change.ts'
import { doubtful, fine, type Row, skipped } from '../model/checkup.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import type { Server } from '../model/server.ts'
import type { Client } from '../quay/client.ts'
import { expirationRow, type FilesRead, featureRows } from './checkup-files.ts'
import { adminTeamRows, organizationRows, type Seen, seeAll } from './checkup-organizations.ts'
import { clockRow, type HeardAt, stateRows, versionRow } from './checkup-quay.ts'
import { isRank, scopeRows, superuserRows, type Takes } from './checkup-rights.ts'
import { failedBy } from './checkup-rows.ts'
import { isAlive, probeScopes, readless, type Scopes, tokenRow } from './checkup-token.ts'
import type { Means, Sighting } from './server.ts'
import { type ConnectFlags, type Loaded, registry } from './world.ts'

/** A server that answered, and whom it was asked as. */
interface Inside {
  readonly sighting: Sighting
  readonly client: Client
  readonly files: FilesRead
  readonly flags: ConnectFlags
  readonly means: Means | null
  readonly heard: readonly HeardAt[]
}

/** What was found, and why the rest could not be. */
interface Found {
  readonly rows: readonly Row[]
  readonly because: string
}

/** What the server is, who the token is, and whether both are enough for the files. */
export async function lookInside(inside: Inside): Promise<Found> {
  const { sighting, client, files, flags, means, heard } = inside
  const { server, failure, stranger } = sighting
  if (!server) return unknownServer(failure)
  const site = [
    fine('quay', 'it is one: discovery and /config answer as they should'),
    versionRow(server),
    ...stateRows(server, sighting),
    clockRow(heard),
  ]
  const lacking = files.sound ? await lackingIn(files.sound, client, server) : []
  const features = files.sound
    ? featureRows(
        lacking.filter((one) => !isRank(one)),
        files.sound,
      )
    : [skipped('features', `not looked at: ${files.because}`)]
  const isSaid = features.some(({ check }) => check === 'tag_expiration')
  const common = [...site, ...features, ...(isSaid ? [] : [expirationRow(server)])]
  if (!means) return { rows: [...common, ...closedRow(server)], because: 'no token is sent' }
  const alive = means === 'token' && server.user === null && (await isAlive(client))
  const rows = [...common, tokenRow(server, stranger, alive, flags['token-file'])]
  if (server.user === null)
    return { rows: alive ? [...rows, ...readless] : rows, because: 'as whom Quay is asked is not known' }
  const own = await ownRows(inside, server, server.user, lacking).catch((failure: unknown) => [
    failedBy('quay', failure),
  ])
  return { rows: [...rows, ...own], because: files.because }
}

/** Without a token some servers tell even less. */
const closedRow = (server: Server): readonly Row[] =>
  server.feature('ANONYMOUS_ACCESS', true)
    ? []
    : [
        doubtful(
          'token',
          'this server tells nobody anything without one: FEATURE_ANONYMOUS_ACCESS is off',
          'set QUAY_TOKEN, or name a file with --token-file',
        ),
      ]

/** A server that limits the rate may be a Quay. */
function unknownServer(failure: unknown): Found {
  const row = failedBy('quay', failure)
  if (row.code === 'QC7601') return { rows: [], because: 'the connection is not to be trusted' }
  if (row.code === 'QC7429') return { rows: [], because: 'the server refuses more requests for now' }
  return { rows: [row], because: 'the server does not answer as a Quay does' }
}

/** Whose a namespace is cannot be told without a user, and so is no fault of the files. */
async function lackingIn(
  { expanded }: Loaded,
  client: Client,
  server: Server,
): Promise<readonly Diagnostic[]> {
  const all = await lackingOf(expanded, asCreates(expanded, registry, server), registry, client, server)
  return server.user === null ? all.filter(({ code }) => code !== 'QC3004') : all
}

/** What the token and its user may. */
async function ownRows(
  { client, files }: Inside,
  server: Server,
  user: string,
  lacking: readonly Diagnostic[],
): Promise<readonly Row[]> {
  const scopes = await probeScopes(client, server)
  const isSuperuser = scopes.there.includes('super:user')
  if (!files.sound) return [...scopeRows(scopes, null, server), ...superuserRows(server, isSuperuser, null)]
  const mayRead = scopes.there.includes('org:admin')
  const seen = await seeAll(organizationsOf(files.sound.expanded, registry), client)
  const takes = await takesOf(files.sound, seen, scopes, client, server)
  return [
    ...scopeRows(scopes, takes, server),
    ...superuserRows(server, isSuperuser, [...lacking.filter(isRank), ...takes.lacking]),
    ...organizationRows(seen, { server, isSuperuser, mayRead }),
    ...(await adminTeamRows(seen, user, client)),
  ]
}

/** What the files take of the token. Below organizations that its user does not administer, which is said of those, only what takes a superuser. */
async function takesOf(
  { expanded }: Loaded,
  seen: readonly Seen[],
  { there }: Scopes,
  client: Client,
  server: Server,
): Promise<Takes> {
  const present = seen.filter(({ view }) => view !== null).map(({ desired: { address } }) => address)
  const live = new Map(present.map((address): [string, Live] => [address.text, { address, attributes: {} }]))
  const foreign = seen.filter(({ view, failure }) => failure || (view && !view.is_admin))
  const closed = new Set(
    there.includes('org:admin') ? foreign.map(({ desired }) => desired.address.text) : [],
  )
  const changes = asCreates(expanded, registry, server).filter(({ address }) => !live.has(address.text))
  const isFree = (change: Change) =>
    !closed.has(rootOf(change.address).text) || scopesOf([change], registry, server).has('super:user')
  const open = changes.filter(isFree)
  // What is there may be as the files say already, and then nobody writes it.
  const isThere = ({ address }: Change) => live.has(rootOf(address).text)
  const missing = (list: readonly Change[]) => missingScopes(list, live, registry, client, server)
  const sure = await missing(open.filter((change) => !isThere(change)))
  const perhaps = await missing(open.filter(isThere))
  return {
    lacking: [
      ...sure,
      ...perhaps
        .filter(({ code }) => sure.every((one) => one.code !== code))
        .map((one) => ({
          ...one,
          severity: 'warning' as const,
          message: `${one.message}; not if it is there as declared`,
        })),
    ],
    scopes: scopesOf(changes, registry, server),
    reads: readingScopes(expanded, registry, live),
  }
}

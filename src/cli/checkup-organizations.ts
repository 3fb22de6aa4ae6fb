import type { Root } from '../engine/needs.ts'
import { path, type Reader } from '../model/api.ts'
import { doubtful, fine, type Row, skipped } from '../model/checkup.ts'
import { placeText } from '../model/diagnostics.ts'
import { ServerError } from '../model/errors.ts'
import type { Server } from '../model/server.ts'
import { flag, list, mapOf, name, optional, record, type Told, text } from '../model/shape.ts'
import { failed, failedBy } from './checkup-rows.ts'
import { exitCodes } from './exit.ts'

const teamView = record({ name, role: text, is_synced: optional(flag) })

/** Quay's answer; teams only for members. */
const organizationView = record({ is_admin: optional(flag), teams: optional(mapOf(teamView)) })
type View = Told<typeof organizationView>

/** An organization of the files as Quay shows it. */
export interface Seen extends Root {
  /** Null where there is none. */
  readonly view: View | null
  /** Why nothing can be told of it. */
  readonly failure: ServerError | null
}

/** One request an organization. */
export const seeAll = (roots: readonly Root[], reader: Reader): Promise<readonly Seen[]> =>
  Promise.all(
    roots.map(async (root) => {
      try {
        const view = await reader.find(path`/organization/${root.name}`, organizationView)
        return { ...root, view, failure: null }
      } catch (error) {
        if (error instanceof ServerError) return { ...root, view: null, failure: error }
        throw error
      }
    }),
  )

/** What somebody may do with the organizations of the files. */
interface Standing {
  readonly server: Server
  readonly isSuperuser: boolean
  /** Without the scope org:admin Quay shows nobody more than a stranger. */
  readonly mayRead: boolean
}

/** Is each there and administered by the user, or may the user create it? */
export function organizationRows(all: readonly Seen[], standing: Standing): readonly Row[] {
  if (all.length === 0) return [fine('organizations', 'no file speaks of one')]
  const good = { there: [] as string[], anew: [] as string[], part: [] as string[] }
  const rows = all.flatMap((seen): readonly Row[] => {
    if (seen.failure) return [failedBy('organizations', seen.failure)]
    if (seen.view && !seen.view.is_admin && !seen.closed) {
      good.part.push(seen.name)
      return []
    }
    const row = seen.view ? thereRow(seen, standing) : absentRow(seen, standing)
    if (row) return [row]
    good[seen.view ? 'there' : 'anew'].push(seen.name)
    return []
  })
  const { user } = standing.server
  return [
    ...(good.there.length > 0
      ? [fine('organizations', `administered by ${user}: ${good.there.join(', ')}`)]
      : []),
    ...(good.part.length > 0
      ? [
          fine(
            'organizations',
            `of others, and only their repositories are declared: ${good.part.join(', ')}`,
          ),
        ]
      : []),
    ...(good.anew.length > 0 ? [fine('organizations', `to be created: ${good.anew.join(', ')}`)] : []),
    ...rows,
  ]
}

function thereRow({ name, view, desired }: Seen, { server, isSuperuser, mayRead }: Standing): Row | null {
  if (view?.is_admin) return null
  if (!mayRead)
    return skipped(
      'organizations',
      `${name} is there; who administers it cannot be told without the scope org:admin`,
    )
  const { user } = server
  const join = `have an administrator of ${name} put ${user} on a team of role admin, as with PUT /api/v1/organization/${name}/team/owners/members/${user}`
  return failed(
    'organizations',
    'QC7403',
    exitCodes.auth,
    isSuperuser
      ? `${user} is a superuser, and no administrator of ${name}: ${rankWord(server)}`
      : `${user} is no administrator of ${name}`,
    isSuperuser
      ? `take ownership of it first: POST /api/v1/superuser/takeownership/${name}, or in Quay's superuser panel Organizations, ${name}, Take Ownership${wider(server)}; or ${join}`
      : join,
    { source: placeText(desired.origin.at) },
  )
}

/** From 3.18 on full access reaches every organization. */
const wider = (server: Server): string =>
  server.feature('SUPERUSERS_FULL_ACCESS')
    ? ''
    : "; or, from Quay 3.18 on, FEATURE_SUPERUSERS_FULL_ACCESS: true in Quay's config.yaml"

const rankWord = (server: Server): string =>
  server.feature('SUPERUSERS_FULL_ACCESS')
    ? 'before 3.16 full access does not reach it'
    : 'FEATURE_SUPERUSERS_FULL_ACCESS is off'

function absentRow({ name, desired }: Seen, { server, isSuperuser }: Standing): Row | null {
  const source = { source: placeText(desired.origin.at) }
  if (desired.mustExist)
    return failed(
      'organizations',
      'QC3003',
      exitCodes.config,
      `${name} is not there, and no file declares it`,
      'declare it in a document of its own, or load the file that does',
      source,
    )
  if (isSuperuser) return null
  const create = `have a superuser create it, as with POST /api/v1/organization/ {"name": "${name}"}, and put ${server.user} on its team owners: PUT /api/v1/organization/${name}/team/owners/members/${server.user}`
  if (server.feature('SUPERUSERS_ORG_CREATION_ONLY'))
    return failed(
      'organizations',
      'QC7403',
      exitCodes.auth,
      `${name} is not there, and only superusers may create it: FEATURE_SUPERUSERS_ORG_CREATION_ONLY is on`,
      `${create}; or FEATURE_SUPERUSERS_ORG_CREATION_ONLY: false in Quay's config.yaml`,
      source,
    )
  return server.feature('RESTRICTED_USERS')
    ? doubtful(
        'organizations',
        `${name} is to be created, and restricted users may not: FEATURE_RESTRICTED_USERS is on`,
        `have the operator of Quay name ${server.user} in RESTRICTED_USERS_WHITELIST, or ${create}`,
        source,
      )
    : null
}

/** Is the user's right one that a directory may take away any day? */
export async function adminTeamRows(
  all: readonly Seen[],
  user: string,
  reader: Reader,
): Promise<readonly Row[]> {
  const ours = all.filter(({ view }) => view?.is_admin)
  if (ours.length === 0)
    return [fine('admin_team', 'there is none yet: no organization of the files is administered')]
  const rows = await Promise.all(ours.map((seen) => syncedRow(seen, user, reader)))
  const found = rows.filter((row) => row !== null)
  return found.length > 0
    ? found
    : [fine('admin_team', 'no directory decides whether the user stays an administrator')]
}

async function syncedRow({ name, view, desired }: Seen, user: string, reader: Reader): Promise<Row | null> {
  const teams = Object.values(view?.teams ?? {}).filter(({ role }) => role === 'admin')
  if (!teams.some(({ is_synced }) => is_synced)) return null
  const reads = teams.map(async (team) => ({ ...team, isOn: await isOn(name, team.name, user, reader) }))
  const held = await Promise.all(reads).catch((failure: unknown) => failedBy('admin_team', failure))
  if ('check' in held) return held
  const own = held.filter(({ isOn: on }) => on)
  if (own.length === 0 || own.some(({ is_synced }) => !is_synced)) return null
  const free = teams.find(({ is_synced }) => !is_synced)?.name
  const team = free ?? 'quayctl'
  const make = free ? '' : `PUT /api/v1/organization/${name}/team/${team} {"role": "admin"}, then `
  return doubtful(
    'admin_team',
    `${user} administers ${name} by ${own.map((one) => one.name).join(', ')} only, which a directory fills and may empty any day`,
    `put ${user} on a team of role admin that is not synchronised: ${make}PUT /api/v1/organization/${name}/team/${team}/members/${user}`,
    { source: placeText(desired.origin.at) },
  )
}

async function isOn(organization: string, team: string, user: string, reader: Reader): Promise<boolean> {
  const { members = [] } = await reader.get(
    path`/organization/${organization}/team/${team}/members`,
    record({ members: optional(list(record({ name: optional(text) }))) }),
  )
  return members.some((member) => member.name === user)
}

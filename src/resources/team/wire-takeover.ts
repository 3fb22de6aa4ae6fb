import { path, type QuayApi, type Reader } from '../../model/api.ts'
import { list, name, orNull, record, type Told, text } from '../../model/shape.ts'
import { isUuid } from '../../model/uuid.ts'
import type { Place } from './wire-members.ts'
import { addMembers, findMembers, isUser, subjectsOf } from './wire-members.ts'

/** What its predecessor has and a team has nothing of: a role that it has, however low, is declared or somebody's choice, and stays. */
export interface Lacking {
  readonly members: readonly string[]
  readonly permissions: readonly { readonly repository: string; readonly role: string }[]
  /** `creator` is null where anybody creates the repository. */
  readonly defaults: readonly { readonly creator: string | null; readonly role: string }[]
}

/** What a live team's write calls need besides its attributes. */
export interface Remote {
  /** What it has to take over; absent where that is nothing. */
  readonly lacking?: Lacking
}

const permission = record({ repository: record({ name }), role: name })
type Permission = Told<typeof permission>
const prototype = record({
  role: name,
  activating_user: orNull(record({ name })),
  delegate: record({ name, kind: text }),
})
type Prototype = Told<typeof prototype>
/** Of several equal ones the role of the first decides in Quay (data/model/permission.py:270). */
type ByCreator = ReadonlyMap<string | null, string>

/** `members`: whose members are taken over; none where the files list those of the new team, no users where a directory does. */
export async function readLacking(
  place: Place,
  old: string,
  members: 'none' | 'robots' | 'all',
  reader: Reader,
): Promise<Lacking> {
  const before = { organization: place.organization, team: old }
  const [had, granted, has, prototypes] = await Promise.all([
    members === 'none' ? [] : membersOf(before, reader),
    permissionsOf(before, reader),
    permissionsOf(place, reader),
    readPrototypes(place, reader),
  ])
  const present = had.length > 0 ? await membersOf(place, reader) : []
  const own = new Set(has.map(({ repository }) => repository.name))
  const ownDefaults = byCreator(prototypes, place.team)
  return {
    members: had.filter((subject) => !present.includes(subject) && (members === 'all' || !isUser(subject))),
    permissions: granted
      .map(({ repository, role }) => ({ repository: repository.name, role }))
      .filter(({ repository }) => !own.has(repository)),
    defaults: [...byCreator(prototypes, old)]
      .filter(([creator]) => !ownDefaults.has(creator))
      .map(([creator, role]) => ({ creator, role })),
  }
}

/** Each step may be repeated: a run that was cut off is taken up by the next. */
export async function takeOver(
  place: Place,
  { members, permissions, defaults }: Lacking,
  api: QuayApi,
): Promise<void> {
  await addMembers(place, members, api)
  for (const { repository, role } of permissions)
    await api.put(path`/repository/${place.organization}/${repository}/permissions/team/${place.team}`, {
      role,
    })
  // An equal one would become a second one.
  const own = defaults.length > 0 ? byCreator(await readPrototypes(place, api.fresh), place.team) : null
  for (const { creator, role } of defaults)
    if (!own?.has(creator)) await giveDefault(place, creator, role, api)
}

/** A creator that is null is refused: it must be left out. */
const giveDefault = (
  { organization, team }: Place,
  creator: string | null,
  role: string,
  api: QuayApi,
): Promise<void> =>
  api.post(path`/organization/${organization}/prototypes`, {
    role,
    delegate: { name: team, kind: 'team' },
    ...(creator !== null && { activating_user: { name: creator } }),
  })

export const isComplete = ({ members, permissions, defaults }: Lacking): boolean =>
  members.length + permissions.length + defaults.length === 0

/** `3 members, 12 permissions and 1 default permission` */
export function wordsOf({ members, permissions, defaults }: Lacking): string {
  const parts = [
    counted(members.length, 'member'),
    counted(permissions.length, 'permission'),
    counted(defaults.length, 'default permission'),
  ].flat()
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}` : (parts[0] ?? 'nothing')
}

const counted = (count: number, noun: string): readonly string[] =>
  count === 0 ? [] : [`${count} ${noun}${count === 1 ? '' : 's'}`]

async function membersOf(place: Place, reader: Reader): Promise<readonly string[]> {
  const view = await findMembers(place, reader)
  return view ? subjectsOf(view, place.organization) : []
}

async function permissionsOf({ organization, team }: Place, reader: Reader): Promise<readonly Permission[]> {
  const answer = await reader.find(
    path`/organization/${organization}/team/${team}/permissions`,
    record({ permissions: list(permission) }),
  )
  return answer?.permissions ?? []
}

/** Without those of deleted users' repositories, of which there will be no more. */
async function readPrototypes({ organization }: Place, reader: Reader): Promise<readonly Prototype[]> {
  const answer = await reader.find(
    path`/organization/${organization}/prototypes`,
    record({ prototypes: list(prototype) }),
  )
  return answer?.prototypes.filter(({ activating_user }) => !isUuid(activating_user?.name ?? '')) ?? []
}

function byCreator(prototypes: readonly Prototype[], team: string): ByCreator {
  const roles = new Map<string | null, string>()
  for (const { delegate, activating_user, role } of prototypes) {
    const creator = activating_user?.name ?? null
    if (delegate.kind === 'team' && delegate.name === team && !roles.has(creator)) roles.set(creator, role)
  }
  return roles
}

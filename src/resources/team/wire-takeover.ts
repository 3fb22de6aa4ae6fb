import { path, type QuayApi, type Reader } from '../../model/api.ts'
import type { Place } from './wire-members.ts'
import { addMembers, findMembers, isUser, subjectsOf } from './wire-members.ts'

/** What a team does not have that its predecessor has. */
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

interface Permission {
  readonly repository: { readonly name: string }
  readonly role: string
}
interface Prototype {
  readonly id: string
  readonly role: string
  readonly activating_user: { readonly name: string } | null
  readonly delegate: { readonly name: string; readonly kind: string }
}
/** Of several equal ones the first decides in Quay (data/model/permission.py:270). */
type ByCreator = ReadonlyMap<string | null, Prototype>

const RANK = ['read', 'write', 'admin']
const isLess = (role: string | undefined, than: string): boolean =>
  RANK.indexOf(role ?? '') < RANK.indexOf(than)

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
  const roles = new Map(has.map(({ repository, role }) => [repository.name, role]))
  const own = byCreator(prototypes, place.team)
  return {
    members: had.filter((subject) => !present.includes(subject) && (members === 'all' || !isUser(subject))),
    permissions: granted
      .map(({ repository, role }) => ({ repository: repository.name, role }))
      .filter(({ repository, role }) => isLess(roles.get(repository), role)),
    defaults: [...byCreator(prototypes, old)]
      .map(([creator, { role }]) => ({ creator, role }))
      .filter(({ creator, role }) => isLess(own.get(creator)?.role, role)),
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
  if (defaults.length === 0) return
  const own = byCreator(await readPrototypes(place, api.fresh), place.team)
  for (const wanted of defaults) await giveDefault(place, wanted, own.get(wanted.creator), api)
}

/** A second one beside a weaker one would not count, so that is raised. A creator that is null is refused: it must be left out. */
async function giveDefault(
  { organization, team }: Place,
  { creator, role }: Lacking['defaults'][number],
  present: Prototype | undefined,
  api: QuayApi,
): Promise<void> {
  if (!present)
    await api.post(path`/organization/${organization}/prototypes`, {
      role,
      delegate: { name: team, kind: 'team' },
      ...(creator !== null && { activating_user: { name: creator } }),
    })
  else if (isLess(present.role, role))
    await api.put(path`/organization/${organization}/prototypes/${present.id}`, { role })
}

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
  const answer = await reader.find<{ permissions: Permission[] }>(
    path`/organization/${organization}/team/${team}/permissions`,
  )
  return answer?.permissions ?? []
}

async function readPrototypes({ organization }: Place, reader: Reader): Promise<readonly Prototype[]> {
  const answer = await reader.find<{ prototypes: Prototype[] }>(
    path`/organization/${organization}/prototypes`,
  )
  return answer?.prototypes ?? []
}

function byCreator(prototypes: readonly Prototype[], team: string): ByCreator {
  const found = new Map<string | null, Prototype>()
  for (const prototype of prototypes) {
    const { delegate, activating_user } = prototype
    const creator = activating_user?.name ?? null
    if (delegate.kind === 'team' && delegate.name === team && !found.has(creator))
      found.set(creator, prototype)
  }
  return found
}

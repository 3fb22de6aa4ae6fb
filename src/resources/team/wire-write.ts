import type { Live } from '../../model/change.ts'
import type { Quay } from '../../model/resource.ts'
import type { Sent } from '../../model/schema.ts'
import { putTeam, type Team } from './wire.ts'
import { changeMembers, findMembers, isUser, type Place, subjectsOf } from './wire-members.ts'
import { changeSync } from './wire-sync.ts'
import { type Remote, readLacking, takeOver } from './wire-takeover.ts'

/** Also a team that is there already: Quay makes `owners` itself, with the token's user on it. */
export async function createTeam(place: Place, values: Sent<Team>, { api, server }: Quay): Promise<void> {
  const { role = 'member', description, members, sync, previously } = values
  const isNew = await putTeam(place, role, description, api)
  const found = isNew ? null : await findMembers(place, api.fresh)
  if (sync) await changeSync(place, sync, Boolean(found?.synced), api)
  if (members) {
    const before = found ? subjectsOf(found, place.organization) : []
    const stays = (subject: string) =>
      sync ? isUser(subject) : role === 'admin' && subject === `user:${server.user}`
    await changeMembers(
      place,
      before.filter((subject) => !stays(subject)),
      members.filter((subject) => !(before.includes(subject) && stays(subject))),
      api,
    )
  }
  if (previously === undefined) return
  const taken = members ? 'none' : sync ? 'robots' : 'all'
  await takeOver(place, await readLacking(place, previously, taken, api.fresh), api)
}

/** The role goes along with whatever is changed: Quay requires it. */
export async function changeTeam(
  place: Place,
  values: Sent<Team>,
  before: Live<Team> | null,
  { api }: Quay,
): Promise<void> {
  const { role, description, members, sync, previously } = values
  const was = before?.attributes ?? {}
  if (role !== undefined || description !== undefined)
    await putTeam(place, role ?? was.role ?? 'member', description, api)
  if (sync !== undefined) await changeSync(place, sync, Boolean(was.sync), api)
  if (members) await changeMembers(place, was.members ?? [], members, api)
  const { lacking } = (before?.remote ?? {}) as Remote
  if (previously === undefined || !lacking) return
  // What was to go besides has gone by now.
  const { permissions, defaults } = await readLacking(place, previously, 'none', api.fresh)
  await takeOver(place, { members: lacking.members, permissions, defaults }, api)
}

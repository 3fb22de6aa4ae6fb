import { path, type QuayApi, type Reader } from '../../model/api.ts'
import { asSet } from '../../model/canonical.ts'
import { ApiError } from '../../model/errors.ts'
import { list, optional, orNull, record, type Told, text } from '../../model/shape.ts'
import { parseSubject, quayName, subjectOf } from '../../model/subject.ts'
import { isUuid } from '../../model/uuid.ts'

/** A team of an organization, by names. */
export interface Place {
  readonly organization: string
  readonly team: string
}

const group = record({ group_dn: optional(text), group_name: optional(text), group_id: optional(text) })
const membersView = record({
  /** Users and robots by `name`, invited ones among them; invitations by e-mail have none. */
  members: list(record({ name: optional(text) })),
  /** Only with a directory; its `config` for superusers only. */
  synced: optional(orNull(record({ config: optional(orNull(group)) }))),
})
export type MembersView = Told<typeof membersView>

export const isUser = (subject: string): boolean => parseSubject(subject).kind === 'user'

/** With those who are invited: adding one of them again would send another e-mail. Null without the team. */
export const findMembers = ({ organization, team }: Place, reader: Reader): Promise<MembersView | null> =>
  reader.find(path`/organization/${organization}/team/${team}/members?includePending=true`, membersView)

export const subjectsOf = ({ members }: MembersView, organization: string): readonly string[] =>
  asSet(members.flatMap(({ name }) => (name && !isUuid(name) ? [subjectOf(name, organization)] : [])))

/** Adds first; while somebody cannot be added nobody is removed, so that a misspelt name takes no access away. */
export async function changeMembers(
  place: Place,
  before: readonly string[],
  after: readonly string[],
  api: QuayApi,
): Promise<void> {
  await addMembers(
    place,
    after.filter((subject) => !before.includes(subject)),
    api,
  )
  for (const subject of before) if (!after.includes(subject)) await removeMember(place, subject, api)
}

/** Adds all that Quay knows, then fails for the others. */
export async function addMembers(place: Place, subjects: readonly string[], api: QuayApi): Promise<void> {
  const unknown: { readonly subject: string; readonly error: ApiError }[] = []
  for (const subject of subjects)
    try {
      await api.put(memberPath(place, subject))
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 400)) throw error
      if (error.says(/unknown user/i)) unknown.push({ subject, error })
      else if (!error.says(/already a member/i)) throw error
    }
  const [first] = unknown
  if (!first) return
  throw new ApiError(
    first.error.code,
    `Quay does not know ${unknown.map(({ subject }) => subject).join(', ')}: not put on team ${place.team} of ${place.organization}`,
    ['check the spelling; a user of a directory is known from the first sign-in on'],
    first.error.failed,
  )
}

/** A 400 for who is not on the team, a 404 for who is no more at all: both are done. */
async function removeMember(place: Place, subject: string, api: QuayApi): Promise<void> {
  try {
    await api.delete(memberPath(place, subject))
  } catch (error) {
    const isGone =
      error instanceof ApiError && (error.status === 404 || error.says(/does not belong to team/i))
    if (!isGone) throw error
  }
}

const memberPath = ({ organization, team }: Place, subject: string) =>
  path`/organization/${organization}/team/${team}/members/${quayName(parseSubject(subject), organization)}`

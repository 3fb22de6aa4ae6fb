import { path, type QuayApi, type Reader } from '../../model/api.ts'
import { ApiError } from '../../model/errors.ts'
import type { Infer } from '../../model/schema.ts'
import { list, name, orNull, record, type Told, text } from '../../model/shape.ts'
import { parseSubject, quayName, subjectOf } from '../../model/subject.ts'
import { isUuid } from '../../model/uuid.ts'
import type { schema } from './schema.ts'

export type DefaultPermission = Infer<typeof schema>

/** What Quay's API calls a prototype. */
const prototypeView = record({
  id: name,
  role: name,
  activating_user: orNull(record({ name })),
  delegate: record({ name, kind: text }),
})
export type PrototypeView = Told<typeof prototypeView>

/** In the server's order, which decides: of several for one subject the first counts (data/model/permission.py:270). */
export async function listPrototypes(
  organization: string,
  reader: Reader,
): Promise<readonly PrototypeView[]> {
  const { prototypes } = await reader.get(
    path`/organization/${organization}/prototypes`,
    record({ prototypes: list(prototypeView) }),
  )
  return prototypes.filter(
    ({ activating_user: creator, delegate }) =>
      !isUuid(creator?.name ?? '') && (delegate.kind === 'team' || !isUuid(delegate.name)),
  )
}

/** A robot's kind is `user` here. */
export const fromQuay = (
  { activating_user: creator, delegate, role }: PrototypeView,
  organization: string,
): DefaultPermission => ({
  ...(creator && { creator: subjectOf(creator.name, organization) }),
  to: delegate.kind === 'team' ? `team:${delegate.name}` : subjectOf(delegate.name, organization),
  role,
})

/** An equal one would become a second one; a null creator is refused, though Quay answers with one (endpoints/api/prototype.py:177). */
export async function createPrototype(
  organization: string,
  { creator, to = '', role }: DefaultPermission,
  api: QuayApi,
): Promise<void> {
  const delegate = parseSubject(to)
  await api.post(path`/organization/${organization}/prototypes`, {
    role,
    delegate: {
      name: quayName(delegate, organization),
      kind: delegate.kind === 'team' ? 'team' : 'user',
    },
    ...(creator !== undefined && {
      activating_user: { name: quayName(parseSubject(creator), organization) },
    }),
  })
}

export const changeRole = (organization: string, id: string, role: string, api: QuayApi): Promise<void> =>
  api.put(path`/organization/${organization}/prototypes/${id}`, { role })

/** The first one last, so that meanwhile no other of them counts. One that is gone already is deleted. */
export async function deletePrototypes(
  organization: string,
  ids: readonly string[],
  api: QuayApi,
): Promise<void> {
  for (const id of [...ids].reverse())
    try {
      await api.delete(path`/organization/${organization}/prototypes/${id}`)
    } catch (error) {
      if (!(error instanceof ApiError && error.failed?.errorType === 'not_found')) throw error
    }
}

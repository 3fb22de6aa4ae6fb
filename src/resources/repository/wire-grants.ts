import { type ApiPath, path, type QuayApi } from '../../model/api.ts'
import { ApiError } from '../../model/errors.ts'
import { mapOf, name, record } from '../../model/shape.ts'
import { subjectOf } from '../../model/subject.ts'

const entries = record({ permissions: mapOf(record({ name })) })

/** What Quay gives with a new repository, to its creator and by default permissions, beyond the subjects that are listed. The owner of a user namespace keeps what is theirs (data/model/repository.py:169). */
export async function takeBack(
  namespace: string,
  repository: string,
  listed: readonly string[],
  api: QuayApi,
): Promise<void> {
  const given = async (kind: 'user' | 'team') =>
    Object.values(
      (await api.fresh.get(path`/repository/${namespace}/${repository}/permissions/${kind}/`, entries))
        .permissions,
    )
  const [users, teams] = await Promise.all([given('user'), given('team')])
  for (const { name: user } of users)
    if (user !== namespace && !listed.includes(subjectOf(user, namespace)))
      await takeAway(path`/repository/${namespace}/${repository}/permissions/user/${user}`, api)
  for (const { name: team } of teams)
    if (!listed.includes(`team:${team}`))
      await takeAway(path`/repository/${namespace}/${repository}/permissions/team/${team}`, api)
}

/** One that is gone already is a 400 with a text (data/model/permission.py:356). */
async function takeAway(one: ApiPath, api: QuayApi): Promise<void> {
  try {
    await api.delete(one)
  } catch (error) {
    const isGone =
      error instanceof ApiError && error.status === 400 && error.says(/does not have permission for repo/i)
    if (!isGone) throw error
  }
}

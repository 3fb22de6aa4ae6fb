import { path, type QuayApi } from '../../model/api.ts'
import { subjectOf } from '../../model/subject.ts'

type Entries = Readonly<Record<string, { readonly name: string }>>

/** What Quay gives with a new repository, to its creator and by default permissions, beyond the subjects that are listed. The owner of a user namespace keeps what is theirs (data/model/repository.py:169). */
export async function takeBack(
  namespace: string,
  name: string,
  listed: readonly string[],
  api: QuayApi,
): Promise<void> {
  const given = async (kind: 'user' | 'team') =>
    Object.values(
      (
        await api.fresh.get<{ permissions: Entries }>(
          path`/repository/${namespace}/${name}/permissions/${kind}/`,
        )
      ).permissions,
    )
  const [users, teams] = await Promise.all([given('user'), given('team')])
  for (const { name: user } of users)
    if (user !== namespace && !listed.includes(subjectOf(user, namespace)))
      await api.delete(path`/repository/${namespace}/${name}/permissions/user/${user}`)
  for (const { name: team } of teams)
    if (!listed.includes(`team:${team}`))
      await api.delete(path`/repository/${namespace}/${name}/permissions/team/${team}`)
}

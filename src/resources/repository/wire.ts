import { type ApiPath, path, type QuayApi, type Reader } from '../../model/api.ts'
import { AuthError } from '../../model/errors.ts'
import type { Infer } from '../../model/schema.ts'
import type { SyncView } from '../../model/sync.ts'
import type { schema } from './schema.ts'

export type Repository = Infer<typeof schema>

export interface RepositoryView {
  readonly namespace: string
  readonly name: string
  readonly description: string | null
  readonly is_public: boolean
  readonly state: string | null
  /** When a tag was pushed last; null without live tags. Only in lists, where asked for. */
  readonly last_modified?: number | null
}

/** By creation, 100 a page; what the caller can see. */
export const listRepositories = (namespace: string, reader: Reader): Promise<readonly RepositoryView[]> =>
  reader.list<RepositoryView>(path`/repository?namespace=${namespace}&last_modified=true`, 'repositories')

export const findRepository = (
  namespace: string,
  name: string,
  reader: Reader,
): Promise<RepositoryView | null> =>
  reader.find<RepositoryView>(path`/repository/${namespace}/${name}?includeTags=false`)

export const mirrorPath = (namespace: string, name: string): ApiPath =>
  path`/repository/${namespace}/${name}/mirror`

/** Whether its mirror is at work. */
export const findSync = (namespace: string, name: string, reader: Reader): Promise<SyncView | null> =>
  reader.find<SyncView>(mirrorPath(namespace, name))

/** The services that build it, where the caller may know: to others than administrators none. */
export async function triggersOf(
  namespace: string,
  name: string,
  reader: Reader,
): Promise<readonly string[]> {
  try {
    const answer = await reader.find<{ triggers: readonly { service: string }[] }>(
      path`/repository/${namespace}/${name}/trigger/`,
    )
    return (answer?.triggers ?? []).map(({ service }) => service)
  } catch (error) {
    if (error instanceof AuthError) return []
    throw error
  }
}

/** A repository that a push created has no description at all. */
export const fromQuay = ({ description, is_public, state }: RepositoryView): Repository => ({
  description: description ?? '',
  visibility: is_public ? 'public' : 'private',
  state: (state ?? 'NORMAL').toLowerCase(),
})

/** The state is no field of a create (endpoints/api/repository.py). */
export async function createRepository(
  namespace: string,
  name: string,
  repository: Repository,
  api: QuayApi,
): Promise<void> {
  await api.post(path`/repository`, {
    namespace,
    repository: name,
    repo_kind: 'image',
    visibility: repository.visibility ?? 'private',
    description: repository.description ?? '',
  })
  if (repository.state === 'read_only') await changeState(namespace, name, 'READ_ONLY', api)
}

/** The state last: nothing else needs it, and a failure before it changes less. */
export async function changeRepository(
  namespace: string,
  name: string,
  values: Repository,
  api: QuayApi,
): Promise<void> {
  if (values.description !== undefined)
    await api.put(path`/repository/${namespace}/${name}`, { description: values.description })
  if (values.visibility !== undefined)
    await api.post(path`/repository/${namespace}/${name}/changevisibility`, { visibility: values.visibility })
  if (values.state !== undefined) await changeState(namespace, name, values.state.toUpperCase(), api)
}

export const deleteRepository = (namespace: string, name: string, api: QuayApi): Promise<void> =>
  api.delete(path`/repository/${namespace}/${name}`)

const changeState = (namespace: string, name: string, state: string, api: QuayApi): Promise<void> =>
  api.put(path`/repository/${namespace}/${name}/changestate`, { state })

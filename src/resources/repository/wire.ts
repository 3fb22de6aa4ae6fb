import { type ApiPath, path, type QuayApi, type Reader } from '../../model/api.ts'
import { AuthError } from '../../model/errors.ts'
import type { Infer } from '../../model/schema.ts'
import { flag, list, name, number, optional, orNull, record, type Told, text } from '../../model/shape.ts'
import { type SyncView, syncView } from '../../model/sync.ts'
import { isoOf, type Vitals } from '../../model/vitals.ts'
import type { schema } from './schema.ts'

export type Repository = Infer<typeof schema>

const repositoryView = record({
  namespace: name,
  name,
  description: orNull(text),
  is_public: flag,
  state: orNull(text),
  /** When a tag was pushed last; null without live tags. Only in lists, where asked for. */
  last_modified: optional(orNull(number)),
  /** The same. */
  quota_report: optional(orNull(record({ quota_bytes: number }))),
})
export type RepositoryView = Told<typeof repositoryView>

/** By creation, 100 a page; what the caller can see. */
export const listRepositories = (namespace: string, reader: Reader): Promise<readonly RepositoryView[]> =>
  reader.list(path`/repository?namespace=${namespace}&last_modified=true`, 'repositories', repositoryView)

/** The same of all namespaces. A deleted one has a UUID for its name until Quay's garbage collection. */
export const allRepositories = (reader: Reader): AsyncIterable<readonly RepositoryView[]> =>
  reader.pages(path`/repository?public=true&last_modified=true`, 'repositories', repositoryView)

export const findRepository = (
  namespace: string,
  repository: string,
  reader: Reader,
): Promise<RepositoryView | null> =>
  reader.find(path`/repository/${namespace}/${repository}?includeTags=false`, repositoryView)

export const mirrorPath = (namespace: string, repository: string): ApiPath =>
  path`/repository/${namespace}/${repository}/mirror`

/** Whether its mirror is at work. */
export const findSync = (namespace: string, repository: string, reader: Reader): Promise<SyncView | null> =>
  reader.find(mirrorPath(namespace, repository), record(syncView))

/** The services that build it, where the caller may know: to others than administrators none. */
export async function triggersOf(
  namespace: string,
  repository: string,
  reader: Reader,
): Promise<readonly string[]> {
  try {
    const answer = await reader.find(
      path`/repository/${namespace}/${repository}/trigger/`,
      record({ triggers: list(record({ service: text })) }),
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

export const vitalsOf = ({ last_modified, quota_report }: RepositoryView): Vitals => ({
  ...(quota_report && { size: quota_report.quota_bytes }),
  ...(last_modified !== undefined && {
    last_pushed: last_modified === null ? null : isoOf(last_modified * 1000),
  }),
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

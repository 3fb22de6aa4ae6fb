import { created, noContent, notFound, ok } from '../../model/answers.ts'
import type { Answer, Call, RepositoryRow, Route } from '../../model/emulation.ts'
import { newStarredRepository } from './emulator-schemas.ts'

/** Who starred a repository, by its full name. */
const stars = (call: Call) => call.rows<Set<string>>('star')

/** Whether the caller starred the repository; never for nobody. */
export function isStarred(call: Call, row: RepositoryRow): boolean {
  const { user } = call.caller
  return user !== null && (stars(call).get(`${row.namespace}/${row.name}`)?.has(user) ?? false)
}

function star(call: Call): Answer {
  const { user } = call.caller
  call.require(user !== null)
  const { namespace, repository } = call.read<{ namespace: string; repository: string }>(newStarredRepository)
  const key = `${namespace}/${repository}`
  if (user === null || !call.ground.repositories.has(key)) throw notFound()
  const users = stars(call).get(key) ?? new Set()
  stars(call).set(key, users.add(user))
  return created({ namespace, repository })
}

function unstar(call: Call): Answer {
  const { user } = call.caller
  call.require(user !== null)
  const key = `${call.params.ns}/${call.params.repo}`
  if (user === null || !call.ground.repositories.has(key)) throw notFound()
  stars(call).get(key)?.delete(user)
  return noContent()
}

function listStarred(call: Call): Answer {
  call.require(call.caller.user !== null)
  const rows = [...call.ground.repositories.values()].filter((row) => isStarred(call, row))
  return ok({
    repositories: rows.map((row) => ({
      namespace: row.namespace,
      name: row.name,
      description: row.description,
      is_public: row.public,
    })),
  })
}

/** A user's starred repositories. */
export const starRoutes: readonly Route[] = [
  { operation: 'GET /user/starred', handle: listStarred },
  {
    operation: 'POST /user/starred',
    body: { NewStarredRepository: newStarredRepository },
    handle: star,
  },
  { operation: 'DELETE /user/starred/{ns}/{repo*}', handle: unstar },
]

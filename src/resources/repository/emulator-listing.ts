import { frameworkTexts, invalidRequest, message, ok } from '../../model/answers.ts'
import { avatar } from '../../model/avatar.ts'
import type { Answer, Call, RepositoryRow } from '../../model/emulation.ts'
import { isStarred } from './emulator-stars.ts'
import { lastModified } from './emulator-tags.ts'

/** Fixed; there is no parameter for it (endpoints/api/repository_models_pre_oci.py:22). */
const pageSize = 100

/** `GET /repository`: at least one of `namespace`, `starred` and `public` must be given. */
export function listRepositories(call: Call): Answer {
  const namespace = call.query.get('namespace') ?? ''
  const starred = call.flag('starred', false)
  const everybody = call.flag('public', false)
  const kind = call.query.get('repo_kind') ?? 'image'
  if (namespace === '' && !starred && !everybody)
    throw invalidRequest('namespace, starred or public are required for this API call')
  if (starred && call.caller.user === null) throw message(frameworkTexts.broken)
  if (kind !== 'image' && kind !== 'application') throw message('Unknown repository kind')
  const { repositories } = call.ground
  const all = kind !== 'image' ? [] : namespace === '' ? repositories.values() : repositories.of(namespace)
  // The user's rights decide here, not the token's scopes; what only everybody's right shows is left out unless `public` asks for it.
  // Starred ones are cut off, one short of a page (endpoints/api/repository_models_pre_oci.py:115).
  const { rows, ...next } = starred
    ? {
        rows: [...repositories.values()]
          .filter((row) => isStarredAndVisible(row, call))
          .slice(0, pageSize - 1),
      }
    : call.page(all, pageSize, (row) => call.sees(everybody ? row : { ...row, public: false }))
  return ok({ repositories: rows.map((row) => view(row, call)), ...next })
}

const isStarredAndVisible = (row: RepositoryRow, call: Call): boolean =>
  isStarred(call, row) && (row.public || call.repositoryRole(row.namespace, row.name) !== null)

function view(row: RepositoryRow, call: Call): object {
  return {
    namespace: row.namespace,
    name: row.name,
    description: row.description,
    is_public: row.public,
    kind: 'image',
    state: row.state,
    ...(call.flag('last_modified', false) ? { last_modified: lastModified(row, call.now) } : {}),
    ...(call.flag('popularity', false) ? { popularity: 0 } : {}),
    ...(call.caller.user === null ? {} : { is_starred: isStarred(call, row) }),
    ...call.embedded('repository row', `${row.namespace}/${row.name}`),
  }
}

/** `GET /find/repositories`: a search by a part of the name, ten a page. */
export function findRepositories(call: Call): Answer {
  const query = call.query.get('query') ?? ''
  const page = Math.max(1, call.integer('page', 'The page.') ?? 1)
  const start = (page - 1) * 10
  const found = [...call.ground.repositories.values()].filter(
    (row) =>
      row.name.includes(query) && (row.public || call.repositoryRole(row.namespace, row.name) !== null),
  )
  return ok({
    results: found.slice(start, start + 10).map((row) => result(row, call)),
    has_additional: found.length > start + 10,
    page,
    page_size: 10,
    start_index: start,
  })
}

function result(row: RepositoryRow, call: Call): object {
  const { namespace, name } = row
  const kind = call.ground.organizations.has(namespace) ? 'organization' : 'user'
  return {
    kind: 'repository',
    title: 'repo',
    namespace: {
      title: kind === 'user' ? 'user' : 'org',
      kind,
      name: namespace,
      avatar: avatar(kind === 'user' ? 'user' : 'org', namespace),
      score: 1,
      href: `/${kind}/${namespace}`,
    },
    name,
    description: row.description,
    is_public: row.public,
    score: 1,
    href: `/repository/${namespace}/${name}`,
    last_modified: null,
    stars: 0,
    popularity: 0,
  }
}

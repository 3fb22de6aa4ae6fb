import { created, detail, invalidRequest, noContent, notFound, ok, serverError } from '../../model/answers.ts'
import type {
  Answer,
  Call,
  EmulatorModule,
  RepositoryRow,
  RepositoryState,
  Role,
  Schema,
} from '../../model/emulation.ts'
import { namespaceOf } from '../../model/emulation-namespaces.ts'
import { findRepositories, listRepositories } from './emulator-listing.ts'
import { changeRepoState, changeVisibility, newRepo, repoUpdate } from './emulator-schemas.ts'
import { isStarred, starRoutes } from './emulator-stars.ts'
import { newestTags } from './emulator-tags.ts'
import { tagRoutes } from './emulator-tags-write.ts'

const ranks: readonly Role[] = ['read', 'write', 'admin']
const nestedName = /^[a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*$/
const flatName = /^[a-z0-9][a-z0-9._-]*$/

/** Slashes are allowed with FEATURE_EXTENDED_REPOSITORY_NAMES only (util/names.py:9). */
function validName(call: Call, name: string): boolean {
  const form = call.feature('EXTENDED_REPOSITORY_NAMES') ? nestedName : flatName
  return name.length <= 255 && form.test(name)
}

/** The database takes any text but one with a NUL, which is not caught. */
function storable(text: string): string {
  if (text.includes('\0')) throw serverError()
  return text
}

function createRepository(call: Call): Answer {
  const body = call.read<{
    repository: string
    visibility: string
    namespace?: string
    description: string
  }>(newRepo)
  const namespace = body.namespace ?? call.caller.user ?? ''
  call.require(['creator', 'admin'].includes(call.role(namespace) ?? ''))
  const { ground } = call
  const key = `${namespace}/${body.repository}`
  // The check of existence precedes that of the name (endpoints/api/repository.py:180).
  if (ground.repositories.has(key)) throw invalidRequest('Repository already exists')
  if (ground.organizations.get(namespace)?.mirrored)
    throw invalidRequest('Cannot create repository: organization is managed by organization-level mirroring')
  if (!validName(call, body.repository)) throw invalidRequest('Invalid repository name')
  // Only a superuser with full access gets here for a namespace that does not exist.
  if (namespaceOf(ground, namespace) === undefined) throw serverError()
  const row: RepositoryRow = {
    namespace,
    name: body.repository,
    description: storable(body.description),
    public: body.visibility === 'public',
    state: 'NORMAL',
    userGrants: new Map(call.caller.user === null ? [] : [[call.caller.user, 'admin']]),
    teamGrants: new Map(),
    mirrorRobot: null,
    badgeToken: call.uuid(),
  }
  ground.repositories.set(key, row)
  call.created(row)
  call.log('create_repo', { repo: body.repository, namespace }, key)
  return created({ namespace, name: body.repository, kind: 'image' })
}

function getRepository(call: Call): Answer {
  const row = call.repository('read')
  const role = call.repositoryRole(row.namespace, row.name)
  const may = (need: Role) => role !== null && ranks.indexOf(role) >= ranks.indexOf(need)
  return ok({
    namespace: row.namespace,
    name: row.name,
    kind: 'image',
    description: row.description,
    is_public: row.public,
    is_organization: call.ground.organizations.has(row.namespace),
    is_starred: isStarred(call, row),
    status_token: row.public ? '' : row.badgeToken,
    trust_enabled: false,
    tag_expiration_s: namespaceOf(call.ground, row.namespace)?.tagExpiration,
    is_free_account: true,
    state: row.state,
    ...(call.flag('includeTags', true) ? { tags: newestTags(row, call.now) } : {}),
    // False for an administrator too while the state is another than NORMAL (endpoints/api/repository.py:438).
    can_write: may('write') && row.state === 'NORMAL',
    can_admin: may('admin'),
    ...(call.flag('includeStats', false) ? { stats: emptyStatistics(call.now) } : {}),
  })
}

const dayLength = 24 * 60 * 60 * 1000

function emptyStatistics(now: Date): readonly object[] {
  return Array.from({ length: 91 }, (_, day) => ({
    date: new Date(now.getTime() - (day + 1) * dayLength).toISOString().slice(0, 10),
    count: 0,
  }))
}

/** A handler for a repository that must exist: permission first, then the body, then existence, as Quay's decorators stand. */
function change<T>(need: Role, schema: Schema, apply: (row: RepositoryRow, body: T, call: Call) => void) {
  return (call: Call): Answer => {
    const row = call.findRepository(need)
    const body = call.read<T>(schema)
    if (row === undefined) throw notFound()
    apply(row, body, call)
    return ok({ success: true })
  }
}

const describeRepository = change<{ description: string }>('write', repoUpdate, (row, body, call) => {
  row.description = storable(body.description)
  call.log('set_repo_description', { repo: row.name, namespace: row.namespace, description: row.description })
})

/** 200 with `null` where the repository is missing: the handler has no other branch (endpoints/api/repository.py:569). */
function changeRepositoryVisibility(call: Call): Answer {
  const row = call.findRepository('admin')
  const { visibility } = call.read<{ visibility: string }>(changeVisibility)
  if (row === undefined) return ok(null)
  row.public = visibility === 'public'
  call.log('change_repo_visibility', { repo: row.name, namespace: row.namespace, visibility })
  return ok({ success: true })
}

const changeState = change<{ state: RepositoryState }>('admin', changeRepoState, (row, body, call) => {
  if (call.ground.organizations.get(row.namespace)?.mirrored)
    throw detail(
      'Repository state changes are not allowed in an organization managed by organization-level mirroring',
    )
  row.state = body.state
  call.log('change_repo_state', { repo: row.name, namespace: row.namespace, state_changed: body.state })
})

/** 204 whether the repository exists or not (endpoints/api/repository.py:510). */
function deleteRepository(call: Call): Answer {
  const row = call.findRepository('admin')
  const { ns = '', repo } = call.params
  if (row !== undefined) call.deleted(`${row.namespace}/${row.name}`)
  else if (namespaceOf(call.ground, ns) === undefined) throw serverError()
  call.log('delete_repo', { repo, namespace: ns }, ns)
  return noContent()
}

/** Quay's side of repositories. */
export const emulator: EmulatorModule = {
  routes: [
    { operation: 'GET /repository', handle: listRepositories },
    { operation: 'POST /repository', body: { NewRepo: newRepo }, handle: createRepository },
    { operation: 'GET /repository/{ns}/{repo*}', handle: getRepository },
    {
      operation: 'PUT /repository/{ns}/{repo*}',
      body: { RepoUpdate: repoUpdate },
      handle: describeRepository,
    },
    { operation: 'DELETE /repository/{ns}/{repo*}', handle: deleteRepository },
    {
      operation: 'POST /repository/{ns}/{repo*}/changevisibility',
      body: { ChangeVisibility: changeVisibility },
      handle: changeRepositoryVisibility,
    },
    {
      operation: 'PUT /repository/{ns}/{repo*}/changestate',
      feature: 'REPO_MIRROR',
      body: { ChangeRepoState: changeRepoState },
      handle: changeState,
    },
    ...tagRoutes,
    { operation: 'GET /find/repositories', handle: findRepositories },
    ...starRoutes,
  ],
}

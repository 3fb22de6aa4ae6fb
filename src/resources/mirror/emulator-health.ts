import { notFound } from '../../model/answers.ts'
import type { Answer, Call, RepositoryRow } from '../../model/emulation.ts'
import { type MirrorRow, mirrors, type SyncStatus } from './emulator-rows.ts'

interface Entry {
  readonly repository: RepositoryRow
  readonly row: MirrorRow
}

/** How many issues of a kind are listed, and the share of failures that is still healthy. */
const issueLimit = 5
const failureThreshold = 0.2

/** Enabled mirrors of repositories in state MIRROR; by namespace, then by name. */
function counted(call: Call, namespace: string | null): readonly Entry[] {
  const order = [...call.ground.accounts.keys(), ...call.ground.organizations.keys()]
  const rank = ({ repository }: Entry) => order.indexOf(repository.namespace)
  return [...mirrors(call)]
    .flatMap(([key, row]) => {
      const repository = call.ground.repositories.get(key)
      return repository?.state === 'MIRROR' && row.enabled ? [{ repository, row }] : []
    })
    .filter(({ repository }) => namespace === null || repository.namespace === namespace)
    .sort((a, b) => rank(a) - rank(b) || (a.repository.name < b.repository.name ? -1 : 1))
}

const withStatus = (entries: readonly Entry[], status: SyncStatus) =>
  entries.filter(({ row }) => row.status === status)

/** With microseconds, as Python prints a time. */
const stamp = (call: Call): string => call.now.toISOString().replace('Z', '000Z')

function issues(call: Call, entries: readonly Entry[], failureRate: number): readonly object[] {
  const issue = (severity: string, text: string) => ({ severity, message: text, timestamp: stamp(call) })
  const name = ({ repository }: Entry) => `Repository ${repository.namespace}/${repository.name}`
  const neverRun = withStatus(entries, 'NEVER_RUN').slice(0, issueLimit)
  const exhausted = withStatus(entries, 'FAIL').filter(({ row }) => row.retries === 0)
  const percent = (share: number) => `${(share * 100).toFixed(1)}%`
  const critical = `${percent(failureRate)} of repositories are failing (threshold: ${percent(failureThreshold)})`
  return [
    ...(failureRate > failureThreshold ? [issue('critical', critical)] : []),
    ...neverRun.map((entry) => issue('warning', `${name(entry)} has never been synced`)),
    ...exhausted
      .slice(0, issueLimit)
      .map((entry) => issue('error', `${name(entry)} has exhausted all retry attempts`)),
  ]
}

interface Page {
  readonly limit: number
  readonly offset: number
}

/** The part of the list that `detailed` shows; a bad number is refused before anything else is looked at. */
function pageOf(call: Call): Page {
  const limit = call.integer('limit', 'Maximum repositories in detailed view (when detailed=true)') ?? 100
  const offset = call.integer('offset', 'Offset into the sorted mirror list for detailed view') ?? 0
  return { limit: Math.max(1, Math.min(limit, 1000)), offset: Math.max(0, offset) }
}

const details = (entries: readonly Entry[], { limit, offset }: Page) => ({
  details: entries.slice(offset, offset + limit).map(({ repository, row }) => ({
    namespace: repository.namespace,
    repository: repository.name,
    sync_status: row.status,
    is_enabled: row.enabled,
    last_sync: null,
    retries_remaining: row.retries,
  })),
  pagination: { limit, offset, has_more: entries.length > offset + limit },
})

/** Without a page there are no names. 503 with a normal body where more than a fifth of what has run is failing (endpoints/api/mirrorhealth.py:446). */
function report(call: Call, namespace: string | null, page: Page | null): Answer {
  const entries = counted(call, namespace)
  const failed = withStatus(entries, 'FAIL').length
  const neverRun = withStatus(entries, 'NEVER_RUN').length
  const failureRate = failed / Math.max(1, entries.length - neverRun)
  const healthy = failureRate <= failureThreshold
  return {
    status: healthy ? 200 : 503,
    headers: { 'Cache-Control': 'no-cache, no-store, must-revalidate' },
    body: {
      healthy,
      workers: { active: 0, configured: 0, status: healthy ? 'healthy' : 'degraded' },
      repositories: {
        total: entries.length,
        syncing: withStatus(entries, 'SYNCING').length,
        completed: withStatus(entries, 'SUCCESS').length,
        failed,
        never_run: neverRun,
        ...(page !== null && call.flag('detailed', false) ? details(entries, page) : {}),
      },
      tags_pending: 0,
      last_check: stamp(call),
      issues: page === null ? [] : issues(call, entries, failureRate),
    },
  }
}

/** `GET /repository/mirror/health`: of a namespace for its members, of the whole server for who may see all. */
export function mirrorHealth(call: Call): Answer {
  const page = pageOf(call)
  const { user, fullAccess } = call.caller
  call.require(user !== null)
  const namespace = call.query.get('namespace')
  if (namespace === null) {
    call.require(fullAccess)
    return report(call, null, page)
  }
  const { organizations, accounts } = call.ground
  if (!organizations.has(namespace) && !accounts.has(namespace)) throw notFound()
  call.require(user === namespace || call.role(namespace) !== null)
  return report(call, namespace, page)
}

/** `GET /superuser/mirror/health`: the same of the whole server, without names. */
export function superuserMirrorHealth(call: Call): Answer {
  call.require(call.caller.superuser)
  return report(call, null, null)
}

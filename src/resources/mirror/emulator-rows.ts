import { invalidRequest, notFound, serverError } from '../../model/answers.ts'
import type { Call, RepositoryRow, Tables } from '../../model/emulation.ts'

export type SyncStatus = 'NEVER_RUN' | 'SYNC_NOW' | 'SYNCING' | 'SUCCESS' | 'FAIL' | 'CANCEL'

/** The tags of a mirror; a row of its own in Quay's database, and so possibly an orphan. */
interface RuleRow {
  value: readonly string[]
}

/** Kept as sent, with keys nobody knows. */
export interface RegistryConfig {
  readonly verify_tls?: boolean
  readonly unsigned_images?: boolean
  readonly proxy?: Readonly<Record<string, string | null>>
}

/** A mirror's configuration and state; its robot stands in the repository's row. */
export interface MirrorRow {
  enabled: boolean
  reference: string
  username: string | null
  password: string | null
  config: RegistryConfig
  /** Seconds. */
  interval: number
  /** As it is served. */
  startDate: string
  expiration: string | null
  retries: number
  status: SyncStatus
  readonly rule: RuleRow
  /** Seconds. */
  timeout: number
  architectures: readonly string[]
  /** Rolls with each update; a worker whose claim has another lets its result go (data/model/repo_mirror.py:102). */
  transaction: number
  claim: number | null
}

/** Consecutive failures until the next slot is waited for (data/model/repo_mirror.py:28). */
export const maxRetries = 3

/** Whether values are checked before the first is written, the reference among them. 3.9 to 3.17 got it in late patch releases, but never 3.11 or 3.13, nor did 3.18.0. */
export const isPrevalidated = ({ since }: Call): boolean => since('3.19')

/** All mirrors by their repository's full name, outside of a call. */
export const mirrorTable = (tables: Tables) => tables.get('mirror') as Map<string, MirrorRow> | undefined

/** All mirrors by their repository's full name. */
export const mirrors = (call: Call) => call.rows<MirrorRow>('mirror')

/** The full name. */
export const keyOf = (repository: RepositoryRow): string => `${repository.namespace}/${repository.name}`

/** One update of a row, as its own transaction. */
export function write(row: MirrorRow, part: Partial<MirrorRow>): void {
  Object.assign(row, part)
  row.transaction += 1
}

/** The mirror of the repository that the call names; 404 where either is missing. */
export function findMirror(call: Call, repository: RepositoryRow | undefined): MirrorRow {
  const row = repository && mirrors(call).get(keyOf(repository))
  if (row === undefined) throw notFound()
  return row
}

/** A repository of an organization-level mirror has no mirror of its own. */
export function refuseOrganizationMirror(call: Call, repository: RepositoryRow): void {
  if (call.ground.organizations.get(repository.namespace)?.mirrored)
    throw invalidRequest(
      'Repository mirror configuration cannot be managed when organization-level mirroring is configured',
    )
}

const rules = (call: Call) => call.rows<RuleRow[]>('mirror rule')

/** A new rule row at the end; it stays when the creation is refused afterwards (data/model/repo_mirror.py:711). */
export function addRule(call: Call, repository: RepositoryRow, value: readonly string[]): RuleRow {
  const rule = { value }
  rules(call).set(keyOf(repository), [...(rules(call).get(keyOf(repository)) ?? []), rule])
  return rule
}

/** Changes the repository's first rule row, orphan or not; the database moves an updated row to the end (data/model/repo_mirror.py:717). */
export function changeRule(call: Call, repository: RepositoryRow, value: readonly string[]): void {
  const [first, ...others] = rules(call).get(keyOf(repository)) ?? []
  if (first === undefined) throw serverError()
  first.value = value
  rules(call).set(keyOf(repository), [...others, first])
}

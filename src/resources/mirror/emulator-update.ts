import { created, detail, notFound } from '../../model/answers.ts'
import type { Answer, Call, RepositoryRow } from '../../model/emulation.ts'
import { checkCredentials, checkInterval } from '../../model/emulation-mirrors.ts'
import { checkRule } from './emulator-create.ts'
import { checkReference } from './emulator-reference.ts'
import {
  changeRule,
  findMirror,
  isPrevalidated,
  type MirrorRow,
  type RegistryConfig,
  refuseOrganizationMirror,
  write,
} from './emulator-rows.ts'
import { updateMirrorConfig } from './emulator-schemas.ts'
import { checkArchitectures, checkRobot, parseDate, raiseRobot } from './emulator-values.ts'

/** The body of `PUT …/mirror`; other keys are ignored. */
interface Update {
  readonly is_enabled?: boolean
  readonly external_reference?: string
  readonly external_registry_username?: string | null
  readonly external_registry_password?: string | null
  readonly external_registry_config?: RegistryConfig
  readonly sync_start_date?: string
  readonly sync_interval?: number
  readonly robot_username?: string
  readonly root_rule?: { readonly rule_value: readonly string[] }
  readonly skopeo_timeout_interval?: number
  readonly architecture_filter?: readonly string[] | null
}

/** A password goes along with a user name only (endpoints/api/mirror.py:443). */
function checkPair({
  external_registry_username: username,
  external_registry_password: password,
}: Update): void {
  if (password === undefined) return
  if (username === undefined) throw detail('Unable to set a new password without also specifying a username.')
  if (username === null && password !== null)
    throw detail('Unable to delete username while setting a password.')
}

/** All that is checked before the first value is written, where anything is. */
function check(call: Call, repository: RepositoryRow, body: Update): void {
  if (!isPrevalidated(call)) return
  if (body.external_reference !== undefined) checkReference(body.external_reference)
  if (body.robot_username !== undefined) checkRobot(call, repository, body.robot_username)
  if (body.sync_start_date !== undefined) parseDate(body.sync_start_date)
  checkArchitectures(call, body.architecture_filter)
  checkPair(body)
  if (body.root_rule !== undefined) checkRule(body.root_rule.rule_value)
}

/** Writes a value, or has it written, as a transaction of its own, and logs its leaf. */
type Put = (leaf: string, to: unknown, part?: Partial<MirrorRow>) => void

const putting =
  (call: Call, { name: repo, namespace }: RepositoryRow, row: MirrorRow): Put =>
  (leaf, to, part) => {
    if (part) write(row, part)
    call.log('repo_mirror_config_changed', { repo, namespace, changed: leaf, to })
  }

/** Each present key is an update of its own, in this order; where one is refused or crashes, those before it stay. A robot's is not logged. */
function apply(call: Call, repository: RepositoryRow, row: MirrorRow, body: Update): void {
  const put = putting(call, repository, row)
  const { is_enabled: enabled, external_reference: reference, sync_interval: interval } = body
  const { skopeo_timeout_interval: timeout, architecture_filter: architectures } = body
  if (enabled !== undefined) put('is_enabled', enabled, { enabled })
  if (reference !== undefined) {
    if (reference === '') throw detail('Empty string is an invalid repository location.')
    put('external_reference', reference, { reference })
  }
  if (body.robot_username !== undefined) {
    checkRobot(call, repository, body.robot_username)
    raiseRobot(call, repository, body.robot_username)
    repository.mirrorRobot = body.robot_username
  }
  if (body.sync_start_date !== undefined)
    put('sync_start_date', body.sync_start_date, { startDate: parseDate(body.sync_start_date) })
  if (interval !== undefined) {
    checkInterval(interval)
    put('sync_interval', interval, { interval })
  }
  if (timeout !== undefined && call.since('3.15')) put('skopeo_timeout_interval', timeout, { timeout })
  if (architectures !== undefined && call.since('3.17'))
    put('architecture_filter', architectures, { architectures: architectures ?? [] })
  applyCredentials(put, body)
  applyConfig(put, row, body.external_registry_config ?? {})
  if (body.root_rule !== undefined) {
    checkRule(body.root_rule.rule_value)
    changeRule(call, repository, body.root_rule.rule_value)
    put('mirror_rule', body.root_rule.rule_value)
  }
}

/** Of a password the log has only whether there is one. */
function applyCredentials(put: Put, body: Update): void {
  const { external_registry_username: username, external_registry_password: password } = body
  checkPair(body)
  checkCredentials(username, password)
  if (username === undefined) return
  put('external_registry_username', username, password === undefined ? { username } : { username, password })
  if (password !== undefined) put('external_registry_password', password === null ? null : '********')
}

/** Leaf by leaf; nothing can be taken out, and unknown keys are dropped. */
function applyConfig(put: Put, row: MirrorRow, config: RegistryConfig): void {
  const { verify_tls, unsigned_images } = config
  if (verify_tls !== undefined) put('verify_tls', verify_tls, { config: { ...row.config, verify_tls } })
  if (unsigned_images !== undefined)
    put('unsigned_images', unsigned_images, { config: { ...row.config, unsigned_images } })
  for (const name of ['http_proxy', 'https_proxy', 'no_proxy']) {
    const value = config.proxy?.[name]
    if (value !== undefined)
      put(name, value, { config: { ...row.config, proxy: withProxy(row.config, name, value) } })
  }
}

/** The first value is lost where no proxy was set before: it only makes room (data/model/repo_mirror.py:572). */
const withProxy = ({ proxy }: RegistryConfig, name: string, value: string | null) =>
  proxy === undefined ? {} : { ...proxy, [name]: value }

/** `PUT …/mirror`: 201 whatever became of it; neither the repository's state nor the status changes. */
export function updateMirror(call: Call): Answer {
  const repository = call.findRepository('admin')
  const body = call.read<Update>(updateMirrorConfig)
  if (repository === undefined) throw notFound()
  refuseOrganizationMirror(call, repository)
  const row = findMirror(call, repository)
  check(call, repository, body)
  apply(call, repository, row, body)
  return created('')
}

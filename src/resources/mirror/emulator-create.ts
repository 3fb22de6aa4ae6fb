import { created, detail, invalidRequest, notFound, serverError } from '../../model/answers.ts'
import type { Answer, Call } from '../../model/emulation.ts'
import { checkCredentials, checkInterval, syncDate } from '../../model/emulation-mirrors.ts'
import { checkReference } from './emulator-reference.ts'
import {
  addRule,
  isPrevalidated,
  keyOf,
  maxRetries,
  mirrors,
  type RegistryConfig,
  refuseOrganizationMirror,
} from './emulator-rows.ts'
import { createMirrorConfig } from './emulator-schemas.ts'
import { checkArchitectures, checkRobot, parseDate, raiseRobot } from './emulator-values.ts'

/** The body of `POST …/mirror`. */
interface Creation {
  readonly is_enabled?: boolean
  readonly external_reference: string
  readonly external_registry_username?: string | null
  readonly external_registry_password?: string | null
  readonly external_registry_config?: RegistryConfig
  readonly sync_start_date: string
  readonly sync_interval: number
  readonly robot_username?: string
  readonly root_rule: { readonly rule_value: readonly string[] }
  readonly skopeo_timeout_interval?: number
  readonly architecture_filter?: readonly string[] | null
}

/** Refuses a rule without a glob. */
export function checkRule(value: readonly string[]): void {
  if (value.length === 0)
    throw invalidRequest(
      'validation failed: rule_value for TAG_GLOB_CSV must be a list with at least one rule',
    )
}

/** The body goes to the data layer as keyword arguments, so an unknown key is a crash (endpoints/api/mirror.py:384). */
function refuseUnknownKeys({ since }: Call, body: Creation): void {
  const known = Object.keys(createMirrorConfig(since).properties)
  if (Object.keys(body).some((key) => !known.includes(key))) throw serverError()
}

/** A date that is none is not caught where values aren't checked first. */
function startDateOf(call: Call, text: string): string {
  if (!isPrevalidated(call) && syncDate(text) === undefined) throw serverError()
  return parseDate(text)
}

/** `POST …/mirror`: the rule's row and the robot's grant stay when what follows them is refused. */
export function createMirror(call: Call): Answer {
  const repository = call.findRepository('admin')
  const body = call.read<Creation>(createMirrorConfig)
  if (repository === undefined) throw notFound()
  refuseOrganizationMirror(call, repository)
  const key = keyOf(repository)
  if (mirrors(call).has(key)) throw detail(`Mirror configuration already exits for repository ${key}`, 409)
  if (isPrevalidated(call)) checkReference(body.external_reference)
  if (call.since('3.17')) checkArchitectures(call, body.architecture_filter)
  const startDate = startDateOf(call, body.sync_start_date)
  checkRule(body.root_rule.rule_value)
  const rule = addRule(call, repository, body.root_rule.rule_value)
  const robot = body.robot_username
  if (robot === undefined) throw serverError()
  checkRobot(call, repository, robot)
  raiseRobot(call, repository, robot)
  refuseUnknownKeys(call, body)
  checkInterval(body.sync_interval)
  checkCredentials(body.external_registry_username, body.external_registry_password)
  mirrors(call).set(key, {
    enabled: body.is_enabled ?? true,
    reference: body.external_reference,
    // An empty text counts as none here, other than in an update.
    username: body.external_registry_username || null,
    password: body.external_registry_password || null,
    config: body.external_registry_config ?? {},
    interval: body.sync_interval,
    startDate,
    expiration: null,
    retries: maxRetries,
    status: 'NEVER_RUN',
    rule,
    timeout: body.skopeo_timeout_interval ?? 300,
    architectures: body.architecture_filter ?? [],
    transaction: 0,
    claim: null,
  })
  repository.mirrorRobot = robot
  repository.state = 'MIRROR'
  return created('')
}

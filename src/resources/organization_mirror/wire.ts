import { type ApiPath, path, type QuayApi, type Reader } from '../../model/api.ts'
import { asSet } from '../../model/canonical.ts'
import { ApiError } from '../../model/errors.ts'
import type { Infer, Sent } from '../../model/schema.ts'
import {
  anything,
  count,
  flag,
  list,
  mapOf,
  number,
  optional,
  orNull,
  record,
  type Told,
  text,
} from '../../model/shape.ts'
import { syncView } from '../../model/sync.ts'
import type { schema } from './schema.ts'

export type OrganizationMirror = Infer<typeof schema>

/** What a write sends; a null password takes the stored one away. */
export type MirrorValues = Omit<Sent<OrganizationMirror>, 'password'> & {
  readonly password?: string | null | undefined
}

/** Quay keeps other keys too, and checks none of them. */
const config = record({ verify_tls: optional(flag), proxy: optional(mapOf(orNull(text))) })
type Config = Told<typeof config>

const mirrorView = record({
  ...syncView,
  external_registry_type: text,
  external_registry_url: text,
  external_namespace: text,
  external_registry_username: orNull(text),
  has_external_registry_password: flag,
  external_registry_config: orNull(config),
  repository_filters: orNull(list(text)),
  robot_username: orNull(text),
  visibility: text,
  sync_interval: number,
  /** Null after a cancelled sync. */
  sync_start_date: orNull(text),
  /** Of the repositories that it has found; not in the first releases. */
  repo_sync_status_counts: optional(mapOf(count)),
  skopeo_timeout: number,
})
export type MirrorView = Told<typeof mirrorView>

const PROXIES = ['http_proxy', 'https_proxy', 'no_proxy'] as const

export const mirrorPath = (organization: string): ApiPath => path`/organization/${organization}/mirror`

export const findMirror = (organization: string, reader: Reader): Promise<MirrorView | null> =>
  reader.find(mirrorPath(organization), mirrorView)

/** A missing key, null and the empty text are the same here. The start has fractions of a second once Quay has moved it. */
export function fromQuay(view: MirrorView, organization: string): OrganizationMirror {
  const kept = view.external_registry_config ?? {}
  const robot = view.robot_username ?? ''
  return {
    enabled: view.is_enabled,
    external_registry_type: view.external_registry_type,
    external_registry_url: view.external_registry_url,
    external_namespace: view.external_namespace,
    repository_filters: asSet(view.repository_filters ?? []),
    visibility: view.visibility,
    robot: robot.startsWith(`${organization}+`) ? robot.slice(organization.length + 1) : robot,
    sync_interval: view.sync_interval,
    ...(view.sync_start_date && { sync_start_date: view.sync_start_date.replace(/\.\d+Z$/, 'Z') }),
    timeout: view.skopeo_timeout,
    username: view.external_registry_username || null,
    verify_tls: kept.verify_tls ?? true,
    proxy: Object.fromEntries(
      PROXIES.map((key) => [key, kept.proxy?.[key] || null]),
    ) as OrganizationMirror['proxy'] & object,
  }
}

/** How many repositories it has found. */
export const foundBy = ({ repo_sync_status_counts: counts = {} }: MirrorView): number =>
  Object.values(counts).reduce((sum, found) => sum + found, 0)

/** The configuration is replaced whole, so that what is there goes along (endpoints/api/org_mirror.py). */
function configOf({ verify_tls, proxy }: MirrorValues, before: Config): Config | undefined {
  if (verify_tls === undefined && proxy === undefined) return undefined
  return {
    ...before,
    ...(verify_tls !== undefined && { verify_tls }),
    ...(proxy !== undefined && { proxy: { ...before.proxy, ...sent(proxy) } }),
  }
}

const sent = (values: Readonly<Record<string, unknown>>): Record<string, string | null> =>
  Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string | null] => entry[1] !== undefined),
  )

function body(values: MirrorValues, before: Config, organization: string): Record<string, unknown> {
  const all = {
    is_enabled: values.enabled,
    external_registry_type: values.external_registry_type,
    external_registry_url: values.external_registry_url,
    external_namespace: values.external_namespace,
    external_registry_username: values.username,
    external_registry_password: values.password,
    external_registry_config: configOf(values, before),
    repository_filters: values.repository_filters,
    robot_username: values.robot === undefined ? undefined : `${organization}+${values.robot}`,
    visibility: values.visibility,
    sync_interval: values.sync_interval,
    sync_start_date: values.sync_start_date,
    skopeo_timeout: values.timeout,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

export const createMirror = (organization: string, values: MirrorValues, api: QuayApi): Promise<void> =>
  explained(api.post(mirrorPath(organization), body(values, {}, organization)))

/** Partial but for the configuration, of which what is there goes along. */
export function changeMirror(
  organization: string,
  values: MirrorValues,
  before: MirrorView | null,
  api: QuayApi,
): Promise<void> {
  const config = before?.external_registry_config ?? {}
  return explained(api.put(mirrorPath(organization), body(values, config, organization)))
}

/** One that is gone is deleted. */
export async function deleteMirror(organization: string, api: QuayApi): Promise<void> {
  try {
    await api.delete(mirrorPath(organization))
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error
  }
}

/** Is anything in it that Quay makes no organization mirror beside? */
export async function holdsRepositories(organization: string, reader: Reader): Promise<boolean> {
  const { repositories } = await reader.get(
    path`/repository?namespace=${organization}`,
    record({ repositories: list(anything) }),
  )
  return repositories.length > 0
}

const HINTS = [
  [/robot account/i, 'run apply again: it creates the robot first, where a file declares it'],
  [/already contains repositories/i, 'an organization mirror begins in an organization without repositories'],
] as const

/** A refusal of Quay's, and what to do about it. */
async function explained(write: Promise<void>): Promise<void> {
  try {
    await write
  } catch (error) {
    const hint = error instanceof ApiError && HINTS.find(([words]) => error.says(words))?.[1]
    if (!(error instanceof ApiError) || !hint) throw error
    throw new ApiError(error.code, error.message, [hint], error.failed)
  }
}

import type { Address } from '../../model/address.ts'
import { type ApiPath, path, type QuayApi, type Reader } from '../../model/api.ts'
import { asSet } from '../../model/canonical.ts'
import { ApiError } from '../../model/errors.ts'
import type { Quay } from '../../model/resource.ts'
import type { Infer, Sent } from '../../model/schema.ts'
import { anything, flag, list, number, optional, orNull, record, type Told, text } from '../../model/shape.ts'
import { busy, type Synced, syncView } from '../../model/sync.ts'
import type { schema } from './schema.ts'

export type Mirror = Infer<typeof schema>

/** What a write sends; a null password takes the stored one away. */
export type MirrorValues = Omit<Sent<Mirror>, 'password'> & { readonly password?: string | null | undefined }

const proxy = record({
  http_proxy: optional(orNull(text)),
  https_proxy: optional(orNull(text)),
  no_proxy: optional(orNull(text)),
})
const mirrorView = record({
  ...syncView,
  external_reference: text,
  external_registry_username: orNull(text),
  external_registry_config: orNull(
    record({
      verify_tls: optional(orNull(flag)),
      unsigned_images: optional(orNull(flag)),
      proxy: optional(orNull(proxy)),
    }),
  ),
  sync_interval: number,
  sync_start_date: orNull(text),
  root_rule: record({ rule_value: list(text) }),
  robot_username: orNull(text),
  skopeo_timeout_interval: optional(number),
  architecture_filter: optional(orNull(list(text))),
})
export type MirrorView = Told<typeof mirrorView>

const NO_PROXY = { http_proxy: null, https_proxy: null, no_proxy: null }
const PROXIES = ['http_proxy', 'https_proxy', 'no_proxy'] as const

/** What a new mirror has where nothing is said; a dormant configuration is brought back to it. */
export const blank = ({ architecture_filter }: MirrorView): MirrorValues => ({
  username: null,
  password: null,
  proxy: NO_PROXY,
  ...(architecture_filter && architecture_filter.length > 0 && { architectures: [] }),
})

export const mirrorPath = (namespace: string, repository: string): ApiPath =>
  path`/repository/${namespace}/${repository}/mirror`

export const findMirror = (
  namespace: string,
  repository: string,
  reader: Reader,
): Promise<MirrorView | null> => reader.find(mirrorPath(namespace, repository), mirrorView)

/** A missing key, null and the empty text are the same here; `verify_tls` is true and `unsigned_images` false where absent. */
export function fromQuay(view: MirrorView, namespace: string): Mirror {
  const config = view.external_registry_config ?? {}
  const prefix = `${namespace}+`
  const robot = view.robot_username ?? ''
  return {
    enabled: view.is_enabled,
    external_reference: view.external_reference,
    tags: asSet(view.root_rule.rule_value),
    robot: robot.startsWith(prefix) ? robot.slice(prefix.length) : robot,
    sync_interval: view.sync_interval,
    ...(view.sync_start_date && { sync_start_date: view.sync_start_date.replace(/\.\d+Z$/, 'Z') }),
    ...(view.skopeo_timeout_interval !== undefined && { timeout: view.skopeo_timeout_interval }),
    architectures: asSet(view.architecture_filter ?? []),
    username: view.external_registry_username || null,
    verify_tls: config.verify_tls ?? true,
    unsigned_images: config.unsigned_images ?? false,
    proxy: Object.fromEntries(PROXIES.map((key) => [key, config.proxy?.[key] || null])) as Mirror['proxy'] &
      object,
  }
}

/** Only keys that Quay knows: one that it does not is a 500 on POST (endpoints/api/mirror.py:384). */
function body(values: MirrorValues, namespace: string): Record<string, unknown> {
  const { verify_tls, unsigned_images, proxy } = values
  const config = {
    ...(verify_tls !== undefined && { verify_tls }),
    ...(unsigned_images !== undefined && { unsigned_images }),
    ...(proxy !== undefined && { proxy }),
  }
  const all = {
    is_enabled: values.enabled,
    external_reference: values.external_reference,
    external_registry_username: values.username,
    external_registry_password: values.password,
    external_registry_config: Object.keys(config).length > 0 ? config : undefined,
    sync_start_date: values.sync_start_date,
    sync_interval: values.sync_interval,
    robot_username: values.robot === undefined ? undefined : `${namespace}+${values.robot}`,
    root_rule: values.tags === undefined ? undefined : { rule_kind: 'tag_glob_csv', rule_value: values.tags },
    skopeo_timeout_interval: values.timeout,
    architecture_filter: values.architectures,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/** All three proxies are sent, as null where none: with no `proxy` in store Quay loses the first one of a later PUT (data/model/repo_mirror.py:572). */
export function createMirror(
  namespace: string,
  repository: string,
  values: MirrorValues,
  api: QuayApi,
): Promise<void> {
  const proxy = { ...NO_PROXY, ...values.proxy }
  const { architectures, ...rest } = values
  const chosen = architectures && architectures.length > 0 ? { architectures } : {}
  return api.post(mirrorPath(namespace, repository), body({ ...rest, ...chosen, proxy }, namespace))
}

/** Remembered: a robot that was read back in this run is not asked for again. A missing one is a 400 (data/model/user.py:469). */
export async function hasRobot({ type, name }: Address, short: string, reader: Reader): Promise<boolean> {
  try {
    const robot =
      type === 'organization' ? path`/organization/${name}/robots/${short}` : path`/user/robots/${short}`
    return (await reader.find(robot, anything)) !== null
  } catch (error) {
    if (error instanceof ApiError && error.status === 400) return false
    throw error
  }
}

/** How often a PUT is repeated for a rule that orphan rows hide: with k of them every k+1st reaches the live one. */
const ROUNDS = 10

/**
 * Sends what differs and reads it back, until Quay has kept the tags and proxies or the rounds are over. The first proxy
 * value can be lost, and an orphan rule row can take the tags (data/model/repo_mirror.py:572 and :717); both come right
 * by repetition, for which no worker may be at it either.
 */
export async function changeMirror(
  mirror: Synced<MirrorView>,
  namespace: string,
  values: MirrorValues,
  { api, now }: Quay,
): Promise<void> {
  let sent = values
  for (let round = 1; ; round++) {
    await api.put(mirror.path, body(sent, namespace))
    const view = await mirror.find()
    if (!view || round === ROUNDS) return
    sent = lost(values, fromQuay(view, namespace))
    if (Object.keys(sent).length === 0) return
    if (view.sync_status === 'SYNCING') throw busy(mirror, view, now())
  }
}

function lost(sent: MirrorValues, kept: Mirror): MirrorValues {
  const tags = sent.tags && asSet(sent.tags).join('\n') !== kept.tags?.join('\n')
  const proxies =
    sent.proxy &&
    PROXIES.some((key) => sent.proxy?.[key] !== undefined && sent.proxy[key] !== kept.proxy?.[key])
  return { ...(tags && { tags: sent.tags }), ...(proxies && { proxy: sent.proxy }) }
}

/** Quay has no call that removes a mirror: it is disabled, and its repository gets back to normal. */
export async function disableMirror(namespace: string, repository: string, api: QuayApi): Promise<void> {
  await api.put(mirrorPath(namespace, repository), { is_enabled: false })
  if ((await stateOf(namespace, repository, api.fresh)) === 'MIRROR')
    await changeState(namespace, repository, 'NORMAL', api)
}

export const changeState = (
  namespace: string,
  repository: string,
  state: string,
  api: QuayApi,
): Promise<void> => api.put(path`/repository/${namespace}/${repository}/changestate`, { state })

export async function stateOf(namespace: string, repository: string, reader: Reader): Promise<string | null> {
  const view = await reader.find(
    path`/repository/${namespace}/${repository}?includeTags=false`,
    record({ state: orNull(text) }),
  )
  return view?.state ?? null
}

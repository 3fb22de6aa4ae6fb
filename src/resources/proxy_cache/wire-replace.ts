import type { Address } from '../../model/address.ts'
import type { QuayApi } from '../../model/api.ts'
import { UnavailableError } from '../../model/errors.ts'
import { kinds } from '../../model/kinds.ts'
import type { Sent } from '../../model/schema.ts'
import { UnfinishedError } from '../../model/unfinished.ts'
import {
  createCache,
  deleteCache,
  findCache,
  fromQuay,
  type ProxyCache,
  type ProxyCacheView,
  type Readable,
} from './wire.ts'

/** Deletes it and creates it anew: what no file says as Quay has it, but the credentials, which it tells nobody. */
export async function replaceCache(
  address: Address,
  organization: string,
  values: Sent<ProxyCache>,
  api: QuayApi,
): Promise<void> {
  const before = await findCache(organization, api.fresh)
  if (!before) return createCache(organization, values, api)
  const place = { address, organization, had: wordsOf(fromQuay(before)), api }
  await remove(place)
  await createAgain(place, { ...fromQuay(before), ...values })
}

interface Place {
  readonly address: Address
  readonly organization: string
  /** All that is lost when it is. */
  readonly had: string
  readonly api: QuayApi
}

/** Resolves only when it is gone. */
async function remove(place: Place): Promise<void> {
  try {
    await deleteCache(place.organization, place.api)
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error
    const found = await present(place)
    if (found) throw error
    if (found === undefined)
      throw unfinished(`${place.address.text} may be deleted: Quay does not say. It had: ${place.had}`, error)
  }
}

/** An error may hide a success. */
async function createAgain(place: Place, values: Sent<ProxyCache>): Promise<void> {
  try {
    await createCache(place.organization, values, place.api)
  } catch (error) {
    const found = await present(place)
    if (found && isAsked(values, fromQuay(found))) return
    const state =
      found === undefined
        ? 'may not have been created again: Quay does not say'
        : found
          ? 'another one stands there now'
          : 'was not created again'
    throw unfinished(`${place.address.text} is deleted and ${state}. It had: ${place.had}`, error)
  }
}

/** Undefined: that cannot be told. */
const present = ({ organization, api }: Place): Promise<ProxyCacheView | null | undefined> =>
  findCache(organization, api.fresh).catch(() => undefined)

const isAsked = (values: Sent<ProxyCache>, found: Readable): boolean =>
  (['upstream_registry', 'expiration', 'insecure'] as const).every(
    (name) => values[name] === undefined || values[name] === found[name],
  )

const wordsOf = ({ upstream_registry, expiration, insecure }: Readable): string =>
  [
    `upstream_registry ${upstream_registry}`,
    ...(expiration === undefined ? [] : [`expiration ${kinds.duration.print(expiration)}`]),
    `insecure ${insecure}`,
    'and its user name and password, if any, which Quay tells nobody',
  ].join(', ')

const unfinished = (message: string, cause: unknown): UnfinishedError =>
  new UnfinishedError(
    'QC7412',
    message,
    [
      ...(cause instanceof Error ? [cause.message] : []),
      'apply again: it creates what the files declare; the rest must be given back by hand',
    ],
    { cause },
  )

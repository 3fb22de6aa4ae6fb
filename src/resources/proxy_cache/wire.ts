import { type ApiPath, path, type QuayApi, type Reader } from '../../model/api.ts'
import { ApiError } from '../../model/errors.ts'
import type { Infer, Sent } from '../../model/schema.ts'
import { either, flag, name, number, oneOf, orNull, record, type Told, text } from '../../model/shape.ts'
import type { schema } from './schema.ts'

export type ProxyCache = Infer<typeof schema>

/** Quay's answer: of the credentials nothing, and an explicit null is kept as one. */
const proxyCacheView = record({
  upstream_registry: text,
  expiration_s: orNull(either(number, oneOf(''))),
  insecure: either(flag, oneOf('')),
})
export type ProxyCacheView = Told<typeof proxyCacheView>

const cachePath = (organization: string): ApiPath => path`/organization/${organization}/proxycache`

/** An organization without one has three empty texts, and so has one that is not there (endpoints/api/organization.py:1021). */
export async function findCache(organization: string, reader: Reader): Promise<ProxyCacheView | null> {
  const view = await reader.find(cachePath(organization), proxyCacheView)
  return view?.upstream_registry ? view : null
}

/** The repositories of its organization, which it makes of what is pulled through it. */
export async function listCached(organization: string, reader: Reader): Promise<readonly string[]> {
  const list = path`/repository?namespace=${organization}&last_modified=true`
  return (await reader.list(list, 'repositories', record({ name }))).map((view) => view.name)
}

/** What Quay returns of one. */
export type Readable = Pick<ProxyCache, 'upstream_registry' | 'expiration' | 'insecure'>

export const fromQuay = ({ upstream_registry, expiration_s, insecure }: ProxyCacheView): Readable => ({
  upstream_registry,
  ...(typeof expiration_s === 'number' && { expiration: expiration_s }),
  insecure: insecure === true,
})

/** Up to 3.16 the body is handed over as arguments: `org_name` must be there, and any other key is a 500. A null expiration would be kept. */
const body = (organization: string, values: Sent<ProxyCache>): object => ({
  org_name: organization,
  upstream_registry: values.upstream_registry,
  ...(values.username && { upstream_registry_username: values.username }),
  ...(values.password !== undefined && { upstream_registry_password: values.password }),
  ...(values.expiration !== undefined && { expiration_s: values.expiration }),
  ...(values.insecure !== undefined && { insecure: values.insecure }),
})

const refusals: readonly (readonly [RegExp, string])[] = [
  [
    /immutable tags exist/i,
    'an organization with immutable tags takes no proxy cache: not until they are deleted, and collected as garbage',
  ],
  [/organization-level mirroring/i, 'take the organization mirror away first'],
  [/registry URL is not allowed/i, 'Quay calls no private or local host, unless its operator lists it'],
]

export async function createCache(
  organization: string,
  values: Sent<ProxyCache>,
  api: QuayApi,
): Promise<void> {
  try {
    await api.post(cachePath(organization), body(organization, values))
  } catch (error) {
    const hints = refusals.flatMap(([text, hint]) =>
      error instanceof ApiError && error.says(text) ? [hint] : [],
    )
    if (!(error instanceof ApiError) || hints.length === 0) throw error
    throw new ApiError(error.code, error.message, hints, error.failed)
  }
}

/** What was cached stays. One that is gone is deleted. */
export async function deleteCache(organization: string, api: QuayApi): Promise<void> {
  try {
    await api.delete(cachePath(organization))
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error
  }
}

import { path, type QuayApi, type Reader } from '../../model/api.ts'
import { ApiError } from '../../model/errors.ts'
import type { Infer } from '../../model/schema.ts'
import type { Server } from '../../model/server.ts'
import {
  anything,
  flag,
  list,
  mapOf,
  name,
  number,
  optional,
  orNull,
  record,
  type Told,
  text,
} from '../../model/shape.ts'
import { isUuid } from '../../model/uuid.ts'
import type { schema } from './schema.ts'

export type Organization = Infer<typeof schema>

/** Quay's answer; the second half only for administrators. */
const organizationView = record({
  name,
  email: text,
  is_admin: flag,
  invoice_email: optional(flag),
  invoice_email_address: optional(orNull(text)),
  tag_expiration_s: optional(number),
  teams: optional(mapOf(anything)),
})
export type OrganizationView = Told<typeof organizationView>

/** As superusers see all of them. */
const organizationRow = record({
  name,
  email: text,
  quotas: optional(list(anything)),
  quota_report: optional(anything),
})
export type OrganizationRow = Told<typeof organizationRow>

/** What is told of quotas together with their owner. */
export type OrganizationOwner = Pick<OrganizationRow, 'quotas' | 'quota_report'>

export const findOrganization = (organization: string, reader: Reader): Promise<OrganizationView | null> =>
  reader.find(path`/organization/${organization}`, organizationView)

export const listOrganizations = (reader: Reader): Promise<readonly OrganizationRow[]> =>
  reader.list(path`/superuser/organizations/`, 'organizations', organizationRow)

/** To superusers all there are; to others those on whose teams they are. A deleted one has a UUID for its name until Quay's garbage collection. */
export async function listNames({ superuser }: Server, reader: Reader): Promise<readonly string[]> {
  const organizations = superuser
    ? await listOrganizations(reader)
    : ((await reader.get(path`/user/`, record({ organizations: optional(list(named)) }))).organizations ?? [])
  return organizations.map((view) => view.name).filter((found) => !isUuid(found))
}

/** Of an organization that goes, with the lists that other types ask for, too. */
export async function namesOfRepositories(organization: string, reader: Reader): Promise<readonly string[]> {
  const found = path`/repository?namespace=${organization}&last_modified=true`
  return (await reader.list(found, 'repositories', named)).map((view) => view.name)
}

export async function namesOfRobots(organization: string, reader: Reader): Promise<readonly string[]> {
  const { robots } = await reader.get(
    path`/organization/${organization}/robots?token=false`,
    record({ robots: list(named) }),
  )
  return robots.map((view) => view.name.slice(view.name.indexOf('+') + 1))
}

const named = record({ name })

export const ownerOf = ({ quotas, quota_report }: OrganizationRow): OrganizationOwner => ({
  ...(quotas && { quotas }),
  ...(quota_report !== undefined && { quota_report }),
})

type OrganizationFacts = Pick<OrganizationView, 'email'> & Partial<OrganizationView>

export function fromQuay(view: OrganizationFacts): Organization {
  return {
    email: isUuid(view.email) ? '' : view.email,
    ...(view.tag_expiration_s !== undefined && { tag_expiration: view.tag_expiration_s }),
    ...(view.invoice_email !== undefined && { invoice_email: view.invoice_email }),
    invoice_email_address: view.invoice_email_address || null,
  }
}

export async function createOrganization(
  name: string,
  { email, ...rest }: Organization,
  api: QuayApi,
): Promise<void> {
  await claimName({ name, ...(email !== undefined && { email }) }, api)
  await changeOrganization(name, rest, api)
}

/** The name of a deleted organization stays taken until Quay's garbage collection has run (data/model/user.py:160). */
async function claimName(body: object, api: QuayApi): Promise<void> {
  try {
    await api.post(path`/organization/`, body)
  } catch (error) {
    if (!(error instanceof ApiError) || !error.says(/not available/i)) throw error
    const hint =
      'an organization or user of this name was deleted: Quay frees it when its garbage collection has run'
    throw new ApiError(error.code, error.message, [hint], error.failed)
  }
}

/** The expiration goes first and alone: Quay saves the other fields before it refuses it (endpoints/api/organization.py:343). */
export async function changeOrganization(name: string, values: Organization, api: QuayApi): Promise<void> {
  const { tag_expiration, ...rest } = values
  if (tag_expiration !== undefined)
    await api.put(path`/organization/${name}`, { tag_expiration_s: tag_expiration })
  if (Object.keys(rest).length > 0) await api.put(path`/organization/${name}`, rest)
}

export const deleteOrganization = (name: string, api: QuayApi): Promise<void> =>
  api.delete(path`/organization/${name}`)

/** `TAG_EXPIRATION_OPTIONS` (`2w`, `0s`) in seconds. */
export function expirationOptions(setting: unknown): readonly number[] | null {
  if (!Array.isArray(setting)) return null
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86400, w: 604800, y: 31536000 }
  return setting.map((option) => Number.parseInt(String(option), 10) * (units[String(option).slice(-1)] ?? 1))
}

import { path, type QuayApi, type Reader } from '../../model/api.ts'
import type { Credential } from '../../model/change.ts'
import type { Infer } from '../../model/schema.ts'
import type { schema } from './schema.ts'

export type Application = Infer<typeof schema>

export interface ApplicationView {
  readonly name: string
  readonly client_id: string
  /** Null, like what follows, to all but administrators. */
  readonly client_secret: string | null
  readonly redirect_uri: string | null
  readonly avatar_email: string | null
  readonly description: string
  readonly application_uri: string
}

/** Names may be equal. */
export async function listApplications(
  organization: string,
  reader: Reader,
): Promise<readonly ApplicationView[]> {
  const { applications } = await reader.get<{ applications: ApplicationView[] }>(
    path`/organization/${organization}/applications`,
  )
  return applications
}

export const fromQuay = (view: ApplicationView): Application => ({
  description: view.description,
  application_uri: view.application_uri,
  redirect_uri: view.redirect_uri ?? '',
  avatar_email: view.avatar_email || null,
})

export const credentialOf = ({ client_id, client_secret }: ApplicationView): Credential | undefined =>
  client_secret === null ? undefined : { client_id, client_secret }

/** Quay takes no null for an e-mail: none is sent as nothing (endpoints/api/organization.py:739). */
const body = (name: string, { description, application_uri, redirect_uri, avatar_email }: Application) => ({
  name,
  description: description ?? '',
  application_uri: application_uri ?? '',
  redirect_uri: redirect_uri ?? '',
  ...(avatar_email && { avatar_email }),
})

/** An equal name is no hindrance: a repeated call makes a second one. */
export async function createApplication(
  organization: string,
  name: string,
  application: Application,
  api: QuayApi,
): Promise<Credential | undefined> {
  const made = await api.post<ApplicationView | null>(
    path`/organization/${organization}/applications`,
    body(name, application),
  )
  return made ? credentialOf(made) : undefined
}

/** Replaces everything: what is not sent, Quay takes away. */
export const changeApplication = (
  organization: string,
  id: string,
  name: string,
  application: Application,
  api: QuayApi,
): Promise<void> => api.put(path`/organization/${organization}/applications/${id}`, body(name, application))

export const deleteApplication = (organization: string, id: string, api: QuayApi): Promise<void> =>
  api.delete(path`/organization/${organization}/applications/${id}`)

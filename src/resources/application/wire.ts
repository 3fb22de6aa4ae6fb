import { path, type QuayApi, type Reader } from '../../model/api.ts'
import type { Credential } from '../../model/change.ts'
import type { Infer } from '../../model/schema.ts'
import { list, name, orNull, record, type Told, text } from '../../model/shape.ts'
import type { schema } from './schema.ts'

export type Application = Infer<typeof schema>

const applicationView = record({
  name: text,
  client_id: name,
  /** Null, like what follows, to all but administrators. */
  client_secret: orNull(text),
  redirect_uri: orNull(text),
  avatar_email: orNull(text),
  description: text,
  application_uri: text,
})
export type ApplicationView = Told<typeof applicationView>

/** Names may be equal. */
export async function listApplications(
  organization: string,
  reader: Reader,
): Promise<readonly ApplicationView[]> {
  const { applications } = await reader.get(
    path`/organization/${organization}/applications`,
    record({ applications: list(applicationView) }),
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
  const made = await api.post(
    path`/organization/${organization}/applications`,
    body(name, application),
    orNull(applicationView),
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

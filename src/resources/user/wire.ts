import { path, type QuayApi, type Reader } from '../../model/api.ts'
import type { Credential } from '../../model/change.ts'
import { ApiError, AuthError, type ServerError } from '../../model/errors.ts'
import type { Quay } from '../../model/resource.ts'
import type { Infer } from '../../model/schema.ts'
import {
  count,
  flag,
  list,
  name,
  number,
  oneOf,
  optional,
  orNull,
  record,
  type Told,
  text,
} from '../../model/shape.ts'
import { UnfinishedError } from '../../model/unfinished.ts'
import { isUuid } from '../../model/uuid.ts'
import type { schema } from './schema.ts'

export type User = Infer<typeof schema>

const quotaView = record({
  id: count,
  limit_bytes: number,
  limits: list(record({ id: count, type: oneOf('Warning', 'Reject'), limit_percent: count })),
})
const userView = record({
  username: name,
  email: text,
  enabled: flag,
  super_user: flag,
  /** Where the server has quotas. */
  quotas: optional(list(quotaView)),
  quota_report: optional(orNull(record({ quota_bytes: number }))),
})
export type UserView = Told<typeof userView>

/** So many are asked for one by one; for more, all users of the server are listed in one answer. */
const FEW = 3

/** Those of these names that there are, disabled ones too; robots and organizations are none. */
export async function readUsers(names: readonly string[], reader: Reader): Promise<readonly UserView[]> {
  if (names.length > FEW) {
    const wanted = new Set(names)
    return (await listUsers(reader)).filter(({ username }) => wanted.has(username))
  }
  const users = await Promise.all(names.map((name) => findUser(name, reader)))
  return users.filter((user) => user !== null)
}

const listUsers = (reader: Reader): Promise<readonly UserView[]> =>
  asSuperuser(reader.list(path`/superuser/users/`, 'users', userView))

export const listNames = async (reader: Reader): Promise<readonly string[]> =>
  (await listUsers(reader)).map(({ username }) => username)

export const findUser = async (username: string, reader: Reader): Promise<UserView | null> =>
  asSuperuser(reader.find(path`/superuser/users/${username}`, userView))

/** A refusal says what a token needs for it. */
async function asSuperuser<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    if (!(error instanceof AuthError) || error.status !== 403) throw error
    throw new AuthError(
      error.code,
      error.message,
      [
        "users are read by superusers only: use a superuser's token with the scope super:user, or sign in as one",
      ],
      error.failed,
    )
  }
}

export const fromQuay = ({ email, enabled }: UserView): User => ({
  email: isUuid(email) ? '' : email,
  enabled,
})

/** The password is told this once, so no later failure may lose it. */
export async function createUser(
  name: string,
  { email, enabled }: User,
  { api, told }: Quay,
): Promise<Credential | undefined> {
  const credential = await register({ username: name, ...(email !== undefined && { email }) }, api)
  if (credential) told?.(credential)
  if (enabled !== false) return credential
  try {
    await changeUser(name, { enabled }, api)
  } catch (cause) {
    throw unfinished(`user ${name} was created and could not be disabled`, cause, credential)
  }
  return credential
}

async function register(body: { readonly username: string }, api: QuayApi): Promise<Credential | undefined> {
  const made = await explained(
    api.post(path`/superuser/users/`, body, orNull(record({ password: optional(text) }))),
  )
  return made?.password ? { username: body.username, password: made.password } : undefined
}

/** The old one does not work any more. */
export async function renewPassword(
  username: string,
  { api, newPassword }: Pick<Quay, 'api' | 'newPassword'>,
): Promise<Credential> {
  const password = newPassword()
  await api.put(path`/superuser/users/${username}`, { password })
  return { username, password }
}

function unfinished(message: string, cause: unknown, credential: Credential | undefined): UnfinishedError {
  const why = cause instanceof Error ? [cause.message] : []
  const hints = [...why, 'run apply again: it disables the account']
  return new UnfinishedError('QC7413', message, hints, { credential, cause })
}

/** The answer shows `enabled` as it was before. Never a key `superuser`: it rewrites the configuration of the server (endpoints/api/superuser.py). */
export const changeUser = (name: string, { email, enabled }: User, api: QuayApi): Promise<void> =>
  explained(
    api.put(path`/superuser/users/${name}`, {
      ...(email !== undefined && { email }),
      ...(enabled !== undefined && { enabled }),
    }),
  )

/** A disabled user is answered with 204 and stays: it is enabled for the moment (seen on a server of August 2026). */
export async function deleteUser(name: string, api: QuayApi): Promise<void> {
  const present = await findUser(name, api.fresh)
  if (!present) return
  if (!present.enabled) await changeUser(name, { enabled: true }, api)
  try {
    await api.delete(path`/superuser/users/${name}`)
  } catch (error) {
    if (!present.enabled) await changeUser(name, { enabled: false }, api).catch(() => undefined)
    throw error
  }
}

const causes = [
  {
    said: /not available/i,
    hint: 'a user or organization of this name was deleted: Quay frees it when its garbage collection has run',
  },
  {
    // A taken e-mail is refused in the words of the database (data/model/user.py).
    said: /user_email_unique|e-mail address already used/i,
    hint: 'another user has this e-mail address already',
  },
] as const

async function explained<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    const cause = error instanceof ApiError && causes.find(({ said }) => error.says(said))
    throw cause ? withHint(error, cause.hint) : error
  }
}

const withHint = ({ code, message, failed }: ServerError, hint: string): ApiError =>
  new ApiError(code, message, [hint], failed)

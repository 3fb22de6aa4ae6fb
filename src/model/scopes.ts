import { path, type Reader } from './api.ts'
import { AuthError, ServerError } from './errors.ts'
import type { Server } from './server.ts'
import { anything } from './shape.ts'

/** What an access token may be good for (auth/scopes.py). */
export type TokenScope =
  | 'org:admin'
  | 'user:admin'
  | 'super:user'
  | 'repo:read'
  | 'repo:write'
  | 'repo:create'
  | 'repo:admin'

/** A scope that a write takes, and the attribute that makes it so. */
export interface Need {
  readonly scope: TokenScope
  readonly attribute?: string
}

/** A repository, there or not. */
export interface Near {
  readonly namespace: string
  readonly repository: string
}

/** Has the token this scope? Quay tells no token's scopes, but everybody has all rights in their own namespace: what it refuses there is not the user's doing. One request at most where the token has the scope. */
export async function hasScope(
  scope: TokenScope,
  { namespace, repository }: Near,
  reader: Reader,
  { user, superuser, session = false }: Server,
): Promise<boolean> {
  if (user === null) return true
  if (session) return scope !== 'super:user' || superuser === true
  const allowed = async (read: Promise<unknown>) => (await answered(read)) !== REFUSED
  const administers = () =>
    allowed(reader.find(path`/repository/${namespace}/${repository}/permissions/user/`, anything))
  const one = () => reader.find(path`/repository/${namespace}/${repository}?includeTags=false`, anything)
  switch (scope) {
    case 'user:admin':
      // Only with it Quay tells who the token's user is.
      return superuser !== null
    case 'super:user':
      return superuser ?? allowed(reader.find(path`/superuser/users/${user}`, anything))
    case 'org:admin':
      return allowed(reader.find(path`/organization/${user}/prototypes`, anything))
    case 'repo:create':
      // The list of robots takes the role creator, and no repository could be asked for it (auth/permissions.py:35).
      return allowed(
        reader.find(path`/organization/${user}/robots?token=false&permissions=false&limit=1`, anything),
      )
    case 'repo:admin':
      return administers()
    case 'repo:read':
      return (await administers()) || allowed(one())
    case 'repo:write':
      return (await administers()) || canWrite(await answered(one()))
  }
}

const REFUSED = Symbol('refused')

/** What Quay says beside a refusal, "there is none" too, means that it would have told. */
async function answered(read: Promise<unknown>): Promise<unknown> {
  try {
    return await read
  } catch (error) {
    if (error instanceof AuthError && error.status === 403) return REFUSED
    if (error instanceof ServerError && (error.status === 400 || error.status === 404)) return null
    throw error
  }
}

const canWrite = (view: unknown): boolean =>
  typeof view === 'object' && view !== null && 'can_write' in view && view.can_write === true

import type { Address } from '../model/address.ts'
import type { Credential } from '../model/change.ts'
import { ApiError, UsageError } from '../model/errors.ts'
import { someOf } from '../model/tally.ts'
import type { Client } from '../quay/client.ts'
import type { Login } from '../render/logins.ts'
import { type Candidates, meantBy } from './addresses.ts'
import type { LoginOutput } from './login-output.ts'
import { type Quayside, registry } from './world.ts'

/** What Quay tells of the secret of one that must be there. */
export async function credentialIn(address: Address, client: Client): Promise<Credential | undefined> {
  try {
    const live = await registry.get(address.type)?.find({ address, parent: null }, client)
    if (live) return live.credential
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 400)) throw error
    throw absent(address, [error.message])
  }
  throw absent(address, [])
}

const absent = ({ text }: Address, said: readonly string[]): UsageError =>
  new UsageError('QC6465', `Quay has no ${text}`, [...said, 'write the whole name: * is not taken here'])

/** A login by what Quay has told; throws where nobody can sign in with that. */
export function loginOf(
  { text }: Address,
  { username = '', token = '' }: Credential = {},
  host: string,
): Login {
  if (/^[!-9;-~]+$/.test(username) && /^[!-~]+$/.test(token))
    return { address: text, registry: host, username, token }
  throw new ApiError('QC7426', `Quay tells no token of ${text} that can be used`, [
    'it tells tokens to administrators of the organization only',
  ])
}

/** Of each: what signs in as it. `notes`: who needs no token. */
export async function readLogins(
  candidates: readonly Candidates[],
  output: LoginOutput,
  { client, server }: Pick<Quayside, 'client' | 'server'>,
): Promise<{ readonly logins: readonly Login[]; readonly notes: readonly string[] }> {
  const host = output.registryOf(server)
  const read = candidates.map(async (some) => {
    const address = meantBy(some, server)
    const login = loginOf(address, await credentialIn(address, client), host)
    const { federation } = registry.get(address.type)?.uses?.(address, { api: client, server }) ?? {}
    const others = (await federation?.())?.names ?? []
    const note = `${address.text} has federation: ${someOf({ names: others })} gets in without this token.`
    return { login, notes: others.length > 0 ? [note] : [] }
  })
  const all = await Promise.all(read)
  return { logins: all.map(({ login }) => login), notes: all.flatMap(({ notes }) => notes) }
}

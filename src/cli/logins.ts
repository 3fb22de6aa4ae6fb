import { addressesOf } from '../engine/addressed.ts'
import { type Address, rootOf } from '../model/address.ts'
import type { Credential } from '../model/change.ts'
import { ApiError, UsageError } from '../model/errors.ts'
import type { Server } from '../model/server.ts'
import { someOf } from '../model/tally.ts'
import type { Client } from '../quay/client.ts'
import type { Login } from '../render/logins.ts'
import type { LoginOutput } from './login-output.ts'
import { type Quayside, registry } from './world.ts'

/** What the texts of a command line may be the addresses of: objects of one type. Throws where one is none. */
export function namedOn(texts: readonly string[], type: string): readonly (readonly Address[])[] {
  return [...new Set(texts)].map((text) => {
    const found = addressesOf(text, registry).filter(
      (address) => address.type === type && address.name !== '',
    )
    if (found.length > 0) return found
    const guess = `${type}.${text}`
    const isMeant = addressesOf(guess, registry).length > 0
    throw new UsageError('QC6464', `${text} is no address of a ${type}`, [
      isMeant ? `did you mean ${guess}?` : `write it like ${type}.acme+ci`,
    ])
  })
}

/** The one that is there: a name that is the user's own is that of no organization. */
export function meant(candidates: readonly Address[], { user }: Server): Address {
  const isOwn = (address: Address) => registry.get(rootOf(address).type)?.document?.kind === 'User'
  const [first] = candidates
  const found = candidates.find((address) => isOwn(address) === (rootOf(address).name === user)) ?? first
  if (!found) throw new TypeError('no address')
  return found
}

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
  new UsageError('QC6465', `Quay has no ${text}`, [
    ...said,
    'check the name; quayctl export lists what there is',
  ])

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
  candidates: readonly (readonly Address[])[],
  output: LoginOutput,
  { client, server }: Pick<Quayside, 'client' | 'server'>,
): Promise<{ readonly logins: readonly Login[]; readonly notes: readonly string[] }> {
  const host = output.registryOf(server)
  const read = candidates.map(async (some) => {
    const address = meant(some, server)
    const login = loginOf(address, await credentialIn(address, client), host)
    const { federation } = registry.get(address.type)?.uses?.(address, { api: client, server }) ?? {}
    const others = (await federation?.())?.names ?? []
    const note = `${address.text} has federation: ${someOf({ names: others })} gets in without this token.`
    return { login, notes: others.length > 0 ? [note] : [] }
  })
  const all = await Promise.all(read)
  return { logins: all.map(({ login }) => login), notes: all.flatMap(({ notes }) => notes) }
}

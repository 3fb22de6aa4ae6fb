import { type Address, chainOf } from '../model/address.ts'
import type { Reader } from '../model/api.ts'
import { sameValue } from '../model/canonical.ts'
import type { Change, Credential, Desired, Live } from '../model/change.ts'
import { StaleError } from '../model/errors.ts'
import type { Quay, Registry, ResourceType } from '../model/resource.ts'
import { differencesOf, settled } from './compare.ts'
import { isUnseen } from './fields.ts'
import { digestOf, liveDigest, pick, seenBy } from './ids.ts'
import { movements } from './movements.ts'
import { othersOf } from './siblings.ts'

/** What has become of an object since it was planned. */
export type Standing =
  /** Nothing is in the way of its write. `live`: as it is now. */
  | { readonly is: 'ready'; readonly live: Live | null }
  /** It is as it shall be. */
  | { readonly is: 'done'; readonly credential?: Credential }
  /** Somebody has changed it, and not to what it shall be. */
  | { readonly is: 'moved'; readonly error: StaleError }

/** How old plans are looked at. */
export interface Recheck {
  /** Whose token the plan was made with. */
  readonly user: string | null
}

/** Reads the object of a change right before its write, and compares it with what the plan saw. */
export async function standing(
  change: Change,
  type: ResourceType,
  parent: Live | null,
  registry: Registry,
  { api, server }: Quay,
  { user }: Recheck,
): Promise<Standing> {
  const { address, action, desired } = change
  const reader = api.because('what a plan saw').fresh
  const found = await type.find({ address, parent, desired }, reader).catch((error) => ({ error }))
  if (found && 'error' in found) {
    const gone = await goneAbove(address, registry, reader)
    if (gone === null) throw found.error
    return action === 'delete' ? { is: 'done' } : moved(change, `${gone} is gone`)
  }
  if (!found) return absent(change)
  if (found.obscure !== undefined) return moved(change, `it cannot be told from others, ${found.obscure}`)
  const isOther = user !== server.user
  const facts = { server, others: othersOf(address, change.siblings) }
  if (action === 'delete' || !desired) {
    const kept = isOther && type.keepsFromDelete?.(found, facts)
    if (!isSame(change, type, found)) return moved(change, ...movements(change, type, found, null))
    return kept ? moved(change, `it must stay, ${kept}`) : { is: 'ready', live: found }
  }
  const { desired: settling, remarks } = settled(type, desired, found, facts)
  // Whoever reviewed the plan was not warned that less than what is written would do; another token may need less.
  const counts = remarks.length > 0 && (action === 'create' || !isOther) ? desired : settling
  if (isSame(change, type, found)) return asPlanned(change, isOther ? counts : null, found)
  // A secret that is to be sent may be missing all the same.
  const isSent = action === 'update' && change.differences.some((difference) => isUnseen(difference, type))
  if (!isSent && differencesOf(type, counts, found).length === 0)
    // What a replace puts back besides, nobody can see from the object.
    return action === 'replace'
      ? moved(change, 'it may have been replaced already, whole or in part')
      : done(change, found)
  if (action === 'create') return moved(change, 'it is there by now')
  const moves = movements(change, type, found, counts)
  return moves.length > 0 ? moved(change, ...moves) : asPlanned(change, isOther ? counts : null, found)
}

/** What an object stands in, if that is not there any more: then Quay may refuse to say that the object is not. */
async function goneAbove(address: Address, registry: Registry, reader: Reader): Promise<string | null> {
  for (const above of chainOf(address).slice(1)) {
    const find = registry.get(above.type)?.find({ address: above, parent: null }, reader)
    if ((await find?.catch(() => undefined)) === null) return above.text
  }
  return null
}

const absent = (change: Change): Standing =>
  change.action === 'create'
    ? { is: 'ready', live: null }
    : change.action === 'delete'
      ? { is: 'done' }
      : moved(change, 'it is gone')

const done = ({ action }: Change, { credential }: Live): Standing =>
  action !== 'update' && credential ? { is: 'done', credential } : { is: 'done' }

/** In all that the plan looked at, down to the last copy. */
function isSame(change: Change, type: ResourceType, found: Live): boolean {
  if (!change.live) return false
  return liveDigest(change, type) === digestOf(pick(found, Object.keys(seenBy(change, type))), found)
}

/** What counts beside a live object depends on whose token it is: for another user it may be something else. */
function asPlanned(change: Change, counts: Desired | null, live: Live): Standing {
  const other =
    counts &&
    change.differences.find(
      ({ attribute }) => !sameValue(counts.attributes[attribute], change.desired?.attributes[attribute]),
    )
  return other
    ? moved(change, `its ${other.attribute} would be planned otherwise for this token`)
    : { is: 'ready', live }
}

const moved = ({ address: { text } }: Change, ...words: readonly string[]): Standing => ({
  is: 'moved',
  error: new StaleError('QC4301', `${text} is not as the plan saw it: ${words.join('; ')}`, [
    'it was not written: plan again',
  ]),
})

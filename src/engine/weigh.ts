import { addressOf } from '../model/address.ts'
import type { Reader } from '../model/api.ts'
import type { Change, Judgement, Live } from '../model/change.ts'
import type { Registry } from '../model/resource.ts'
import { placeTaking } from '../model/schema.ts'

/** Judgements, by address, that turn on more than the change and its parent: on what Quay is asked for because of it. */
export type Weighed = ReadonlyMap<string, Judgement>

/** Asks for what only these changes put at stake. */
export async function weigh(
  changes: readonly Change[],
  live: ReadonlyMap<string, Live>,
  registry: Registry,
  reader: Reader,
): Promise<Weighed> {
  const weighed = await Promise.all(
    changes.map(async (change) => {
      const judgement = await registry
        .get(change.address.type)
        ?.weigh?.(change, { parent: parentOf(change, live) }, reader)
      return [change.address.text, judgement ?? null] as const
    }),
  )
  return new Map(weighed.flatMap(([text, judgement]) => (judgement ? [[text, judgement] as const] : [])))
}

/** Of most changes nothing more is to be said; there may be very many. */
const NOTHING: Required<Judgement> = { impacts: [], consequences: [], narrows: false, access: [] }

/** What a change means: as it was weighed, or as its type says at once. */
export function judge(
  change: Change,
  live: ReadonlyMap<string, Live>,
  registry: Registry,
  weighed: Weighed,
): Required<Judgement> {
  const { address } = change
  const said =
    weighed.get(address.text) ??
    registry.get(address.type)?.judge?.(change, {
      parent: parentOf(change, live),
      predecessor: predecessorOf(change, live, registry),
    })
  const { impacts, consequences, narrows, access } = { ...NOTHING, ...said }
  const sends = change.action === 'update' && change.differences.some(({ resent }) => resent)
  const all = sends ? [...new Set([...impacts, 'credential' as const])] : impacts
  return { impacts: all, consequences, narrows, access }
}

const parentOf = ({ address: { parent } }: Change, live: ReadonlyMap<string, Live>): Live | null =>
  (parent && live.get(parent.text)) ?? null

/** What an object takes the place of, while it is there. */
function predecessorOf(
  { address, desired }: Change,
  live: ReadonlyMap<string, Live>,
  registry: Registry,
): Live | null {
  const type = registry.get(address.type)
  const name = type && placeTaking(type.schema)
  const before = name === undefined ? undefined : desired?.attributes[name]
  return (
    (type && typeof before === 'string' && live.get(addressOf(type, address.parent, before).text)) || null
  )
}

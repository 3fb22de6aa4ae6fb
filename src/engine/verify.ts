import type { Change, Credential, Live } from '../model/change.ts'
import { printValue } from '../model/kinds.ts'
import type { Quay, ResourceType } from '../model/resource.ts'
import { maySecret, veiled } from '../model/secrets.ts'
import { COPIES, differencesOf, settled } from './compare.ts'
import { leafOf } from './fields.ts'
import { othersOf } from './siblings.ts'

/** Did Quay keep what was written? And the secret of what was made, where the object itself tells it. */
export type Verdict = { readonly credential?: Credential } & (
  | { readonly kept: true }
  | {
      readonly kept: false
      readonly problem: string
      readonly hints: readonly string[]
      /** There is no such object, or nobody can say which it is. */
      readonly found?: 'none' | 'several'
    }
)

/** Reads one object afresh and compares it with what its change asked for. */
export async function readBack(
  change: Change,
  type: ResourceType,
  parent: Live | null,
  { api, server }: Quay,
): Promise<Verdict> {
  const { address, action, desired } = change
  const found = await type.find({ address, parent, desired }, api.because('what was written').fresh)
  if (action === 'delete')
    return found
      ? {
          kept: false,
          problem: `Quay answered that ${address.text} is deleted, and it is still there`,
          hints: [],
        }
      : { kept: true }
  if (!found)
    return {
      kept: false,
      found: 'none',
      problem: `Quay answered that ${address.text} is there, and it is not`,
      hints: [],
    }
  if (found.obscure !== undefined)
    return {
      kept: false,
      found: 'several',
      problem: `${address.text} cannot be told from others: ${found.obscure}`,
      hints: [],
    }
  const { credential } = found
  const made = action === 'create' && credential ? { credential } : {}
  if (!desired) return { kept: true, ...made }
  const asked = new Set(change.differences.map(({ attribute }) => attribute))
  if (action === 'create') asked.add(COPIES)
  const counts = settled(type, desired, found, { server, others: othersOf(address, change.siblings) }).desired
  const left = differencesOf(type, counts, found).filter(
    ({ attribute }) => asked.has(attribute) && !type.schema[attribute]?.writeOnly,
  )
  // Before a replace another object of the same name stood there: what differs may be that one, with its own secret.
  if (left.length === 0)
    return { kept: true, ...(action === 'replace' && credential ? { credential } : made) }
  const copies = left.find(({ attribute }) => attribute === COPIES)
  if (copies)
    return {
      kept: false,
      problem: `Quay has ${address.text} ${copies.before} times`,
      hints: ['run apply again: it takes the surplus away'],
      ...made,
    }
  const words = left.map((difference) => {
    const attribute = leafOf(difference, type)
    const path = difference.path.slice(1).replaceAll('/', '.')
    if (!attribute || maySecret(attribute, 'quay')) return path
    const { fields, ...plain } = attribute
    const shown = veiled(attribute, difference.after ?? null, 'file')
    return fields ? path : `${path} ${printValue({ ...plain, many: 'set' }, shown)}`
  })
  const defects = left.flatMap((difference) => type.defect?.(difference) ?? [])
  return {
    kept: false,
    problem: `Quay accepted ${address.text} and did not keep ${words.join(', ')}`,
    hints: [...new Set(defects)],
    ...made,
  }
}

import { type Address, rootOf } from '../model/address.ts'
import { sameValue } from '../model/canonical.ts'
import type { Change } from '../model/change.ts'
import type { PlannedChange } from '../model/plan.ts'
import type { Attributes, Value } from '../model/schema.ts'
import type { Base } from './base.ts'
import { globOf } from './patterns.ts'
import { valueAt } from './planfile-values.ts'
import { blockOf } from './siblings.ts'

type Earlier = Pick<PlannedChange, 'earlier' | 'earlier_fields'>

type IsNew = (address: Address) => boolean

/** Tells of each of these changes what the files of the base would have asked for as well: in that Quay differed from them before these. */
export function earlierIn(changes: readonly Change[], base: Base): (change: Change) => Earlier {
  const made = new Set(
    changes.flatMap(({ action, address: { text } }) =>
      action === 'create' && !base.declared.has(text) ? [text] : [],
    ),
  )
  return (change) => earlierOf(change, base, ({ text }) => made.has(text))
}

function earlierOf(change: Change, base: Base, isNew: IsNew): Earlier {
  const { action, differences, desired, written = desired?.attributes ?? {} } = change
  if (action === 'delete') return wasToGo(change, base) ? { earlier: true } : {}
  const past = wantedAt(change, base, isNew)
  if (action === 'create')
    return past.some((one) => sameValue(one as Value, written as Value)) ? { earlier: true } : {}
  const paths = differences
    .filter(({ path, resent }) => {
      const said = partOf(written, path)
      return !resent && past.some((one) => sameValue(partOf(one, path), said))
    })
    .map(({ path }) => path)
  if (paths.length === 0) return {}
  return paths.length === differences.length ? { earlier: true } : { earlier_fields: paths }
}

/** What the base asked for at an address: by itself, and for all that match. */
function wantedAt({ address }: Change, { declared, patterns }: Base, isNew: IsNew): readonly Attributes[] {
  const { type, name, parent } = address
  const own = declared.get(address.text)
  const general = patterns.filter(
    ({ address: { type: kind, name: key, parent: glob } }) =>
      kind === type &&
      key === name &&
      glob &&
      parent &&
      !isNew(parent) &&
      rootOf(glob).text === rootOf(parent).text &&
      globOf(glob.name)(parent.name),
  )
  return [...(own ? [own] : []), ...general].map(({ attributes }) => attributes)
}

/** Its line said so already, or its block or what takes its place, and it was not listed then. */
const wasToGo = ({ address, successor }: Change, { declared, ends, sweeps }: Base): boolean =>
  ends.has(address.text) ||
  (!declared.has(address.text) &&
    (sweeps.has(blockOf(address)) || (successor !== undefined && declared.has(successor.text))))

const partOf = (attributes: Attributes, path: string): Value | undefined =>
  valueAt(attributes as Value, path.split('/').slice(1))

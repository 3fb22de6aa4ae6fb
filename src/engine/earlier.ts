import { rootOf } from '../model/address.ts'
import { sameValue } from '../model/canonical.ts'
import type { Change } from '../model/change.ts'
import type { PlannedChange } from '../model/plan.ts'
import type { Attributes, Value } from '../model/schema.ts'
import type { Base } from './base.ts'
import { globOf } from './patterns.ts'
import { valueAt } from './planfile-values.ts'
import { blockOf } from './siblings.ts'

type Earlier = Pick<PlannedChange, 'earlier' | 'earlier_fields'>

/** What the files of the base would have asked for as well: Quay differed from them before these changed. */
export function earlierOf(change: Change, base: Base): Earlier {
  const { action, differences, desired, written = desired?.attributes ?? {} } = change
  if (action === 'create') return wasAsked(change, base) ? { earlier: true } : {}
  if (action === 'delete') return wasToGo(change, base) ? { earlier: true } : {}
  const past = wantedAt(change, base)
  const paths = differences
    .filter(({ path, resent }) => {
      const said = partOf(written, path)
      return !resent && past.some((one) => sameValue(partOf(one, path), said))
    })
    .map(({ path }) => path)
  if (paths.length === 0) return {}
  return paths.length === differences.length ? { earlier: true } : { earlier_fields: paths }
}

const wasAsked = (change: Change, base: Base): boolean => wantedAt(change, base).length > 0

/** What the base asked for at an address: by itself, and for all that match. */
function wantedAt({ address }: Change, { declared, patterns }: Base): readonly Attributes[] {
  const { type, name, parent } = address
  const own = declared.get(address.text)
  const general = patterns.filter(
    ({ address: { type: kind, name: key, parent: glob } }) =>
      kind === type &&
      key === name &&
      glob &&
      parent &&
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

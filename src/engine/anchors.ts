import type { Address } from '../model/address.ts'
import type { Desired } from '../model/change.ts'
import type { Place } from '../model/diagnostics.ts'
import type { ResourceType } from '../model/resource.ts'
import { child } from '../model/tree.ts'
import type { Document } from './load.ts'

/** An organization that only parts speak of: it must exist, and is not written. */
export const anchor = (address: Address, at: Place): Desired => ({
  address,
  attributes: {},
  origins: {},
  origin: { at },
  absent: false,
  replaceAllowed: false,
  mustExist: true,
})

/** Of what stands in no file. */
export const NOWHERE: Place = { file: '', line: 1, column: 1, length: 1 }

/** Where a part speaks of it. */
export const anchorAt = (type: ResourceType, part: Document | undefined): Place =>
  (part && child(part.tree, type.name)?.at) ?? NOWHERE

import { rootOf } from '../model/address.ts'
import type { Desired } from '../model/change.ts'
import type { Registry } from '../model/resource.ts'

/** What Quay makes by itself beside a declared object must be there, and is not written. */
export function provided(desired: readonly Desired[], registry: Registry): readonly Desired[] {
  const made = new Set(
    desired.flatMap(({ address, absent }) => {
      const provides = registry.get(address.type)?.provides
      return provides && !absent ? [`${provides} ${rootOf(address).text}`] : []
    }),
  )
  const isMade = ({ address }: Desired) => made.has(`${address.type} ${rootOf(address).text}`)
  return made.size === 0
    ? desired
    : desired.map((object) => (isMade(object) ? { ...object, mustExist: true } : object))
}

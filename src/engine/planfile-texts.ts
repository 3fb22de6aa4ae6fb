import type { Address } from '../model/address.ts'
import type { Desired } from '../model/change.ts'
import { StaleError } from '../model/errors.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Attributes } from '../model/schema.ts'
import type { Step } from './plan.ts'
import { revealed } from './planfile-values.ts'

/** Steps with the texts that their plan does not show, as `written` says them. */
export function withTexts(
  steps: readonly Step[],
  written: readonly Desired[],
  registry: Registry,
): readonly Step[] {
  const index = new Map(written.map((desired) => [desired.address.text, desired.attributes]))
  const missing: string[] = []
  const filled = steps.map((step) => {
    const { change } = step
    const { desired, address } = change
    const type = registry.get(address.type)
    if (!desired || !type) return step
    const fill = (attributes: Attributes) =>
      fillIn(type, attributes, index.get(address.text), address, missing)
    return {
      ...step,
      change: {
        ...change,
        values: fill(change.values),
        desired: { ...desired, attributes: fill(desired.attributes) },
      },
    }
  })
  if (missing.length === 0) return filled
  throw new StaleError(
    'QC4305',
    `the plan does not show ${[...new Set(missing)].join(', ')}, and the files do not say it as they did then`,
    [
      'apply beside the files that the plan was made from, with the same -f and --registry',
      'or make the plan anew',
    ],
  )
}

function fillIn(
  { schema }: ResourceType,
  attributes: Attributes,
  written: Attributes | undefined,
  { text }: Address,
  missing: string[],
): Attributes {
  const result = revealed(schema, attributes, written)
  missing.push(...result.missing.map((path) => `${path} of ${text}`))
  return result.attributes
}

/** Does a plan not show all that it would send? */
export const hidesTexts = (steps: readonly Step[], registry: Registry): boolean =>
  steps.some(({ change: { address, values, desired } }) => {
    const type = registry.get(address.type)
    return (
      type !== undefined &&
      [values, desired?.attributes ?? {}].some(
        (all) => revealed(type.schema, all, undefined).missing.length > 0,
      )
    )
  })

import type { Outcome } from '../model/change.ts'
import type { Stop } from '../model/plan.ts'
import type { Registry } from '../model/resource.ts'
import { isPaused, type Pause } from './pauses.ts'
import type { Hold, Step } from './plan.ts'
import { organizationOf } from './select.ts'

/** Why organizations wait, by name. */
type Holds = ReadonlyMap<string, Hold>

/** Organizations whose files say that they rest. */
export const restingOnes = (pauses: readonly Pause[], today: string): Holds =>
  new Map(
    pauses
      .filter((pause) => isPaused(pause, today))
      .map(({ address, until, reason }) => [
        address.name,
        { as: 'paused', because: `paused until ${until}: ${reason}` },
      ]),
  )

/** Organizations with changes that guards name, each with the first of its guards. */
export function stoppedOnes(stops: readonly Stop[], steps: readonly Step[], registry: Registry): Holds {
  const organizations = new Map(
    steps.map(({ change: { address } }) => [address.text, organizationOf(address, registry)]),
  )
  const holds = new Map<string, Hold>()
  for (const { code, message, addresses } of stops)
    for (const address of addresses) {
      const name = organizations.get(address)
      if (name !== undefined && !holds.has(name))
        holds.set(name, { as: 'blocked', because: `held by ${code}: ${message}` })
    }
  return holds
}

/** Steps, those of these organizations held, and with them what needs one of those first. */
export function hold(steps: readonly Step[], holds: Holds, registry: Registry): readonly Step[] {
  const held = new Map<string, Hold>()
  const marked = steps.map((step) => {
    const own = step.held ?? holds.get(organizationOf(step.change.address, registry))
    if (own) held.set(step.change.address.text, own)
    return own ? { ...step, held: own } : step
  })
  return held.size === 0 ? marked : withDependents(marked, held)
}

function withDependents(steps: readonly Step[], held: Map<string, Hold>): readonly Step[] {
  const known = held.size
  const marked = steps.map((step) => {
    const blocker = step.held ? undefined : step.dependsOn.find((address) => held.has(address))
    const { as } = (blocker !== undefined && held.get(blocker)) || {}
    if (!as) return step
    const own: Hold = { as, because: `${blocker} is held` }
    held.set(step.change.address.text, own)
    return { ...step, held: own }
  })
  return held.size === known ? marked : withDependents(marked, held)
}

/** The steps that an apply takes. */
export const going = (steps: readonly Step[]): readonly Step[] => steps.filter(({ held }) => !held)

/** What a report says of the others. */
export const outcomesOfHeld = (steps: readonly Step[]): ReadonlyMap<string, Outcome> =>
  new Map(
    steps.flatMap(({ change, held }) =>
      held ? [[change.address.text, { status: 'skipped', because: held.because }] as const] : [],
    ),
  )

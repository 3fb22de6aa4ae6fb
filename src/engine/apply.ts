import type { Live, Outcome } from '../model/change.ts'
import type { Quay, Registry } from '../model/resource.ts'
import { carryOut } from './carry-out.ts'
import type { Step } from './plan.ts'
import { NO_ORGANIZATION, organizationOf } from './select.ts'
import { createTurns, share } from './turns.ts'

/** How many steps are in flight at most: as many as the client sends requests. */
const WIDTH = 16

export interface ApplyOptions {
  readonly secrets: ReadonlyMap<string, string>
  readonly live: ReadonlyMap<string, Live>
  readonly failFast: boolean
  /** No new step begins once it is aborted, for its reason where that is a text; those in flight end. */
  readonly signal: AbortSignal
  /** Outcomes keep the secrets that Quay made; without it they hold none. */
  readonly credentials?: boolean
  /** Told when a step is about to write. */
  begin?(step: Step): void
  /** Told when a step ends. */
  report(step: Step, outcome: Outcome): void
}

/** Carries out steps: the accounts first, as others name them, and their deletes last; between them organizations side by side, one write at a time in each unless the type says that its objects are independent. */
export async function apply(
  steps: readonly Step[],
  registry: Registry,
  quay: Quay,
  options: ApplyOptions,
): Promise<ReadonlyMap<string, Outcome>> {
  const run = new Run(registry, quay, options)
  const byOrganization = new Map<string, Step[]>()
  for (const step of steps) {
    const name = organizationOf(step.change.address, registry)
    const list = byOrganization.get(name) ?? []
    list.push(step)
    byOrganization.set(name, list)
  }
  const accounts = byOrganization.get(NO_ORGANIZATION) ?? []
  byOrganization.delete(NO_ORGANIZATION)
  const leaving = accounts.filter(({ change }) => change.action === 'delete')
  await run.organization(accounts.filter((step) => !leaving.includes(step)))
  await Promise.all([...byOrganization.values()].map((list) => run.organization(list)))
  await run.organization(leaving)
  return run.outcomes
}

class Run {
  readonly outcomes = new Map<string, Outcome>()
  readonly #registry: Registry
  readonly #quay: Quay
  readonly #options: ApplyOptions
  readonly #turns = createTurns(WIDTH)
  #failed = false

  constructor(registry: Registry, quay: Quay, options: ApplyOptions) {
    this.#registry = registry
    this.#quay = quay
    this.#options = options
  }

  async organization(steps: readonly Step[]): Promise<void> {
    for (const batch of batches(steps, this.#registry))
      await share(batch, WIDTH, (step) => this.#turns(() => this.#step(step)))
  }

  /** Only here a step begins: whether it still may is asked last, in its turn. */
  async #step(step: Step): Promise<void> {
    const outcome = await this.#outcome(step)
    if (outcome.status === 'failed' || outcome.status === 'unknown') this.#failed = true
    this.outcomes.set(step.change.address.text, outcome)
    this.#options.report(step, outcome)
  }

  async #outcome(step: Step): Promise<Outcome> {
    const { change, dependsOn } = step
    const { signal, failFast, secrets, live, credentials = false } = this.#options
    if (signal.aborted) return { status: 'skipped', because: whyStopped(signal), stopped: true }
    if (this.#failed && failFast) return { status: 'skipped', because: 'another step failed' }
    const blocker = dependsOn.find((address) => !succeeded(this.outcomes.get(address)))
    if (blocker) return { status: 'skipped', because: `${blocker} is not done` }
    const type = this.#registry.get(change.address.type)
    if (!type) return { status: 'failed', error: new TypeError(`no resource type ${change.address.type}`) }
    this.#options.begin?.(step)
    const { parent: above } = change.address
    const parent = above && (live.get(above.text) ?? { address: above, attributes: {} })
    return carryOut(change, type, { quay: this.#quay, secrets, parent, credentials, signal })
  }
}

const whyStopped = ({ reason }: AbortSignal): string => (typeof reason === 'string' ? reason : 'interrupted')

const succeeded = (outcome: Outcome | undefined): boolean =>
  outcome === undefined || outcome.status === 'done' || outcome.status === 'already'

/** Neighbours of one independent type and action go together; everything else alone. */
function batches(steps: readonly Step[], registry: Registry): readonly (readonly Step[])[] {
  const all: Step[][] = []
  for (const step of steps) {
    const last = all.at(-1)
    const first = last?.[0]
    const { address, action } = step.change
    const joins =
      first?.change.address.type === address.type &&
      first.change.action === action &&
      first.narrows === step.narrows &&
      registry.get(address.type)?.independent
    if (last && joins) last.push(step)
    else all.push([step])
  }
  return all
}

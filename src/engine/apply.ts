import type { Address } from '../model/address.ts'
import { rootOf } from '../model/address.ts'
import type { Change, Credential, Live, Outcome } from '../model/change.ts'
import { ApiError, AuthError, ServerError, UnavailableError } from '../model/errors.ts'
import type { Quay, Registry, ResourceType, Write } from '../model/resource.ts'
import type { Attributes } from '../model/schema.ts'
import type { Step } from './plan.ts'
import { withSecrets } from './secrets.ts'
import { readBack, type Verdict } from './verify.ts'

export interface ApplyOptions {
  readonly secrets: ReadonlyMap<string, string>
  readonly live: ReadonlyMap<string, Live>
  readonly failFast: boolean
  /** No new step begins once it is aborted; those in flight end. */
  readonly signal: AbortSignal
  /** Told when a step ends. */
  report(step: Step, outcome: Outcome): void
}

/** Carries out steps: organizations side by side, one write at a time in each unless the type says that its objects are independent. */
export async function apply(
  steps: readonly Step[],
  registry: Registry,
  quay: Quay,
  options: ApplyOptions,
): Promise<ReadonlyMap<string, Outcome>> {
  const run = new Run(registry, quay, options)
  const byOrganization = new Map<string, Step[]>()
  for (const step of steps) {
    const name = rootOf(step.change.address).name
    const list = byOrganization.get(name) ?? []
    list.push(step)
    byOrganization.set(name, list)
  }
  await Promise.all([...byOrganization.values()].map((list) => run.organization(list)))
  return run.outcomes
}

class Run {
  readonly outcomes = new Map<string, Outcome>()
  readonly #registry: Registry
  readonly #quay: Quay
  readonly #options: ApplyOptions
  #failed = false

  constructor(registry: Registry, quay: Quay, options: ApplyOptions) {
    this.#registry = registry
    this.#quay = quay
    this.#options = options
  }

  async organization(steps: readonly Step[]): Promise<void> {
    for (const batch of batches(steps, this.#registry))
      await Promise.all(batch.map((step) => this.#step(step)))
  }

  async #step(step: Step): Promise<void> {
    const outcome = await this.#outcome(step)
    if (outcome.status === 'failed' || outcome.status === 'unknown') this.#failed = true
    this.outcomes.set(step.change.address.text, outcome)
    this.#options.report(step, outcome)
  }

  async #outcome({ change, dependsOn }: Step): Promise<Outcome> {
    if (this.#options.signal.aborted) return { status: 'skipped', because: 'interrupted' }
    if (this.#failed && this.#options.failFast) return { status: 'skipped', because: 'another step failed' }
    const blocker = dependsOn.find((address) => !succeeded(this.outcomes.get(address)))
    if (blocker) return { status: 'skipped', because: `${blocker} is not done` }
    const type = this.#registry.get(change.address.type)
    if (!type) return { status: 'failed', error: new TypeError(`no resource type ${change.address.type}`) }
    try {
      const credential = await this.#write(change, type)
      return await this.#checked(change, type, credential)
    } catch (error) {
      return this.#afterError(change, type, error instanceof Error ? error : new Error(String(error)))
    }
  }

  async #write(change: Change, type: ResourceType): Promise<Credential | undefined> {
    const write: Write<Attributes> = {
      address: change.address,
      values: withSecrets(change, this.#options.secrets),
      live: change.live,
      differences: change.differences,
    }
    if (change.action === 'create') return type.create(write, this.#quay)
    if (change.action === 'update') {
      await type.update?.(write, this.#quay)
      return undefined
    }
    if (change.action === 'replace' && type.replace) return type.replace(write, this.#quay)
    if (change.live) await type.delete?.(change.live, this.#quay)
    return change.action === 'replace' ? type.create(write, this.#quay) : undefined
  }

  /** Reads back what was written: a success that Quay did not keep is a failure. */
  async #checked(change: Change, type: ResourceType, credential: Credential | undefined): Promise<Outcome> {
    const done: Outcome = { status: 'done', ...(credential && { credential }) }
    try {
      const verdict = await this.#readBack(change, type)
      return verdict.kept
        ? done
        : { status: 'failed', error: new ApiError('QC7800', verdict.problem, verdict.hints) }
    } catch (error) {
      return { status: 'unknown', error: error instanceof Error ? error : new Error(String(error)) }
    }
  }

  /** An error after a write may hide a success: what Quay has decides. */
  async #afterError(change: Change, type: ResourceType, error: Error): Promise<Outcome> {
    if (!(error instanceof ServerError) || error instanceof AuthError) return { status: 'failed', error }
    try {
      const verdict = await this.#readBack(change, type)
      if (verdict.kept) return { status: error instanceof UnavailableError ? 'done' : 'already' }
      return { status: 'failed', error }
    } catch {
      return error instanceof UnavailableError ? { status: 'unknown', error } : { status: 'failed', error }
    }
  }

  #readBack(change: Change, type: ResourceType): Promise<Verdict> {
    return readBack(change, type, this.#parentOf(change.address), this.#quay)
  }

  #parentOf({ parent }: Address): Live | null {
    return parent ? (this.#options.live.get(parent.text) ?? { address: parent, attributes: {} }) : null
  }
}

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

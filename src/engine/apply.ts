import { type Address, chainOf } from '../model/address.ts'
import type { Change, Credential, Live, Outcome } from '../model/change.ts'
import { asError } from '../model/errors.ts'
import type { Quay, Registry, ResourceType } from '../model/resource.ts'
import { carryOut } from './carry-out.ts'
import { grouped } from './expand.ts'
import { type Patience, persevere } from './patience.ts'
import type { Step } from './plan.ts'
import { type Recheck, type Standing, standing } from './recheck.ts'
import { NO_ORGANIZATION, organizationOf, referencesOf } from './select.ts'
import { createTurns, share } from './turns.ts'

/** How many steps are in flight at most: as many as the client sends requests. */
const WIDTH = 16

export interface ApplyOptions {
  readonly secrets: ReadonlyMap<string, string>
  readonly live: ReadonlyMap<string, Live>
  readonly failFast: boolean
  /** The plan is not of this moment: each object is read again right before its write, and what was changed meanwhile is not written. */
  readonly recheck?: Recheck | undefined
  /** No new step begins once it is aborted, for its reason where that is a text; those in flight end. */
  readonly signal: AbortSignal
  /** What waits for Quay's own work fails at once where this is absent. */
  readonly patience?: Patience | undefined
  /** Outcomes keep the secrets that Quay made; without it they hold none. */
  readonly credentials?: boolean
  /** Told of a secret that Quay made for an address, while its step is under way: whatever comes next may be cut off. */
  told?(address: string, credential: Credential): void
  /** Told when a step is about to write. */
  begin?(step: Step): void
  /** Told when a step ends. */
  report(step: Step, outcome: Outcome): void
}

/** Carries out steps: the accounts first, as others name them, and their deletes last; between them organizations side by side, one write at a time in each unless the type says that its objects are independent. What would disturb Quay's own work comes last in its organization, and waits. */
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
  await run.organizations([accounts.filter((step) => !leaving.includes(step))])
  await run.organizations([...byOrganization.values()])
  await run.organizations([leaving])
  return run.outcomes
}

class Run {
  readonly outcomes = new Map<string, Outcome>()
  readonly #registry: Registry
  readonly #quay: Quay
  readonly #options: ApplyOptions
  readonly #turns = createTurns(WIDTH)
  /** What this run has created, or given what another had: below it, and for it, Quay makes objects by itself. */
  readonly #made = new Set<string>()
  /** Steps that wait, by address. */
  readonly #late = new Set<string>()
  /** And those that ever did: of them the plan is an old one. */
  readonly #waited = new Set<string>()
  #failed = false

  constructor(registry: Registry, quay: Quay, options: ApplyOptions) {
    this.#registry = registry
    this.#quay = quay
    this.#options = options
  }

  /** So many at once, since each has a step to take; then those of which some wait. */
  async organizations(all: readonly (readonly Step[])[]): Promise<void> {
    const { patience, signal } = this.#options
    const waiting: (readonly Step[])[] = []
    await share(all, WIDTH, async (steps) => {
      const left = await this.#round(steps, !patience?.limit)
      if (left.length > 0) waiting.push(left)
    })
    if (!patience) return
    const round = (left: readonly Step[], isLast: boolean) => this.#round(left, isLast)
    await Promise.all(
      waiting.map((steps) => persevere(steps, patience, { now: this.#quay.now, signal }, round)),
    )
  }

  /** The steps that have to be tried again: none where it is the last time. */
  async #round(steps: readonly Step[], isLast: boolean): Promise<readonly Step[]> {
    for (const batch of batches(steps, this.#registry))
      await share(lanes(batch, this.#registry), WIDTH, async (lane) => {
        for (const step of lane) await this.#turns(() => this.#step(step, isLast))
      })
    return steps.filter(({ change }) => this.#late.has(change.address.text))
  }

  /** Only here a step begins: whether it still may is asked last, in its turn. */
  async #step(step: Step, isLast: boolean): Promise<void> {
    const { text } = step.change.address
    this.#late.delete(text)
    const outcome = await this.#outcome(step, isLast)
    if (outcome === null) {
      this.#late.add(text)
      this.#waited.add(text)
      return
    }
    if ('error' in outcome) this.#failed = true
    if (outcome.status === 'done' && makes(step.change, this.#registry)) this.#made.add(text)
    this.outcomes.set(text, outcome)
    this.#options.report(step, outcome)
  }

  /** Null: it waits, or what it needs does. */
  async #outcome(step: Step, isLast: boolean): Promise<Outcome | null> {
    const { change, dependsOn } = step
    const { signal, failFast } = this.#options
    if (signal.aborted) return { status: 'skipped', because: whyStopped(signal), stopped: true }
    if (this.#failed && failFast) return { status: 'skipped', because: 'another step failed' }
    if (!isLast && dependsOn.some((address) => this.#late.has(address))) return null
    const blocker = dependsOn.find(
      (address) => this.#late.has(address) || !succeeded(this.outcomes.get(address)),
    )
    if (blocker) return { status: 'skipped', because: `${blocker} is not done` }
    const type = this.#registry.get(change.address.type)
    if (!type) return { status: 'failed', error: new TypeError(`no resource type ${change.address.type}`) }
    return this.#carriedOut(step, type, isLast)
  }

  async #carriedOut(step: Step, type: ResourceType, isLast: boolean): Promise<Outcome | null> {
    const { secrets, credentials = false, signal } = this.#options
    const { change } = step
    const { address } = change
    const parent = this.#parentOf(address)
    let found: Standing
    try {
      found = await this.#standing(change, type, parent)
    } catch (error) {
      return { status: 'failed', error: asError(error) }
    }
    if (found.is === 'moved') return { status: 'stale', error: found.error }
    if (found.is === 'done') {
      const { credential } = found
      return { status: 'already', ...(credential && credentials && { credential }) }
    }
    this.#options.begin?.(step)
    let last: Credential | undefined // a type tells it at once, and gives it at the end
    const told = (credential: Credential) => {
      if (credential !== last) this.#options.told?.(address.text, credential)
      last = credential
    }
    const quay = { ...this.#quay, api: this.#quay.api.because(address.type), told }
    return carryOut({ ...change, live: found.live }, type, {
      quay,
      secrets,
      parent,
      credentials,
      signal,
      isLast,
    })
  }

  /** A plan of this moment holds as it is; so does the absence of what is below something new, or given to it. */
  async #standing(change: Change, type: ResourceType, parent: Live | null): Promise<Standing> {
    const { address, action, desired, live } = change
    const subjects = type.named && desired ? referencesOf(desired, this.#registry) : []
    const origins = [...chainOf(address).slice(1), ...subjects]
    const isNew = action === 'create' && origins.some(({ text }) => this.#made.has(text))
    const waited = this.#waited.has(address.text) ? { user: this.#quay.server.user } : undefined
    const recheck = this.#options.recheck ?? waited
    return !recheck || isNew
      ? { is: 'ready', live }
      : standing(change, type, parent, this.#registry, this.#quay, recheck)
  }

  #parentOf({ parent }: Address): Live | null {
    return parent ? (this.#options.live.get(parent.text) ?? { address: parent, attributes: {} }) : null
  }
}

/** Quay makes objects with what is new, and takes those of its predecessor over for who takes a place. */
const makes = ({ action, address, differences }: Change, registry: Registry): boolean =>
  action === 'create' ||
  differences.some(({ attribute }) => registry.get(address.type)?.schema[attribute]?.supersedes)

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
      action !== 'replace' && // it puts back what others have, too
      registry.get(address.type)?.independent
    if (last && joins) last.push(step)
    else all.push([step])
  }
  return all
}

/** What of a batch is written one by one. */
function lanes(batch: readonly Step[], registry: Registry): readonly (readonly Step[])[] {
  const [first] = batch
  if (first && registry.get(first.change.address.type)?.independent !== 'apart')
    return batch.map((step) => [step])
  return [...grouped(batch, ({ change: { address } }) => address.parent?.text ?? '').values()]
}

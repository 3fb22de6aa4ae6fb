import { type Address, chainOf } from '../model/address.ts'
import type { Change, Credential, Live, Outcome } from '../model/change.ts'
import { ApiError, AuthError, ServerError, UnavailableError } from '../model/errors.ts'
import type { Quay, Registry, ResourceType, Write } from '../model/resource.ts'
import type { Attributes } from '../model/schema.ts'
import { UnfinishedError } from '../model/unfinished.ts'
import type { Step } from './plan.ts'
import { type Recheck, type Standing, standing } from './recheck.ts'
import { withSecrets } from './secrets.ts'
import { NO_ORGANIZATION, organizationOf, referencesOf } from './select.ts'
import { createTurns, share } from './turns.ts'
import { readBack, type Verdict } from './verify.ts'

/** How many steps are in flight at most: as many as the client sends requests. */
const WIDTH = 16

export interface ApplyOptions {
  readonly secrets: ReadonlyMap<string, string>
  readonly live: ReadonlyMap<string, Live>
  readonly failFast: boolean
  /** The plan is not of this moment: each object is read again right before its write, and what was changed meanwhile is not written. */
  readonly recheck?: Recheck | undefined
  /** No new step begins once it is aborted; those in flight end. */
  readonly signal: AbortSignal
  /** Outcomes keep the secrets that Quay made; without it they hold none. */
  readonly credentials?: boolean
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
  /** What this run has created, or given what another had: below it, and for it, Quay makes objects by itself. */
  readonly #made = new Set<string>()
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
    if ('error' in outcome) this.#failed = true
    if (outcome.status === 'done' && makes(step.change, this.#registry))
      this.#made.add(step.change.address.text)
    this.outcomes.set(step.change.address.text, outcome)
    this.#options.report(step, outcome)
  }

  async #outcome({ change: planned, dependsOn }: Step): Promise<Outcome> {
    if (this.#options.signal.aborted) return { status: 'skipped', because: 'interrupted' }
    if (this.#failed && this.#options.failFast) return { status: 'skipped', because: 'another step failed' }
    const blocker = dependsOn.find((address) => !succeeded(this.outcomes.get(address)))
    if (blocker) return { status: 'skipped', because: `${blocker} is not done` }
    const type = this.#registry.get(planned.address.type)
    if (!type) return { status: 'failed', error: new TypeError(`no resource type ${planned.address.type}`) }
    try {
      const found = await this.#standing(planned, type)
      if (found.is === 'moved') return { status: 'stale', error: found.error }
      if (found.is === 'done') return { status: 'already', ...this.#secret(found.credential) }
      return await this.#carriedOut({ ...planned, live: found.live }, type)
    } catch (error) {
      return { status: 'failed', error: asError(error) }
    }
  }

  async #carriedOut(change: Change, type: ResourceType): Promise<Outcome> {
    try {
      const credential = await this.#write(change, type)
      return await this.#checked(change, type, credential)
    } catch (error) {
      return this.#afterError(change, type, asError(error))
    }
  }

  /** A plan of this moment holds as it is; so does the absence of what is below something new. */
  async #standing(change: Change, type: ResourceType): Promise<Standing> {
    const { address, action, desired, live } = change
    const origins = [...chainOf(address).slice(1), ...(desired ? referencesOf(desired, this.#registry) : [])]
    const isNew = action === 'create' && origins.some(({ text }) => this.#made.has(text))
    return !this.#options.recheck || isNew
      ? { is: 'ready', live }
      : standing(change, type, this.#parentOf(address), this.#registry, this.#quay, this.#options.recheck)
  }

  async #write(change: Change, type: ResourceType): Promise<Credential | undefined> {
    const write: Write<Attributes> = {
      address: change.address,
      values: withSecrets(change, type.schema, this.#options.secrets),
      live: change.live,
      differences: change.differences,
      exact: change.exact ?? new Map(),
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
  async #checked(change: Change, type: ResourceType, made: Credential | undefined): Promise<Outcome> {
    try {
      const verdict = await this.#readBack(change, type)
      const secret = this.#secret(made ?? verdict.credential)
      if (verdict.kept) return { status: 'done', ...secret }
      return { status: 'failed', error: new ApiError('QC7800', verdict.problem, verdict.hints), ...secret }
    } catch (error) {
      return { status: 'unknown', error: asError(error), ...this.#secret(made) }
    }
  }

  /** An error after a write may hide a success: what Quay has decides. Never for a replace, after which more may be missing than the object shows. */
  async #afterError(change: Change, type: ResourceType, error: Error): Promise<Outcome> {
    if (error instanceof UnfinishedError)
      return { status: 'failed', error, ...this.#secret(error.credential) }
    if (!(error instanceof ServerError) || error instanceof AuthError) return { status: 'failed', error }
    const lost = error instanceof UnavailableError
    try {
      const { kept, credential } = await this.#readBack(change, type)
      const secret = this.#secret(credential)
      return kept && change.action !== 'replace'
        ? { status: lost ? 'done' : 'already', ...secret }
        : { status: 'failed', error, ...secret }
    } catch {
      return { status: lost ? 'unknown' : 'failed', error }
    }
  }

  #secret(credential: Credential | undefined): { readonly credential?: Credential } {
    return credential && this.#options.credentials ? { credential } : {}
  }

  #readBack(change: Change, type: ResourceType): Promise<Verdict> {
    return readBack(change, type, this.#parentOf(change.address), this.#quay)
  }

  #parentOf({ parent }: Address): Live | null {
    return parent ? (this.#options.live.get(parent.text) ?? { address: parent, attributes: {} }) : null
  }
}

/** Quay makes objects with what is new, and takes those of its predecessor over for who takes a place. */
const makes = ({ action, address, differences }: Change, registry: Registry): boolean =>
  action === 'create' ||
  differences.some(({ attribute }) => registry.get(address.type)?.schema[attribute]?.supersedes)

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

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

import type { Step } from '../engine/plan.ts'
import type { Credential, Live, Outcome } from '../model/change.ts'
import { asError, BlockedError, ConfigError, ServerError } from '../model/errors.ts'
import type { Quay } from '../model/resource.ts'
import { makesCredential, toldOnce } from './applying.ts'
import { CredentialsFile } from './credentials.ts'
import { registry } from './world.ts'

/** What becomes of the secrets that Quay makes in one apply: with `--credentials-out` they are kept. */
export class Keeping {
  readonly #path: string
  readonly #tell: (text: string) => void
  #file: CredentialsFile | null = null

  constructor(path: string, tell: (text: string) => void) {
    this.#path = path
    this.#tell = tell
  }

  /** Call before the first write: throws where a secret could not be kept, or would take the place of another. */
  open(steps: readonly Step[], saved: boolean): void {
    const instead = ['name another file, in a folder that exists', 'nothing was changed']
    let file: CredentialsFile
    try {
      file = CredentialsFile.open(this.#path)
    } catch (error) {
      const why = error instanceof TypeError || error instanceof SyntaxError ? ': another file is there' : ''
      throw new ConfigError('QC3110', `--credentials-out: ${this.#path} cannot be made${why}`, instead)
    }
    const taken = steps
      .filter((step) => step.change.action === 'create' && makesCredential(step))
      .map(({ change }) => change.address.text)
      .filter((address) => file.has(address))
    // A saved plan may have been carried out in part, with this very file.
    if (taken.length > 0 && !saved)
      throw new ConfigError(
        'QC3110',
        `--credentials-out: ${this.#path} has a secret of ${taken.join(', ')} already`,
        ['remove it if what it is of is gone from Quay, or name another file', 'nothing was changed'],
      )
    this.#file = file
  }

  begin(step: Step): void {
    if (makesCredential(step)) this.#file?.begin(step.change.address.text)
  }

  /** Takes a secret as soon as Quay has told it. */
  told(address: string, credential: Credential): void {
    this.#file?.save(address, credential)
  }

  add({ change }: Step, outcome: Outcome): void {
    this.#file?.add(change.address.text, outcome)
    if (isUnmade(outcome)) this.#file?.forget(change.address.text)
  }

  /** Sees to what an earlier run made and whose secret it could not keep: reads that again, or sets a new one where it may. Resolves to false where it could not. */
  async restore(live: ReadonlyMap<string, Live>, quay: Quay, mayRenew = true): Promise<boolean> {
    const file = this.#file ?? this.#earlier()
    this.#file = file
    const [read, renewed, failed]: [string[], string[], string[]] = [[], [], []]
    for (const address of file?.missing ?? []) {
      const there = live.get(address)
      if (!there) continue
      try {
        ;(await this.#restoreOne(there, quay, mayRenew)) === 'read'
          ? read.push(address)
          : renewed.push(address)
      } catch (error) {
        failed.push(`${address} (${asError(error).message})`)
      }
    }
    const earlier = 'which an earlier run made and could not keep'
    if (read.length > 0) this.#tell(`In ${this.#path} now, ${earlier}: ${read.join(', ')}.`)
    if (renewed.length > 0)
      this.#tell(`In ${this.#path} now, with a new secret for the one ${earlier}: ${renewed.join(', ')}.`)
    if (failed.length > 0)
      this.#tell(`Not in ${this.#path}, ${earlier}: ${failed.join(', ')}. Run the same command again.`)
    return failed.length === 0
  }

  /** Says what the file has, and what it has not; false where secrets could not be saved. */
  end(steps: readonly Step[], outcomes: ReadonlyMap<string, Outcome>): boolean {
    if (!this.#file) return true
    const { saved, lost, problem } = this.#file.end()
    const missing = [...lost, ...without(steps, outcomes)]
    if (problem) this.#tell(`Credentials: ${this.#path} could not be written (${problem.message}).`)
    else if (saved.length > 0) this.#tell(`Credentials: ${saved.length} in ${this.#path} (mode 600).`)
    if (missing.length > 0)
      this.#tell(`Not in ${this.#path}: ${missing.join(', ')}. Run the same command again: it sees to that.`)
    return problem === null
  }

  #earlier(): CredentialsFile | null {
    try {
      return CredentialsFile.earlier(this.#path)
    } catch {
      return null
    }
  }

  async #restoreOne({ address }: Live, quay: Quay, mayRenew: boolean): Promise<'read' | 'renewed'> {
    const type = registry.get(address.type)
    const told = (await type?.find({ address, parent: null }, quay.api.fresh))?.credential
    if (!told && type?.renew && !mayRenew) throw new TypeError('a new one is set with --yes')
    const credential = told ?? (await type?.renew?.(address, quay))
    if (!credential) throw new TypeError('Quay does not tell it')
    this.#file?.save(address.text, credential)
    const { problem } = this.#file?.end() ?? {}
    if (problem) throw problem
    return told ? 'read' : 'renewed'
  }
}

/** Surely this run made nothing: somebody else did, or Quay refused it. What is not made has no secret that could be lost. */
const isUnmade = (outcome: Outcome): boolean =>
  outcome.status === 'already' ||
  (outcome.status === 'failed' &&
    outcome.error instanceof ServerError &&
    outcome.error.failed?.effect === 'none')

/** A secret that Quay tells once needs a place before it is made. */
export function keepsPasswords(
  steps: readonly Step[],
  kept: boolean,
  hint = '--credentials-out FILE keeps it, readable for you only',
): void {
  const lost = kept ? [] : toldOnce(steps)
  if (lost.length === 0) return
  throw new BlockedError(
    'QC4106',
    `Quay tells the password of ${lost.join(', ')} once, and nothing says where to keep it`,
    [hint, 'nothing was changed'],
  )
}

/** Of a saved plan: what an earlier run of it has made. */
export const alreadyThere = (
  steps: readonly Step[],
  outcomes: ReadonlyMap<string, Outcome>,
): ReadonlyMap<string, Live> =>
  new Map(
    steps.flatMap(({ change: { address } }) =>
      outcomes.get(address.text)?.status === 'already'
        ? [[address.text, { address, attributes: {} }] as const]
        : [],
    ),
  )

/** Objects that this run made, or may have, and whose secret is not at hand. */
const without = (steps: readonly Step[], outcomes: ReadonlyMap<string, Outcome>): readonly string[] =>
  steps
    .filter((step) => {
      const outcome = outcomes.get(step.change.address.text)
      const isThere = outcome && ['done', 'unknown'].includes(outcome.status)
      return isThere && makesCredential(step) && !('credential' in outcome && outcome.credential)
    })
    .map(({ change }) => change.address.text)

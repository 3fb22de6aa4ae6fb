import type { Change, Credential, Live, Outcome } from '../model/change.ts'
import {
  ApiError,
  AuthError,
  type Effect,
  MissingRouteError,
  ServerError,
  UnavailableError,
} from '../model/errors.ts'
import type { Quay, ResourceType, Write } from '../model/resource.ts'
import { type Attributes, isReference } from '../model/schema.ts'
import { UnfinishedError } from '../model/unfinished.ts'
import { leafOf } from './fields.ts'
import { withSecrets } from './secrets.ts'
import { readBack, type Verdict } from './verify.ts'
import { watched } from './watched.ts'

/** What a step is carried out with. */
export interface Surroundings {
  readonly quay: Quay
  readonly secrets: ReadonlyMap<string, string>
  readonly parent: Live | null
  /** The outcome keeps the secret that Quay made. */
  readonly credentials: boolean
  /** Once it is aborted nothing is begun anew. */
  readonly signal: AbortSignal
}

/** So often a create is sent at most. */
const ATTEMPTS = 3
/** In milliseconds, doubled each time: after an answer, and after none, when Quay may need the time to end what it is at. */
const PAUSE = { answered: 1000, cut: 5000 }

const UNREAD = 'It may or may not be done, and could not be read back. The next plan will tell.'
const PENDING =
  'It is not done, and Quay may still be at it: after some minutes the next plan will tell. Sooner it may be done twice.'
const UNSEEN =
  'A secret went with it: nobody can read whether Quay has it, and no plan shows that. Give it to Quay once more.'

/** Writes one change, reads it back, and says how it ended. */
export const carryOut = (change: Change, type: ResourceType, around: Surroundings): Promise<Outcome> =>
  new Step(change, type, around).run()

class Step {
  readonly #change: Change
  readonly #type: ResourceType
  readonly #around: Surroundings
  #attempt = 1

  constructor(change: Change, type: ResourceType, around: Surroundings) {
    this.#change = change
    this.#type = type
    this.#around = around
  }

  async run(): Promise<Outcome> {
    for (; ; this.#attempt += 1) {
      const { quay, traces } = watched(this.#around.quay)
      try {
        return await this.#checked(await this.#write(quay))
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown))
        const outcome = await this.#afterError(error, traces())
        if (outcome !== 'again') return outcome
      }
    }
  }

  /** What is sent again is the create: what stood in its place is gone by then. */
  async #write(quay: Quay): Promise<Credential | undefined> {
    const { action, address, live, differences, exact = new Map() } = this.#change
    const type = this.#type
    const values = withSecrets(this.#change, type.schema, this.#around.secrets)
    const write: Write<Attributes> = { address, values, live, differences, exact }
    if (action === 'create' || this.#attempt > 1) return type.create(write, quay)
    if (action === 'update') {
      await type.update?.(write, quay)
      return undefined
    }
    if (action === 'replace' && type.replace) return type.replace(write, quay)
    if (live) await type.delete?.(live, quay)
    return action === 'replace' ? type.create(write, quay) : undefined
  }

  /** A success that Quay did not keep is a failure. */
  async #checked(made: Credential | undefined): Promise<Outcome> {
    try {
      const verdict = await this.#readBack()
      const secret = this.#secret(made ?? verdict.credential)
      if (verdict.kept) return { status: 'done', ...secret }
      return { status: 'failed', error: new ApiError('QC7800', verdict.problem, verdict.hints), ...secret }
    } catch (error) {
      return { ...unknown(error, UNREAD), ...this.#secret(made) }
    }
  }

  /** An error after a write may hide a success: what Quay has decides. */
  async #afterError(
    error: Error,
    traces: { readonly wrote: boolean; readonly effect: Effect },
  ): Promise<Outcome | 'again'> {
    if (error instanceof UnfinishedError)
      return { status: 'failed', error, ...this.#secret(error.credential) }
    if (!(error instanceof ServerError)) return { status: 'failed', error }
    const effect = error.failed === null && isSilence(error) ? 'perhaps' : traces.effect
    const untouched = effect === 'none' && !traces.wrote && isSilence(error)
    if (untouched || (effect === 'none' && error instanceof AuthError)) return { status: 'failed', error }
    return this.#settle(error, effect, false)
  }

  /** Never a success for a replace, after which more may be missing than the object shows. `paused`: it was looked at before, and Quay has had its time. */
  async #settle(error: ServerError, effect: Effect, paused: boolean): Promise<Outcome | 'again'> {
    let verdict: Verdict
    try {
      verdict = await this.#readBack()
    } catch {
      return effect === 'none' ? { status: 'failed', error } : unknown(error, UNREAD)
    }
    const { kept, credential } = verdict
    const secret = this.#secret(credential)
    if (kept && this.#change.action !== 'replace') {
      if (this.#isSeen(error)) return { status: isSilence(error) ? 'done' : 'already', ...secret }
      return effect === 'none' ? { status: 'failed', error } : { ...unknown(error, UNSEEN), ...secret }
    }
    if (!kept && effect === 'pending') return { ...unknown(error, PENDING), ...secret }
    if (kept || !verdict.absent || !this.#mayRepeat(error, effect))
      return { status: 'failed', error, ...secret }
    if (paused) return 'again'
    await this.#around.quay.sleep(
      (error.status === null ? PAUSE.cut : PAUSE.answered) * 2 ** (this.#attempt - 1),
    )
    return this.#settle(error, effect, true)
  }

  /** Only a create whose fate no answer told, and of what is not there. */
  #mayRepeat(error: ServerError, effect: Effect): boolean {
    const { action } = this.#change
    const creates = action === 'create' || (action === 'replace' && !this.#type.replace)
    return (
      creates &&
      !this.#type.createsOnce &&
      isSilence(error) &&
      error.failed !== null &&
      effect === 'perhaps' &&
      this.#attempt < ATTEMPTS &&
      !this.#around.signal.aborted
    )
  }

  /** Does what was read back show the whole change? Secrets are shown by nothing but the object that a single request made with them. */
  #isSeen({ failed }: ServerError): boolean {
    const { action, differences } = this.#change
    if (action === 'delete' || (action === 'create' && failed?.method === 'POST')) return true
    return !differences.some((difference) => {
      const leaf = leafOf(difference, this.#type)
      return leaf?.writeOnly || isReference(leaf, difference.after)
    })
  }

  #secret(credential: Credential | undefined): { readonly credential?: Credential } {
    return credential && this.#around.credentials ? { credential } : {}
  }

  #readBack(): Promise<Verdict> {
    return readBack(this.#change, this.#type, this.#around.parent, this.#around.quay)
  }
}

/** No answer at all, or none of Quay's that says what it did. */
const isSilence = (error: ServerError): boolean =>
  !(error instanceof ApiError || error instanceof MissingRouteError)

function unknown(thrown: unknown, note: string): Extract<Outcome, { status: 'unknown' | 'failed' }> {
  if (!(thrown instanceof ServerError))
    return { status: 'unknown', error: thrown instanceof Error ? thrown : new Error(String(thrown)) }
  const { code, message, hints, failed } = thrown
  const error = new UnavailableError(code, message, [note, ...hints], failed, thrown)
  return { status: 'unknown', error }
}

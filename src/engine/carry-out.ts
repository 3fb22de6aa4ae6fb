import type { Address } from '../model/address.ts'
import { BusyError } from '../model/busy.ts'
import type { Change, Credential, Live, Outcome } from '../model/change.ts'
import {
  ApiError,
  asError,
  type Effect,
  MissingRouteError,
  ServerError,
  UnavailableError,
  worse,
} from '../model/errors.ts'
import type { Quay, ResourceType, Write } from '../model/resource.ts'
import type { Attributes } from '../model/schema.ts'
import { UnfinishedError } from '../model/unfinished.ts'
import { isUnseen } from './fields.ts'
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
  /** What Quay is busy with is waited for no longer. */
  readonly isLast: boolean
}

/** So often a create is sent at most. */
const ATTEMPTS = 3
/** In milliseconds, doubled each time. */
const PAUSE = 1000

const UNREAD = 'It may or may not be done, and could not be read back. The next plan will tell.'
const PENDING =
  'It is not done, and Quay may still be at it: after some minutes the next plan will tell. Sooner it may be done twice.'
const unseen = ({ text }: Address): string =>
  `A secret went with it: nobody can read whether Quay has it, and no plan shows that. To send it again: --resend '${text}'`

/** Writes one change, reads it back, and says how it ended; null where it has to wait for Quay. */
export const carryOut = (change: Change, type: ResourceType, around: Surroundings): Promise<Outcome | null> =>
  new Step(change, type, around).run()

class Step {
  readonly #change: Change
  readonly #type: ResourceType
  readonly #around: Surroundings
  #attempt = 1
  /** Of all attempts: did one write succeed, and what have the others done? */
  #wrote = false
  #effect: Effect = 'none'

  constructor(change: Change, type: ResourceType, around: Surroundings) {
    this.#change = change
    this.#type = type
    this.#around = around
  }

  async run(): Promise<Outcome | null> {
    for (; ; this.#attempt += 1) {
      const { quay, traces } = watched(this.#around.quay)
      try {
        return await this.#checked(await this.#write(quay))
      } catch (thrown) {
        const error = asError(thrown)
        if (error instanceof BusyError) return this.#around.isLast || error.endless ? failed(error) : null
        const { wrote, effect } = traces()
        this.#effect = worse(this.#effect, effect)
        const outcome = await this.#afterError(error, wrote)
        if (outcome !== 'again') return outcome
      }
    }
  }

  async #write(quay: Quay): Promise<Credential | undefined> {
    const made = await this.#send(quay)
    if (made) quay.told?.(made)
    return made
  }

  /** What is sent again is the create: what stood in its place is gone by then. */
  async #send(quay: Quay): Promise<Credential | undefined> {
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
  async #afterError(error: Error, wrote: boolean): Promise<Outcome | 'again'> {
    if (error instanceof UnfinishedError) {
      const ended = this.#effect === 'pending' ? unknown(error, PENDING) : failed(error)
      return { ...ended, ...this.#secret(error.credential) }
    }
    if (!(error instanceof ServerError)) return failed(error)
    if (error.failed === null && isSilence(error)) this.#effect = worse(this.#effect, 'perhaps')
    this.#wrote ||= wrote
    return this.#isUntouched() && isSilence(error) ? failed(error) : this.#settle(error)
  }

  /** Never a success for a replace, after which more may be missing than the object shows. */
  async #settle(error: ServerError): Promise<Outcome | 'again'> {
    let verdict: Verdict
    try {
      verdict = await this.#readBack()
    } catch {
      return this.#isUntouched() ? failed(error) : unknown(error, UNREAD)
    }
    const renewed = await this.#renewed(verdict)
    if (renewed instanceof Error) return failed(renewed)
    const secret = this.#secret(verdict.credential ?? renewed)
    if (verdict.kept && this.#change.action !== 'replace') {
      if (this.#isSeen(error)) return { status: isSilence(error) ? 'done' : 'already', ...secret }
      return this.#effect === 'none'
        ? failed(error)
        : { ...unknown(error, unseen(this.#change.address)), ...secret }
    }
    if (verdict.kept) return { ...failed(error), ...secret }
    if (this.#effect === 'pending') return { ...unknown(error, PENDING), ...secret }
    if (verdict.found === 'none' && this.#mayRepeat(error)) {
      await this.#around.quay.sleep(PAUSE * 2 ** (this.#attempt - 1))
      return 'again'
    }
    const isNews = verdict.found === 'several' && isSilence(error)
    return { ...failed(isNews ? noted(error, verdict.problem) : error), ...secret }
  }

  /** A new secret for what a create made, where the answer that was lost had the only one: nobody has that, so the new one does no harm. */
  async #renewed(verdict: Verdict): Promise<Credential | Error | undefined> {
    const { action, address } = this.#change
    const isThere = verdict.kept || verdict.found === undefined
    const isLost = action === 'create' && isThere && !verdict.credential && this.#effect !== 'none'
    if (!isLost || !this.#type.renew || !this.#around.credentials) return undefined
    try {
      return await this.#type.renew(address, this.#around.quay)
    } catch (error) {
      return new ApiError('QC7430', `${address.text} was made, and its secret did not arrive`, [
        asError(error).message,
        'run the same command again: it sets a new one',
      ])
    }
  }

  #isUntouched(): boolean {
    return !this.#wrote && this.#effect === 'none'
  }

  /** Only a create whose fate no answer told, and of what is not there. */
  #mayRepeat(error: ServerError): boolean {
    const { action } = this.#change
    const creates = action === 'create' || (action === 'replace' && !this.#type.replace)
    return (
      creates &&
      !this.#type.createsOnce &&
      isSilence(error) &&
      error.failed !== null &&
      this.#effect === 'perhaps' &&
      this.#attempt < ATTEMPTS &&
      !this.#around.signal.aborted
    )
  }

  /** Does what was read back show the whole change? Secrets are shown by nothing but the object that a single request made with them. */
  #isSeen({ failed }: ServerError): boolean {
    const { action, differences } = this.#change
    if (action === 'delete' || (action === 'create' && failed?.method === 'POST')) return true
    return !differences.some((difference) => isUnseen(difference, this.#type))
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

const failed = (error: Error): Extract<Outcome, { error: Error }> => ({ status: 'failed', error })

function unknown(thrown: unknown, note: string): Extract<Outcome, { error: Error }> {
  return { status: 'unknown', error: thrown instanceof ServerError ? noted(thrown, note) : asError(thrown) }
}

const noted = (error: ServerError, note: string): ServerError =>
  new UnavailableError(error.code, error.message, [note, ...error.hints], error.failed, error)

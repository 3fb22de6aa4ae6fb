import { setMaxListeners } from 'node:events'
import { UnavailableError, UsageError } from '../model/errors.ts'

const units: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3600 }
/** In hours; the timers of Node take little more. */
const MOST = 500

/** How long a run may take at most: `--timeout`. */
export class TimeLimit {
  readonly #reading = new AbortController()
  readonly #steps = new AbortController()
  #ends = () => this.#reading.abort(this.#tooLate())
  readonly #text: string

  constructor(text: string | undefined) {
    this.#text = text ?? ''
    if (text === undefined) return
    // Each request under way listens.
    setMaxListeners(0, this.#reading.signal)
    setTimeout(() => this.#ends(), millisecondsOf(text)).unref()
  }

  /** Aborted when the time is over while Quay is only read: then requests are given up. None without a limit. */
  get reading(): AbortSignal | undefined {
    return this.#text === '' ? undefined : this.#reading.signal
  }

  /** From now on requests are not given up; aborted when the time is over, with the reason in words. */
  steps(): AbortSignal {
    this.#ends = () => this.#steps.abort(this.because)
    if (this.#reading.signal.aborted) this.#ends()
    return this.#steps.signal
  }

  get because(): string {
    return `the time limit of ${this.#text} is over`
  }

  #tooLate(): UnavailableError {
    return new UnavailableError('QC7605', `${this.because}, and Quay was still being read`, [
      'nothing was changed',
      'allow more with --timeout, or ask for less at a time',
    ])
  }
}

function millisecondsOf(text: string): number {
  const [, number = '', unit = ''] = /^([1-9]\d*)(s|m|min|h)$/.exec(text) ?? []
  const milliseconds = Number(number) * (units[unit] ?? 0) * 1000
  if (milliseconds > 0 && milliseconds <= MOST * 3_600_000) return milliseconds
  throw new UsageError('QC6433', `--timeout ${text} is no duration`, [
    `write a number and s, m or h, like 90s, 10m or 2h; ${MOST}h at most`,
  ])
}

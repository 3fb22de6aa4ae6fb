import type { Step } from '../engine/plan.ts'
import type { Outcome } from '../model/change.ts'
import { stepLine } from '../render/outcome.ts'
import { plural } from '../render/style.ts'

/** On a terminal, how many requests were sent by now, on one line; what it returns takes the line away. */
export function watchRequests(client: { stats(): { readonly requests: number } }): () => void {
  if (!process.stderr.isTTY) return () => {}
  const show = () =>
    process.stderr.write(`\r\u001b[KReading Quay: ${plural(client.stats().requests, 'request')}`)
  const timer = setInterval(show, 200)
  return () => {
    clearInterval(timer)
    process.stderr.write('\r\u001b[K')
  }
}

/** Shows an apply as it goes: one line that changes on a terminal, a line a step elsewhere. What was kept from beginning is counted only. */
export class Progress {
  readonly #numbers: ReadonlyMap<string, number>
  readonly #total: number
  readonly #terminal: boolean
  readonly #write: (text: string) => void
  readonly #inFlight = new Set<string>()
  #ended = 0
  #stopped = 0
  #because = ''

  constructor(steps: readonly Step[], terminal: boolean, write: (text: string) => void) {
    this.#numbers = new Map(steps.map(({ change }, index) => [change.address.text, index + 1]))
    this.#total = steps.length
    this.#terminal = terminal
    this.#write = write
  }

  begin({ change }: Step): void {
    this.#inFlight.add(change.address.text)
  }

  /** Steps that have begun and not ended. */
  get inFlight(): readonly string[] {
    return [...this.#inFlight]
  }

  report({ change }: Step, outcome: Outcome): void {
    this.#inFlight.delete(change.address.text)
    if (outcome.status === 'skipped' && outcome.stopped) {
      this.#stopped++
      this.#because = outcome.because
      return
    }
    this.#ended++
    const number = this.#numbers.get(change.address.text) ?? 0
    const line = stepLine(number, this.#total, change, outcome)
    const failed = outcome.status !== 'done' && outcome.status !== 'already'
    if (!this.#terminal) this.#write(`${line}\n`)
    else if (failed) this.#write(`\r\u001b[K${line}\n`)
    else
      this.#write(
        `\r\u001b[K${`${this.#ended}/${this.#total} ${line.trimStart().replace(/^\S+ /, '')}`.slice(0, 79)}`,
      )
  }

  /** Takes the changing line away, so that something else can be said. */
  clear(): void {
    if (this.#terminal) this.#write('\r\u001b[K')
  }

  end(): void {
    if (this.#ended > 0) this.clear()
    if (this.#stopped > 0) this.#write(`${plural(this.#stopped, 'step')} not begun: ${this.#because}\n`)
  }
}

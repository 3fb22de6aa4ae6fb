import type { Step } from '../engine/plan.ts'
import type { Outcome } from '../model/change.ts'
import { stepLine } from '../render/outcome.ts'

/** Shows an apply as it goes: one line that changes on a terminal, a line a step elsewhere. */
export class Progress {
  readonly #numbers: ReadonlyMap<string, number>
  readonly #total: number
  readonly #terminal: boolean
  readonly #write: (text: string) => void
  #ended = 0

  constructor(steps: readonly Step[], terminal: boolean, write: (text: string) => void) {
    this.#numbers = new Map(steps.map(({ change }, index) => [change.address.text, index + 1]))
    this.#total = steps.length
    this.#terminal = terminal
    this.#write = write
  }

  report({ change }: Step, outcome: Outcome): void {
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

  end(): void {
    if (this.#terminal && this.#ended > 0) this.#write('\r\u001b[K')
  }
}

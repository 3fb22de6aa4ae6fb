import type { Address } from '../model/address.ts'
import type { SyncRow } from '../model/syncs.ts'
import { plural } from '../render/style.ts'
import { HEARTBEAT, Line, type Screen } from './progress.ts'

/** Shows which syncs are over: one line that changes on a terminal, a line for each elsewhere, and one now and then. */
export class Waiting {
  readonly #line: Line
  readonly #left: Set<string>
  readonly #total: number
  readonly #lineOf: (row: SyncRow) => string
  #spoke: number

  constructor(addresses: readonly Address[], lineOf: (row: SyncRow) => string, screen: Screen) {
    this.#line = new Line(screen)
    this.#left = new Set(addresses.map(({ text }) => text))
    this.#total = addresses.length
    this.#lineOf = lineOf
    this.#spoke = screen.now()
  }

  report(row: SyncRow): void {
    const { columns, write, now } = this.#line.screen
    if (row.outcome !== 'unfinished') this.#left.delete(row.address)
    this.#spoke = now()
    if (columns === null) write(`${this.#lineOf(row)}\n`)
    else this.tick()
  }

  /** Call it now and then. */
  tick(): void {
    const { columns, write, now } = this.#line.screen
    const [first = ''] = this.#left
    const over = `${this.#total - this.#left.size} of ${plural(this.#total, 'sync')} over`
    const text = `Waiting: ${over}${first && `, not yet ${first}`}`
    if (columns !== null) this.#line.show(text)
    else if (now() - this.#spoke >= HEARTBEAT) {
      this.#spoke = now()
      write(`${text}\n`)
    }
  }

  end(): void {
    this.#line.clear()
  }
}

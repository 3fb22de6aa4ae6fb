import type { Step } from '../engine/plan.ts'
import type { Outcome } from '../model/change.ts'
import { stepLine } from '../render/outcome.ts'
import { readingLine, Speed, speedWords } from '../render/pace.ts'
import { plural } from '../render/style.ts'

/** Where progress is shown, and when. */
export interface Screen {
  /** Columns; null where it is no terminal, and only whole lines are of use. */
  readonly columns: number | null
  write(text: string): void
  /** Milliseconds. */
  now(): number
}

/** Standard error. */
export const screen: Screen = {
  get columns() {
    return process.stderr.isTTY ? (process.stderr.columns ?? 80) : null
  },
  write: (text) => process.stderr.write(text),
  now: Date.now,
}

/** Elsewhere than on a terminal a line says that it still goes on, whenever nothing was said for so long. */
export const HEARTBEAT = 30_000
const TICK = 200

/** What is known of the requests. */
interface Requests {
  stats(): { readonly requests: number }
  limit(): number | null
}

/** One line on a terminal, in place; nothing is written while it stays the same. */
export class Line {
  readonly screen: Screen
  #shown = ''

  constructor(screen: Screen) {
    this.screen = screen
  }

  show(text: string): void {
    const cut = text.slice(0, Math.max(0, (this.screen.columns ?? 0) - 1))
    if (cut === this.#shown) return
    this.screen.write(`\r${cut}\u001b[K`)
    this.#shown = cut
  }

  clear(): void {
    if (this.#shown !== '') this.screen.write('\r\u001b[K')
    this.#shown = ''
  }
}

/** Shows how far the reading of Quay is. `expected`: how many requests it will take; null where nobody knows. */
export class Reading {
  readonly #line: Line
  readonly #client: Requests
  readonly #expected: () => number | null
  readonly #speed = new Speed()
  readonly #before: number
  #spoke: number

  constructor(client: Requests, expected: () => number | null, screen: Screen) {
    this.#line = new Line(screen)
    this.#client = client
    this.#expected = expected
    this.#before = client.stats().requests
    this.#spoke = screen.now()
    this.#speed.add({ at: this.#spoke, done: this.#before })
  }

  /** Call it now and then. */
  tick(): void {
    const { columns, write, now } = this.#line.screen
    const [at, done] = [now(), this.#client.stats().requests]
    this.#speed.add({ at, done })
    const text = readingLine({
      done,
      expected: this.#expected(),
      rate: this.#speed.rate,
      limit: this.#client.limit(),
    })
    if (columns !== null) this.#line.show(text)
    else if (at - this.#spoke >= HEARTBEAT) {
      this.#spoke = at
      write(`${text}\n`)
    }
  }

  end(): void {
    this.#line.clear()
  }
}

/** Ticks until the work is done. */
export async function watched<T>(
  work: Promise<T>,
  shown: { tick(): void; end(): void },
  tick: number = TICK,
): Promise<T> {
  const timer = setInterval(() => shown.tick(), tick)
  try {
    return await work
  } finally {
    clearInterval(timer)
    shown.end()
  }
}

/** The same for the reading of Quay. */
export const watchReading = <T>(
  client: Requests,
  work: Promise<T>,
  expected: () => number | null = () => null,
) => {
  const reading = new Reading(client, expected, screen)
  return untilInterrupted(watched(work, reading), () => {
    reading.end()
    screen.write('Interrupted: Quay was only read, nothing was changed.\n')
  })
}

/** Says a last word where a signal ends the process. */
export async function untilInterrupted<T>(work: Promise<T>, say: () => void): Promise<T> {
  const ends = { SIGINT: 130, SIGTERM: 143 } as const
  const handlers = Object.entries(ends).map(([signal, code]) => {
    const handle = () => {
      say()
      process.exit(code)
    }
    process.once(signal, handle)
    return { signal, handle }
  })
  try {
    return await work
  } finally {
    for (const { signal, handle } of handlers) process.off(signal, handle)
  }
}

/** Shows an apply as it goes: one line that changes on a terminal, a line a step elsewhere, at its next tick, and one now and then while it waits. What was kept from beginning is counted only. */
export class Progress {
  readonly #numbers: ReadonlyMap<string, number>
  readonly #total: number
  readonly #line: Line
  readonly #limit: () => number | null
  readonly #speed = new Speed()
  readonly #inFlight = new Set<string>()
  /** Lines of steps that are not written yet: to write each by itself costs more than its step. */
  #unwritten = ''
  #spoke: number
  #last = ''
  #ended = 0
  #stopped = 0
  #because = ''

  constructor(steps: readonly Step[], limit: () => number | null, screen: Screen) {
    this.#numbers = new Map(steps.map(({ change }, index) => [change.address.text, index + 1]))
    this.#total = steps.length
    this.#line = new Line(screen)
    this.#limit = limit
    this.#spoke = screen.now()
    this.#speed.add({ at: this.#spoke, done: 0 })
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
    const { columns, write, now } = this.#line.screen
    const number = this.#numbers.get(change.address.text) ?? 0
    const line = stepLine(number, this.#total, change, outcome)
    const failed = outcome.status !== 'done' && outcome.status !== 'already'
    this.#spoke = now()
    this.#last = line.trimStart().replace(/^\S+ /, '')
    if (columns === null) this.#unwritten += `${line}\n`
    else if (!failed) this.tick()
    else {
      this.clear()
      write(`${line}\n`)
    }
  }

  /** Call it now and then. */
  tick(): void {
    const { columns, write, now } = this.#line.screen
    const at = now()
    this.#flush()
    this.#speed.add({ at, done: this.#ended })
    const counts = { done: this.#ended, expected: this.#total, rate: this.#speed.rate, limit: this.#limit() }
    const text = [`${this.#ended}/${this.#total} steps`, ...speedWords(counts)].join(', ')
    if (columns !== null) this.#line.show(`${text}${this.#last && `: ${this.#last}`}`)
    else if (at - this.#spoke >= HEARTBEAT) {
      this.#spoke = at
      write(`Applying: ${[text, `${this.#inFlight.size} under way`].join(', ')}\n`)
    }
  }

  /** Takes the changing line away, so that something else can be said. */
  clear(): void {
    this.#line.clear()
    this.#flush()
  }

  #flush(): void {
    if (this.#unwritten !== '') this.#line.screen.write(this.#unwritten)
    this.#unwritten = ''
  }

  end(): void {
    this.clear()
    if (this.#stopped > 0)
      this.#line.screen.write(`${plural(this.#stopped, 'step')} not begun: ${this.#because}\n`)
  }
}

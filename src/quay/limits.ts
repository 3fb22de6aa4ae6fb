import { soon } from './clock.ts'

/** Lets at most `width` requests run at once. The width halves when the server complains, narrows by one for every width of answers that were slow, and grows by one for every width of good ones. */
interface Gate {
  readonly width: number
  run<T>(work: () => Promise<T>): Promise<T>
  /** Call before sending; what it returns takes the outcome. Complaints about requests sent before the last halving count once. */
  observe(): (answer: Heard) => void
}

/** How a server answered: with a complaint (503) or not, and after how long. */
interface Heard {
  readonly strained: boolean
  readonly milliseconds: number
}

/** So many times the fastest answer of all, and at least so long, takes a request that waits for others: by their fastest a width of answers is judged, since some routes are slow by themselves. */
const SLOW = { times: 4, milliseconds: 500 }
/** By slowness alone no less than this part of the full width is left: it may be that the server is just slower now. */
const LEAST = 1 / 4

export function createGate(most: number): Gate {
  let width = most
  let running = 0
  let halvings = 0
  // Since the width changed: how many good answers, and the fastest of them.
  let good = 0
  let fastest = Number.POSITIVE_INFINITY
  let fastestEver = Number.POSITIVE_INFINITY
  // A whole registry may wait here, and to shift an array moves all of it.
  let queue: (() => void)[] = []
  let first = 0

  function admit() {
    while (running < width) {
      const next = queue[first]
      if (!next) return
      first += 1
      running += 1
      next()
    }
  }

  function wait(resolve: () => void) {
    if (first === queue.length) [queue, first] = [[], 0]
    queue.push(resolve)
    admit()
  }

  function become(next: number) {
    width = Math.min(most, Math.max(1, next))
    good = 0
    fastest = Number.POSITIVE_INFINITY
    admit()
  }

  function weigh(milliseconds: number) {
    good += 1
    fastest = Math.min(fastest, milliseconds)
    fastestEver = Math.min(fastestEver, milliseconds)
    if (good < width) return
    const slow = fastest > Math.max(SLOW.milliseconds, SLOW.times * fastestEver)
    if (!slow) become(width + 1)
    else become(Math.max(width - 1, Math.min(width, Math.ceil(most * LEAST))))
  }

  return {
    get width() {
      return width
    },
    async run(work) {
      await new Promise<void>(wait)
      try {
        return await work()
      } finally {
        running -= 1
        admit()
        // All that may go is on its way before this answer is looked at.
        await soon()
      }
    },
    observe() {
      const seen = halvings
      return ({ strained, milliseconds }) => {
        if (!strained) weigh(milliseconds)
        else if (seen === halvings) {
          halvings += 1
          become(Math.floor(width / 2))
        }
      }
    },
  }
}

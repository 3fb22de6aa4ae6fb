/** Lets at most `width` requests run at once; the width halves when the server complains and grows back by one for every width of good answers. */
interface Gate {
  readonly width: number
  run<T>(work: () => Promise<T>): Promise<T>
  /** Call before sending; what it returns takes the outcome. Complaints about requests sent before the last halving count once. */
  observe(): (strained: boolean) => void
}

export function createGate(most: number): Gate {
  let width = most
  let running = 0
  let halvings = 0
  let good = 0
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

  function narrow() {
    width = Math.max(1, Math.floor(width / 2))
    halvings += 1
    good = 0
  }

  function widen() {
    good += 1
    if (good < width || width >= most) return
    width += 1
    good = 0
    admit()
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
      }
    },
    observe() {
      const seen = halvings
      return (strained) => {
        if (!strained) widen()
        else if (seen === halvings) narrow()
      }
    },
  }
}

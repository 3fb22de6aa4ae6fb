/** Runs what it is given, so many at a time, first come first served. */
type Turns = <T>(work: () => Promise<T>) => Promise<T>

export function createTurns(width: number): Turns {
  let free = width
  const waiting: (() => void)[] = []
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}

/** Workers that take one item after the other; one is not touched before a worker takes it. */
export async function share<T>(
  items: readonly T[],
  workers: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values()
  const worker = async () => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(workers, items.length) }, worker))
}

/** Something that is being done, at a time in milliseconds. */
interface Sample {
  readonly at: number
  readonly done: number
}

/** How far back a rate looks. */
const WINDOW = 10_000

/** How fast it goes now, by the last seconds of what was seen. */
export class Speed {
  #samples: readonly Sample[] = []

  add(sample: Sample): void {
    const recent = this.#samples.filter(({ at }) => sample.at - at <= WINDOW)
    // Ten a second are enough.
    const last = recent.at(-1)
    this.#samples =
      last && sample.at - last.at < 100 && recent.length > 1
        ? [...recent.slice(0, -1), sample]
        : [...recent, sample]
  }

  /** A second; null while too little was seen. */
  get rate(): number | null {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)]
    if (!first || !last || last.at - first.at < 500) return null
    return ((last.done - first.done) * 1000) / (last.at - first.at)
  }
}

/** `29,447`; to ask Node's tables of languages for it takes 10 ms the first time. */
const grouped = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',')

/** `40 s`, `3 min`, `2 h 5 min` */
export function spanText(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000))
  if (seconds < 100) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** What a status line is made of. */
interface Standing {
  readonly done: number
  /** How many it will be; null: nobody knows. */
  readonly expected: number | null
  /** A second. */
  readonly rate: number | null
  /** What the server lets through a second, where it limits that. */
  readonly limit: number | null
}

/** `Reading Quay: 3,214 of about 11,560 requests, 210/s, 40 s left` */
export function readingLine({ done, expected, rate, limit }: Standing): string {
  const isEstimate = expected !== null && expected > done
  const of = isEstimate ? ` of about ${grouped(expected)}` : ''
  const word = done === 1 && !isEstimate ? 'request' : 'requests'
  return [`Reading Quay: ${grouped(done)}${of} ${word}`, ...speedWords({ done, expected, rate, limit })].join(
    ', ',
  )
}

/** `210/s, 40 s left, Quay limits the rate to about 50/s` */
export function speedWords({ done, expected, rate, limit }: Standing): readonly string[] {
  const left = expected !== null && rate && expected > done ? ((expected - done) * 1000) / rate : null
  return [
    ...(rate === null ? [] : [`${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s`]),
    ...(left === null ? [] : [`${spanText(left)} left`]),
    ...(limit === null ? [] : [`Quay limits the rate to about ${Math.max(1, Math.round(limit))}/s`]),
  ]
}

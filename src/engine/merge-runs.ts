import { byText } from '../model/address.ts'
import type { Run } from '../model/plan.ts'

/** The runs of all shards as one: from the first beginning to the last end; who and where, as far as they agree. */
export function mergeRuns(runs: readonly Run[]): Run | undefined {
  const [first] = runs
  if (!first) return undefined
  const common = (name: 'by' | 'commit' | 'url') =>
    first[name] !== undefined && runs.every((run) => run[name] === first[name]) ? { [name]: first[name] } : {}
  const end = runs
    .flatMap(({ ended_at }) => ended_at ?? [])
    .sort(byText)
    .at(-1)
  const kinds = kindsOf(runs.flatMap((run) => run.kinds ?? []))
  return {
    started_at: runs.map(({ started_at: start }) => start).sort(byText)[0] ?? first.started_at,
    ...(end !== undefined && { ended_at: end }),
    requests: runs.reduce((sum, { requests }) => sum + requests, 0),
    repetitions: runs.reduce((sum, { repetitions }) => sum + repetitions, 0),
    methods: summed(runs.map(({ methods }) => methods)),
    ...(kinds.length > 0 && { kinds }),
    ...common('by'),
    ...common('commit'),
    ...common('url'),
  }
}

type Kinds = NonNullable<Run['kinds']>

/** Each kind once, most first. */
function kindsOf(all: Kinds): Kinds {
  const sums = new Map<string, Kinds[number]>()
  for (const { request, count, for: why } of all) {
    const before = sums.get(request) ?? { count: 0, for: [] }
    const reasons = [...new Set([...before.for, ...why])].sort(byText)
    sums.set(request, { request, count: before.count + count, for: reasons })
  }
  return [...sums.values()].sort((a, b) => b.count - a.count || byText(a.request, b.request))
}

/** Counts of several, added up by name. */
export function summed<K extends string>(rows: readonly Readonly<Record<K, number>>[]): Record<K, number> {
  const sums: Partial<Record<K, number>> = {}
  for (const row of rows)
    for (const name of Object.keys(row) as K[]) sums[name] = (sums[name] ?? 0) + row[name]
  return sums as Record<K, number>
}

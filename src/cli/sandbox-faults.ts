import { randomFrom } from '../emulator/chance.ts'
import type { EmulatorOptions } from '../emulator/emulator.ts'
import { type FaultKind, faultKinds, faultsBy } from '../emulator/faults.ts'
import { nearest } from '../model/canonical.ts'
import { UsageError } from '../model/errors.ts'

export { faultKinds }

/** What the requests of a sandbox suffer. */
interface Suffering {
  readonly fault: NonNullable<EmulatorOptions['faults']>
  /** For people, and to see it again. */
  readonly words: string
}

/** By texts like `10%` and `503=5%`; null without any. Throws a `UsageError` at one that is none. */
export function sufferingBy(texts: readonly string[], seed: number): Suffering | null {
  if (texts.length === 0) return null
  const percents = new Map<FaultKind, number>()
  for (const text of texts)
    for (const [kind, percent] of rates(text)) percents.set(kind, (percents.get(kind) ?? 0) + percent)
  const all = [...percents.values()].reduce((sum, percent) => sum + percent, 0)
  if (all > 100)
    throw new UsageError('QC6434', `--fault: ${round(all)}% of the requests would suffer`, [
      'at most 100% can',
    ])
  return {
    fault: faultsBy(percents, randomFrom(seed)),
    words: `Of the requests ${round(all)}% suffer; the same again: --fault-seed ${seed}`,
  }
}

function rates(text: string): readonly (readonly [FaultKind, number])[] {
  const [, name, number = ''] = /^(?:([a-z0-9-]+)=)?(\d+(?:\.\d+)?)%$/.exec(text) ?? []
  if (number === '')
    throw new UsageError('QC6434', `--fault ${text} is no rate`, ['write it like 10% or 503=5%'])
  if (name === undefined) return faultKinds.map((kind) => [kind, Number(number) / faultKinds.length])
  const kind = faultKinds.find((known) => known === name)
  if (kind) return [[kind, Number(number)]]
  const guess = nearest(name, faultKinds)
  throw new UsageError('QC6434', `--fault knows no kind "${name}"`, [
    guess ? `did you mean "${guess}"?` : `kinds: ${faultKinds.join(', ')}`,
  ])
}

const round = (percent: number): number => Math.round(percent * 100) / 100

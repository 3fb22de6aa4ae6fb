import { type Cost, realCost } from '../emulator/cost.ts'
import { UsageError } from '../model/errors.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000 }
const MOST_CORES = 64

/** By a text like `real` or `bearer=200ms,session=30ms,cores=2`; of what it leaves out `real` counts. */
export function costBy(text: string): Cost {
  if (text === 'real') return realCost
  const parts = text.split(',').map((part): Partial<Cost> => {
    const [, name = '', number = '', unit = ''] = /^(bearer|session)=(\d+(?:\.\d+)?)(ms|s)$/.exec(part) ?? []
    if (name !== '') return { [name]: Number(number) * (UNITS[unit] ?? 0) }
    const [, cores = ''] = /^cores=([1-9]\d*)$/.exec(part) ?? []
    if (cores !== '' && Number(cores) <= MOST_CORES) return { cores: Number(cores) }
    throw new UsageError('QC6435', `--cost: "${part}" is no cost`, [
      `write real, or some of bearer=200ms,session=30ms,cores=2; ${MOST_CORES} cores at most`,
    ])
  })
  return Object.assign({}, realCost, ...parts)
}

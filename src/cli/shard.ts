import { UsageError } from '../model/errors.ts'
import type { Shard } from '../model/plan.ts'

export interface ShardFlag {
  readonly shard?: string | undefined
}

/** `--shard 3/8` */
export function parseShard(text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined
  const [, index, count] = (/^([0-9]{1,4})\/([0-9]{1,4})$/.exec(text) ?? []).map(Number)
  if (index !== undefined && count !== undefined && index >= 1 && index <= count) return { index, count }
  throw new UsageError('QC6426', `--shard ${text} is no part of a plan`, [
    count
      ? `of ${count} there are 1/${count} to ${count}/${count}`
      : 'write I/N, as 1/8 to 8/8 for eight parts',
  ])
}

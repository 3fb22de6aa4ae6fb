import { ConfigError } from '../model/errors.ts'
import type { SavedPlan, Shard, Whole } from '../model/plan.ts'
import { normalUrl } from './ids.ts'
import type { Step } from './plan.ts'
import { notOne } from './planfile.ts'
import { shardOf } from './select.ts'

/** A saved plan, and its steps. `file`: what messages call it. */
export interface Saved {
  readonly file: string
  readonly plan: SavedPlan
  readonly steps: readonly Step[]
}

/** The saved plan of a shard. */
export interface Part extends Saved {
  readonly shard: Shard
  readonly whole: Whole
}

/** All shards of one plan, by number; an error says what is missing, double or of another plan. `version`: of this quayctl. */
export function allParts(all: readonly Saved[], version: string): readonly [Part, ...Part[]] {
  const [first, ...more] = all.map(asPart)
  if (!first) throw incomplete('no plan is named', 'quayctl plan merge shard-*.json')
  if (first.plan.tool.version !== version)
    throw incomplete(
      `${first.file} was made by quayctl ${first.plan.tool.version}, and this is ${version}`,
      'plan and merge with one version',
    )
  for (const other of more) refuseOther(first, other)
  const { count } = first.shard
  const numbers = Array.from({ length: count }, (_, at) => at + 1)
  const byNumber = numbers.map((number) => [first, ...more].filter(({ shard }) => shard.index === number))
  const twice = byNumber.find(({ length }) => length > 1)
  if (twice)
    throw incomplete(
      `${twice.map(({ file }) => file).join(' and ')} are both shard ${twice[0]?.shard.index} of ${count}`,
      'name the plan of each shard once',
    )
  const missing = numbers.filter((_, at) => byNumber[at]?.length === 0)
  if (missing.length > 0)
    throw incomplete(
      `of ${count} shards ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
      `quayctl plan --shard ${missing[0]}/${count} --out FILE makes it; where that failed, there is nothing to merge`,
    )
  const [lowest = first, ...rest] = byNumber.flat()
  return [lowest, ...rest]
}

function asPart({ file, plan, steps }: Saved): Part {
  const { shard } = plan
  if (!shard?.whole)
    throw incomplete(`${file} is a whole plan, and no shard of one`, 'make one with quayctl plan --shard I/N')
  const stray = plan.changes.find(({ organization }) => shardOf(organization, shard.count) !== shard.index)
  if (stray) throw notOne(file, `${stray.address} is not of shard ${shard.index} of ${shard.count}`)
  return { file, plan, steps, shard, whole: shard.whole }
}

/** What shards of one plan have alike, from what people know best on. */
const sharedBy = ({ plan: { server, tool, config, scope, run }, shard, whole }: Part) =>
  [
    ['Quay', `${normalUrl(server.url)}${server.sandbox ? ' (sandbox)' : ''}`],
    ['the version of Quay', server.quay_version],
    ['the user of the token', server.user],
    ['the version of quayctl', tool.version],
    ['how many shards there are', String(shard.count)],
    ['the commit of the run', run?.commit],
    ['the commit of --base', config.base],
    ['what is selected', [...scope.select, ...scope.exclude.map((glob) => `--exclude ${glob}`)].join(' ')],
    ['what the files say', config.digest],
    ['the files or flags', whole.basis],
  ] as const

function refuseOther(first: Part, other: Part): void {
  const theirs = sharedBy(other)
  for (const [at, [what, own]] of sharedBy(first).entries()) {
    const [, that] = theirs[at] ?? []
    if (own === that) continue
    const shown = what.startsWith('what the files') || what.startsWith('the files')
    const values = shown ? '' : `, ${own || '(none)'} and ${that || '(none)'}`
    throw incomplete(
      `${first.file} and ${other.file} are of different plans: they differ in ${what}${values}`,
      'plan all shards from the same files, with the same flags, by the same token',
    )
  }
}

const incomplete = (message: string, hint: string): ConfigError => new ConfigError('QC3128', message, [hint])

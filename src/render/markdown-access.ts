import { EVERYBODY } from '../model/access.ts'
import type { Review } from '../model/review.ts'
import { type Gain, manyOf, markOf, whereOf, whoOf } from './attention.ts'
import type { Extent } from './extent.ts'
import { codeText, linked, markdownTable, proseText } from './markdown.ts'
import { plural, visible } from './style.ts'

const words = { broadens: 'gains', narrows: 'loses' } as const

/** Who gains access and who loses some, as a table. */
export function accessPart(gains: readonly Gain[], review: Review, { access }: Extent): string {
  if (gains.length === 0) return ''
  const rows = access ? gains.map((gain) => rowOf(gain, review)) : countedRows(gains)
  return `### Access\n\n${markdownTable(['', 'Who', 'By', 'Before', 'After'], rows)}`
}

function rowOf(gain: Gain, { link }: Review): readonly string[] {
  const { before, after, effect, source } = gain.access
  const [address = ''] = whereOf(gain)
  const many = manyOf(gain.entry)
  const url = source && many === '' ? link(source) : null
  const by = codeText(visible(address))
  return [
    `**${words[effect]}**`,
    codeText(visible(whoOf(gain))),
    `${linked(by, url)}${many}${markOf(gain.entry)}`,
    roleText(before),
    roleText(after),
  ]
}

const roleText = (role: string | null): string => (role === null ? '(none)' : proseText(role))

/** Subjects of one kind that get, or lose, the same. */
function countedRows(gains: readonly Gain[]): readonly (readonly string[])[] {
  const counts = new Map<
    string,
    { readonly cells: readonly [string, string, string, string, string]; count: number }
  >()
  for (const { access, entry } of gains) {
    const [kind = ''] = access.subject.split(':')
    const roles = [roleText(access.before), roleText(access.after)] as const
    const cells = [words[access.effect], kind, markOf(entry).trim(), ...roles] as const
    const key = cells.join(' ')
    const size = Math.max(1, entry.organizations.length, entry.matches.length)
    const known = counts.get(key)
    if (known) known.count += size
    else counts.set(key, { cells, count: size })
  }
  return [...counts.values()].map(({ cells: [effect, kind, mark, before, after], count }) => [
    `**${effect}**`,
    kind === EVERYBODY ? `${kind}, ${plural(count, 'time')}` : plural(count, `${kind}s`, `${kind}s`),
    mark,
    before,
    after,
  ])
}

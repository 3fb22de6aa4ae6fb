import { canonicalJson } from '../model/canonical.ts'
import type { Preview } from '../model/mirror-preview.ts'
import { someOf } from '../model/tally.ts'
import { type Style, visible, wrapText } from './style.ts'

const number = new Intl.NumberFormat('en')
const tagsOf = (count: number): string => `${number.format(count)} ${count === 1 ? 'tag' : 'tags'}`

/** So many deletions are listed; the JSON has all. */
const MOST = 100
const WIDEST = 24

/** What matches, and what the next sync does about it. */
export function renderPreview(preview: Preview, style: Style): string {
  const { address, reference, user, upstream, globs, notes } = preview
  const column = Math.min(WIDEST, Math.max(...globs.map(({ glob }) => glob.length)))
  const wrapped = (text: string, indent: number) => wrapText(visible(text), style.width, ' '.repeat(indent))
  const matches = globs.map(({ glob, tags }) => {
    const start = ` ${glob.padEnd(column)}  `
    if (tags.length === 0) return `${visible(start)}${style.care('nothing')}${strayIn(glob)}`
    return wrapped(`${start}${tagsOf(tags.length)}: ${someOf({ names: tags })}`, start.length)
  })
  return [
    style.bold(visible(`Preview of ${address}`)),
    wrapped(`${reference} has ${tagsOf(upstream)}${user === null ? '' : `, read as ${user}`}`, 0),
    ...notes.map((note) => wrapped(`note: ${note}`, 6)),
    '',
    'Globs',
    ...matches,
    '',
    ...outlook(preview, style),
  ].join('\n')
}

/** Why a glob that looks like several, or has a blank, matches nothing. */
const strayIn = (glob: string): string =>
  /,|^\s|\s$/.test(glob) ? ': Quay takes it as one glob, with its commas and blanks' : ''

function outlook(preview: Preview, style: Style): readonly string[] {
  const { globs, ours, brings, renews, deletes } = preview
  const listed = (start: string, names: readonly string[]) =>
    wrapText(visible(`${start}${names.join(', ')}`), style.width, ' '.repeat(9))
  if (globs.every(({ tags }) => tags.length === 0))
    return [style.care('Nothing matches: the next sync ends well all the same, and changes nothing.')]
  const shown = deletes.slice(0, MOST)
  const more = deletes.length - shown.length
  const rest = more > 0 ? [...shown, `and ${more} more, which --json lists`] : shown
  return [
    `The next sync${ours === null ? '' : ` (there now: ${tagsOf(ours)})`}`,
    ` brings  ${tagsOf(brings.length)}`,
    ` renews  ${tagsOf(renews.length)}`,
    ours === null
      ? ` deletes ${style.care('what does not match: Quay does not show which tags are there')}`
      : deletes.length === 0
        ? ' deletes none'
        : style.care(listed(` deletes ${tagsOf(deletes.length)}: `, rest)),
  ]
}

/** The same as data, with every tag. */
export function previewText(preview: Preview): string {
  const { upstream, user, reference, ours, globs, ...rest } = preview
  const document = {
    format_version: '1.0',
    kind: 'quayctl.mirror-preview',
    ...rest,
    upstream: { reference, user, tags: upstream },
    repository: { tags: ours },
    globs,
    matches: new Set(globs.flatMap(({ tags }) => tags)).size,
  }
  return `${JSON.stringify(JSON.parse(canonicalJson(document)), null, 2)}\n`
}

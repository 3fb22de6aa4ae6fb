import type { Code } from '../model/code.ts'
import type { Topic } from '../model/topic.ts'
import { type Style, wrapText } from './style.ts'

const WIDTH = 80

/** A topic in words, for a terminal. */
export function renderTopic({ name, what, text, facts, below, example }: Topic, style: Style): string {
  return [
    name.length + what.length + 2 > WIDTH
      ? `${style.bold(name)}\n${style.faint(what)}`
      : `${style.bold(name)}  ${style.faint(what)}`,
    ...text.map((paragraph) => wrapText(paragraph, WIDTH, '')),
    table(facts, style),
    below.length > 0
      ? `${style.faint('Keys')}\n${table(
          below.map(({ key, text: about }) => [key, about] as const),
          style,
        )}`
      : '',
    exampleText(example, style),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** A code in words. */
export function renderCode(code: string, { title, text, fix, example }: Code, style: Style): string {
  return [
    wrapText(`${style.bold(code)}  ${title}`, WIDTH, '        '),
    wrapText(text, WIDTH, ''),
    wrapText(`= ${fix}`, WIDTH, '  '),
    exampleText(example, style),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** How a run ended, in words. */
export const renderExit = (code: string, text: string, style: Style): string =>
  wrapText(`${style.bold(`exit ${code}`)}  ${text}`, WIDTH, '  ')

/** All that can be explained, by what it belongs to. */
export function renderTopics(
  topics: readonly Topic[],
  codes: readonly string[],
  exits: readonly string[],
  style: Style,
): string {
  const groups: readonly (readonly [string, readonly string[]])[] = [
    ['Documents', topics.filter(({ what }) => what === 'a kind of document').map(({ name }) => name)],
    ['Keys of documents', namesOn('documents', /^a key of/, topics)],
    ['Keys of Registry', namesOn('registry', /^a key of/, topics)],
    ...topics
      .filter(({ name, page }) => name === page)
      .map(({ name }) => [`Type ${name}`, typeNames(name, topics)] as const),
    ['Words', namesOn('documents', /^a word|^a kind of (key|value)/, topics)],
    ['Codes', codes],
    ['Exit codes', exits],
  ]
  return [
    ...groups.map(
      ([heading, names]) => `${style.bold(heading)}\n${wrapText(`  ${names.join(' ')}`, WIDTH, '  ')}`,
    ),
    'quayctl explain WORD says more: quayctl explain mirror.tags',
  ].join('\n\n')
}

const typeNames = (type: string, topics: readonly Topic[]): readonly string[] =>
  topics.filter(({ name }) => name === type || name.startsWith(`${type}.`)).map(({ name }) => name)

const namesOn = (page: string, what: RegExp, topics: readonly Topic[]): readonly string[] =>
  topics.filter((topic) => topic.page === page && what.test(topic.what)).map(({ name }) => name)

/** Headings, and words beside them; beside a long heading below it. */
function table(rows: readonly (readonly [string, string])[], style: Style): string {
  const width = Math.min(24, Math.max(0, ...rows.map(([heading]) => heading.length)))
  const indent = ' '.repeat(width + 4)
  return rows
    .map(([heading, text]) => {
      const lines = wrapText(indent + text, WIDTH, indent)
      return heading.length > width
        ? `  ${style.faint(heading)}\n${lines}`
        : `  ${style.faint(heading.padEnd(width))}  ${lines.slice(indent.length)}`
    })
    .join('\n')
}

/** As it stands: YAML must not be broken at blanks. */
const exampleText = (example: string | undefined, style: Style): string =>
  example === undefined ? '' : `${style.faint('Example')}\n${example.replace(/^/gm, '  ')}`

import type { Codes } from '../model/code.ts'
import type { Topic } from '../model/topic.ts'
import { anchor, codeText, fenced, markdownTable, page, plainText } from './markdown.ts'
import { commandsPage, type ManifestCommand } from './reference-commands.ts'

/** What the pages are made of. */
export interface Facts {
  readonly topics: readonly Topic[]
  readonly codes: Codes
  readonly codeGroups: readonly { readonly start: string; readonly title: string; readonly exit: number }[]
  readonly exits: readonly (readonly [number, string])[]
  readonly commands: Readonly<Record<string, ManifestCommand>>
}

/** Every page of the reference, by file name. */
export function referencePages(facts: Facts): Readonly<Record<string, string>> {
  const { topics, commands, exits } = facts
  const names = [...new Set(topics.map((topic) => topic.page))]
  const pages = new Map(topics.map((topic) => [topic.name, topic.page]))
  return {
    'README.md': indexPage(topics),
    ...Object.fromEntries(names.map((name) => [`${name}.md`, topicsPage(name, topics, pages)])),
    'codes.md': codesPage(facts),
    'exit-codes.md': page([
      '# Exit codes',
      markdownTable(
        ['code', 'means'],
        exits.map(([code, text]) => [String(code), plainText(text)]),
      ),
    ]),
    'commands.md': commandsPage(commands),
  }
}

/** The pages that are not about one type. */
const general: Readonly<Record<string, { readonly title: string; readonly about: string }>> = {
  registry: { title: 'The Registry document', about: 'what holds for all files' },
  documents: { title: 'Documents', about: 'kinds of documents, the keys they share, kinds of values' },
}

/** The types; the pages that are not about one come first. */
const indexPage = (topics: readonly Topic[]): string =>
  page([
    '# Reference',
    'Made from the same data as `quayctl explain`, which says the same in the terminal.',
    markdownTable(
      ['page', 'about'],
      [
        ...Object.entries(general).map(([name, { title, about }]) => [`[${title}](${name}.md)`, about]),
        ...topics
          .filter(({ name, page: own }) => name === own)
          .map(({ name, text }) => [`[${name}](${name}.md)`, text.map(plainText).join(' ')]),
        ['[Commands](commands.md)', 'all commands and flags'],
        ['[Codes](codes.md)', 'what the code of a message means, and what to do'],
        ['[Exit codes](exit-codes.md)', 'how a run ended'],
      ],
    ),
  ])

const topicsPage = (name: string, topics: readonly Topic[], pages: ReadonlyMap<string, string>): string =>
  page([
    `# ${general[name]?.title ?? name}`,
    ...topics
      .filter((topic) => topic.page === name)
      .flatMap((topic) => [topic.name === name ? '' : `## ${topic.name}`, ...body(topic, pages)]),
  ])

function body({ what, text, facts, below, example, page: own }: Topic, pages: ReadonlyMap<string, string>) {
  return [
    `*${plainText(what)}*`,
    ...text.map(plainText),
    markdownTable(
      ['', ''],
      facts.map(([heading, words]) => [heading, plainText(words)]),
    ),
    markdownTable(
      ['key', 'is'],
      below.map(({ key, text: about, topic = '' }) => {
        const target = pages.get(topic)
        const file = target === own ? '' : `${target}.md`
        const place = topic === target ? '' : `#${anchor(topic)}`
        return [target ? `[${codeText(key)}](${file}${place})` : codeText(key), plainText(about)]
      }),
    ),
    example === undefined ? '' : fenced('yaml', example),
  ]
}

function codesPage({ codes, codeGroups }: Facts): string {
  const groups = [...new Set(codeGroups.map(({ title }) => title))]
  return page([
    '# Codes',
    'Every message has a code. `quayctl explain QC2001` says in the terminal what is said here.',
    ...groups.flatMap((title) => {
      const starts = codeGroups.filter((group) => group.title === title)
      const own = Object.entries(codes).filter(([code]) => starts.some(({ start }) => code.startsWith(start)))
      return [
        `## ${title}`,
        ...own.flatMap(([code, { title: what, text, fix, example }]) => [
          `### ${code}`,
          `**${plainText(what)}.** ${plainText(text)}`,
          `What to do: ${plainText(fix)}`,
          example === undefined ? '' : fenced('', example),
        ]),
      ]
    }),
  ])
}

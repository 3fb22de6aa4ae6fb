import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodes } from '../src/cli/exit.ts'
import { folder, quayctl, root } from './commands/run.ts'

interface Manifest {
  readonly commands: Readonly<Record<string, { readonly flags: Readonly<Record<string, { char?: string }>> }>>
}

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const json = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'))
const { commands } = json('.oclif.manifest.json') as Manifest

const fences = [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
  language,
  text,
}))
const snippets = fences
  .filter(({ language, text }) => language === 'yaml' && text.startsWith('apiVersion'))
  .map(({ text }) => text)
const prose = readme.replace(/^```[\s\S]*?^```$/gm, '')
const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text)

/** The first cells of the table whose head begins with this text, in a section. */
function firstCells(heading: string, head: string): readonly string[] {
  const section = prose.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`)) ?? ''
  const table = section.split('\n\n').find((text) => text.startsWith(`| ${head} |`)) ?? ''
  return table
    .split('\n')
    .slice(2)
    .map((row) => row.split('|')[1]?.trim() ?? '')
    .filter((cell) => cell !== '')
}

const flagsOf = (names: readonly string[]) =>
  new Set([
    '--help',
    ...names.flatMap((name) =>
      Object.entries(commands[name]?.flags ?? {}).flatMap(([flag, { char }]) =>
        char ? [`--${flag}`, `-${char}`] : [`--${flag}`],
      ),
    ),
  ])
const flagsIn = (text: string) => text.match(/(?<![\w-])(--[a-z][a-z-]*|-[a-z])(?![\w-])/g) ?? []

test('what it links to is in the package, too', () => {
  const { files } = json('package.json') as { readonly files: readonly string[] }
  const links = [...prose.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => path)
  expect(links.length).toBeGreaterThan(0)
  // npm adds the license by itself.
  const isPacked = (path: string) => ['LICENSE', ...files].some((one) => `${path}/`.startsWith(`${one}/`))
  expect(links.filter((path) => !isPacked(path))).toEqual([])
})

test.each(snippets)('snippet %# is valid', async (text) => {
  const { code, stderr } = await quayctl(['validate', '-f', '-'], { cwd: folder(), input: text })
  expect(stderr).toBe('')
  expect(code).toBe(0)
})

test('the first configuration validates as a whole', async () => {
  const [registry = '', organization = ''] = snippets
  const cwd = folder({ 'quayctl.yaml': registry, 'organizations/acme.yaml': organization })
  const { code, stdout, stderr } = await quayctl(['validate'], { cwd })
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toContain('in 2 files')
})

test('the table of commands is the manifest', () => {
  const written = firstCells('Commands', 'command').map((cell) => cell.replace(/`(quayctl )?/g, ''))
  expect([...written].sort()).toEqual(
    Object.keys(commands)
      .map((id) => id.replaceAll(':', ' '))
      .sort(),
  )
})

test('the table of exit codes is cli/exit.ts', () => {
  expect(firstCells('Commands', 'exit code').map(Number)).toEqual(Object.values(exitCodes))
})

test('every flag exists', () => {
  const known = flagsOf(Object.keys(commands))
  const ours = spans.filter((text) => !/^(npm|npx) /.test(text))
  expect(ours.flatMap(flagsIn).filter((flag) => !known.has(flag))).toEqual([])
})

test.each(spans.filter((text) => /^(quayctl )?(plan|apply|validate|schema|sandbox)( |$)/.test(text)))(
  '%s is a command line',
  (text) => {
    const lines = text.split(' -- ').map((part) => part.replace(/^quayctl /, ''))
    for (const line of lines.filter((part) => part !== 'COMMAND')) {
      const [name = ''] = line.split(' ')
      expect(Object.keys(commands)).toContain(name)
      expect(flagsIn(line).filter((flag) => !flagsOf([name]).has(flag))).toEqual([])
    }
  },
)

test.each(['Registry', 'Organization', 'Who may do what', 'Notifications and policies', 'Mirror'])(
  'every key of the table of %s exists',
  (heading) => {
    const known = new Set(keysOf(json('schemas/quayctl.schema.json')))
    const written = firstCells(heading, 'key').flatMap((cell) => cell.replaceAll('`', '').split(', '))
    expect(written.length).toBeGreaterThan(0)
    expect(written.filter((key) => !known.has(key))).toEqual([])
  },
)

test('every script exists', () => {
  const { scripts } = json('package.json')
  const named = [...readme.matchAll(/npm run (\w+)/g)].map(([, name = '']) => name)
  expect(named.filter((name) => !(name in scripts))).toEqual([])
})

/** Names of properties, anywhere in a JSON Schema. */
function keysOf(node: unknown): readonly string[] {
  if (!node || typeof node !== 'object') return []
  const { properties } = node as { properties?: object }
  const own = properties && !Array.isArray(properties) ? Object.keys(properties) : []
  return [...own, ...Object.values(node).flatMap(keysOf)]
}

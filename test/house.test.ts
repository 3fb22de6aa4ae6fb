import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { codes } from '../src/model/codes.ts'
import type { Schema } from '../src/model/schema.ts'
import { registry } from './world.ts'

const source = fileURLToPath(new URL('../src', import.meta.url))
const files = readdirSync(source, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.ts'))
  .filter((name) => name !== 'model/documents.ts') // generated, and held current by scripts/check-generated.mjs
  .sort()
  .map((name) => ({ name, text: readFileSync(join(source, name), 'utf8') }))
const lines = (text: string): number => text.trimEnd().split('\n').length
/** The source without comments. */
const code = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|(^|[^:'"`])\/\/.*/g, '$1')
const hits = (pattern: RegExp): readonly string[] =>
  files.flatMap(({ name, text }) =>
    [...code(text).matchAll(pattern)].map(([hit]) => `${name}: ${hit.trim()}`),
  )

describe('size', () => {
  test('no file is over 250 lines', () => {
    expect(files.filter(({ text }) => lines(text) > 250).map(({ name }) => name)).toEqual([])
  })

  test('half of them have at most 80', () => {
    const sizes = files.map(({ text }) => lines(text)).sort((a, b) => a - b)
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(80)
  })
})

describe('budgets, which may only go down', () => {
  test.each([
    ['as unknown as', /as unknown as/g],
    ['any', /(?:[:<|&]\s*|\bas\s+)any(?=[\s,;)>\]|&=[])(?!:)/g],
    ['non-null assertions', /[\w)\]]!(?=[.;,)\][\s]|$)(?!==?)(?<!\bnot!)/gm],
    ['@ts-ignore', /@ts-(ignore|expect-error|nocheck)/g],
  ])('%s', (_, pattern) => {
    expect(hits(pattern)).toEqual([])
  })

  test('biome-ignore', () => {
    expect(files.filter(({ text }) => text.includes('biome-ignore')).map(({ name }) => name)).toEqual([])
  })
})

describe('rooms that know no resource type', () => {
  const rooms = ['engine', 'quay', 'render', 'cli', 'commands', 'emulator', 'model']
  /** Where a type's name may stand, and why. */
  const exempt: Readonly<Record<string, string>> = {
    'emulator/':
      'accounts, organizations with their teams, robots and repositories are rows that Quay knows together',
    'model/emulation': 'the same rows, as every type sees them',
    'model/codes': 'words for people',
    'model/avatar.ts': "Quay's kinds of avatars",
    'model/subject.ts': "Quay's kinds of subjects",
    'cli/flags.ts': '--organization is a word of the command line',
    'commands/status.ts': '--organization, too',
    'commands/plan.ts': 'examples for people',
    'commands/apply.ts': 'examples for people',
    'commands/synth.ts': '--granularity takes it',
    'commands/drift/external.ts': 'an example for people',
    'model/unit.ts': 'what --granularity takes',
    'commands/robot/': 'the word of the command line',
    'cli/main.ts': 'names of commands',
  }
  const names = [...registry.keys()]

  test.each(rooms)('%s', (room) => {
    const found = files
      .filter(
        ({ name }) =>
          name.startsWith(`${room}/`) && !Object.keys(exempt).some((start) => name.startsWith(start)),
      )
      .flatMap(({ name, text }) =>
        names
          .filter((type) => new RegExp(`(['"\`])${type}\\1`).test(code(text)))
          .map((type) => `${name}: ${type}`),
      )
    expect(found).toEqual([])
  })

  test('the exemptions are needed', () => {
    const idle = Object.keys(exempt).filter((start) => !files.some(({ name }) => name.startsWith(start)))
    expect(idle).toEqual([])
  })
})

describe('resource types', () => {
  const folder = join(source, 'resources')
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())

  test.each(folders.map(({ name }) => name))('the folder %s has the files that all have', (name) => {
    const found = readdirSync(join(folder, name))
    const odd = found.filter((file) => !/^(index|schema|wire|emulator|cases)(-[a-z]+)*\.ts$/.test(file))
    expect(odd).toEqual([])
    expect(found).toContain('emulator.ts')
    if (registry.has(name)) expect(found).toEqual(expect.arrayContaining(['index.ts', 'schema.ts']))
  })

  test('each has a line in the registry, and each line its folder', () => {
    for (const name of registry.keys()) expect(existsSync(join(folder, name))).toBe(true)
    const text = readFileSync(join(folder, 'registry.ts'), 'utf8')
    for (const { name } of folders) expect(text).toContain(`'./${name}/emulator.ts'`)
  })

  const attributes = (schema: Schema, at: string): readonly (readonly [string, string])[] =>
    Object.entries(schema).flatMap(([name, { description, fields }]) => [
      [`${at}.${name}`, description] as const,
      ...(fields ? attributes(fields, `${at}.${name}`) : []),
    ])

  test.each([...registry.values()].flatMap(({ name, schema }) => attributes(schema, name)))(
    '%s is described in sentences',
    (_, description) => {
      expect(description).toMatch(/^[A-Z\p{Ll}].*\.$/u)
    },
  )

  test.each([...registry.values()].map(({ name, summary }) => [name, summary]))(
    '%s has a summary',
    (_, summary) => {
      expect(summary).toMatch(/\.$/)
    },
  )
})

describe('codes', () => {
  const used = new Set(
    files
      .filter(({ name }) => !name.startsWith('model/codes'))
      .flatMap(({ text }) => [...code(text).matchAll(/QC\d{4}/g)].map(([hit]) => hit)),
  )

  test('every code that the program prints is explained', () => {
    expect([...used].filter((name) => !(name in codes)).sort()).toEqual([])
  })

  test('every code that is explained is one that the program prints', () => {
    expect(
      Object.keys(codes)
        .filter((name) => !used.has(name))
        .sort(),
    ).toEqual([])
  })

  test('no two have one title', () => {
    const titles = Object.values(codes).map(({ title }) => title)
    expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([])
  })
})

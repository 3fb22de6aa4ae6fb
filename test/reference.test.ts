import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { exitCodes, exitMeanings } from '../src/cli/exit.ts'
import { publishedSchema } from '../src/engine/jsonschema.ts'
import { forEditors, forValidators } from '../src/engine/jsonschema-views.ts'
import { topicsOf } from '../src/engine/topics.ts'
import { codeGroups, codes } from '../src/model/codes.ts'
import { anchor } from '../src/render/markdown.ts'
import { referencePages } from '../src/render/reference.ts'
import { root } from './commands/run.ts'
import { actionsOf, configure, inWorld, registry } from './world.ts'

const pages = readdirSync(join(root, 'docs'), { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.md'))
  .map((file) => ({ file, text: readFileSync(join(root, 'docs', file), 'utf8') }))
const page = (name: string) => pages.find(({ file }) => file === `reference/${name}.md`)?.text ?? ''
const headings = (text: string) =>
  [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading)

const documents = pages.flatMap(({ file, text }) =>
  [...text.matchAll(/^```yaml\n((?:#.*\n)*apiVersion[\s\S]*?)^```$/gm)].map(([, yaml = '']) => ({
    file,
    yaml,
  })),
)

test.each(documents)('$file: its document is valid', ({ yaml }) => {
  expect(configure(yaml).diagnostics).toEqual([])
})

const examples = [...registry.values()].flatMap(({ name }) => {
  const [first] = documents.filter(({ file }) => file === `reference/${name}.md`)
  return [{ name, yaml: first?.yaml ?? '' }]
})

test.each(examples)('the example of $name plans, applies, and plans to nothing', async ({ yaml }) => {
  await inWorld(yaml, async (world) => {
    await world.converge(yaml)
    expect(actionsOf(await world.plan(yaml))).toEqual([])
  })
})

test('what is generated is current: docs/reference is what the types, codes and commands say', () => {
  const made = referencePages({
    topics: topicsOf(registry),
    codes,
    codeGroups,
    exits: Object.entries(exitMeanings).map(([name, text]) => [
      exitCodes[name as keyof typeof exitCodes],
      text,
    ]),
    commands: JSON.parse(readFileSync(join(root, '.oclif.manifest.json'), 'utf8')).commands,
  })
  const own = pages.filter(({ file }) => file.startsWith('reference/'))
  expect(own.map(({ file }) => file.slice('reference/'.length)).sort()).toEqual(Object.keys(made).sort())
  for (const { file, text } of own) expect(made[file.slice('reference/'.length)], file).toBe(text)
})

test('what is generated is current: schemas/quayctl.schema.json is what editors get of the types', () => {
  const committed = readFileSync(join(root, 'schemas/quayctl.schema.json'), 'utf8')
  expect(`${JSON.stringify(forEditors(publishedSchema(registry)), null, 2)}\n`).toBe(committed)
})

test('the validators keep every rule, and keys that are called like a keyword nobody reads', () => {
  const rules = { type: 'object', required: ['description'], if: { required: ['title'] } }
  const node = { type: 'string', maxLength: 9 }
  const words = { description: 'It is read by people.', title: 'Words', examples: ['one'], default: 'one' }
  expect(
    forValidators({
      ...rules,
      ...words,
      definitions: { examples: { ...node, ...words } },
      properties: { description: { ...node, ...words }, open: true },
      additionalProperties: false,
      allOf: [{ if: { ...node, ...words } }],
    }),
  ).toEqual({
    ...rules,
    definitions: { examples: node },
    properties: { description: node, open: true },
    additionalProperties: false,
    allOf: [{ if: node }],
  })
})

test('every type, attribute, key, code, exit code and command has its place', () => {
  const { commands } = JSON.parse(readFileSync(join(root, '.oclif.manifest.json'), 'utf8'))
  for (const topic of topicsOf(registry)) expect(headings(page(topic.page)), topic.name).toContain(topic.name)
  expect(documents.length).toBeGreaterThan(registry.size)
  expect(headings(page('codes')).filter((heading) => heading in codes)).toEqual(Object.keys(codes))
  expect(headings(page('commands')).slice(1)).toEqual(
    Object.keys(commands).map((id) => `quayctl ${id.replaceAll(':', ' ')}`),
  )
  for (const code of Object.values(exitCodes)) expect(page('exit-codes')).toContain(`| ${code} |`)
})

test.each(pages)('$file: its links lead somewhere', ({ file, text }) => {
  const folder = file.split('/').slice(0, -1)
  for (const [, target = '', heading] of text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)) {
    const linked = join(root, 'docs', ...(target === '' ? [file] : [...folder, target]))
    expect(existsSync(linked), `${target}#${heading}`).toBe(true)
    if (heading) expect(headings(readFileSync(linked, 'utf8')).map(anchor)).toContain(heading)
  }
})

import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { type Exported, type ExportOptions, exportLive, textOf, textsOf } from '../src/engine/export.ts'
import { redacted } from '../src/engine/export-redact.ts'
import { load } from '../src/engine/load.ts'
import { type Estate, estates, estatesOfDirectory } from './estates.ts'
import { events, history } from './happenings.ts'
import {
  configure,
  lines,
  planning,
  registry,
  validators,
  type World,
  type WorldOptions,
  withWorld,
  wordsOf,
} from './world.ts'

vi.setConfig({ testTimeout: 600_000 })

const runs = { numRuns: 300 }
const many = { maxDeletes: 1000, maxRevokes: 1000 }

const options: ExportOptions = {
  interest: { names: null, types: null },
  templates: null,
  settings: [],
  planning,
}

/** All that Quay has. */
const exported = (world: World, templates: ExportOptions['templates'] = null): Promise<Exported> =>
  world.session(async (client, server) => {
    const made = await exportLive({ ...options, templates }, client, { registry, validators, server })
    expect([...made.missing]).toEqual([])
    return made
  })

const histories = fc
  .oneof(
    { weight: 4, arbitrary: fc.constant({ from: estates, authentication: 'Database' as const }) },
    { weight: 1, arbitrary: fc.constant({ from: estatesOfDirectory, authentication: 'LDAP' as const }) },
  )
  .chain(({ from, authentication }) =>
    fc.record({ before: from, what: events, options: fc.constant<WorldOptions>({ authentication }) }),
  )

/** Without what could not be written, which is not there the second time. Where that is one of the permissions of a repository, all of them are as Quay gives them. */
function withoutNotes(text: string, noted: string): string {
  const bare = text.replaceAll(/^ *# not managed: .*\n+/gm, '')
  return /# not managed: permission\./.test(noted)
    ? bare.replaceAll(/^( *)permissions:.*\n(\1 .*\n)*/gm, '').replaceAll(/: \{\}$/gm, ':')
    : bare
}

/** A new organization has a team of owners, which the first one may have lost. */
async function takeBrought(world: World, text: string): Promise<void> {
  for (const document of text.split('---\n')) {
    const [, name] = /^kind: Organization\nname: (\S+)$/m.exec(document) ?? []
    if (name && !/^ {2}owners:/m.test(document))
      await world.call('DELETE', `/organization/${name}/team/owners`)
  }
}

const changesOf = async (world: World, files: string | Readonly<Record<string, string>>) =>
  (await world.plan(files, many)).plan.changes.map(({ action, address }) => `${action} ${address}`)

const seen = new Set<string>()
const note = ({ drafts }: Exported): void => {
  for (const { body } of drafts) for (const { type } of body.all()) if (type) seen.add(type.name)
}

test('a plan of an export is empty, and an export of what it makes anew is the same', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async ({ before, what, options: server }) => {
      const text = await withWorld(async (world) => {
        await history(world, before, what)
        const first = await exported(world)
        note(first)
        const one = textOf(first.drafts, registry)
        expect(await changesOf(world, one), one).toEqual([])
        return one
      }, server)
      await withWorld(async (world) => {
        const { outcomes } = await world.apply(await world.plan(text, many))
        const open = [...outcomes].filter(([, { status }]) => status !== 'done')
        expect(
          open.map(([address, outcome]) => `${address} ${wordsOf(outcome)}`),
          text,
        ).toEqual([])
        await takeBrought(world, text)
        const again = textOf((await exported(world)).drafts, registry)
        expect(withoutNotes(again, text)).toBe(withoutNotes(text, text))
      }, server)
    }),
    runs,
  )
  // A pattern is nothing that Quay has.
  const all = [...registry.values()].filter(({ patternOf }) => !patternOf).map(({ name }) => name)
  expect([...seen].sort()).toEqual(all.sort())
})

/** A template of what documents say, and less. */
const templateOf = (document: Estate[number], name: string, without: readonly string[]): Estate[number] => {
  const { removed: _, prune: __, name: ___, ...body } = document
  const kept = Object.entries(body).filter(([key]) => !without.includes(key))
  return { ...Object.fromEntries(kept), kind: 'OrganizationTemplate', name }
}

test('files of any split, with templates that fit, plan to nothing too', async () => {
  let used = 0
  await fc.assert(
    fc.asyncProperty(
      estates,
      events,
      fc.constantFrom('whole' as const, 'block' as const, 'object' as const),
      fc.subarray(['robots', 'teams', 'repositories', 'quota', 'email']),
      async (before, what, split, without) => {
        const templates = before
          .filter(({ kind }) => kind === 'Organization')
          .map((document, index) => JSON.stringify(templateOf(document, `t${index}`, without)))
        const text = templates.join('\n---\n')
        if (lines(configure(text).diagnostics).length > 0) return
        const { documents } = load([{ file: 'templates.yaml', text, named: true }], new Set())
        await withWorld(async (world) => {
          await history(world, before, what)
          const whole = await exported(world)
          const { drafts } = await exported(world, { documents, names: templates.map((_, i) => `t${i}`) })
          const files = textsOf(drafts, split, { url: world.url, include: [] }, registry)
          const uses = drafts.filter(({ head }) => head.use)
          used += uses.length
          if (uses.length > 0)
            expect(textOf(drafts, registry).length).toBeLessThan(textOf(whole.drafts, registry).length)
          const all = { ...Object.fromEntries(files), ...(text && { 'templates.yaml': text }) }
          expect(await changesOf(world, all), JSON.stringify(all, null, 1)).toEqual([])
        })
      },
    ),
    { numRuns: 50 },
  )
  expect(used).toBeGreaterThan(10)
})

test('what is redacted is still a configuration, and holds nothing that people have chosen', async () => {
  await fc.assert(
    fc.asyncProperty(estates, events, async (before, what) => {
      await withWorld(async (world) => {
        await history(world, before, what)
        const first = await exported(world)
        const open = textOf(first.drafts, registry)
        const text = textOf(redacted(first.drafts, 'salt', registry), registry)
        expect(
          lines(configure(text).diagnostics.filter(({ severity }) => severity === 'error')),
          text,
        ).toEqual([])
        for (const word of ['foreign', 'mallory', 'a_b', 'quay.io', 'hooks.example', 'Public API', 'Two'])
          expect(text.includes(word) && open.includes(word), `${word}\n${text}`).toBe(false)
      })
    }),
    { numRuns: 30 },
  )
})

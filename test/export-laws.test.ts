import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { type ExportOptions, exportLive, textOf } from '../src/engine/export.ts'
import { type Estate, estates, estatesOfDirectory, filesOf } from './estates.ts'
import { type Event, events, happenings } from './happenings.ts'
import {
  everything,
  registry,
  validators,
  type World,
  type WorldOptions,
  withWorld,
  wordsOf,
} from './world.ts'

vi.setConfig({ testTimeout: 240_000 })

const runs = { numRuns: 300 }
const many = { maxDeletes: 1000, maxRevokes: 1000 }

const options: ExportOptions = {
  interest: { names: null, types: null },
  templates: null,
  planning: {
    selection: everything,
    replace: [],
    maxDeletes: undefined,
    today: '2026-11-21',
    version: '0.0.0',
    sandbox: false,
    partial: new Set(),
  },
}

/** All that Quay has, as one text. */
const exported = (world: World): Promise<string> =>
  world.session(async (client, server) => {
    const { drafts, missing } = await exportLive(options, client, { registry, validators, server })
    expect([...missing]).toEqual([])
    return textOf(drafts, registry)
  })

/** A Quay in any state that it can be brought to. */
async function history(world: World, before: Estate, what: readonly Event[]): Promise<void> {
  await world.apply(await world.plan(filesOf(before), many))
  const actor = {
    call: world.call,
    tick(hours: number) {
      world.now = new Date(world.now.getTime() + hours * 3_600_000 + 1)
      world.emulator.tick()
    },
  }
  for (const event of what) await happenings[event.what](actor, event)
}

const histories = fc
  .oneof(
    { weight: 4, arbitrary: fc.constant({ from: estates, authentication: 'Database' as const }) },
    { weight: 1, arbitrary: fc.constant({ from: estatesOfDirectory, authentication: 'LDAP' as const }) },
  )
  .chain(({ from, authentication }) =>
    fc.record({ before: from, what: events, options: fc.constant<WorldOptions>({ authentication }) }),
  )

/** Without what could not be written, which is not there the second time. */
const withoutNotes = (text: string): string => text.replaceAll(/^ *# not managed: .*\n+/gm, '')

/** A new organization has a team of owners, which the first one may have lost. */
async function takeBrought(world: World, text: string): Promise<void> {
  for (const document of text.split('---\n')) {
    const [, name] = /^kind: Organization\nname: (\S+)$/m.exec(document) ?? []
    if (name && !/^ {2}owners:/m.test(document))
      await world.call('DELETE', `/organization/${name}/team/owners`)
  }
}

test('a plan of an export is empty, and an export of what it makes anew is the same', async () => {
  let remade = 0
  await fc.assert(
    fc.asyncProperty(histories, async ({ before, what, options }) => {
      const text = await withWorld(async (world) => {
        await history(world, before, what)
        const first = await exported(world)
        const { plan } = await world.plan(first, many)
        expect(
          plan.changes.map(({ action, address }) => `${action} ${address}`),
          first,
        ).toEqual([])
        expect(await exported(world)).toBe(first)
        return first
      }, options)
      await withWorld(async (world) => {
        const ready = await world.plan(text, many)
        const { outcomes } = await world.apply(ready)
        const open = [...outcomes].filter(([, { status }]) => status !== 'done')
        expect(
          open.map(([address, outcome]) => `${address} ${wordsOf(outcome)}`),
          text,
        ).toEqual([])
        await takeBrought(world, text)
        expect(withoutNotes(await exported(world))).toBe(withoutNotes(text))
        remade++
      }, options)
    }),
    runs,
  )
  expect(remade).toBeGreaterThan(runs.numRuns / 2)
})

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { exportLive, textsOf } from '../src/engine/export.ts'
import { planConfiguration } from '../src/engine/pipeline.ts'
import { planText } from '../src/engine/planfile.ts'
import { QuayctlError } from '../src/model/errors.ts'
import { renderPlan } from '../src/render/plan.ts'
import { uncolored } from '../src/render/style.ts'
import { GONE, placesIn, type Reply, readerOver, replacedAt, valueAt } from './replies.ts'
import { configure, lines, planning, registry, validators, type World, withWorld } from './world.ts'

vi.setConfig({ testTimeout: 300_000 })

const golden = (name: string) =>
  readFileSync(new URL(`golden/profiles/${name}.yaml`, import.meta.url), 'utf8')

/** A Quay that has everything. */
const withEverything = (use: (world: World) => Promise<void>): Promise<void> =>
  withWorld(async (world) => {
    const { outcomes } = await world.apply(await world.plan(golden('created')))
    expect([...outcomes.values()].filter(({ status }) => status === 'done').length).toBeGreaterThan(40)
    await use(world)
  })

const changed = configure(golden('changed'))

const none: readonly string[] = []

/** What an altered reading comes to: an error with a code, or a plan; anything else is a bug. */
async function outcomeOf(world: World, exports: boolean, alter: (path: string, reply: Reply) => Reply) {
  const { reader, server } = readerOver(world.emulator, alter)
  try {
    const seen = await server()
    if (exports) {
      const interest = { names: null, types: null }
      const language = { registry, validators, server: seen }
      const { drafts } = await exportLive(
        { interest, templates: null, settings: [], planning },
        reader,
        language,
      )
      textsOf(drafts, 'object', { url: 'https://quay.example', include: [] }, registry)
    }
    const planned = await planConfiguration(changed, registry, reader, seen, planning)
    if (planned.errors) return { error: lines(planned.errors).join('; '), created: none }
    const { plan } = planned
    const text = planText(plan) + renderPlan(plan, uncolored)
    const created = plan.changes.filter(({ action }) => action === 'create').map(({ address }) => address)
    return { error: null, created, text }
  } catch (error) {
    if (error instanceof QuayctlError && error.code !== 'QC0001')
      return { error: error.message, created: none }
    throw error
  }
}

const wrong = { 'a number': 7, 'a text': 'x', 'a list': [[]], 'a map': { x: {} }, null: null, nothing: GONE }

const kindOf = (value: unknown): string =>
  value === null
    ? 'null'
    : Array.isArray(value)
      ? 'a list'
      : typeof value === 'object'
        ? 'a map'
        : typeof value === 'string'
          ? 'a text'
          : typeof value === 'number'
            ? 'a number'
            : 'a flag'

/** One reply with one value of another kind in it. */
interface Alteration {
  readonly title: string
  readonly path: string
  readonly text: string
}

/** What tells an object from others, and may be missing: with another one it is another object, without quotas there is none. */
const NAMES = /^(title|tagPattern|tagPatternMatches|quotas)$/

/** The same route, whatever the names in it. */
const routeOf = (path: string): string =>
  path.replaceAll(
    /(acme|upstream|admin|alice|mallory|api|notes|mirrored|ci|deploy|laptop|owners|dev\w*|operators|sync|other)(?=[/?&]|$)/g,
    '*',
  )

function alterationsOf(replies: ReadonlyMap<string, Reply>): readonly Alteration[] {
  const largest = new Map<string, string>()
  for (const [path, { status, text }] of replies)
    if (status < 300 && text.length > (replies.get(largest.get(routeOf(path)) ?? '')?.text.length ?? 0))
      largest.set(routeOf(path), path)
  return [...largest.values()].flatMap((path) => {
    const json: unknown = JSON.parse(replies.get(path)?.text ?? '')
    const places = path === '/discovery' ? placesIn(json).filter(({ length }) => length < 2) : placesIn(json)
    return places.flatMap((place) =>
      Object.entries(wrong).flatMap(([kind, by]) => {
        const [was, text] = [kindOf(valueAt(json, place)), JSON.stringify(replacedAt(json, place, by))]
        const isAnother = by === GONE && (typeof place.at(-1) === 'number' || was === 'a map')
        return was === kind || isAnother || NAMES.test(String(place.at(-1)))
          ? []
          : [{ title: `${path} /${place.join('/')}: ${kind} for ${was}`, path, text }]
      }),
    )
  })
}

describe('replies of a server', () => {
  test('of a wrong shape are an error with a code, and nothing that is there is planned anew', async () => {
    await withEverything(async (world) => {
      const replies = new Map<string, Reply>()
      const honest = await outcomeOf(world, true, (path, reply) => {
        replies.set(path, reply)
        return reply
      })
      expect(honest.error).toBeNull()
      const alterations = alterationsOf(replies)
      expect(alterations.length).toBeGreaterThan(1000)
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...alterations), fc.boolean(), async ({ path, text }, exports) => {
          const { created } = await outcomeOf(world, exports, (asked, reply) =>
            asked === path ? { status: 200, text } : reply,
          )
          expect(created.filter((address) => !honest.created.includes(address))).toEqual([])
        }),
        { numRuns: 100 },
      )
    })
  })
})

import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { addressOf, chainOf } from '../src/model/address.ts'
import { sameValue } from '../src/model/canonical.ts'
import type { Live } from '../src/model/change.ts'
import type { PlannedChange } from '../src/model/plan.ts'
import type { Attributes, Value } from '../src/model/schema.ts'
import { type Estate, estates, filesOf } from './estates.ts'
import { events, happen, history } from './happenings.ts'
import { type Snapshot, snapshot } from './snapshot.ts'
import { registry, withWorld, wordsOf } from './world.ts'

vi.setConfig({ testTimeout: 600_000 })

const runs = { numRuns: 25 }
const many = { maxDeletes: 1000 }

const acme = (body: object): Estate => [
  { apiVersion: 'quayctl/v1', kind: 'Organization', name: 'acme', ...body },
]
const owners = { role: 'admin', members: ['user:admin'] }
/** What goes is another one by now; few runs at random come to that. */
const another: [Estate, Estate, Estate, []] = [
  acme({ teams: { owners, one: { role: 'member' } } }),
  acme({ prune: { teams: 'all' }, teams: { owners } }),
  acme({ teams: { owners, one: { role: 'creator' } } }),
  [],
]

const NOBODY = addressOf({ name: 'nobody', separator: '' }, null, '')

/** A list, whatever its order. */
const plain = (value: Value | undefined): Value | undefined =>
  Array.isArray(value) ? [...value].map((item) => JSON.stringify(item)).sort() : value
const same = (one: Value | undefined, other: Value | undefined) => sameValue(plain(one), plain(other))

/** What a plan has looked at, of an object as it is somewhere. */
const seen = ({ live = {} }: PlannedChange, object: Live | undefined): Attributes | null =>
  object ? Object.fromEntries(Object.keys(live).map((name) => [name, object.attributes[name] ?? null])) : null

const namesOf = (attributes: Attributes | null): readonly string[] => Object.keys(attributes ?? {})

/** Did nobody touch what the plan has looked at? */
function isAsItWas(change: PlannedChange, before: Snapshot, now: Snapshot): boolean {
  const [was, is] = [seen(change, before.get(change.address)), seen(change, now.get(change.address))]
  return !was || !is ? was === is : namesOf(was).every((name) => same(was[name], is[name]))
}

/** Has somebody changed it, to something that the plan does not want? Secrets and what the files do not say are nothing that one could tell. */
function isMoved(change: PlannedChange, before: Snapshot, now: Snapshot): boolean {
  const { address, action, fields, pattern, live, desired = {}, declared = desired } = change
  // More than a pattern asks for is as good.
  if (pattern) return false
  // Of what comes with an object that was not there yet, the plan has seen what comes.
  const [was, is] = [before.get(address)?.attributes ?? live, now.get(address)]
  const fallbacks = fields.filter(({ fallback }) => fallback).map(({ path }) => path.split('/')[1])
  const type = registry.get(change.chain.at(-1)?.[0] ?? '')
  const differs = (name: string) => {
    const attribute = type?.schema[name]
    const isTold = attribute && !attribute.writeOnly && !attribute.serverOwned && !attribute.fields
    return isTold && !attribute.reference && !same(is?.attributes[name], declared[name])
  }
  const isOther = (name: string) => !same(is?.attributes[name], was?.[name])
  if (action === 'create')
    return is !== undefined && namesOf(desired).some((name) => !fallbacks.includes(name) && differs(name))
  /** A set with some of what is to come, or without some of what is to go, as a run that was cut off leaves it. */
  const isUnderWay = (name: string): boolean => {
    const [had, has, shall] = [was?.[name], is?.attributes[name], declared[name]].map((value) =>
      Array.isArray(value) ? value.map((item) => JSON.stringify(item)) : null,
    )
    if (!had || !has || !shall) return false
    const isEither = has.every((item) => had.includes(item) || shall.includes(item))
    return isEither && had.every((item) => has.includes(item) || !shall.includes(item))
  }
  if (!is) return action !== 'delete'
  return namesOf(seen(change, is)).some(
    (name) => isOther(name) && (action === 'delete' || (differs(name) && !isUnderWay(name))),
  )
}

test('what somebody changes between a plan and its apply is named and never overwritten, and nothing else is', async () => {
  const counts = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(estates, estates, estates, events, async (first, wanted, others, what) => {
      await withWorld(async (world) => {
        await history(world, first, [])
        const files = filesOf(wanted)
        if ((await world.refusals(files)).length > 0) return
        const ready = await world.plan(files, many)
        const before = await snapshot(world)
        if ((await world.refusals(filesOf(others))).length === 0)
          await world.apply(await world.plan(filesOf(others), many))
        await happen(world, what)
        const now = await snapshot(world)
        const { outcomes } = await world.applySaved(ready, files)
        const after = await snapshot(world)

        const going = ready.plan.changes.filter(({ action }) => action === 'delete')
        /** What waits for a delete may be there before, and go along with that. */
        const isAfterDelete = ({ depends_on }: PlannedChange) =>
          going.some(({ address }) => depends_on.includes(address))
        for (const [index, change] of ready.plan.changes.entries()) {
          const outcome = outcomes.get(change.address)
          const words = `${change.action} ${change.address}: ${outcome && wordsOf(outcome)}`
          const above = chainOf(ready.steps[index]?.change.address ?? NOBODY).slice(1)
          const isHomeless = above.some(({ text }) => before.has(text) && !now.has(text))
          if (isMoved(change, before, now) && !isAfterDelete(change))
            expect(['stale', 'skipped'], words).toContain(outcome?.status)
          if (isAsItWas(change, before, now) && !isHomeless) expect(outcome?.status, words).not.toBe('stale')
          if (outcome?.status !== 'stale') continue
          expect(seen(change, after.get(change.address)), words).toEqual(
            seen(change, now.get(change.address)),
          )
          counts.set(change.action, (counts.get(change.action) ?? 0) + 1)
        }
      })
    }),
    { ...runs, examples: [another] },
  )
  expect([...counts.keys()].sort()).toEqual(['create', 'delete', 'update'])
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Ground } from '../src/model/emulation.ts'
import { type Estate, type Event, estates, events, filesOf, happenings } from './estates.ts'
import {
  configure,
  isWrite,
  lines,
  type ReadyPlan,
  registry,
  type World,
  withWorld,
  wordsOf,
  writesOf,
} from './world.ts'

const runs = { numRuns: 300 }
const many = { maxDeletes: 1000 }

/** Why Quay may keep an apply from converging; each is the server's, and each is said. */
const defects = [
  /is being synchronised: a change now would leave it so for good/,
  /used by a mirror|being used by a mirror/i,
  /^skipped: .* is not done$/,
]

/** A Quay in any state that it can be brought to: another estate was applied, and then things happened. */
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

/** Everything in Quay that an estate does not declare, prune or remove. */
async function undeclared(world: World, estate: Estate): Promise<unknown> {
  const { expanded } = configure(filesOf(estate))
  const pruned = expanded.blocks
    .filter(({ pruneAt }) => pruneAt)
    .map(({ type, parent }) => `${type}.${parent.place}`)
  const known = new Set([...expanded.desired, ...expanded.removed].map(({ address }) => address.text))
  const { robots, repositories, organizations, accounts } = world.emulator.ground as Ground
  const free = <T>(type: string, rows: ReadonlyMap<string, T>) =>
    [...rows].filter(
      ([key]) => !known.has(`${type}.${key}`) && !pruned.includes(`${type}.${key.split('+')[0]}`),
    )
  const kept = free('repository', repositories)
  const mirrors = await Promise.all(kept.map(([key]) => world.call('GET', `/repository/${key}/mirror`)))
  return structuredClone({
    robots: free('robot', robots),
    repositories: kept,
    mirrors,
    organizations: free('organization', organizations),
    accounts: [...accounts],
  })
}

/** Attributes of live objects that the files do not write, in a plan's reading of Quay. */
function unwritten(estate: Estate, { live }: ReadyPlan, within: ReadyPlan): unknown {
  const { expanded } = configure(filesOf(estate))
  const desired = new Map(expanded.desired.map((object) => [object.address.text, object]))
  const remade = new Set(
    within.plan.changes.filter(({ action }) => action !== 'update').map(({ address }) => address),
  )
  const owned = (address: string) =>
    expanded.desired
      .filter((object) => object.address.parent?.text === address)
      .flatMap((object) => registry.get(object.address.type)?.ownsOfParent ?? [])
  return [...live.values()]
    .filter(({ address }) => !remade.has(address.text))
    .map(({ address, attributes }) => {
      const skip = [...Object.keys(desired.get(address.text)?.attributes ?? {}), ...owned(address.text)]
      return [address.text, Object.entries(attributes).filter(([name]) => !skip.includes(name))]
    })
    .sort()
}

test('applying a plan leaves an empty plan, or names what prevents it, and touches nothing else', async () => {
  let stuck = 0
  await fc.assert(
    fc.asyncProperty(estates, events, estates, async (before, what, after) => {
      await withWorld(async (world) => {
        await history(world, before, what)
        const untouched = await undeclared(world, after)

        const ready = await world.plan(filesOf(after), many)
        expect(writesOf(ready.sent), 'planning writes').toEqual([])
        inOrder(ready)
        const { outcomes } = await world.apply(ready)

        const open = [...outcomes].filter(([, { status }]) => status !== 'done' && status !== 'already')
        for (const [address, outcome] of open)
          expect(
            defects.some((words) => words.test(wordsOf(outcome).replace(/^failed: /, ''))),
            `${address} ${wordsOf(outcome)}`,
          ).toBe(true)
        if (open.length > 0) stuck++

        const again = await world.plan(filesOf(after), many)
        const left = open.map(([address]) => address)
        expect(
          again.plan.changes.map(({ address }) => address).filter((address) => !left.includes(address)),
        ).toEqual([])
        expect(await undeclared(world, after), 'something undeclared').toEqual(untouched)
        expect(unwritten(after, again, ready), 'something unwritten').toEqual(unwritten(after, ready, ready))
        if (open.length > 0) return

        const second = await world.apply(again)
        expect(second.sent.filter(isWrite), 'a second apply writes').toEqual([])
      })
    }),
    runs,
  )
  expect(stuck).toBeLessThan(runs.numRuns / 3)
}, 120_000)

/** No step before one that it needs: parents first at a create, children first at a delete. */
function inOrder({ steps }: ReadyPlan): void {
  const done = new Set<string>()
  const all = new Map(steps.map(({ change }) => [change.address.text, change]))
  for (const { change, dependsOn } of steps) {
    for (const address of dependsOn)
      expect(done, `${change.address.text} before ${address}`).toContain(address)
    const parent = change.address.parent && all.get(change.address.parent.text)
    if (parent?.action === 'create') expect(done).toContain(parent.address.text)
    if (parent?.action === 'delete') expect(done).not.toContain(parent.address.text)
    done.add(change.address.text)
  }
}

describe('files', () => {
  test('that are generated are valid', () => {
    fc.assert(
      fc.property(estates, (estate) => {
        expect(
          lines(configure(filesOf(estate)).diagnostics.filter(({ severity }) => severity === 'error')),
        ).toEqual([])
      }),
      runs,
    )
  })
})

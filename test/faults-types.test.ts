import { describe, expect, test, vi } from 'vitest'
import type { Step } from '../src/engine/plan.ts'
import type { Action } from '../src/model/change.ts'
import type { ResourceType } from '../src/model/resource.ts'
import type { Value } from '../src/model/schema.ts'
import { documentOf, exampleAddress, examplesOf, requiredOf, type Written } from './documents.ts'
import { snapshot } from './snapshot.ts'
import { applied, type Fault, type Faults, type Request, withFaults } from './suffering.ts'
import { actionsOf, type ReadyPlan, registry, type World, wordsOf } from './world.ts'

/** Many small worlds; a slow machine is no failure. */
vi.setConfig({ testTimeout: 240_000 })

const refusal = { status: 500, body: { message: 'no' } }
const troubles: Readonly<Record<string, Fault>> = {
  'a 500': refusal,
  'a lost answer': { after: true, fault: 'reset' },
  'a refused connection': 'reset',
}

/** Types whose objects are made. */
const types = [...registry.values()].filter(
  ({ patternOf, document, removable }) => !patternOf && (!document || removable),
)

/** Something to be done to one object, in a world that is ready for it. */
interface Case {
  readonly title: string
  readonly type: ResourceType
  readonly action: Action
  /** What is applied before, and what then. */
  readonly before: Written | null
  readonly after: Written | null
  /** Each request that made something is sent again, so that there are copies. */
  readonly copies?: true
}

function casesOf(type: ResourceType): readonly Case[] {
  const base = requiredOf(type.schema)
  const one = (action: Action, before: Written | null, after: Written | null): Case => ({
    title: `${action} of a ${type.name}`,
    type,
    action,
    before,
    after,
  })
  const changes = (wants: 'plain' | 'replaces') =>
    Object.entries(type.schema).flatMap(([name, attribute]): readonly [Written, Written][] => {
      const { replaces, serverOwned, writeOnly, supersedes, together, fields, since } = attribute
      if (
        serverOwned ||
        writeOnly ||
        supersedes ||
        together ||
        fields ||
        attribute.words?.includes('none') ||
        since
      )
        return []
      if ((wants === 'replaces') !== (replaces === true)) return []
      const [from, to] = pairOf(attribute)
      return [
        [
          { ...base, [name]: from },
          { ...base, [name]: to },
        ],
      ]
    })
  const [change] = changes('plain').filter(
    ([from, to]) => exampleAddress(type, from).text === exampleAddress(type, to).text && type.update,
  )
  const [replacement] = changes('replaces')
  return [
    one('create', null, base),
    ...(change ? [one('update', ...change)] : []),
    ...(type.identity === 'list'
      ? [{ ...one('update', base, base), title: `merge of copies of a ${type.name}`, copies: true as const }]
      : []),
    ...(replacement ? [one('replace', ...replacement)] : []),
    ...(type.delete ? [one('delete', base, null)] : []),
  ]
}
const pairOf = (attribute: Parameters<typeof examplesOf>[0]): readonly [Value, Value] => examplesOf(attribute)

/** Prepares a world, and plans what is to be done there. */
async function prepared(
  world: World,
  { type, action, before, after, copies }: Case,
  sent: Request[],
): Promise<ReadyPlan> {
  const parents = around(type)
  if (before) await world.converge(documentOf(type, before))
  else if (parents) await world.converge(parents)
  if (copies)
    for (const { method, target, body } of sent.splice(0))
      if (method === 'POST')
        await world.call(method, target.replace('/api/v1', ''), likeness(JSON.parse(body)))
  const replace = action === 'replace' ? ['**'] : []
  if (after) return world.plan(documentOf(type, after), { replace })
  const ready = await world.plan(documentOf(type, before ?? {}))
  const live = ready.live.get(exampleAddress(type, before ?? {}).text)
  if (!live) throw new Error('nothing to delete')
  const change = {
    address: live.address,
    action,
    reason: 'removed',
    desired: null,
    live,
    differences: [],
    values: {},
    at: null,
  } as const
  const step: Step = { change, impacts: [], consequences: [], narrows: false, revokes: 0, dependsOn: [] }
  return { ...ready, steps: [step] }
}

/** Another object of the same name: Quay refuses a policy that is wholly equal. */
const likeness = (body: { readonly value?: unknown }): unknown =>
  typeof body.value === 'number' ? { ...body, value: body.value + 1 } : body

/** A document with what stands around an object of a type, as far as that can be said without it. */
function around(type: ResourceType): string | null {
  const parent = registry.get(type.parents[0] ?? '')
  return parent ? documentOf(parent, requiredOf(parent.schema)) : null
}

interface End {
  readonly status: string
  readonly words: string
}

/** Applies under one trouble at one call, and then without: null when there is no such call. */
async function suffered(one: Case, trouble: Fault, index: number, attempts: number): Promise<End | null> {
  return withFaults(async (world, suffer) => {
    const sent: Request[] = []
    const ready = await suffer(
      (request) => {
        sent.push(request)
        return undefined
      },
      () => prepared(world, one, sent),
    )
    // What only requests side by side can make.
    if (ready.steps.length === 0) return null
    let calls = -1
    const faults: Faults = () => {
      calls += 1
      return calls === index ? trouble : undefined
    }
    const outcomes = await applied(world, ready, suffer, faults, attempts)
    if (calls < index) return null
    const address = exampleAddress(one.type, one.after ?? one.before ?? {})
    const outcome = outcomes.get(address.text)
    const words = [...outcomes].map(([text, ended]) => `${text} ${wordsOf(ended)}`).join('; ')
    const named = /QC7415|Quay has two of this title/.test(words)
    if (!named)
      expect(await copiesIn(world), words).toEqual(
        one.copies && outcome?.status !== 'done' ? expect.anything() : [],
      )

    if (!one.after) {
      const found = await world.session((client) => one.type.find({ address, parent: null }, client))
      if (outcome?.status === 'done' || outcome?.status === 'already') expect(found, words).toBeNull()
      if (found) {
        const again = await applied(
          world,
          {
            ...ready,
            steps: ready.steps.map((step) => ({ ...step, change: { ...step.change, live: found } })),
          },
          suffer,
          () => undefined,
        )
        expect([...again.values()].map(wordsOf)).toEqual(['done'])
      }
      return { status: outcome?.status ?? '', words }
    }
    const file = documentOf(one.type, one.after)
    const next = await world.plan(file, { replace: one.action === 'replace' ? ['**'] : [] })
    for (const { action, address: text } of next.plan.changes)
      expect(['done', 'already'], `${action} ${text}: ${words}`).not.toContain(outcomes.get(text)?.status)
    const second = await applied(world, next, suffer, () => undefined)
    if (!named) {
      expect(
        [...second]
          .map(([text, ended]) => `${text} ${wordsOf(ended)}`)
          .filter((line) => !line.endsWith(' done')),
        words,
      ).toEqual([])
      expect(actionsOf(await world.plan(file)), words).toEqual([])
      expect(await copiesIn(world), words).toEqual([])
    }
    return { status: outcome?.status ?? '', words }
  })
}

/** What Quay has several times. */
const copiesIn = async (world: World): Promise<readonly string[]> =>
  [...(await snapshot(world)).values()]
    .filter(({ surplus, obscure }) => surplus !== undefined || obscure !== undefined)
    .map(({ address, surplus, obscure }) => `${address.text} ${surplus ?? obscure}`)

const cases = types.flatMap(casesOf)

test('every type has its cases', () => {
  expect(new Set(cases.map(({ type }) => type.name)).size).toBe(types.length)
})

describe.each(Object.keys(troubles))('%s at each call', (trouble) => {
  describe.each([1, 3])('by a client that sends a request %i times at most', (attempts) => {
    test.each(cases)(
      '$title: nothing is done that is not, the next apply converges, and nothing is there twice',
      async (one) => {
        let index = 0
        while (await suffered(one, troubles[trouble], index, attempts)) index += 1
        if (!one.copies) expect(index).toBeGreaterThan(0)
      },
    )
  })
})

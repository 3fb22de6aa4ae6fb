import { describe, expect, test } from 'vitest'
import { type ApplyOptions, apply } from '../../src/engine/apply.ts'
import type { Step } from '../../src/engine/plan.ts'
import { type Address, addressOf } from '../../src/model/address.ts'
import type { Reader } from '../../src/model/api.ts'
import type { Action, Change } from '../../src/model/change.ts'
import { ApiError, AuthError, type ServerError, UnavailableError } from '../../src/model/errors.ts'
import type { Quay, ResourceType } from '../../src/model/resource.ts'
import { wordsOf } from '../world.ts'
import { server } from './pure.ts'

/** What Quay does with the write of one object: nothing is a success that is not kept. */
type Behaviour = 'keeps' | 'loses' | ServerError | { readonly keepsAndSays: ServerError }

/** A Quay of one type in memory; `log` tells when a write begins and ends. */
function fake(behaviours: Readonly<Record<string, Behaviour>>, independent: boolean) {
  const present = new Set<string>()
  const log: string[] = []
  const write = async (address: Address, keep: () => void): Promise<undefined> => {
    log.push(`${address.text} begins`)
    await new Promise((resolve) => setImmediate(resolve))
    const behaviour = behaviours[address.text] ?? 'keeps'
    if (behaviour === 'keeps' || (typeof behaviour === 'object' && 'keepsAndSays' in behaviour)) keep()
    log.push(`${address.text} ends`)
    if (behaviour instanceof Error) throw behaviour
    if (typeof behaviour === 'object') throw behaviour.keepsAndSays
    return undefined
  }
  const type: ResourceType = {
    name: 'thing',
    separator: '/',
    summary: '',
    parents: [],
    block: 'things',
    identity: 'key',
    schema: {},
    listings: [],
    ...(independent && { independent: true as const }),
    read: async () => [],
    find: async ({ address }) => (present.has(address.text) ? { address, attributes: {} } : null),
    create: ({ address }) => write(address, () => present.add(address.text)),
    delete: async ({ address }) => {
      await write(address, () => present.delete(address.text))
    },
  }
  return { type, log, present }
}

const root = (name: string) => addressOf({ name: 'root', separator: '' }, null, name)
const thing = (name: string, organization = 'acme') =>
  addressOf({ name: 'thing', separator: '/' }, root(organization), name)

function step(address: Address, action: Action = 'create', dependsOn: readonly string[] = []): Step {
  const change: Change = {
    address,
    action,
    reason: 'config',
    desired: null,
    live: action === 'create' ? null : { address, attributes: {} },
    differences: [],
    values: {},
    at: null,
  }
  return { change, impacts: [], consequences: [], narrows: false, dependsOn }
}

const reader: Reader = { get: async () => Promise.reject(), find: async () => null, list: async () => [] }
const quay: Quay = {
  api: {
    ...reader,
    fresh: reader,
    root: async () => Promise.reject(),
    post: async () => Promise.reject(),
    put: async () => Promise.reject(),
    delete: async () => {},
  },
  server,
  now: () => new Date(0),
}

async function run(
  steps: readonly Step[],
  behaviours: Readonly<Record<string, Behaviour>> = {},
  options: Partial<ApplyOptions> & { readonly independent?: boolean } = {},
) {
  const { type, log, present } = fake(behaviours, options.independent ?? false)
  for (const { change } of steps) if (change.live) present.add(change.address.text)
  const outcomes = await apply(steps, new Map([['thing', type]]), quay, {
    secrets: new Map(),
    live: new Map(),
    failFast: false,
    signal: new AbortController().signal,
    report: () => {},
    ...options,
  })
  return {
    log,
    outcomes: Object.fromEntries([...outcomes].map(([text, outcome]) => [text, wordsOf(outcome)])),
  }
}

const refused = new ApiError('QC7400', 'refused')
const forbidden = new AuthError('QC7403', 'forbidden')
const silent = new UnavailableError('QC7600', 'no answer')

describe('a write', () => {
  test.each<[string, Action, Behaviour, string]>([
    ['that is kept is done', 'create', 'keeps', 'done'],
    [
      'that is lost is a failure',
      'create',
      'loses',
      'failed: Quay answered that thing.acme/a is there, and it is not',
    ],
    ['that is refused fails', 'create', refused, 'failed: refused'],
    ['that is forbidden fails', 'create', forbidden, 'failed: forbidden'],
    ['that is refused because it is there already', 'create', { keepsAndSays: refused }, 'already'],
    ['whose answer is lost, and was done', 'create', { keepsAndSays: silent }, 'done'],
    ['whose answer is lost, and was not done', 'create', silent, 'failed: no answer'],
    ['of a delete is done', 'delete', 'keeps', 'done'],
    [
      'of a delete that does nothing is a failure',
      'delete',
      'loses',
      'failed: Quay answered that thing.acme/a is deleted, and it is still there',
    ],
    ['of a delete of what somebody deleted', 'delete', { keepsAndSays: refused }, 'already'],
  ])('%s', async (_, action, behaviour, words) => {
    const { outcomes } = await run([step(thing('a'), action)], { 'thing.acme/a': behaviour })
    expect(outcomes).toEqual({ 'thing.acme/a': words })
  })
})

describe('steps', () => {
  const [a, b, other] = [thing('a'), thing('b'), thing('c', 'globex')]

  test('of one organization go one at a time, organizations side by side', async () => {
    const { log } = await run([step(a), step(b), step(other)])
    expect(log.indexOf(`${a.text} ends`)).toBeLessThan(log.indexOf(`${b.text} begins`))
    expect(log.indexOf(`${other.text} begins`)).toBeLessThan(log.indexOf(`${a.text} ends`))
  })

  test('of an independent type go side by side', async () => {
    const { log } = await run([step(a), step(b)], {}, { independent: true })
    expect(log.slice(0, 2)).toEqual([`${a.text} begins`, `${b.text} begins`])
  })

  test('of an independent type and another action do not', async () => {
    const { log } = await run([step(a), step(b, 'delete')], {}, { independent: true })
    expect(log[1]).toBe(`${a.text} ends`)
  })

  test('that need one that failed are skipped, and so are theirs; others go on', async () => {
    const c = thing('d')
    const { outcomes } = await run(
      [step(a), step(b, 'create', [a.text]), step(c, 'create', [b.text]), step(thing('e'))],
      { [a.text]: refused },
    )
    expect(outcomes).toEqual({
      [a.text]: 'failed: refused',
      [b.text]: `skipped: ${a.text} is not done`,
      [c.text]: `skipped: ${b.text} is not done`,
      'thing.acme/e': 'done',
    })
  })

  test('after a failure are skipped where asked for', async () => {
    const { outcomes } = await run([step(a), step(b)], { [a.text]: refused }, { failFast: true })
    expect(outcomes[b.text]).toBe('skipped: another step failed')
  })

  test('after an interruption are skipped; the one in flight ends', async () => {
    const controller = new AbortController()
    const report = () => controller.abort()
    const { outcomes } = await run([step(a), step(b)], {}, { signal: controller.signal, report })
    expect(outcomes).toEqual({ [a.text]: 'done', [b.text]: 'skipped: interrupted' })
  })
})

import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type ApplyOptions, apply } from '../../src/engine/apply.ts'
import type { Step } from '../../src/engine/plan.ts'
import { type Address, addressOf } from '../../src/model/address.ts'
import type { QuayApi } from '../../src/model/api.ts'
import type { Action, Change, Credential, Outcome } from '../../src/model/change.ts'
import { ApiError, AuthError, type ServerError, UnavailableError } from '../../src/model/errors.ts'
import type { Quay, ResourceType } from '../../src/model/resource.ts'
import { UnfinishedError } from '../../src/model/unfinished.ts'
import { unhurried, wordsOf } from '../world.ts'
import { reader, server } from './pure.ts'

/** What Quay does with the write of one object: nothing is a success that is not kept. */
type Behaviour = 'keeps' | 'loses' | ServerError | { readonly keepsAndSays: ServerError }

/** A Quay of one type in memory; `log` tells when a write begins and ends. */
function fake(behaviours: Readonly<Record<string, Behaviour>>, independent?: true | 'apart') {
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
    ...(independent && { independent }),
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
  return { change, impacts: [], consequences: [], narrows: false, access: [], dependsOn }
}

const api: QuayApi = {
  ...reader,
  fresh: reader,
  root: async () => Promise.reject(),
  post: async () => Promise.reject(),
  put: async () => Promise.reject(),
  delete: async () => {},
  because: () => api,
}
const quay: Quay = {
  api,
  server,
  now: () => new Date(0),
  ...unhurried,
}

async function run(
  steps: readonly Step[],
  behaviours: Readonly<Record<string, Behaviour>> = {},
  options: Partial<ApplyOptions> & { readonly independent?: true | 'apart' } = {},
) {
  const { type, log, present } = fake(behaviours, options.independent)
  for (const { change } of steps) if (change.live) present.add(change.address.text)
  const organization: ResourceType = { ...type, name: 'root', document: { kind: 'Root' } }
  const registry = new Map([organization, type].map((one) => [one.name, one]))
  const outcomes = await apply(steps, registry, quay, {
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

  test('of a type that is so apart go side by side below different parents only', async () => {
    const within = (parent: string, name: string) =>
      addressOf({ name: 'thing', separator: '#' }, thing(parent), name)
    const steps = [step(within('x', 'a')), step(within('x', 'b')), step(within('y', 'c'))]
    const { log } = await run(steps, {}, { independent: 'apart' })
    const [first, second, third] = steps.map(({ change }) => change.address.text)
    expect(log.slice(0, 2)).toEqual([`${first} begins`, `${third} begins`])
    expect(log.indexOf(`${first} ends`)).toBeLessThan(log.indexOf(`${second} begins`))
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

describe('of 200 steps', () => {
  const count = (outcomes: Readonly<Record<string, string>>, words: string) =>
    Object.values(outcomes).filter((text) => text === words).length
  const many = (organization: (index: number) => string) =>
    Array.from({ length: 200 }, (_, index) => step(thing(`t${index}`, organization(index))))
  const batch = many(() => 'acme')
  const apart = many((index) => `o${index}`)

  test.each([
    ['one independent batch', batch],
    ['as many organizations', apart],
  ])('in %s, an interruption lets those in flight end and no other begin', async (_, steps) => {
    const controller = new AbortController()
    const report = () => controller.abort()
    const { outcomes, log } = await run(steps, {}, { independent: true, signal: controller.signal, report })
    expect([count(outcomes, 'done'), count(outcomes, 'skipped: interrupted')]).toEqual([16, 184])
    expect(log).toHaveLength(32)
  })

  test.each([
    ['one independent batch', batch],
    ['as many organizations', apart],
  ])('in %s, none begins after a failure where that is asked for', async (_, steps) => {
    const [first] = steps
    const failing = { [first?.change.address.text ?? '']: refused }
    const { outcomes } = await run(steps, failing, { independent: true, failFast: true })
    expect([count(outcomes, 'failed: refused'), count(outcomes, 'done')]).toEqual([1, 15])
    expect(count(outcomes, 'skipped: another step failed')).toBe(184)
    const all = await run(steps, failing, { independent: true })
    expect(count(all.outcomes, 'done')).toBe(199)
  })
})

describe('the secret that Quay made', () => {
  const answered: Credential = { username: 'a', token: 'ANSWERED' }
  const told: Credential = { username: 'a', token: 'TOLD' }
  const differs = { size: 1 }

  interface Scene {
    readonly action: Action
    /** What the write comes to. */
    readonly write: Credential | undefined | Error
    /** What is read back: attributes, nothing, or an error. */
    readonly read: object | null | Error
  }

  async function outcomeOf({ action, write, read }: Scene, credentials = true): Promise<Outcome | undefined> {
    const address = thing('a')
    const written = async () => {
      if (write instanceof Error) throw write
      return write
    }
    const type: ResourceType = {
      ...fake({}).type,
      schema: { size: { kind: 'integer', description: '', examples: [1, 2] } },
      find: async () => {
        if (read instanceof Error) throw read
        return read && { address, attributes: { size: 2, ...read }, credential: told }
      },
      create: written,
      replace: written,
      update: async () => {
        await written()
      },
    }
    const { change, ...rest } = step(address, action)
    const origin = { at: { file: 'quay.yaml', line: 1, column: 1, length: 1 } }
    const difference = { attribute: 'size', path: '/size', before: undefined, after: 2 }
    const wanted: Change = {
      ...change,
      desired: {
        address,
        attributes: { size: 2 },
        origin,
        origins: {},
        absent: false,
        replaceAllowed: true,
      },
      differences: [{ ...difference, replaces: false, origin: null }],
    }
    const outcomes = await apply([{ ...rest, change: wanted }], new Map([['thing', type]]), quay, {
      secrets: new Map(),
      live: new Map(),
      failFast: false,
      signal: new AbortController().signal,
      report: () => {},
      credentials,
    })
    return outcomes.get(address.text)
  }

  const half = new UnfinishedError('QC7412', 'half', [], { credential: answered })
  const none = new UnfinishedError('QC7412', 'none')
  const scenes: readonly (readonly [string, Scene, Outcome['status'], string | undefined])[] = [
    ['answered and kept', { action: 'create', write: answered, read: {} }, 'done', 'ANSWERED'],
    ['kept, and told later only', { action: 'create', write: undefined, read: {} }, 'done', 'TOLD'],
    ['made, its answer lost', { action: 'create', write: silent, read: {} }, 'done', 'TOLD'],
    [
      'made by a request that was repeated',
      { action: 'create', write: refused, read: {} },
      'already',
      'TOLD',
    ],
    [
      'answered, and the object is not there',
      { action: 'create', write: answered, read: null },
      'failed',
      'ANSWERED',
    ],
    [
      'answered, and the object differs',
      { action: 'create', write: answered, read: differs },
      'failed',
      'ANSWERED',
    ],
    [
      'lost with the answer, and the object differs',
      { action: 'create', write: silent, read: differs },
      'failed',
      'TOLD',
    ],
    [
      'answered, and nothing can be read back',
      { action: 'create', write: answered, read: silent },
      'unknown',
      'ANSWERED',
    ],
    [
      'lost, and nothing can be read back',
      { action: 'create', write: silent, read: silent },
      'unknown',
      undefined,
    ],
    ['refused', { action: 'create', write: refused, read: null }, 'failed', undefined],
    ['of a replace', { action: 'replace', write: answered, read: {} }, 'done', 'ANSWERED'],
    [
      'of a replace whose answer is lost: no success',
      { action: 'replace', write: silent, read: {} },
      'failed',
      'TOLD',
    ],
    [
      'of a replace that was refused: no success',
      { action: 'replace', write: refused, read: {} },
      'failed',
      'TOLD',
    ],
    [
      'of the old object, where nothing was replaced',
      { action: 'replace', write: silent, read: differs },
      'failed',
      undefined,
    ],
    ['of a replace that is half done', { action: 'replace', write: half, read: {} }, 'failed', 'ANSWERED'],
    ['of a replace that is half undone', { action: 'replace', write: none, read: null }, 'failed', undefined],
    [
      'of an object that is only updated',
      { action: 'update', write: undefined, read: {} },
      'done',
      undefined,
    ],
  ]

  test.each(scenes)('%s', async (_, scene, status, token) => {
    const outcome = await outcomeOf(scene)
    expect(outcome?.status).toBe(status)
    expect(outcome && 'credential' in outcome ? outcome.credential?.token : undefined).toBe(token)
    const without = await outcomeOf(scene, false)
    expect(without?.status).toBe(status)
    expect(without).not.toHaveProperty('credential')
  })

  test('is in no dump of an error', () => {
    expect(`${inspect(half, { showHidden: true })}${JSON.stringify(half)}`).not.toContain('ANSWERED')
  })
})

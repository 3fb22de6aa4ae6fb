import { describe, expect, test } from 'vitest'
import { apply } from '../../src/engine/apply.ts'
import type { Step } from '../../src/engine/plan.ts'
import { addressOf } from '../../src/model/address.ts'
import { type ApiPath, pathOf, type QuayApi } from '../../src/model/api.ts'
import type { Action, Change, Credential, Outcome } from '../../src/model/change.ts'
import {
  ApiError,
  AuthError,
  type Effect,
  type Failed,
  type ServerError,
  UnavailableError,
} from '../../src/model/errors.ts'
import type { ResourceType } from '../../src/model/resource.ts'
import type { Attribute } from '../../src/model/schema.ts'
import { wordsOf } from '../world.ts'
import { reader, server } from './pure.ts'

const address = addressOf({ name: 'thing', separator: '/' }, null, 'a')
const plain: Attribute = { kind: 'integer', description: '', examples: [1, 2] }
const secret: Attribute = { kind: 'secret', description: '', writeOnly: true }

const request = (method: string, status: number | null, effect: Effect): Failed => ({
  method,
  path: '/x',
  status,
  errorType: '',
  said: '',
  effect,
  says: () => false,
})
const lost = (effect: Effect, status: number | null = null, method = 'POST'): ServerError =>
  new UnavailableError('QC7604', 'lost', [], request(method, status, effect))
const refused = (): ServerError => new ApiError('QC7400', 'refused', [], request('PUT', 400, 'none'))
const forbidden = new AuthError('QC7403', 'forbidden', [], request('PUT', 403, 'none'))

/** What becomes of each request of a write, in turn: it is done or not, and answered or not. */
interface Fate {
  readonly acts?: boolean
  /** What is thrown: an error of the server's, or a bug. */
  readonly error?: unknown
}
interface Scene {
  readonly action?: Action
  readonly fates: readonly Fate[]
  /** What the files say of the size. */
  readonly wanted?: string | number
  /** What is read back where the object is there. */
  readonly attributes?: Readonly<Record<string, number>>
  /** Nothing can be read back. */
  readonly blind?: true
  readonly type?: Partial<ResourceType>
  readonly asks?: 'size' | 'password'
  readonly aborted?: true
}

interface Seen {
  readonly outcome: Outcome
  readonly sent: number
  readonly read: number
  readonly slept: readonly number[]
  readonly begun: readonly string[]
}

async function carried({
  action = 'create',
  fates,
  wanted = 2,
  attributes,
  blind,
  type = {},
  asks,
  aborted,
}: Scene): Promise<Seen> {
  const slept: number[] = []
  const begun: string[] = []
  let [sent, read, isThere] = [0, 0, action !== 'create']
  const send = async () => {
    const { acts = true, error } = fates[sent++] ?? {}
    if (acts) isThere = action !== 'delete'
    if (error) throw error
    return null
  }
  const write = async ({ api }: { readonly api: { post(path: ApiPath): Promise<unknown> } }) => {
    await api.post(pathOf('/x'))
  }
  const thing: ResourceType = {
    name: 'thing',
    separator: '/',
    summary: '',
    parents: [],
    block: 'things',
    identity: 'key',
    schema: { size: plain, password: secret },
    listings: [],
    read: async () => [],
    async find() {
      read += 1
      if (blind) throw lost('none', 503, 'GET')
      return isThere ? { address, attributes: { size: 2, ...attributes } } : null
    },
    async create(_, quay) {
      await write(quay)
      return undefined
    },
    update: (_, quay) => write(quay),
    delete: (_, quay) => write(quay),
    ...type,
  }
  const origin = { at: { file: 'quay.yaml', line: 1, column: 1, length: 1 } }
  const name = asks ?? 'size'
  const change: Change = {
    address,
    action,
    reason: 'config',
    desired:
      action === 'delete'
        ? null
        : { address, attributes: { size: wanted }, origin, origins: {}, absent: false, replaceAllowed: true },
    live: action === 'create' ? null : { address, attributes: {} },
    differences: [
      { attribute: name, path: `/${name}`, before: undefined, after: 2, replaces: false, origin: null },
    ],
    values: {},
    at: null,
  }
  const step: Step = { change, impacts: [], consequences: [], narrows: false, access: [], dependsOn: [] }
  const api: QuayApi = {
    ...reader,
    fresh: reader,
    root: async () => Promise.reject(),
    post: async <T>() => (await send()) as T,
    put: async <T>() => (await send()) as T,
    delete: async () => {
      await send()
    },
    because: () => api,
  }
  const controller = new AbortController()
  const outcomes = await apply(
    [step],
    new Map([['thing', thing]]),
    {
      api,
      server,
      now: () => new Date(0),
      sleep: async (milliseconds) => {
        slept.push(milliseconds)
        if (aborted) controller.abort()
      },
      newPassword: () => 'ANEW',
    },
    {
      secrets: new Map(),
      live: new Map(),
      failFast: false,
      signal: controller.signal,
      credentials: true,
      begin: ({ change: { address: at } }) => begun.push(at.text),
      report: () => {},
    },
  )
  const outcome = outcomes.get(address.text)
  if (!outcome) throw new Error('no outcome')
  return { outcome, sent, read, slept, begun }
}

const nothing = { acts: false }

describe('a create whose answer is lost', () => {
  test.each<[string, readonly Fate[], string, number, readonly number[]]>([
    ['is not sent again where it is there', [{ error: lost('perhaps') }], 'done', 1, [5000]],
    ['is sent again where it is not', [{ ...nothing, error: lost('perhaps') }, {}], 'done', 2, [5000, 1000]],
    [
      'after an answer without the long pause',
      [{ ...nothing, error: lost('perhaps', 500) }, {}],
      'done',
      2,
      [1000],
    ],
    [
      'three times at most',
      [1, 2, 3].map(() => ({ ...nothing, error: lost('perhaps', 502) })),
      'failed: lost',
      3,
      [1000, 2000],
    ],
    [
      'and not where Quay may still be at it',
      [{ ...nothing, error: lost('pending') }],
      'unknown: lost',
      1,
      [],
    ],
    ['which it has done by then', [{ error: lost('pending') }], 'done', 1, []],
    [
      'also not when the next one is refused, and that was it',
      [{ ...nothing, error: lost('perhaps', 500) }, { error: refused() }],
      'already',
      2,
      [1000],
    ],
  ])('%s', async (_, fates, words, sent, slept) => {
    const seen = await carried({ fates })
    expect([wordsOf(seen.outcome), seen.sent, seen.slept]).toEqual([words, sent, slept])
    expect(seen.begun).toEqual([address.text])
  })

  test('says what may still happen', async () => {
    const { outcome } = await carried({ fates: [{ ...nothing, error: lost('pending') }] })
    expect(outcome).toMatchObject({ error: { hints: [expect.stringContaining('Quay may still be at it')] } })
  })

  test('is not sent again by a type whose failures leave something behind', async () => {
    const { outcome, sent } = await carried({
      fates: [{ ...nothing, error: lost('perhaps', 500) }],
      type: { createsOnce: true },
    })
    expect([wordsOf(outcome), sent]).toEqual(['failed: lost', 1])
  })

  test('is not sent again once the run is to end', async () => {
    const { outcome, sent } = await carried({
      fates: [{ ...nothing, error: lost('perhaps') }],
      aborted: true,
    })
    expect([wordsOf(outcome), sent]).toEqual(['failed: lost', 1])
  })

  test('is named where it is there several times', async () => {
    const { outcome } = await carried({
      fates: [],
      type: { find: async () => ({ address, attributes: { size: 2 }, surplus: 1 }) },
    })
    expect(wordsOf(outcome)).toBe('failed: Quay has thing.a 2 times')
  })
})

describe('what was surely not done', () => {
  test.each([
    ['without an answer', lost('none')],
    ['for want of a right', forbidden],
  ])('%s needs no look', async (_, error) => {
    const { outcome, read, sent } = await carried({ fates: [{ ...nothing, error }] })
    expect([outcome.status, read, sent]).toEqual(['failed', 0, 1])
  })

  test('of two writes: the first has been done, so it is looked', async () => {
    const twice: Partial<ResourceType> = {
      async create(_, { api }) {
        await api.post(pathOf('/x'))
        await api.post(pathOf('/x'))
        return undefined
      },
    }
    const fates = [{}, { ...nothing, error: lost('none') }]
    expect((await carried({ fates, type: twice })).read).toBe(1)
    const blind = await carried({ fates, type: twice, blind: true })
    expect(wordsOf(blind.outcome)).toBe('unknown: lost')
  })
})

describe('what is not foreseen', () => {
  const blurred: Partial<ResourceType> = {
    find: async () => ({ address, attributes: { size: 2 }, obscure: 'there are two' }),
  }
  const broken = (thrown: unknown): Partial<ResourceType> => ({ find: () => Promise.reject(thrown) })
  const text: Attribute = { kind: 'text', description: '' }
  const disguised: Attribute = { kind: 'text', description: '', sensitive: true }
  test.each<[string, Scene, string, readonly string[]]>([
    ['a bug in a write', { fates: [{ error: new TypeError('boom') }] }, 'failed: boom', []],
    ['a write that throws no error', { fates: [{ error: 'boom' }] }, 'failed: boom', []],
    [
      'a bug in the look at what was written',
      { fates: [], type: broken(new TypeError('boom')) },
      'unknown: boom',
      [],
    ],
    ['a look that throws no error', { fates: [], type: broken('boom') }, 'unknown: boom', []],
    [
      'a refusal, where nothing can be read',
      { fates: [{ ...nothing, error: refused() }], blind: true },
      'failed: refused',
      [],
    ],
    [
      'several that cannot be told apart',
      { fates: [], type: blurred },
      'failed: thing.a cannot be told from others: there are two',
      [],
    ],
    [
      'the same after an answer that was lost',
      { fates: [{ error: lost('perhaps') }], type: blurred },
      'failed: lost',
      ['thing.a cannot be told from others: there are two'],
    ],
    [
      'a value that may be secret and was not kept',
      { fates: [], type: { schema: { size: disguised } }, attributes: { size: 3 } },
      'failed: Quay accepted thing.a and did not keep size',
      [],
    ],
    [
      'a text that was not kept, and seems to hold a secret',
      {
        fates: [],
        type: { schema: { size: text } },
        wanted: 'https://bob:hunter2@h.example/?token=hunter22',
      },
      'failed: Quay accepted thing.a and did not keep size https://***@h.example/?token=(looks like a secret)',
      [],
    ],
  ])('%s', async (_, scene, words, hints) => {
    const { outcome } = await carried(scene)
    expect(wordsOf(outcome)).toBe(words)
    expect('error' in outcome && 'hints' in outcome.error ? outcome.error.hints : []).toEqual(hints)
  })

  test.each([
    ['deletes, and creates', {}, 2],
    ['is one request where the type has one', { replace: async () => undefined }, 0],
  ])('a replace %s', async (_, type, sent) => {
    const seen = await carried({ action: 'replace', fates: [], type })
    expect([wordsOf(seen.outcome), seen.sent]).toEqual(['done', sent])
  })
})

describe('a secret, which nobody can read back', () => {
  test.each<[string, Scene, string]>([
    [
      'of an update whose answer is lost',
      { action: 'update', fates: [{ error: lost('perhaps') }] },
      'unknown: lost',
    ],
    [
      'of an update that is refused',
      { action: 'update', fates: [{ ...nothing, error: refused() }] },
      'failed: refused',
    ],
    ['that went with the one request that makes the object', { fates: [{ error: lost('perhaps') }] }, 'done'],
    [
      'of an object that is made by several',
      { fates: [{ error: lost('perhaps', 500, 'PUT') }] },
      'unknown: lost',
    ],
  ])('%s', async (_, scene, words) => {
    const { outcome } = await carried({ ...scene, asks: 'password' })
    expect(wordsOf(outcome)).toBe(words)
  })

  test('is spoken of', async () => {
    const { outcome } = await carried({
      action: 'update',
      fates: [{ error: lost('perhaps') }],
      asks: 'password',
    })
    expect(outcome).toMatchObject({ error: { hints: [expect.stringContaining('no plan shows that')] } })
  })
})

describe('the only secret of an account, lost with an answer', () => {
  const anew: Credential = { username: 'a', password: 'ANEW' }
  const renew = async () => anew

  test.each<[string, Scene, string, Credential | undefined]>([
    ['is set anew', { fates: [{ error: lost('perhaps') }] }, 'done', anew],
    ['also where it is found late', { fates: [{ error: lost('pending') }] }, 'done', anew],
    [
      'also where the object is not as it shall be',
      { fates: [{ error: lost('perhaps') }], attributes: { size: 3 } },
      'failed: lost',
      anew,
    ],
    [
      'is not where nothing was made',
      { fates: [{ ...nothing, error: refused() }] },
      'failed: refused',
      undefined,
    ],
    ['is not of what was there', { fates: [{ error: refused() }] }, 'already', undefined],
  ])('%s', async (_, scene, words, credential) => {
    const { outcome } = await carried({ ...scene, type: { makesCredential: 'once', renew } })
    expect([wordsOf(outcome), 'credential' in outcome ? outcome.credential : undefined]).toEqual([
      words,
      credential,
    ])
  })

  test('that could not be set anew is named', async () => {
    const { outcome } = await carried({
      fates: [{ error: lost('perhaps') }],
      type: { makesCredential: 'once', renew: () => Promise.reject(lost('none', 503, 'PUT')) },
    })
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'QC7430' } })
  })
})

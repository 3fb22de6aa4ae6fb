import { describe, expect, test } from 'vitest'
import { creation, differencesOf, settled, supports, updateValues } from '../../src/engine/compare.ts'
import { addressOf } from '../../src/model/address.ts'
import type { Desired, Difference, Live } from '../../src/model/change.ts'
import type { ResourceType } from '../../src/model/resource.ts'
import type { Attribute, Attributes, Schema } from '../../src/model/schema.ts'
import type { Server } from '../../src/model/server.ts'

const said = { description: '' }
const text: Attribute = { kind: 'text', ...said }
const secret: Attribute = { kind: 'secret', ...said, writeOnly: true }
const set: Attribute = { kind: 'text', ...said, many: 'set' }
const key = { from_env: 'QC_A' }
const other = { from_env: 'QC_B' }

const address = addressOf({ name: 'thing', separator: '/' }, null, 'a')
const place = (line: number) => ({ file: 'quay.yaml', line, column: 1, length: 1 })

const typeOf = (schema: Schema, more: Partial<ResourceType> = {}): ResourceType => ({
  name: 'thing',
  separator: '/',
  summary: '',
  parents: [],
  block: 'things',
  identity: 'key',
  schema,
  listings: [],
  read: async () => [],
  find: async () => null,
  create: async () => undefined,
  ...more,
})
const changeable = { update: async () => {} }

/** As written: each attribute on a line of its own, from the second on. */
const wanted = (attributes: Attributes, more: Partial<Desired> = {}): Desired => ({
  address,
  attributes,
  origin: { at: place(1) },
  origins: Object.fromEntries(Object.keys(attributes).map((name, index) => [name, { at: place(index + 2) }])),
  absent: false,
  replaceAllowed: false,
  ...more,
})
const found = (attributes: Attributes, more: Partial<Live> = {}): Live => ({ address, attributes, ...more })

const server = (offered: readonly string[]): Server => ({
  url: 'https://quay.example',
  version: null,
  user: null,
  superuser: null,
  readOnly: false,
  administers: () => false,
  feature: () => false,
  setting: () => undefined,
  capability: () => undefined,
  offers: (what) => offered.includes(what),
})

/** `path before after` of each difference. */
const shortly = (differences: readonly Difference[]) =>
  differences.map(({ path, before, after }) => [path, before, after])

describe('one attribute', () => {
  const fields = { size: text, user: secret, link: { ...text, reference: true as const } }
  const level: Attribute = { ...text, choices: ['read', 'write', 'admin'], ascending: true }
  const forward: Attribute = { kind: 'time', ...said, serverOwned: 'forward', words: ['spread'] }
  const pattern = { atLeast: 'pattern' }

  test.each<[string, Attribute, Desired['attributes'][string], Live['attributes'][string], boolean, object?]>(
    [
      ['equal', text, 'a', 'a', false],
      ['another', text, 'a', 'b', true],
      ['that Quay does not have', text, 'a', undefined, true],
      ['that Quay does not have, and shall be empty', text, null, undefined, false],
      ['that shall be empty', text, null, 'b', true],
      ['that is not declared', text, undefined, 'b', false],
      ['that Quay never returns', { ...text, writeOnly: true }, 'a', undefined, false],
      ['that is a secret', { kind: 'secret', ...said }, key, undefined, false],
      ['that may be a secret, and is', { ...text, reference: true }, key, 'b', false],
      ['that may be a secret, and is a text', { ...text, reference: true }, 'a', 'b', true],
      ['a map that looks like a secret', { kind: 'map', ...said }, key, other, true],
      ['a set, in another order', set, ['a', 'b'], ['b', 'a'], false],
      ['a set of which Quay has one twice', set, ['a', 'b'], ['b', 'a', 'b'], true],
      ['a set that Quay does not have', set, ['a'], undefined, true],
      ['a set where Quay has a text', set, ['a'], 'a', true],
      ['a list that is no set, in another order', { kind: 'map', ...said }, ['a', 'b'], ['b', 'a'], true],
      ['that Quay moves by itself', { ...text, serverOwned: true }, 'b', 'a', false],
      ['that only goes forward, later', forward, '2026-02', '2026-01', true],
      ['that only goes forward, earlier', forward, '2026-01', '2026-02', false],
      ['that only goes forward, the same', forward, '2026-01', '2026-01', false],
      ['that only goes forward, as a word', forward, 'spread', '2026-01', false],
      ['that only goes forward, without words', { ...forward, words: [] }, 'spread', '2026-01', true],
      ['that only goes forward, and knows no words', { ...text, serverOwned: 'forward' }, 'b', 'a', true],
      ['that only goes forward, from nothing', forward, '2026-01', undefined, false],
      ['that only goes forward, to a number', forward, 9, '2026-01', false],
      ['that only goes forward, from a number', forward, '2026-01', 1, false],
      ['of a pattern, of which there is more', level, 'read', 'admin', false, pattern],
      ['of a pattern, of which there is less', level, 'admin', 'read', true, pattern],
      ['of no pattern, of which there is more', level, 'read', 'admin', true],
      ['of a pattern, that has no order', { ...text, choices: ['a', 'b'] }, 'a', 'b', true, pattern],
      ['an object of which a key differs', { kind: 'object', ...said, fields }, { size: 'a' }, {}, true],
      [
        'an object of which a key is the same',
        { kind: 'object', ...said, fields },
        { size: 'a' },
        { size: 'a' },
        false,
      ],
      [
        'an object of which no key is declared',
        { kind: 'object', ...said, fields },
        {},
        { size: 'a' },
        false,
      ],
      [
        'an object of which a key is never returned',
        { kind: 'object', ...said, fields },
        { user: 'a' },
        {},
        false,
      ],
      [
        'an object of which a key is a reference',
        { kind: 'object', ...said, fields },
        { link: key },
        {},
        false,
      ],
      ['an object that shall not be', { kind: 'object', ...said, fields }, null, { size: 'a' }, true],
      [
        'a set of objects',
        { kind: 'object', ...said, many: 'set', fields },
        [{ size: 'a' }],
        [{ size: 'b' }],
        true,
      ],
    ],
  )('%s', (_, attribute, after, before, differs, more = {}) => {
    const differences = differencesOf(
      typeOf({ it: attribute }, changeable),
      wanted(after === undefined ? {} : { it: after }, more),
      found(before === undefined ? {} : { it: before }),
    )
    expect(differences.map(({ attribute: name }) => name)).toEqual(differs ? ['it'] : [])
  })

  test('is said with its line, what was and what shall be', () => {
    const schema = { a: text, b: { ...text, replaces: true as const } }
    const said = differencesOf(typeOf(schema, changeable), wanted({ a: 'x', b: 'y' }), found({ a: 'w' }))
    expect(said).toEqual([
      { attribute: 'a', path: '/a', before: 'w', after: 'x', replaces: false, origin: { at: place(2) } },
      { attribute: 'b', path: '/b', before: undefined, after: 'y', replaces: true, origin: { at: place(3) } },
    ])
  })

  test('that stands nowhere has no line', () => {
    const desired = wanted({ a: 'x', o: { size: 's' } }, { origins: {} })
    const schema: Schema = { a: text, o: { kind: 'object', ...said, fields, replaces: true } }
    expect(differencesOf(typeOf(schema, changeable), desired, found({ o: { size: 't' } }))).toEqual([
      { attribute: 'a', path: '/a', before: undefined, after: 'x', replaces: false, origin: null },
      { attribute: 'o', path: '/o/size', before: 't', after: 's', replaces: true, origin: null },
    ])
  })

  test('that is an object is said by key, each by itself', () => {
    const schema: Schema = { o: { kind: 'object', ...said, fields: { a: text, b: text, c: text } } }
    const [desired, live] = [wanted({ o: { a: '1', b: '2' } }), found({ o: { a: '0', b: '2', c: '3' } })]
    expect(shortly(differencesOf(typeOf(schema, changeable), desired, live))).toEqual([['/o/a', '0', '1']])
    for (const none of [{}, { o: null }, { o: 'text' }, { o: ['a'] }])
      expect(shortly(differencesOf(typeOf(schema, changeable), desired, found(none)))).toEqual([
        ['/o/a', undefined, '1'],
        ['/o/b', undefined, '2'],
      ])
  })
})

describe('equal ones that Quay has besides', () => {
  test.each([
    [undefined, []],
    [0, []],
    [2, [{ attribute: 'copies', path: '/copies', before: 3, after: 1, replaces: false, origin: null }]],
  ])('%s', (surplus, expected) => {
    const live = found({ a: 'x' }, surplus === undefined ? {} : { surplus })
    const differences = differencesOf(typeOf({ a: text }, changeable), wanted({ a: 'x' }), live)
    expect(differences).toEqual(expected)
    expect(updateValues(typeOf({ a: text, copies: text }), wanted({ copies: 'x' }), differences)).toEqual({})
  })
})

describe('secrets that go along', () => {
  const schema: Schema = {
    name: text,
    token: { ...secret, together: ['name'] },
    note: { ...secret, ...text, writeOnly: true, together: ['name'] },
    alone: secret,
  }
  const desired = wanted({ name: 'x', token: key, note: 'plain', alone: other })
  const again: Difference = {
    attribute: 'token',
    path: '/token',
    before: undefined,
    after: key,
    replaces: false,
    origin: null,
    resent: 'asked',
  }

  test('are those that belong to what differs', () => {
    expect(differencesOf(typeOf(schema, changeable), desired, found({ name: 'w' }))).toEqual([
      {
        attribute: 'name',
        path: '/name',
        before: 'w',
        after: 'x',
        replaces: false,
        origin: { at: place(2) },
      },
      {
        attribute: 'token',
        path: '/token',
        before: undefined,
        after: key,
        replaces: false,
        origin: { at: place(3) },
      },
    ])
    expect(differencesOf(typeOf(schema, changeable), desired, found({ name: 'x' }))).toEqual([])
  })

  test('replace what nothing can update, and need no line', () => {
    const nowhere = { ...desired, origins: {} }
    expect(differencesOf(typeOf(schema), nowhere, found({ name: 'w' })).at(-1)).toEqual({
      attribute: 'token',
      path: '/token',
      before: undefined,
      after: key,
      replaces: true,
      origin: null,
    })
  })

  test('are not said twice', () => {
    expect(differencesOf(typeOf(schema, changeable), desired, found({ name: 'w' }), [again])).toEqual([
      expect.objectContaining({ path: '/name' }),
      again,
    ])
  })

  test('are the other half of one that is sent again', () => {
    const halves: Schema = {
      token: { ...secret, together: ['user'] },
      user: { ...text, reference: true },
    }
    const both = wanted({ token: key, user: other })
    const type = typeOf(halves, changeable)
    expect(shortly(differencesOf(type, both, found({}), [again]))).toEqual([
      ['/token', undefined, key],
      ['/user', undefined, other],
    ])
    // One that differs by itself brings what names it, and not what it names.
    const { resent: _, ...plain } = again
    expect(shortly(differencesOf(type, both, found({}), [plain]))).toEqual([['/token', undefined, key]])
    const named = wanted({ token: key, user: 'bot' })
    expect(shortly(differencesOf(type, named, found({ user: 'bot' }), [again]))).toEqual([
      ['/token', undefined, key],
    ])
  })
})

describe('an update sends', () => {
  const schema: Schema = { a: text, b: text, c: { ...secret, together: ['b', 'd'] }, d: text }
  const differs = (attribute: string, resent?: 'asked'): Difference => ({
    attribute,
    path: `/${attribute}`,
    before: undefined,
    after: undefined,
    replaces: false,
    origin: null,
    ...(resent && { resent }),
  })
  test.each<[string, readonly Difference[], Attributes]>([
    ['nothing where nothing differs', [], {}],
    ['what differs, and no more', [differs('a')], { a: '1' }],
    ['nothing of what is not declared', [differs('d')], {}],
    ['what Quay wants beside a secret that is sent again', [differs('c', 'asked')], { c: key, b: '2' }],
    ['no more beside a secret that goes along', [differs('c')], { c: key }],
    ['no more beside what Quay takes alone', [differs('a', 'asked')], { a: '1' }],
    ['nothing of what has no schema', [differs('e', 'asked')], {}],
  ])('%s', (_, differences, values) => {
    expect(updateValues(typeOf(schema), wanted({ a: '1', b: '2', c: key }), differences)).toStrictEqual(
      values,
    )
  })
})

describe('a create sends', () => {
  const fields = { x: text, y: text }
  const object: Attribute = { kind: 'object', ...said, fields }
  const about = { before: undefined, replaces: false }
  const line = { origin: { at: place(2) } }
  test.each<[string, Attribute, Attributes, Attributes, readonly object[]]>([
    [
      'what is declared',
      text,
      { it: 'a' },
      { it: 'a' },
      [{ attribute: 'it', path: '/it', after: 'a', ...about, ...line }],
    ],
    ['nothing of what is not', text, {}, {}, []],
    [
      'what falls back',
      { ...text, fallback: 'f' },
      {},
      { it: 'f' },
      [{ attribute: 'it', path: '/it', after: 'f', ...about, fallback: true, origin: null }],
    ],
    [
      'no fallback beside what is declared',
      { ...text, fallback: 'f' },
      { it: 'a' },
      { it: 'a' },
      [{ attribute: 'it', path: '/it', after: 'a', ...about, ...line }],
    ],
    [
      'none beside what shall be empty',
      { ...text, fallback: 'f' },
      { it: null },
      { it: null },
      [{ attribute: 'it', path: '/it', after: null, ...about, ...line }],
    ],
    [
      'a fallback that the server takes',
      { ...text, fallback: 'f', since: 'Thing.new' },
      {},
      { it: 'f' },
      [{ attribute: 'it', path: '/it', after: 'f', ...about, fallback: true, origin: null }],
    ],
    ['none that it does not take', { ...text, fallback: 'f', since: 'Thing.newer' }, {}, {}, []],
    [
      'an object by key',
      object,
      { it: { x: '1', y: '2' } },
      { it: { x: '1', y: '2' } },
      [
        { attribute: 'it', path: '/it/x', after: '1', ...about, ...line },
        { attribute: 'it', path: '/it/y', after: '2', ...about, ...line },
      ],
    ],
    [
      'an object that shall be empty as one',
      object,
      { it: null },
      { it: null },
      [{ attribute: 'it', path: '/it', after: null, ...about, ...line }],
    ],
    [
      'a set of objects as one',
      { ...object, many: 'set' },
      { it: [{ x: '1' }] },
      { it: [{ x: '1' }] },
      [{ attribute: 'it', path: '/it', after: [{ x: '1' }], ...about, ...line }],
    ],
  ])('%s', (_, attribute, attributes, values, differences) => {
    const sent = creation(typeOf({ it: attribute }), wanted(attributes), server(['Thing.new']))
    expect(sent).toEqual({ values, differences })
    const isMarked = sent.differences.map((difference) => 'fallback' in difference)
    expect(isMarked).toEqual(differences.map((difference) => 'fallback' in difference))
  })

  test('what the server can take', () => {
    expect(supports(text, server([]))).toBe(true)
    expect(supports({ ...text, since: 'a' }, server(['a']))).toBe(true)
    expect(supports({ ...text, since: 'a' }, server(['b']))).toBe(false)
  })
})

describe('what a type settles', () => {
  const facts = { server: server([]), others: [] }
  const desired = wanted({ a: '1', b: '2' })
  const remark = { code: 'QC4000', severity: 'note', message: 'kept' } as const

  test('counts instead of what is written', () => {
    const type = typeOf({ a: text }, { settle: () => ({ attributes: { b: '3' }, remarks: [remark] }) })
    expect(settled(type, desired, found({}), facts)).toEqual({
      desired: { ...desired, attributes: { a: '1', b: '3' } },
      remarks: [remark],
    })
  })

  test.each<[string, Partial<ResourceType>]>([
    ['nothing', {}],
    ['no attributes', { settle: () => ({}) }],
  ])('is as it is written: %s', (_, more) => {
    expect(settled(typeOf({ a: text }, more), desired, found({}), facts)).toEqual({ desired, remarks: [] })
  })
})

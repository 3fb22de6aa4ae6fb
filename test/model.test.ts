import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson, jsonPieces, nearest } from '../src/model/canonical.ts'
import type { Attribute } from '../src/model/schema.ts'
import { veiled, veiledByField } from '../src/model/secrets.ts'
import { whyMissing } from '../src/model/server.ts'
import { countOf, isSingle, someOf } from '../src/model/tally.ts'
import { at, type Tree } from '../src/model/tree.ts'
import { server } from './engine/pure.ts'

describe('what there is of something', () => {
  const names = (count: number) => Array.from({ length: count }, (_, i) => `t${i}`)
  test.each([
    [1, false, '1 tag', 't0'],
    [1, true, 'at least 1 tags', 't0 and others'],
    [5, false, '5 tags', 't0, t1, t2, t3, t4'],
    [5, true, 'at least 5 tags', 't0, t1, t2, t3, t4 and others'],
    [6, false, '6 tags', 't0, t1, t2, t3, t4, t5'],
    [6, true, 'at least 6 tags', 't0, t1, t2, t3, t4 and at least 1 more'],
    [7, false, '7 tags', 't0, t1, t2, t3, t4 and 2 more'],
  ])('%i, and others: %s', (count, more, counted, some) => {
    const tally = { names: names(count), more }
    expect([countOf(tally, 'tag'), someOf(tally)]).toEqual([counted, some])
    expect(isSingle(tally)).toBe(count === 1 && !more)
  })
})

test.each([
  [{ feature: 'REPO_MIRROR' }, false, 'FEATURE_REPO_MIRROR is off'],
  [{ feature: ['A', 'B'] }, false, 'FEATURE_A and FEATURE_B are off'],
  [{ feature: 'A', introduced: '3.15' }, true, 'Quay 3.15 brought it, and this one is older'],
  [{}, true, 'the feature is off, or it is too old'],
])('why a server lacks what needs %j: %s, %s', (needs, has, why) => {
  expect(whyMissing(needs, { ...server, feature: () => has })).toBe(why)
})

test('what stands at a JSON pointer', () => {
  const place = (line: number) => ({ file: 'a.yaml', line, column: 1, length: 1 })
  const leaf: Tree = { kind: 'scalar', value: 'x', text: 'x', at: place(3) }
  const tree: Tree = {
    kind: 'map',
    at: place(1),
    entries: new Map([
      ['a/b', { key: place(2), value: leaf, end: place(3) }],
      ['list', { key: place(4), value: { kind: 'list', items: [leaf], at: place(5) }, end: place(5) }],
    ]),
  }
  expect(at(tree, '')).toEqual({ tree, key: null })
  expect(at(tree, '/a~1b')).toEqual({ tree: leaf, key: place(2) })
  expect(at(tree, '/list/0')).toEqual({ tree: leaf, key: null })
  for (const nowhere of ['/other', '/list/1', '/a~1b/0']) expect(at(tree, nowhere)).toBeNull()
})

test('a map is shown without what may be a secret, and so is what its schema does not know', () => {
  const text: Attribute = { kind: 'text', description: '' }
  const map: Attribute = {
    kind: 'object',
    description: '',
    fields: { url: text, token: { kind: 'secret', description: '' } },
  }
  const value = { url: 'https://me:pw@example.com', token: { from_env: 'QC_A' }, constructor: 'x' }
  expect(veiled(map, value, 'file')).toEqual({
    url: 'https://***@example.com',
    token: '(secret)',
    constructor: 'x',
  })
  expect(veiledByField(map, value)).toMatchObject({ token: { from_env: 'QC_A' } })
})

test.each([
  ['robto', 'robot'],
  ['Robots', 'robot'],
  ['teeam', 'team'],
  ['quota', undefined],
  ['r'.repeat(101), undefined],
])('the word that is meant by %s: %s', (word, meant) => {
  expect(nearest(word, ['robot', 'team'])).toBe(meant)
})

test('JSON in pieces is JSON as a whole', () =>
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      expect([...jsonPieces(value)].join('')).toBe(
        Object.keys(value).length > 0 ? canonicalJson(value) : '{}',
      )
      const indented = [...jsonPieces(value, { indent: true })].join('')
      expect(JSON.parse(indented)).toEqual(JSON.parse(canonicalJson(value)))
      const keys = Object.keys(value).some((key) => /^\d+$/.test(key))
      if (!keys) expect(indented).toBe(JSON.stringify(JSON.parse(canonicalJson(value)), null, 2))
    }),
  ))

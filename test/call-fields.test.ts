import { describe, expect, test } from 'vitest'
import { bodyOf, queryOf, rawField, typedField } from '../src/cli/call-fields.ts'

const read = (path: string): string => `what stands in ${path}`
const made = (...texts: readonly string[]) =>
  JSON.parse(JSON.stringify(bodyOf(texts.map((text) => typedField(text, read)))) ?? 'null')

describe('fields', () => {
  test.each<[readonly string[], unknown]>([
    [[], null],
    [['a=b'], { a: 'b' }],
    [['a='], { a: '' }],
    [['a=b=c'], { a: 'b=c' }],
    [
      ['a=true', 'b=false', 'c=null', 'd=7', 'e=-7', 'f=0'],
      { a: true, b: false, c: null, d: 7, e: -7, f: 0 },
    ],
    [
      ['a=True', 'b=1.10', 'c=007', 'd=1e3', 'e=+7', 'f= 7'],
      { a: 'True', b: '1.10', c: '007', d: '1e3', e: '+7', f: ' 7' },
    ],
    [['a=9007199254740993'], { a: '9007199254740993' }],
    [['a=@file', 'b=x@y'], { a: 'what stands in file', b: 'x@y' }],
    [['a[b]=c', 'a[d][e]=1'], { a: { b: 'c', d: { e: 1 } } }],
    [['a[]=1', 'a[]=x'], { a: [1, 'x'] }],
    [['a[b][]=1'], { a: { b: [1] } }],
    [['a[][k]=1', 'a[][v]=2', 'a[][k]=3'], { a: [{ k: 1, v: 2 }, { k: 3 }] }],
    [['a[]'], { a: [] }],
    [['a[b][]'], { a: { b: [] } }],
    [['a-b_c.d=1'], { 'a-b_c.d': 1 }],
  ])('%j', (texts, body) => {
    expect(made(...texts)).toEqual(body)
  })

  test('a key may be called like what every object has', () => {
    const texts = ['__proto__[x]=1', 'constructor=2', 'toString[]=3']
    expect(JSON.stringify(bodyOf(texts.map((text) => typedField(text, read))))).toBe(
      '{"__proto__":{"x":1},"constructor":2,"toString":[3]}',
    )
  })

  test('raw ones are texts', () => {
    expect(['a=true', 'b=7', 'c=@file'].map((text) => rawField(text))).toEqual([
      { key: 'a', value: 'true' },
      { key: 'b', value: '7' },
      { key: 'c', value: '@file' },
    ])
  })

  test('are the query of what has no body', () => {
    expect(queryOf(['a=b c', 'd=true', 'a=&'].map((text) => typedField(text, read)))).toBe(
      'a=b%20c&d=true&a=%26',
    )
  })

  test.each([
    [['a'], '--field takes KEY=VALUE'],
    [['=b'], '--field takes KEY=VALUE'],
    [['a=1', 'a=2'], 'the field a cannot be: it is there twice'],
    [['a=1', 'a[b]=2'], 'it has inner keys here, and none elsewhere'],
    [['a[b]=2', 'a=1'], 'it is there twice'],
    [['a[b]=2', 'a[]=1'], 'it is a list here, and none elsewhere'],
    [['a[]=2', 'a[b]=1'], 'it has inner keys here, and none elsewhere'],
    [['[b]=1'], 'a key is written like a, a[b] or a[]'],
    [['a[b=1'], 'a key is written like a, a[b] or a[]'],
    [['a[b]c=1'], 'a key is written like a, a[b] or a[]'],
  ])('%j cannot be', (texts, why) => {
    expect(() => made(...texts)).toThrow(why)
  })

  test('a query has plain keys', () => {
    expect(() => queryOf([{ key: 'a[]', value: 1 }])).toThrow('a query has no lists and no inner keys')
  })
})

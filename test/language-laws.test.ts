import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exportExpanded } from '../src/engine/export-expanded.ts'
import { canonicalJson } from '../src/model/canonical.ts'
import type { Value } from '../src/model/schema.ts'
import type { Written } from './documents.ts'
import { type Estate, estates } from './estates.ts'
import { configure, type Files, lines, registry } from './world.ts'

const runs = { numRuns: 300 }

type Chance = () => number

/** Always the same numbers from 0 to 1 for a seed. */
function chanceOf(seed: number): Chance {
  let state = seed
  return () => {
    state = (Math.imul(state ^ (state >>> 15), state | 1) + 0x6d2b79f5) | 0
    return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32
  }
}

const isMap = (value: Value | undefined): value is Written =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const HEADER = new Set(['apiVersion', 'kind', 'name', 'removed', 'use', 'external'])
const organization = [...registry.values()].find(({ document }) => document?.part)
const blocks = new Set(
  [...registry.values()]
    .filter(({ identity, parents }) => identity === 'key' && parents.includes(organization?.name ?? ''))
    .map(({ block }) => block),
)

/** What a map holds, dealt out to two maps; together they say the same. An empty map stays whole. */
function dealt(map: Written, chance: Chance): [Written, Written] {
  const [kept, moved]: [Record<string, Value>, Record<string, Value>] = [{}, {}]
  for (const [key, value] of Object.entries(map)) {
    const entries = blocks.has(key) && isMap(value) ? Object.keys(value).length : 0
    if (entries > 0 && isMap(value)) {
      const [own, others] = dealt(value, chance)
      if (Object.keys(own).length > 0) kept[key] = own
      if (Object.keys(others).length > 0) moved[key] = others
    } else if (isMap(value) && Object.keys(value).length === 0 && blocks.has(key)) kept[key] = value
    else if (chance() < 0.5) kept[key] = value
    else moved[key] = value
  }
  return [kept, moved]
}

/** The same organization as documents that use templates and have parts. */
function split(document: Written, number: number, chance: Chance): Written[] {
  if (document.kind !== organization?.document?.kind) return [document]
  const head = Object.fromEntries(Object.entries(document).filter(([key]) => HEADER.has(key)))
  const body = Object.fromEntries(Object.entries(document).filter(([key]) => !HEADER.has(key)))
  const [own, templated] = dealt(body, chance)
  const [weak, strong] = dealt(templated, chance)
  const [rest, others] = dealt(own, chance)
  const part = Object.fromEntries(Object.entries(others).filter(([key]) => blocks.has(key)))
  const main = { ...rest, ...Object.fromEntries(Object.entries(others).filter(([key]) => !blocks.has(key))) }
  const { apiVersion = '', name = '' } = document
  const template = (title: string, from: Written) => ({
    apiVersion,
    kind: organization.document?.template ?? '',
    name: title,
    ...named(from, String(name)),
  })
  return [
    { ...head, use: [`weak-${number}`, { template: `strong-${number}` }], ...main },
    template(`weak-${number}`, weak),
    template(`strong-${number}`, strong),
    { apiVersion, kind: organization.document?.part ?? '', [organization.name]: name, ...part },
  ]
}

/** A template says the organization's name by its placeholder, where it is a whole e-mail's. */
const named = (body: Written, name: string): Written =>
  typeof body.email === 'string' && body.email.startsWith(`${name}@`)
    ? { ...body, email: body.email.replace(name, '{organization}') }
    : body

/** The same value, its maps' keys in another order. */
function turned(value: Value, chance: Chance): Value {
  if (Array.isArray(value)) return value.map((item) => turned(item, chance))
  if (!isMap(value)) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, turned(inner, chance)] as const)
  return Object.fromEntries(mixed(entries, chance))
}

const mixed = <T>(list: readonly T[], chance: Chance): readonly T[] =>
  list
    .map((item) => ({ item, rank: chance() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item)

const settings: Written = {
  apiVersion: 'quayctl/v1',
  kind: 'Registry',
  url: 'https://quay.example.com',
  defaults: { repository: { description: 'A default' }, mirror: { verify_tls: false } },
  upstreams: { 'quay.io': { username: 'bot', password: { from_env: 'UPSTREAM', version: 2 } } },
  secrets: ['*'],
}

/** A file a document. */
const filesOf = (documents: readonly Value[]): Files =>
  Object.fromEntries(documents.map((document, i) => [`${i}.yaml`, JSON.stringify(document)]))

const splitFiles = (estate: Estate, seed: number): readonly Written[] => {
  const chance = chanceOf(seed)
  return [settings, ...estate.flatMap((document, number) => split(document, number, chance))]
}

/** What files come to, without the lines. */
function stateOf(files: Files) {
  const { expanded, diagnostics } = configure(files)
  expect(lines(diagnostics.filter(({ severity }) => severity === 'error'))).toEqual([])
  const sorted = (list: readonly unknown[]) => list.map(canonicalJson).sort()
  return {
    desired: sorted(
      expanded.desired.map(({ address, attributes, absent, replaceAllowed, mustExist }) => ({
        address: address.text,
        attributes,
        absent,
        replaceAllowed,
        mustExist,
      })),
    ),
    pruned: sorted(
      expanded.blocks.filter(({ pruneAt }) => pruneAt).map(({ type, parent }) => `${type} ${parent.text}`),
    ),
    removed: sorted(expanded.removed.map(({ address, reason, until }) => [address.text, reason, until])),
    external: sorted(expanded.external.map(({ address }) => address.text)),
  }
}

const exported = (files: Files): string => exportExpanded(configure(files).expanded, registry)

test('what validate --expand prints loads to the same state, and expands to itself', () => {
  fc.assert(
    fc.property(estates, fc.integer(), (estate, seed) => {
      const files = filesOf(splitFiles(estate, seed))
      const once = exported(files)
      expect(stateOf(once)).toEqual(stateOf(files))
      const twice = exported(once)
      expect(twice.replaceAll(/ # \S+( via \S+)?(, over .*)?$/gm, '')).toBe(
        once.replaceAll(/ # \S+( via \S+)?(, over .*)?$/gm, ''),
      )
      expect(exported(twice)).toBe(twice)
    }),
    runs,
  )
})

test('templates, parts and the document together are what one document is', () => {
  fc.assert(
    fc.property(estates, fc.integer(), (estate, seed) => {
      const whole = stateOf(filesOf([settings, ...estate]))
      expect(stateOf(filesOf(splitFiles(estate, seed)))).toEqual(whole)
    }),
    runs,
  )
})

test('the order of files and of keys changes nothing', () => {
  fc.assert(
    fc.property(estates, fc.integer(), fc.integer(), (estate, seed, order) => {
      const documents = splitFiles(estate, seed)
      const chance = chanceOf(order)
      const other = mixed(documents, chance).map((document) => turned(document, chance))
      expect(stateOf(filesOf(other))).toEqual(stateOf(filesOf(documents)))
    }),
    runs,
  )
})

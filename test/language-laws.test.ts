import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import type { Expanded } from '../src/engine/expand.ts'
import { exportExpanded } from '../src/engine/export-expanded.ts'
import { publishedSchema } from '../src/engine/jsonschema.ts'
import type { Address } from '../src/model/address.ts'
import { canonicalJson } from '../src/model/canonical.ts'
import type { ResourceType } from '../src/model/resource.ts'
import type { Value } from '../src/model/schema.ts'
import { requiredOf, type Written } from './documents.ts'
import { type Estate, estates } from './estates.ts'
import { configure, type Files, lines, registry } from './world.ts'

vi.setConfig({ testTimeout: 600_000 })

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
const childOf = (type: ResourceType, block: string) =>
  [...registry.values()].find((child) => child.block === block && child.parents.includes(type.name))

/** What an object says, dealt out to two layers that merge to it. Only objects and blocks are taken apart; an empty block stays whole. */
function dealt(type: ResourceType, object: Written, chance: Chance): [Written, Written] {
  const [strong, weak]: [Record<string, Value>, Record<string, Value>] = [{}, {}]
  for (const [key, value] of Object.entries(object)) {
    const child = childOf(type, key)
    const isWhole = child?.exact || child?.patternOf || type.patternOf
    if (!child || isWhole || !isMap(value) || Object.keys(value).length === 0)
      (child || chance() < 0.5 ? strong : weak)[key] = value
    else if (child.identity === 'singleton') {
      const [own, other] = dealt(child, value, chance)
      if (Object.keys(own).length > 0) strong[key] = own
      if (Object.keys(other).length > 0) weak[key] = other
    } else {
      const entries = Object.entries(value).map(([name, entry]) => {
        const [own, other] = dealt(child, isMap(entry) ? entry : {}, chance)
        const side = chance()
        return { name, own: side < 0.7 ? own : undefined, other: side < 0.7 ? other : entry }
      })
      strong[key] = Object.fromEntries(entries.flatMap(({ name, own }) => (own ? [[name, own]] : [])))
      weak[key] = Object.fromEntries(entries.map(({ name, other }) => [name, other]))
    }
  }
  return [strong, weak]
}

const definitions = publishedSchema(registry).definitions as Readonly<
  Record<string, { readonly properties?: object }>
>
/** The blocks of names that a part may have. */
const inParts = new Set(
  Object.keys(definitions[organization?.document?.part ?? '']?.properties ?? {}).filter(
    (block) => organization && childOf(organization, block)?.identity === 'key',
  ),
)

/** Entries of blocks, some of them for a part. */
function parted(document: Written, chance: Chance): [Written, Written] {
  const [main, part]: [Record<string, Value>, Record<string, Value>] = [{ ...document }, {}]
  for (const [key, value] of Object.entries(document)) {
    if (!inParts.has(key) || !isMap(value)) continue
    const entries = Object.entries(value).map((entry) => ({ entry, toPart: chance() < 0.5 }))
    main[key] = Object.fromEntries(entries.flatMap(({ entry, toPart }) => (toPart ? [] : [entry])))
    part[key] = Object.fromEntries(entries.flatMap(({ entry, toPart }) => (toPart ? [entry] : [])))
  }
  return [main, part]
}

/** The same organization as documents that use templates and have parts. */
function split(document: Written, number: number, chance: Chance): Written[] {
  const type = organization
  if (!type?.document || document.kind !== type.document.kind) return [document]
  const { kind, template = '', part = '' } = type.document
  const head = Object.fromEntries(Object.entries(document).filter(([key]) => HEADER.has(key)))
  const body = Object.fromEntries(Object.entries(document).filter(([key]) => !HEADER.has(key)))
  const [own, templated] = dealt(type, body, chance)
  const [strong, weak] = dealt(type, templated, chance)
  const [main, others] = parted(own, chance)
  const { apiVersion = '', name = '' } = document
  const withHead = (title: string, from: Written) => ({ apiVersion, kind: template, name: title, ...from })
  return [
    { ...head, kind, use: [`weak-${number}`, { template: `strong-${number}` }], ...main },
    withHead(`weak-${number}`, named(weak, String(name))),
    withHead(`strong-${number}`, named(strong, String(name))),
    { apiVersion, kind: part, [type.name]: name, ...others },
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

/** The documents of an estate, with more settings in that of the Registry. */
const settled = (estate: Estate): readonly Written[] =>
  estate.map((document) => (document.kind === settings.kind ? { ...settings, ...document } : document))

/** A file a document. */
const filesOf = (documents: readonly Value[]): Files =>
  Object.fromEntries(documents.map((document, i) => [`${i}.yaml`, JSON.stringify(document)]))

const splitFiles = (estate: Estate, seed: number): readonly Written[] => {
  const chance = chanceOf(seed)
  return settled(estate).flatMap((document, number) => split(document, number, chance))
}

/** The same, with a template more, of which the organizations take nothing: entries that are `none`, or excepted. */
function withReleased(documents: readonly Written[], seed: number): readonly Written[] {
  const chance = chanceOf(seed)
  const named = [...registry.values()].filter(
    (type) => type.prunable && type.identity === 'key' && type.parents[0] === organization?.name,
  )
  const prunable = named.map(({ block }) => block)
  const unwanted = {
    apiVersion: 'quayctl/v1',
    kind: organization?.document?.template ?? '',
    name: 'unwanted',
    ...Object.fromEntries(named.map(({ block, schema }) => [block, { zz9: requiredOf(schema) }])),
  }
  const except = named.map(({ name }) => `${name}.zz9`)
  const added = documents.map((document) => {
    if (document.kind !== organization?.document?.kind || chance() < 0.3) return document
    const use = Array.isArray(document.use) ? document.use : []
    if (chance() < 0.5) return { ...document, use: [...use, { template: 'unwanted', except }] }
    const blocks = prunable.map((block) => {
      const own = document[block]
      return [
        block,
        isMap(own) && Object.keys(own).length > 0 ? { ...own, zz9: 'none' } : (own ?? { zz9: 'none' }),
      ]
    })
    return { ...document, use: [...use, 'unwanted'], ...Object.fromEntries(blocks) }
  })
  return [...added, unwanted]
}

const isPruned = ({ type, parent }: Address, { blocks: all }: Expanded): boolean =>
  all.some((block) => block.pruneAt && block.type === type && block.parent.text === parent?.text)

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
    leftAlone: sorted([
      ...expanded.external.map(({ address }) => address.text),
      ...expanded.released.filter((address) => isPruned(address, expanded)).map(({ text }) => text),
    ]),
  }
}

const exported = (files: Files): string => exportExpanded(configure(files).expanded, registry)

test('what validate --expand prints loads to the same state, and expands to itself', () => {
  fc.assert(
    fc.property(estates, fc.integer(), (estate, seed) => {
      const files = filesOf(withReleased(splitFiles(estate, seed), seed))
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
      const whole = stateOf(filesOf(settled(estate)))
      expect(stateOf(filesOf(splitFiles(estate, seed)))).toEqual(whole)
    }),
    runs,
  )
})

test('the order of files and of keys changes nothing', () => {
  fc.assert(
    fc.property(estates, fc.integer(), fc.integer(), (estate, seed, order) => {
      const documents = withReleased(splitFiles(estate, seed), seed)
      const chance = chanceOf(order)
      const other = mixed(documents, chance).map((document) => turned(document, chance))
      expect(stateOf(filesOf(other))).toEqual(stateOf(filesOf(documents)))
    }),
    runs,
  )
})

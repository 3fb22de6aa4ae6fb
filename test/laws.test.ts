import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { stringify } from 'yaml'
import { planText } from '../src/engine/planfile.ts'
import { globMatches } from '../src/model/glob.ts'
import { kinds } from '../src/model/kinds.ts'
import type { Value } from '../src/model/schema.ts'
import { type Estate, estates, estatesOfDirectory, filesOf } from './estates.ts'
import { events, history } from './happenings.ts'
import { disturbed, snapshot } from './snapshot.ts'
import {
  configure,
  isWrite,
  lines,
  type ReadyPlan,
  type World,
  withWorld,
  wordsOf,
  writesOf,
} from './world.ts'

vi.setConfig({ testTimeout: 600_000 })

const runs = { numRuns: 300 }
const many = { maxDeletes: 1000 }

/** What keeps an apply from converging; each is Quay's, and each is said. */
const defects = [
  // A mirror, and the repository that it stands in.
  /is being synchronised: |hangs: its sync was to end by /,
  /used by a mirror|being used by a mirror/i,
  /uses it, and Quay would delete that mirror with it/,
  /^skipped: .* is not done$/,
  // What somebody else has made and no file speaks of may be in the way.
  /organization is managed by organization-level mirroring/,
  /the organization already contains repositories/,
  /has a proxy cache configuration|has immutability policies configured/,
  /Namespace owner must always be admin/,
  /Could not set .* as mirroring robot|is not there$/,
]

/** Without the organization mirrors that Quay would not make beside what it has. */
async function possible(world: World, estate: Estate): Promise<Estate> {
  if (!estate.some((document) => document.organization_mirror)) return estate
  const refused = (await world.refusals(filesOf(estate))).flatMap(({ code, address }) =>
    code === 'QC3008' ? [address] : [],
  )
  return estate.map((document) => {
    const { organization_mirror, ...rest } = document
    return refused.includes(`organization_mirror.${document.name}`) ? rest : document
  })
}

let worlds = 0

/** Two estates for one Quay, whose users are its own or those of a directory; every tenth is met over the network. */
const histories = fc
  .oneof(
    { weight: 4, arbitrary: fc.constant({ from: estates, authentication: 'Database' as const }) },
    { weight: 1, arbitrary: fc.constant({ from: estatesOfDirectory, authentication: 'LDAP' as const }) },
  )
  .chain(({ from, authentication }) =>
    fc.record({
      before: from,
      what: events,
      after: from,
      replacing: fc.boolean(),
      saved: fc.constantFrom(true, true, false),
      options: fc.constant({ authentication }).map((of) => ({ ...of, network: worlds++ % 10 === 0 })),
    }),
  )

test('applying a plan leaves an empty plan, or names what prevents it, and touches nothing else', async () => {
  let stuck = 0
  await fc.assert(
    fc.asyncProperty(histories, async ({ before, what, after: wanted, replacing, saved, options }) => {
      await withWorld(async (world) => {
        await history(world, before, what)
        const after = await possible(world, wanted)
        const untouched = await snapshot(world)

        const ready = await world.plan(filesOf(after), { ...many, replace: replacing ? ['**'] : [] })
        expect(writesOf(ready.sent), 'planning writes').toEqual([])
        inOrder(ready)
        // Two of three by way of a file, where each object is read again before its write.
        const { outcomes } = saved ? await world.applySaved(ready, filesOf(after)) : await world.apply(ready)

        const open = [...outcomes].filter(([, { status }]) => status !== 'done' && status !== 'already')
        for (const [address, outcome] of open)
          expect(
            defects.some((words) => words.test(wordsOf(outcome).replace(/^failed: /, ''))),
            `${address} ${wordsOf(outcome)}`,
          ).toBe(true)
        if (open.length > 0) stuck++

        const again = await world.plan(filesOf(after), many)
        const left = [...open.map(([address]) => address), ...stayed(ready), ...late(ready, again)]
        const rest = again.plan.changes.filter(({ address }) => !left.includes(address))
        expect(rest.map(({ action, address }) => `${action} ${address}`)).toEqual([])
        expect(disturbed(untouched, await snapshot(world), after, ready), 'touched').toEqual([])
        if (again.plan.changes.length > 0) return

        const second = await world.apply(again)
        expect(second.sent.filter(isWrite), 'a second apply writes').toEqual([])
      }, options)
    }),
    runs,
  )
  expect(stuck).toBeLessThan(runs.numRuns / 3)
})

/** What a warning says stays: it may go once nothing is in its way any more. */
const stayed = ({ plan }: ReadyPlan): readonly string[] =>
  plan.findings.flatMap(({ code, address }) => (code === 'QC4010' && address ? [address] : []))

/** What Quay makes only with a new parent, such as the creator's permission, and a line removes. */
const late = ({ steps }: ReadyPlan, again: ReadyPlan): readonly string[] => {
  const parents = steps.flatMap(({ change: { action, address } }) =>
    action === 'create' ? [address.text] : [],
  )
  return again.steps.flatMap(({ change: { action, address } }) =>
    action === 'delete' && parents.includes(address.parent?.text ?? '') ? [address.text] : [],
  )
}

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

/** The same value with its keys in another order. */
function shuffled(value: Value, seed: number): Value {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, seed))
  if (value === null || typeof value !== 'object') return value
  const rank = ([key]: readonly [string, Value]) =>
    [...key].reduce((hash, char) => Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193), seed) >>> 0
  const entries = Object.entries(value).sort((a, b) => rank(a) - rank(b))
  return Object.fromEntries(entries.map(([key, inner]) => [key, shuffled(inner, seed)]))
}

/** A plan without its lines, which are all that may differ between equal files. */
const withoutSources = ({ plan }: ReadyPlan): string =>
  JSON.stringify(
    { ...plan, config: plan.config.digest, findings: plan.findings.map(({ message }) => message).sort() },
    (key, value: unknown) => (key === 'source' ? undefined : value),
    1,
  )

test('the order of files, documents and keys changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(estates, estates, fc.integer(), async (before, wanted, seed) => {
      await withWorld(async (world) => {
        await history(world, before, [])
        const after = await possible(world, wanted)
        const texts = [...after].reverse().map((document) => JSON.stringify(shuffled(document, seed)))
        const [one, other, same] = await world.plans(
          [filesOf(after), texts.join('\n---\n'), filesOf(after)],
          many,
        )
        if (!one || !other || !same) throw new Error('no plans')
        expect(other.plan.plan_ids).toEqual(one.plan.plan_ids)
        expect(withoutSources(other)).toBe(withoutSources(one))
        expect(planText(same.plan)).toBe(planText(one.plan))
      })
    }),
    runs,
  )
})

/** Values that are wrong nearly everywhere. */
const wrong: readonly Value[] = [
  null,
  0,
  -1,
  1.5,
  true,
  '',
  'none',
  'spread',
  '10 GB',
  '90s',
  '2026-13-01',
  [],
  ['x'],
  {},
  { x: 1 },
]

/** Puts a value at the nth place of a document, or a key of its own beside it. */
function spoilt(document: Value, nth: number, value: Value): Value {
  let places = 0
  const walk = (inner: Value): Value => {
    if (places++ === nth) return value
    if (Array.isArray(inner)) return inner.map(walk)
    if (inner === null || typeof inner !== 'object') return inner
    return Object.fromEntries(Object.entries(inner).map(([key, below]) => [key, walk(below)]))
  }
  return walk(document)
}

describe('the published schema', () => {
  const published = new Ajv({ allowUnionTypes: true, strict: false }).compile<unknown>(
    JSON.parse(readFileSync(new URL('../schemas/quayctl.schema.json', import.meta.url), 'utf8')),
  )
  const errorsOf = (document: Value) =>
    lines(configure(JSON.stringify(document)).diagnostics.filter(({ severity }) => severity === 'error'))

  test('accepts what validate accepts', () => {
    const seen = new Set<boolean>()
    fc.assert(
      fc.property(estates, fc.nat(60), fc.constantFrom(...wrong), ([document = {}], nth, value) => {
        for (const candidate of [document, spoilt(document, nth, value)]) {
          const accepted = errorsOf(candidate).length === 0
          seen.add(accepted)
          if (accepted) expect(published(candidate), JSON.stringify(published.errors)).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
    expect(seen.size).toBe(2)
  })

  test('generated documents are valid', () => {
    fc.assert(
      fc.property(estates, (estate) => {
        const { diagnostics } = configure(filesOf(estate))
        expect(lines(diagnostics.filter(({ severity }) => severity === 'error'))).toEqual([])
      }),
      runs,
    )
  })
})

test('any text can be read: nothing crashes, and every place is in the text', () => {
  const scraps = [
    '',
    ':',
    '- ',
    '{',
    '}',
    '[',
    '"',
    "'",
    '\n',
    '\t',
    '\r\n',
    '&a ',
    '*a',
    '!!x ',
    '<<: ',
    '? ',
    '---\n',
    '%YAML 1.1\n',
    '\uFEFF',
    '\0',
    '#',
    '|\n',
    '~',
    '1.10',
    '\u2028',
    '😀',
  ]
  fc.assert(
    fc.property(
      estates,
      fc.nat(),
      fc.nat(6),
      fc.constantFrom(...scraps),
      fc.boolean(),
      ([document = {}], at, cut, scrap, block) => {
        const text = block ? stringify(document) : JSON.stringify(document, null, 1)
        const start = at % text.length
        const spoiltText = text.slice(0, start) + scrap + text.slice(start + cut)
        const { diagnostics } = configure(spoiltText)
        const found = spoiltText.replace(/^\uFEFF/, '').split('\n')
        for (const { at: place } of diagnostics) {
          if (!place) continue
          expect(place.line, lines(diagnostics).join()).toBeLessThanOrEqual(found.length)
          expect(place.column).toBeLessThanOrEqual((found[place.line - 1] ?? '').length + 1)
        }
      },
    ),
    { numRuns: 1000 },
  )
})

describe('durations and sizes', () => {
  const units = { duration: ['s', 'min', 'h', 'd', 'w'], size: ['B', 'KiB', 'MiB', 'GiB', 'TiB'] } as const
  const accepts = (kind: 'duration' | 'size') =>
    new Ajv({ strict: false, allowUnionTypes: true }).compile(kinds[kind].json)

  test.each(['duration', 'size'] as const)('a %s that is printed reads back as the same number', (kind) => {
    const valid = accepts(kind)
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 31 }),
        fc.constantFrom(1, 60, 1024, 3600, 2 ** 20),
        (count, factor) => {
          const text = kinds[kind].print(count * factor)
          expect(kinds[kind].parse(text)).toBe(count * factor)
          expect(valid(text)).toBe(true)
        },
      ),
      runs,
    )
  })

  test.each(['duration', 'size'] as const)(
    'a written %s keeps its value in canonical print, and printing again changes nothing',
    (kind) => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 8191 }),
          fc.constantFrom(...units[kind]),
          fc.constantFrom('', ' '),
          (count, unit, gap) => {
            const value = kinds[kind].parse(`${count}${kind === 'size' ? gap : ''}${unit}`)
            const text = kinds[kind].print(value)
            expect(kinds[kind].parse(text)).toBe(value)
            expect(kinds[kind].print(kinds[kind].parse(text))).toBe(text)
          },
        ),
        runs,
      )
    },
  )
})

/** Globs by their definition, slowly: the type ends at the first dot, `*` and `?` stay in a segment, `**` does not. */
function matches(glob: readonly string[], text: string, inType = true): boolean {
  const [head, ...rest] = glob
  if (head === undefined) return text === ''
  const [char = '', after] = [text[0], text.slice(1)]
  const inside = char !== '' && !(inType ? '.' : '/+:#').includes(char)
  if (head === '**') return matches(rest, text, inType) || (char !== '' && matches(glob, after, inType))
  if (head === '*') return matches(rest, text, inType) || (inside && matches(glob, after, inType))
  if (head === '?') return inside && matches(rest, after, inType)
  return char === head && matches(rest, after, inType && head !== '.')
}

test('a glob matches what its definition says', () => {
  const letters = ['a', 'b', '.', '/', '+', ':', '#', '-', '[', '$']
  const token = fc.constantFrom(...letters, '*', '?', '**')
  const split = (glob: string) => glob.match(/\*\*|[\s\S]/g) ?? []
  const seen = new Set<boolean>()
  fc.assert(
    fc.property(
      fc.array(token, { maxLength: 7 }),
      fc.array(fc.constantFrom(...letters), { maxLength: 8 }),
      (tokens, address) => {
        const [glob, text] = [tokens.join(''), address.join('')]
        seen.add(globMatches(glob, text))
        expect(globMatches(glob, text)).toBe(matches(split(glob), text))
      },
    ),
    {
      numRuns: 5000,
      examples: [
        [
          ['a', '.', '*'],
          ['a', '.', 'b'],
        ],
        [['**'], ['a', '.', 'b', '/']],
      ],
    },
  )
  expect(seen.size).toBe(2)
})

import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { organizationOf } from '../src/engine/select.ts'
import { unitsOf } from '../src/engine/units.ts'
import { chainOf, rootOf } from '../src/model/address.ts'
import { hasErrors } from '../src/model/diagnostics.ts'
import type { Granularity, Unit } from '../src/model/unit.ts'
import { unitId } from '../src/terraform/provisioners.ts'
import { organization } from './commands/run.ts'
import { estates, filesOf } from './estates.ts'
import { configure, type Files, lines, registry, withWorld } from './world.ts'

// Many runs of other programs, beside others.
vi.setConfig({ testTimeout: 300_000 })

const granularities = ['organization', 'object'] as const

function unitsIn(files: Files, granularity: Granularity): readonly Unit[] {
  const { diagnostics, expanded } = configure(files)
  if (hasErrors(diagnostics)) throw new Error(lines(diagnostics).join('\n'))
  return unitsOf(expanded, registry, granularity)
}

/** The same with the keys of each map the other way round. */
const turned = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(turned)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .map(([key, inner]) => [key, turned(inner)] as const)
            .reverse(),
        )
      : value

test('units are the same however the files are cut and ordered', () => {
  fc.assert(
    fc.property(estates, fc.constantFrom(...granularities), (estate, granularity) => {
      const units = unitsIn(filesOf(estate), granularity)
      const texts = estate.map((document) => JSON.stringify(turned(document), null, 2))
      const others = Object.fromEntries(
        texts.map((text, index) => [`${9 - index}.yaml`, `# A comment\n${text}`]),
      )
      expect(unitsIn(others, granularity)).toEqual(units)
      expect(unitsIn({ 'all.yaml': [...texts].reverse().join('\n---\n') }, granularity)).toEqual(units)
    }),
    { numRuns: 60 },
  )
})

test('names in Terraform are valid, and each unit has its own', () => {
  fc.assert(
    fc.property(estates, fc.constantFrom(...granularities), (estate, granularity) => {
      const ids = unitsIn(filesOf(estate), granularity).map(unitId)
      expect(new Set(ids).size).toBe(ids.length)
      for (const id of ids) expect(`quay_${id}`).toMatch(/^[A-Za-z_][\w-]*$/)
    }),
    { numRuns: 60 },
  )
  const name = fc.stringMatching(/^[a-z0-9]{1,3}([._-][a-z0-9]{1,3}){0,3}$/)
  const keys = fc.uniqueArray(fc.oneof(name, fc.constantFrom('-', 'registry_wide', 'registry.wide')), {
    minLength: 2,
  })
  fc.assert(
    fc.property(keys, (all) => {
      const ids = all.map((key) => unitId({ key } as Unit))
      expect(new Set(ids).size).toBe(ids.length)
    }),
  )
})

const ACME = {
  email: 'quay@acme.example',
  tag_expiration: '2w',
  robots: { ci: { description: 'Pushes' }, sync: {} },
  teams: { developers: { role: 'member', members: ['robot:ci', 'user:admin'] } },
  repositories: {
    api: { description: 'API', permissions: { 'team:developers': 'write' } },
    ubi9: {
      mirror: {
        external_reference: 'registry.example.com/ubi9',
        tags: ['9.*', 'latest'],
        robot: 'sync',
        sync_interval: '12h',
        username: 'puller',
        password: { from_env: 'QC_PULL' },
      },
    },
  },
}
type Part = Record<string, unknown>
const filesAs = (acme: Part, main: Part = {}): Files => ({
  'quayctl.yaml': JSON.stringify({ apiVersion: 'quayctl/v1', kind: 'Registry', secrets: ['QC_*'], ...main }),
  'acme.yaml': JSON.stringify({ apiVersion: 'quayctl/v1', kind: 'Organization', name: 'acme', ...acme }),
  'other.yaml': JSON.stringify({
    apiVersion: 'quayctl/v1',
    kind: 'Organization',
    name: 'other',
    email: 'o@acme.example',
  }),
})

/** Another value at a path. */
const at = (object: Part, [key = '', ...rest]: readonly string[], value: unknown): Part => {
  const { [key]: before, ...others } = object
  const after = rest.length === 0 ? value : at((before ?? {}) as Part, rest, value)
  return after === undefined ? others : { ...others, [key]: after }
}

const ROOT = 'organization.acme'
/** Edits of acme: where, what, and the objects that are others then. */
const edits: readonly (readonly [path: string, value: unknown, object: string])[] = [
  ['email', 'other@acme.example', ROOT],
  ['tag_expiration', '4w', ROOT],
  ['quota', { limit: '10 GiB' }, 'quota.acme'],
  ['robots sync description', 'Mirrors', 'robot.acme+sync'],
  ['robots new', {}, 'robot.acme+new'],
  ['teams developers role', 'creator', 'team.acme/developers'],
  ['teams developers members', ['robot:ci'], 'team.acme/developers'],
  ['repositories api description', 'The API', 'repository.acme/api'],
  ['repositories api permissions team:developers', 'read', 'repository.acme/api'],
  ['repositories api auto_prune', [{ method: 'number_of_tags', value: 5 }], 'repository.acme/api'],
  ['repositories ubi9 mirror tags', ['9.*'], 'repository.acme/ubi9'],
  ['repositories ubi9 mirror password', { from_env: 'QC_OTHER' }, 'repository.acme/ubi9'],
  ['repositories ubi9 mirror password', { from_env: 'QC_PULL', version: 2 }, 'repository.acme/ubi9'],
  ['repositories web', {}, 'repository.acme/web'],
  ['removed', { repositories: { old: { reason: 'gone', until: '2031-01-01' } } }, 'repository.acme/old'],
  [
    'default_permissions',
    [{ to: 'team:developers', role: 'read' }],
    'default_permission.acme:*:team:developers',
  ],
  ['applications', { dashboards: {} }, 'application.acme/dashboards'],
  ['grants', { 'api*': { 'team:developers': 'admin' } }, `${ROOT} repository.acme/api`],
  ['prune', { robots: 'all' }, ROOT],
]
/** While an organization rests, nothing of it is applied, and all when it does no more. */
const PAUSED = ['paused', { reason: 'moves', until: '2031-01-01' }] as const

const prints = (files: Files, granularity: Granularity) =>
  new Map(unitsIn(files, granularity).map(({ key, fingerprint }) => [key, fingerprint]))

/** The units of which two configurations say something else. */
function others(one: Files, two: Files, granularity: Granularity): readonly string[] {
  const [before, after] = [prints(one, granularity), prints(two, granularity)]
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((key) => before.get(key) !== after.get(key))
    .sort()
}

describe('a fingerprint', () => {
  test.each(edits)('is another one after an edit of %s, for that object only', (path, value, object) => {
    const edited = filesAs(at(ACME, path.split(' '), value))
    expect(others(filesAs(ACME), edited, 'organization')).toEqual(['acme'])
    expect(others(filesAs(ACME), edited, 'object')).toEqual(object.split(' '))
  })

  test('is another one of all that rests', () => {
    const resting = filesAs(at(ACME, [PAUSED[0]], PAUSED[1]))
    const all = unitsIn(resting, 'object').filter(({ organization: name }) => name === 'acme')
    expect(others(filesAs(ACME), resting, 'object')).toEqual(all.map(({ key }) => key).sort())
    expect(all.filter(({ removal }) => removal)).toEqual([])
  })

  test('is another one where something of a template is left out, and not where none has it', () => {
    const template = (robots: string) =>
      `apiVersion: quayctl/v1\nkind: OrganizationTemplate\nname: base\nrobots: ${robots}\n`
    const acme = (use: string) => organization('acme', `use: [${use}]\nprune: {robots: all}\n`)
    const spared = {
      'a.yaml': acme('{template: base, except: [robot.old]}'),
      't.yaml': template('{ci: {}, old: {}}'),
    }
    const pruned = { 'a.yaml': acme('base'), 't.yaml': template('{ci: {}}') }
    expect(others(spared, pruned, 'organization')).toEqual(['acme'])
  })

  test('is another one for whatever was edited, and nothing else', () => {
    fc.assert(
      fc.property(fc.subarray([...edits]), (some) => {
        const edited = some.reduce((acme, [path, value]) => at(acme, path.split(' '), value), ACME as Part)
        const objects = [...new Set(some.flatMap(([, , object]) => object.split(' ')))].sort()
        expect(others(filesAs(ACME), filesAs(edited), 'object')).toEqual(objects)
        expect(others(filesAs(ACME), filesAs(edited), 'organization')).toEqual(
          some.length > 0 ? ['acme'] : [],
        )
      }),
    )
  })

  test.each<readonly [string, Files]>([
    [
      'sets in another order',
      filesAs(
        at(
          at(ACME, ['teams', 'developers', 'members'], ['user:admin', 'robot:ci']),
          ['repositories', 'ubi9', 'mirror', 'tags'],
          ['latest', '9.*'],
        ),
      ),
    ],
    ['a duration in other words', filesAs(at(ACME, ['tag_expiration'], '14d'))],
    [
      'a default instead of an attribute',
      filesAs(at(ACME, ['robots', 'ci'], {}), { defaults: { robot: { description: 'Pushes' } } }),
    ],
    [
      'an upstream instead of credentials',
      filesAs(
        at(
          at(ACME, ['repositories', 'ubi9', 'mirror', 'username'], undefined),
          ['repositories', 'ubi9', 'mirror', 'password'],
          undefined,
        ),
        { upstreams: { 'registry.example.com': { username: 'puller', password: { from_env: 'QC_PULL' } } } },
      ),
    ],
    ['rules', filesAs(ACME, { rules: { missing_quota: 'warning' } })],
    ['guards', filesAs(ACME, { safety: { max_deletes: 1 } })],
  ])('is the same with %s', (title, files) => {
    // A default is one for all robots.
    const changed = title.startsWith('a default') ? ['robot.acme+sync'] : []
    expect(others(filesAs(ACME), files, 'object')).toEqual(changed)
  })

  test('is another one for all units where the files are for another Quay', () => {
    const elsewhere = filesAs(ACME, { url: 'https://quay.example' })
    expect(others(filesAs(ACME), elsewhere, 'organization')).toEqual(['acme', 'other'])
  })
})

/** Some order in which each unit comes after those that it depends on. */
function someOrder(units: readonly Unit[], choose: (most: number) => number): readonly Unit[] {
  const left = new Map(units.map((unit) => [unit.key, unit]))
  const done: Unit[] = []
  while (left.size > 0) {
    const free = [...left.values()].filter(({ dependsOn }) => dependsOn.every((key) => !left.has(key)))
    const next = free[choose(free.length - 1)]
    if (!next) throw new Error(`these wait for each other: ${[...left.keys()].join(', ')}`)
    left.delete(next.key)
    done.push(next)
  }
  return done
}

test('units applied in any order that their dependencies admit come to what an apply of all does', async () => {
  await fc.assert(
    fc.asyncProperty(
      estates,
      fc.constantFrom(...granularities),
      fc.gen(),
      async (estate, granularity, gen) => {
        const files = filesOf(estate)
        const left = (
          url: string,
          apply: (world: Parameters<Parameters<typeof withWorld>[0]>[0]) => Promise<void>,
        ) =>
          withWorld(
            async (world) => {
              await apply(world)
              const { plan } = await world.plan(files)
              return plan.changes.map(({ action, address }) => `${action} ${address}`)
            },
            { url },
          )
        const whole = await left('https://quay.example', async (world) => {
          await world.apply(await world.plan(files))
        })
        const order = someOrder(unitsIn(files, granularity), (max) => gen(fc.integer, { min: 0, max }))
        const byUnits = await left('https://quay.example', async (world) => {
          for (const { key, organization, targets } of order) {
            const selection = { organizations: [organization], targets, excludes: [] }
            const ready = await world.plan(files, { selection })
            for (const { change } of ready.steps) {
              const { address } = change
              const isObject = granularity === 'object' && organization !== '-'
              const own = isObject
                ? (chainOf(address).at(-2) ?? address).text
                : granularity === 'object'
                  ? rootOf(address).text
                  : organizationOf(address, registry)
              if (change.action === 'create') expect(own, `${address.text} is made by ${key}`).toBe(key)
            }
            await world.apply(ready)
          }
        })
        const isOpen = (change: string) => granularity === 'organization' || change.startsWith('create')
        expect(byUnits.filter((change) => isOpen(change) && !whole.includes(change))).toEqual([])
      },
    ),
    { numRuns: 40 },
  )
})

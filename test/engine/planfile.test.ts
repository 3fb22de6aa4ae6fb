import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { baseOf } from '../../src/engine/base.ts'
import { idsOf, planId } from '../../src/engine/ids.ts'
import type { Step } from '../../src/engine/plan.ts'
import { planText, readPlan } from '../../src/engine/planfile.ts'
import { stepsOf } from '../../src/engine/planfile-steps.ts'
import { QuayctlError } from '../../src/model/errors.ts'
import type { Plan } from '../../src/model/plan.ts'
import { actionsOf, configure, isPlan, registry, reloaded, withWorld, wordsOf } from '../world.ts'

vi.setConfig({ testTimeout: 120_000 })

const files = (limit: string, role: string, more = '') => `apiVersion: quayctl/v1
kind: Organization
name: acme
email: quay@acme.example
quota: {limit: ${limit}}
prune: {robots: all}
robots: {ci: {}${more}}
teams:
  owners: {role: admin, members: [user:admin]}
  devs: {role: ${role}, members: [robot:ci]}
repositories:
  api:
    permissions: {team:devs: write}
    notifications:
      hook: {event: repo_push, method: webhook, config: {url: "https://hooks.example.com/hunter3", template: '{"a": 1}'}}
`

/** A plan with changes of every action but a replace. */
const made = withWorld(async (world) => {
  await world.converge(files('1 GiB', 'member', ', old: {}'))
  const after = files('20 GiB', 'creator')
    .replace('write', 'admin')
    .replace('hook:', 'other:')
    .replace('[robot:ci]', '[user:mallory]')
  const { plan } = await world.plan(after)
  return planText(plan)
})

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type Whole = { readonly [key: string]: Json }

const read = (text: string) => stepsOf(readPlan(text, 'plan.json', isPlan), registry, 'plan.json')
const errorOf = (text: string): QuayctlError | null => {
  try {
    read(text)
    return null
  } catch (error) {
    if (error instanceof QuayctlError) return error
    throw error
  }
}

/** A document with digest and ids as they should be, as somebody makes it who means harm. */
function forged(document: unknown): string {
  if (document === null || typeof document !== 'object') return JSON.stringify(document)
  const { digest: _, ...plan } = document as Plan & { digest: string }
  try {
    const plan_ids = idsOf(plan.changes, plan.server.url)
    return planText({ ...plan, plan_ids, plan_id: planId(plan_ids) })
  } catch {
    return planText(plan)
  }
}

type Path = readonly (string | number)[]
/** Of a change by its address. */
const indexOf = (list: readonly Json[], address: string): number =>
  list.findIndex((item) => (item as Whole).address === address)

/** The value at a path changed; `undefined` takes it away. */
function changed(value: Json, path: Path, to: (old: Json) => Json | undefined): Json {
  const [first, ...rest] = path
  const key = Array.isArray(value) && typeof first === 'string' ? indexOf(value, first) : first
  if (key === undefined) return to(value) ?? null
  const entries = Object.entries(value as Whole).flatMap(([name, inner]) => {
    if (name !== String(key)) return [[name, inner] as const]
    const next = rest.length > 0 ? changed(inner, rest, to) : to(inner)
    return next === undefined ? [] : [[name, next] as const]
  })
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries)
}

const mirrored = (body: string) => `apiVersion: quayctl/v1
kind: Organization
name: acme
email: quay@acme.example
robots: {sync: {}}
default_permissions: [{to: robot:sync, role: read}]
repositories:
  api: {mirror: {external_reference: quay.io/a/b, tags: [a], robot: sync, sync_interval: 1d, ${body}}}
`
const secret = (version: number) => mirrored(`username: bob, password: {from_env: QC_A, version: ${version}}`)
const unversioned = secret(1).replace(', version: 1', '')
const twin = { role: 'read', delegate: { name: 'acme+sync', kind: 'user' } }

test.each<
  [string, string, string, { readonly resend?: string[]; readonly base?: string; readonly twin?: true }]
>([
  [
    'what Quay moves by itself',
    mirrored('sync_start_date: 2026-12-01T02:00:00Z'),
    mirrored('sync_start_date: 2026-12-03T02:00:00Z'),
    {},
  ],
  [
    'a user and a password in an address',
    mirrored('proxy: {http_proxy: "http://one.example.com"}'),
    mirrored('proxy: {http_proxy: "http://ann:hunter3@two.example.com"}'),
    {},
  ],
  ['a secret that is sent again', secret(1), secret(1), { resend: ['mirror.acme/api'] }],
  ['a secret of another version', secret(1), secret(2), { base: secret(1) }],
  ['a secret that has a version now', unversioned, secret(2), { base: unversioned }],
  ['one object too many', secret(1), secret(1), { twin: true }],
])('a plan comes back from its file as the same, and is applied: %s', async (_, before, after, how) => {
  await withWorld(async (world) => {
    await world.converge(before)
    if (how.twin) await world.call('POST', '/organization/acme/prototypes', twin)
    const { resend = [] } = how
    const base = how.base === undefined ? undefined : baseOf('HEAD', 'c0ffee', configure(how.base).expanded)
    const ready = await world.plan(after, { resend, base })
    const asked = (steps: readonly Step[]) =>
      steps[0]?.change.differences.map(({ path, resent = 'no' }) => [path, resent])
    expect(ready.steps).toHaveLength(1)
    expect(planText(ready.plan)).not.toContain('hunter3')
    expect(asked(reloaded(ready.plan, after))).toEqual(asked(ready.steps))
    const { outcomes } = await world.applySaved(ready, after)
    expect([...outcomes.values()].map(wordsOf)).toEqual(['done'])
    expect(actionsOf(await world.plan(after))).toEqual([])
  })
})

describe('a plan that was saved', () => {
  test('comes back as the same steps, whatever its blanks and the order of its keys', async () => {
    const text = await made
    const steps = read(text)
    expect(steps.map(({ change }) => `${change.action} ${change.address.text}`)).toEqual([
      'update quota.acme',
      'update permission.acme/api:team:devs',
      'create notification.acme/api#other',
      'update team.acme/devs',
      'delete robot.acme+old',
    ])
    const turned = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse()))
    expect(read(turned)).toEqual(steps)
    expect(text).not.toMatch(/hunter3|\{"a": 1\}/)
  })

  test('in which a reference at the base gives way to a text can be used', () =>
    withWorld(async (world) => {
      const cache = (username: string) => `apiVersion: quayctl/v1
kind: Organization
name: acme
email: quay@acme.example
proxy_cache: {upstream_registry: docker.io/library, username: ${username}}
`
      const [before, after] = [cache('{from_env: QC_PASSWORD}'), cache('acme-pull')]
      await world.converge(before)
      const base = baseOf('HEAD', 'c0ffee', configure(before).expanded)
      const { plan } = await world.plan(after, { base, replace: ['proxy_cache.*'] })
      expect(read(planText(plan)).map(({ change }) => change.action)).toEqual(['replace'])
    }))

  test.each<[string, (whole: Whole) => unknown, string]>([
    ['a limit', (whole) => changed(whole, ['changes', 'quota.acme', 'desired', 'limit'], () => 1), 'QC4304'],
    [
      'a shown value',
      (whole) => changed(whole, ['changes', 'quota.acme', 'fields', 0, 'after'], () => '1 GiB'),
      'QC4304',
    ],
    ['a change left out', (whole) => changed(whole, ['changes', 0], () => undefined), 'QC4304'],
    [
      'a finding',
      (whole) => ({ ...whole, findings: [{ code: 'QC4001', severity: 'note', message: 'x' }] }),
      'QC4304',
    ],
    ['another major version', (whole) => ({ ...whole, format_version: '2.0' }), 'QC3124'],
    ['another minor version', (whole) => ({ ...whole, format_version: '1.9' }), 'QC4304'],
    ['a report', (whole) => ({ ...whole, kind: 'quayctl.report' }), 'QC3124'],
    ['a list', (whole) => [whole], 'QC3124'],
    [
      'another major version of nobody',
      ({ tool: _, ...whole }) => ({ ...whole, format_version: '2.0' }),
      'QC3124',
    ],
    ['nothing', () => null, 'QC3124'],
  ])('that was edited is refused: %s', async (_, edit, code) => {
    const whole = JSON.parse(await made)
    expect(errorOf(JSON.stringify(edit(whole)))?.code).toBe(code)
  })

  test.each([
    ['', 'QC3124'],
    ['{"kind": "quayctl.plan"', 'QC3124'],
    ['{"kind": "quayctl.plan"}', 'QC3124'],
    [`{"kind": "quayctl.plan", "x": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'QC3124'],
    [`{"kind": "quayctl.plan", "digest": "", "x": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 'QC3124'],
  ])('that is none is refused: %#', (text, code) => {
    expect(errorOf(text)?.code).toBe(code)
  })

  test('whose ids are not those of its changes is refused, though its digest fits', async () => {
    const { digest: _, ...plan } = JSON.parse(await made)
    const other = {
      ...plan,
      plan_id: plan.plan_id.replace(/./, (digit: string) => (digit === '0' ? '1' : '0')),
    }
    expect(errorOf(planText(other))?.code).toBe('QC4304')
    expect(errorOf(planText({ ...plan, plan_ids: {} }))?.code).toBe('QC4304')
  })

  test('that has a change twice is refused', async () => {
    const whole = changed(JSON.parse(await made), ['changes'], (all) => [
      ...(all as Json[]),
      (all as Json[])[0] ?? null,
    ])
    expect(errorOf(forged(whole))?.message).toMatch(/quota\.acme: it stands there twice/)
  })

  test('of which `run` and unknown members of a later version differ is the same', async () => {
    const { digest: _, ...plan } = JSON.parse(await made)
    const later = { ...plan, format_version: '1.7', something: { new: true } }
    const run = { started_at: '', requests: 0, repetitions: 0, methods: {} }
    expect(read(planText(later, run))).toEqual(read(await made))
  })

  const path = (...keys: Path) => keys
  test.each<[string, Path, Json | undefined, RegExp]>([
    [
      'a type that nobody knows',
      path('changes', 'quota.acme', 'chain', 1, 0),
      'quotum',
      /knows no type quotum/,
    ],
    [
      'parts of another object',
      path('changes', 'quota.acme', 'chain', 0, 1),
      'globex',
      /its parts are not those/,
    ],
    ['another organization', path('changes', 'quota.acme', 'organization'), 'globex', /it is not of globex/],
    ['no change', path('changes', 3), null, /must be object/],
    ['an object without parts', path('changes', 'quota.acme', 'chain'), [], /cannot be used/],
    [
      'nothing where it must be something',
      path('changes', 'quota.acme', 'desired', 'limit'),
      null,
      /"limit" has no value/,
    ],
    [
      'an update of what the plan makes',
      path('changes', 'notification.acme/api#other', 'live_digest'),
      '',
      /cannot be used/,
    ],
    [
      'a value of another kind',
      path('changes', 'quota.acme', 'desired', 'limit'),
      '1',
      /"limit" has no value/,
    ],
    [
      'an attribute that nobody knows',
      path('changes', 'quota.acme', 'desired'),
      { limits: 1 },
      /"limits" has no value/,
    ],
    [
      'a choice that is none',
      path('changes', 'permission.acme/api:team:devs', 'desired', 'role'),
      'owner',
      /"role" has no value/,
    ],
    [
      'a subject with blanks',
      path('changes', 'team.acme/devs', 'desired', 'members', 0),
      'user:a b',
      /"members" has no value/,
    ],
    [
      'another value than it shows',
      path('changes', 'team.acme/devs', 'desired', 'role'),
      'admin',
      /do not say what would be sent/,
    ],
    [
      'a text that does not come to its number',
      path('changes', 'quota.acme', 'fields', 0, 'after'),
      '1 GiB',
      /limit" has no value/,
    ],
    [
      'a digest at a create',
      path('changes', 'notification.acme/api#other', 'live_digest'),
      `sha256:${'0'.repeat(64)}`,
      /does not fit a create/,
    ],
    [
      'an update of what was not there',
      path('changes', 'quota.acme', 'live_digest'),
      null,
      /does not fit a update/,
    ],
    ['a server that is none', path('server', 'url'), 'file:///etc', /no address of a server/],
  ])('that is forged is refused: %s', async (_, at, value, says) => {
    const whole = changed(JSON.parse(await made), at, () => value)
    const error = errorOf(forged(whole))
    expect(error?.message).toMatch(says)
    expect(error?.code).toBe('QC3124')
  })

  test.each([
    [{ from_env: 'QUAY_TOKEN' }],
    [{ from_env: 'QC_A', from_file: 'b' }],
    [{ from_file: '/etc/passwd' }],
    [{ from_file: 'a/../../b' }],
    [{ from_file: 'a\\b' }],
    [{ from_env: 1 }],
  ])('refers to no secret that a file could not: %j', async (reference) => {
    const at = path('changes', 'notification.acme/api#other', 'desired', 'config', 'url')
    expect(errorOf(forged(changed(JSON.parse(await made), at, () => reference as Json)))?.message).toMatch(
      /"config" has no value/,
    )
  })

  test.each(['api/permissions', '../acme/api'])('names no repository %s', async (name) => {
    const text = (await made).replaceAll('acme/api', `acme/${name}`).replaceAll('"api"', `"${name}"`)
    expect(errorOf(forged(JSON.parse(text)))?.code).toBe('QC3124')
  })

  test('names no team as nobody could call one', async () => {
    const text = (await made).replaceAll('acme/devs', 'acme/Devs').replaceAll('"devs"', '"Devs"')
    expect(errorOf(forged(JSON.parse(text)))?.message).toMatch(/no object of its type can have this name/)
  })

  test('that is changed anywhere by anybody is read, or refused in words', async () => {
    const whole: Whole = JSON.parse(await made)
    const places: Path[] = []
    const visit = (value: Json, at: Path) => {
      places.push(at)
      if (value !== null && typeof value === 'object')
        for (const [key, inner] of Object.entries(value)) visit(inner, [...at, key])
    }
    visit(whole, [])
    const values: readonly (Json | undefined)[] = [
      undefined,
      null,
      0,
      -1,
      1e300,
      true,
      '',
      'x',
      '__proto__',
      'a\u0000b',
      [],
      ['x'],
      {},
      { x: 1 },
      { from_env: 'QC_A' },
      { sha256: '' },
      'sha256:',
      '*',
      '9 GiB',
      [['organization', 'acme']],
    ]
    const seen = new Set<boolean>()
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.constantFrom(...values),
        fc.boolean(),
        (at, value, mends) => {
          const document = changed(whole, at, () => value)
          const error = errorOf(mends ? forged(document) : JSON.stringify(document))
          seen.add(error === null)
          if (error) expect(error.message).toMatch(/^plan\.json /)
        },
      ),
      { numRuns: 400 },
    )
    expect(seen.size).toBe(2)
  })
})

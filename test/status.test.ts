import { readFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { conditions } from '../src/cli/status-run.ts'
import { conditionOf } from '../src/engine/conditions.ts'
import { syncOf, troublesOf, vitalsAt } from '../src/model/sync-vitals.ts'
import type { Sync, Use } from '../src/model/vitals.ts'
import { statusPage } from '../src/render/html-status.ts'
import { renderStatus } from '../src/render/status.ts'
import { statusText } from '../src/render/status-json.ts'
import { colored, on, uncolored } from '../src/render/style.ts'
import { troubled, well } from './status.ts'
import { registry } from './world.ts'

test.each([
  ['status.txt', () => renderStatus(troubled, uncolored)],
  ['status.json', () => statusText(troubled, 4)],
  ['status.html', () => statusPage(troubled, '0.0.0')],
  ['well.txt', () => renderStatus(well, uncolored)],
])('%s', async (file, render) => {
  await expect(render()).toMatchFileSnapshot(`golden/status/${file}`)
})

test('no line is longer than the terminal is wide, with colors or without', () => {
  for (const width of [80, 120]) {
    const lines = renderStatus(troubled, on(uncolored, width)).split('\n')
    expect(lines.filter((line) => line.length > width)).toEqual([])
    const painted = renderStatus(troubled, on(colored, width))
    expect(stripVTControlCharacters(painted).split('\n')).toEqual(lines)
  }
})

test('a registry that is well fits a screen', () => {
  expect(renderStatus(well, uncolored).split('\n').length).toBeLessThanOrEqual(24)
})

describe('its schema', () => {
  const file = new URL('../schemas/status.schema.json', import.meta.url)
  const validate = new Ajv({ allowUnionTypes: true, formats: { 'date-time': true } }).compile(
    JSON.parse(readFileSync(file, 'utf8')),
  )
  const document = () => JSON.parse(statusText(troubled, 4))

  test('has all that is told', () => {
    expect([validate(document()), validate.errors]).toEqual([true, null])
  })

  test.each<[string, (document: ReturnType<typeof JSON.parse>) => object]>([
    ['the document', (one) => one],
    ['an object', (one) => one.objects[0]],
    ['a sync', (one) => one.objects.find(({ sync }: { sync?: object }) => sync).sync],
    ['a use', (one) => one.objects.find(({ use }: { use?: object }) => use).use],
    ['a condition', (one) => one.fail_on[0]],
  ])('has nothing else in %s', (_, of) => {
    const one = document()
    Object.assign(of(one), { more: 1 })
    expect(validate(one)).toBe(false)
  })
})

const now = new Date('2026-11-21T10:00:00Z')
const sync: Sync = {
  enabled: true,
  result: 'success',
  since: null,
  next: '2026-11-21T09:30:00Z',
  until: null,
  retries: 3,
  interval: 3600,
}

test.each<[string, Partial<Sync>, boolean, readonly string[]]>([
  ['due for less than an interval', {}, false, []],
  ['due for an interval exactly', { next: '2026-11-21T09:00:00Z' }, false, []],
  ['due for longer', { next: '2026-11-21T08:59:59Z' }, false, ['stale-mirror']],
  ['failed, and due for longer', { result: 'fail', next: '2026-11-21T08:00:00Z' }, false, ['stale-mirror']],
  [
    'never run, and due for longer',
    { result: 'never_run', next: '2026-11-20T00:00:00Z' },
    false,
    ['never-run-mirror'],
  ],
  ['never run, and soon due', { result: 'never_run', next: '2026-11-22T00:00:00Z' }, false, []],
  ['at work', { result: 'syncing', until: '2026-11-21T22:00:00Z' }, false, []],
  ['at work for too long', { result: 'syncing', until: '2026-11-21T10:00:00Z' }, false, ['wedged-mirror']],
  ['the same, where Quay ends it', { result: 'syncing', until: '2026-11-21T09:00:00Z' }, true, []],
  [
    'disabled and hanging',
    { enabled: false, result: 'syncing', until: '2026-11-21T09:00:00Z' },
    false,
    ['wedged-mirror'],
  ],
  ['disabled and failed', { enabled: false, result: 'fail' }, false, ['disabled-mirror']],
  ['asked for', { result: 'sync_now' }, false, []],
  ['cancelled, without a next', { result: 'cancel', next: null }, false, ['cancelled-mirror']],
])('a mirror that is %s', (_, change, ends, kinds) => {
  expect(troublesOf({ ...sync, ...change }, now, { ends }).map(({ kind }) => kind)).toEqual(kinds)
})

test.each([
  ['2026-11-21T21:00:00Z', '2026-11-21T09:00:00Z'],
  // Somebody has moved it ahead.
  ['2027-06-01T00:00:00Z', null],
])('a mirror that is next due at %s had its result after %s', (sync_start_date, since) => {
  const view = { is_enabled: true, sync_status: 'SUCCESS', sync_interval: 43_200, sync_start_date }
  expect(vitalsAt(now, { sync: syncOf(view) }).sync?.since).toBe(since)
})

test.each<[Partial<Use>, readonly string[]]>([
  [{ used: 69 }, []],
  [{ used: 70 }, ['quota-warning']],
  [{ used: 90 }, ['quota-reject']],
  [{ used: null }, []],
  // Of the thresholds that are reached Quay lets the highest decide.
  [{ used: 97, warn_at: [70, 95] }, ['quota-warning']],
  [{ used: 93, warn_at: [70, 95] }, ['quota-reject']],
  [{ used: 100, warn_at: [], reject_at: [] }, ['quota-warning']],
  [{ used: 99, warn_at: [], reject_at: [] }, []],
  [{ used: 95, counting: 'running' }, ['quota-reject', 'quota-counting']],
])('a quota %j', (change, kinds) => {
  const use = { used: 0, limit: 100, warn_at: [70], reject_at: [90], counting: null, ...change }
  const [{ address }] = troubled.standings.filter(({ vitals }) => vitals.use) as [
    (typeof troubled.standings)[0],
  ]
  const live = { address, attributes: {}, vitals: { use } }
  expect(
    registry
      .get(address.type)
      ?.troubles?.(live, now)
      .map(({ kind }) => kind),
  ).toEqual(kinds)
})

test('the README explains every condition, and each is one', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const table = readme.split('| condition | holds where |')[1]?.split('\n\n')[0] ?? ''
  const listed = table
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name))
  expect(listed.sort()).toEqual(Object.keys(conditions).sort())
  const unknown = Object.keys(conditions).filter((name) => !conditionOf(name.replace('N', '7'), registry))
  expect(unknown).toEqual([])
})

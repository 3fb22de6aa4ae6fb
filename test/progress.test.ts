import { describe, expect, test } from 'vitest'
import { Progress, Reading, type Screen } from '../src/cli/progress.ts'
import type { Step } from '../src/engine/plan.ts'
import { readingLine, spanText } from '../src/render/pace.ts'

/** A screen that notes what is written, on a clock that is set. */
function screenOf(columns: number | null) {
  const written: string[] = []
  let time = 0
  const screen: Screen = { columns, write: (text) => written.push(text), now: () => time }
  return {
    screen,
    written,
    pass(milliseconds: number) {
      time += milliseconds
    },
  }
}

/** What a terminal shows in the end: each line as it was written last. */
const shown = (written: readonly string[]) =>
  written.join('').split('\n').at(-1)?.split('\r').at(-1)?.replace('\u001b[K', '')

function reading(columns: number | null, expected: number | null = null, limit: number | null = null) {
  const at = screenOf(columns)
  let requests = 0
  const client = { stats: () => ({ requests }), limit: () => limit }
  const progress = new Reading(client, () => expected, at.screen)
  const go = (ticks: number, each: number) => {
    for (let i = 0; i < ticks; i += 1) {
      at.pass(200)
      requests += each
      progress.tick()
    }
  }
  return { ...at, progress, go }
}

describe('reading', () => {
  test('on a terminal: counts, rate and time left', () => {
    const { written, go, progress } = reading(100, 11_560)
    go(75, 42)
    expect(shown(written)).toBe('Reading Quay: 3,150 of about 11,560 requests, 210/s, 40 s left')
    progress.end()
    expect(shown(written)).toBe('')
  })

  test('the rate is that of the last seconds', () => {
    const { written, go } = reading(100, 10_000)
    go(100, 100)
    go(60, 2)
    expect(shown(written)).toBe('Reading Quay: 10,120 requests, 10/s')
  })

  test('nothing is written while nothing changes, and never more than fits', () => {
    const { written, go } = reading(30, 11_560, 50)
    go(20, 10)
    const before = written.length
    go(1, 0)
    const [last = ''] = written.slice(-1)
    expect(last.replace('\u001b[K', '').length).toBeLessThanOrEqual(30)
    go(5, 0)
    expect(written.length - before).toBeLessThanOrEqual(1)
  })

  test('elsewhere a line every half minute', () => {
    const { written, go, progress } = reading(null, null, 49.7)
    go(149, 10)
    expect(written).toEqual([])
    go(152, 10)
    progress.end()
    expect(written).toEqual([
      'Reading Quay: 1,500 requests, 50/s, Quay limits the rate to about 50/s\n',
      'Reading Quay: 3,000 requests, 50/s, Quay limits the rate to about 50/s\n',
    ])
  })

  test.each([
    [{ done: 1, expected: null, rate: null, limit: null }, 'Reading Quay: 1 request'],
    [
      { done: 1, expected: 9, rate: 0.5, limit: null },
      'Reading Quay: 1 of about 9 requests, 0.5/s, 16 s left',
    ],
    [{ done: 12, expected: 9, rate: 0, limit: null }, 'Reading Quay: 12 requests, 0.0/s'],
  ])('%j', (standing, line) => {
    expect(readingLine(standing)).toBe(line)
  })

  test.each([
    [10, '1 s'],
    [99_000, '99 s'],
    [150_000, '3 min'],
    [7_500_000, '2 h 5 min'],
  ])('%i ms are %s', (milliseconds, text) => {
    expect(spanText(milliseconds)).toBe(text)
  })
})

describe('an apply', () => {
  const step = (name: string) =>
    ({ change: { action: 'create', address: { text: `robot.acme+${name}` } } }) as unknown as Step
  const steps = ['a', 'b', 'c', 'd'].map(step)
  const applying = (columns: number | null, limit: number | null = null) => {
    const at = screenOf(columns)
    return { ...at, progress: new Progress(steps, () => limit, at.screen) }
  }
  const done = { status: 'done' } as const

  test('on a terminal: one line, and what failed above it', () => {
    const { progress, written, pass } = applying(100)
    for (const one of steps.slice(0, 2)) {
      progress.begin(one)
      pass(1000)
      progress.report(one, done)
    }
    expect(shown(written)).toBe('2/4 steps, 1.0/s, 2 s left: done    create  robot.acme+b')
    progress.report(step('c'), { status: 'skipped', because: 'robot.acme+b failed' } as never)
    expect(written.join('')).toContain('3/4 skipped create  robot.acme+c  robot.acme+b failed\n')
    progress.end()
    expect(shown(written)).toBe('')
  })

  test('elsewhere: a line a finished step, and one now and then while it waits', () => {
    const { progress, written, pass } = applying(null, 5)
    for (const one of steps.slice(0, 1)) {
      progress.begin(one)
      progress.report(one, done)
    }
    progress.begin(step('b'))
    for (let i = 0; i < 170; i += 1) {
      pass(200)
      progress.tick()
    }
    expect(written).toEqual([
      ' 1/4 done    create  robot.acme+a\n',
      'Applying: 1/4 steps, 0.0/s, Quay limits the rate to about 5/s, 1 under way\n',
    ])
  })
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folder, quay, quayctl, root } from './commands/run.ts'

const cases = join(root, 'test', 'drift')

interface Case {
  /** Which lines of `before.yaml` are another afterwards, or gone: all others stay, byte by byte. */
  readonly lines: readonly number[]
  /** What was done to Quay by hand. */
  readonly calls: readonly [string, string, unknown][]
}

/** The numbers of the lines that are not among those of another text, in its order. */
function changedLines(before: string, after: string): readonly number[] {
  const [old, rest] = [before.split('\n'), after.split('\n')]
  const same = old.map(() => rest.map(() => 0))
  const at = (i: number, j: number) => same[i]?.[j] ?? 0
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = rest.length - 1; j >= 0; j--) {
      const row = same[i] ?? []
      row[j] = old[i] === rest[j] ? 1 + at(i + 1, j + 1) : Math.max(at(i + 1, j), at(i, j + 1))
    }
  const changed: number[] = []
  for (let i = 0, j = 0; i < old.length; ) {
    if (old[i] === rest[j] && j < rest.length) [i, j] = [i + 1, j + 1]
    else if (j < rest.length && at(i, j + 1) > at(i + 1, j)) j++
    else changed.push(++i)
  }
  return changed
}

describe.concurrent('drift --write changes only the lines concerned, and plan is empty then', () => {
  test.each(readdirSync(cases).sort())('%s', async (name) => {
    const read = (file: string) => readFileSync(join(cases, name, file), 'utf8')
    const { lines, calls }: Case = JSON.parse(read('case.json'))
    const { env, call } = await quay()
    const cwd = folder({ 'quayctl.yaml': readFileSync(join(cases, name, 'before.yaml')) })
    expect((await quayctl(['apply', '--yes'], { cwd, env })).code).toBe(0)
    for (const one of calls) await call(...one)
    const seen = await quayctl(['drift', '--detailed-exitcode'], { cwd, env })
    expect([seen.code, seen.stderr]).toEqual([2, ''])
    const { code, stdout } = await quayctl(['drift', '--write', '--detailed-exitcode'], { cwd, env })
    expect([code, stdout.includes('Not written')]).toEqual([0, false])
    const after = readFileSync(join(cwd, 'quayctl.yaml'), 'utf8')
    expect(after).toBe(read('after.yaml'))
    expect(changedLines(read('before.yaml'), after)).toEqual(lines)
    const plan = await quayctl(['plan', '--detailed-exitcode'], { cwd, env })
    expect([plan.code, plan.stdout]).toEqual([0, expect.stringContaining('No changes.')])
  })
})

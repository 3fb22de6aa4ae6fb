import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { folder, quay, quayctl, root, TOKEN } from './run.ts'

const platform = join(root, 'examples', 'platform')
const yaml = readdirSync(platform, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.yaml'),
)

test('140 organizations from at most 1,400 lines', () => {
  const lines = yaml.map((name) => readFileSync(join(platform, name), 'utf8').split('\n').length - 1)
  expect(lines.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(1400)
  expect(yaml.filter((name) => name.startsWith('organizations/'))).toHaveLength(140)
})

test('it applies, and one line of a template is one entry of the plan', { timeout: 120_000 }, async () => {
  const { url, seen } = await quay()
  const writes = () => seen.filter(({ method }) => method !== 'GET')
  const here = folder()
  cpSync(platform, here, { recursive: true })
  const options = { cwd: here, env: { QUAYCTL_SANDBOX: '1', QUAY_URL: url, QUAY_TOKEN: TOKEN } }
  const applied = await quayctl(['apply', '--yes'], options)
  expect([applied.code, applied.stdout.trimEnd().split('\n').at(-1)]).toEqual([
    0,
    expect.stringMatching(/^Applied [0-9a-f]{12}: (\d+) of \1 done and read back, /),
  ])
  const again = await quayctl(['plan', '--detailed-exitcode'], options)
  expect([again.code, again.stdout.trimEnd().split('\n').at(-1)]).toEqual([
    0,
    'No changes. 3267 objects match, 140 unmanaged.',
  ])

  const catalog = join(here, 'templates', 'catalog.yaml')
  writeFileSync(
    catalog,
    readFileSync(catalog, 'utf8').replace('redis, tags: ["7.*"]', 'redis, tags: ["7.*", "8.*"]'),
  )
  const before = writes().length
  const changed = await quayctl(['plan'], options)
  expect(writes()).toHaveLength(before)
  expect(changed.stdout.match(/^ ~ update {2}.*$/gm)).toEqual([
    expect.stringMatching(/^ ~ update {2}mirror\.\*\/redis {2,}templates\/catalog\.yaml:\d+$/),
  ])
  expect(changed.stdout).toContain('in 20 organizations: ')
  expect(changed.stdout).toContain('Plan: 20 update.')
})

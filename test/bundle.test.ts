import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const dist = fileURLToPath(new URL('../dist', import.meta.url))

/** A file of the bundle, and all that it loads before it runs. */
function loadedBy(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(
    /(?:^|[;}\n])import(?:\{[^}]*\}from)?"(\.[^"]+)"/g,
  ))
    loadedBy(join(dirname(file), path), seen)
  return seen
}

const kilobytes = (files: Iterable<string>): number =>
  [...files].reduce((sum, file) => sum + statSync(file).size, 0) / 1000

/** To load a file takes about a millisecond, and to compile 25 kB another one. */
describe('how much a run begins with', () => {
  test.each(['validate', 'plan'])('%s', (command) => {
    const files = new Set([
      ...loadedBy(join(dist, 'cli', 'main.js')),
      ...loadedBy(join(dist, 'commands', `${command}.js`)),
    ])
    expect(files.size).toBeGreaterThan(3)
    expect(files.size).toBeLessThanOrEqual(8)
    expect(kilobytes(files)).toBeLessThanOrEqual(1150)
  })

  test('the validators', () => {
    expect(kilobytes([join(dist, 'validators.js')])).toBeLessThanOrEqual(300)
  })
})

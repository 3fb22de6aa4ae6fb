import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tagMatches } from '../src/model/tags.ts'

/** "Mirroring tag patterns" of the manual of Red Hat Quay: the pattern, and the tags of its examples that it matches. */
const documented: Readonly<Record<string, readonly string[]>> = {
  'v3*': ['v32', 'v3.1', 'v3.2', 'v3.2-4beta', 'v3.3'],
  // Its own table leaves out v3.3 here, which this matches as well.
  'v3.*': ['v3.1', 'v3.2', 'v3.2-4beta', 'v3.3'],
  'v3.?': ['v3.1', 'v3.2', 'v3.3'],
  'v3.[12]': ['v3.1', 'v3.2'],
  'v3.[12]*': ['v3.1', 'v3.2', 'v3.2-4beta'],
  'v3.[!1]*': ['v3.2', 'v3.2-4beta', 'v3.3'],
}
const tags = ['v32', 'v3.1', 'v3.2', 'v3.2-4beta', 'v3.3']

test.each(Object.entries(documented))('%s matches what the manual says', (glob, matches) => {
  expect(tags.filter((tag) => tagMatches(glob, tag))).toEqual(matches)
})

const python = spawnSync('python3', ['--version']).status === 0
const PAIRS = 10_000
const script = `import fnmatch, json, sys
pairs = json.load(sys.stdin)
json.dump([fnmatch.fnmatchcase(tag, glob) for glob, tag in pairs], sys.stdout)`

test.skipIf(!python)(
  `${PAIRS} random globs and tags match as Python's fnmatch has it${python ? '' : ' (skipped: there is no python3)'}`,
  () => {
    const signs = (...all: readonly string[]) =>
      fc.array(fc.constantFrom(...all), { maxLength: 9 }).map((chars) => chars.join(''))
    const glob = signs(
      '*',
      '?',
      '[',
      ']',
      '!',
      '-',
      '^',
      '\\',
      'a',
      'b',
      'c',
      'B',
      '1',
      '.',
      ',',
      ' ',
      '&',
      '~',
      '|',
    )
    const tag = signs('a', 'b', 'c', 'A', 'B', '1', '.', '-', '_', ']', '[', '!', '^', '\\')
    const seed = Date.now()
    // Half of the tags are cut out of their globs, so that they match often enough.
    const pair = fc.oneof(
      fc.tuple(glob, tag),
      glob.map((text) => [text, text.replace(/[*[\]!]/g, '')] as const),
    )
    const pairs = fc.sample(pair, { numRuns: PAIRS, seed })
    const { stdout } = spawnSync('python3', ['-c', script], {
      input: JSON.stringify(pairs),
      encoding: 'utf8',
      maxBuffer: 2 ** 24,
    })
    const said: readonly boolean[] = JSON.parse(stdout)
    expect(said.filter(Boolean).length).toBeGreaterThan(PAIRS / 20)
    const other = pairs.filter(([one, text], index) => tagMatches(one, text) !== said[index])
    expect({ seed, other }).toEqual({ seed, other: [] })
  },
)

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './commands/run.ts'

const page = readFileSync(join(root, 'SECURITY.md'), 'utf8')
const [, section = ''] = /^## Promises, and what holds them\n([\s\S]*?)^## /m.exec(page) ?? []
/** Each promise, with the files behind it and the titles in each. */
const promises = section
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| promise'))
  .map((line) => {
    const [, promise = '', tests = ''] = line.split('|').map((cell) => cell.trim())
    const files = [...tests.matchAll(/`(test\/[\w/-]+\.test\.ts)`((?:: |, )?(?:"[^"]+"(?:, )?)*)/g)]
    return {
      promise,
      tests: files.map(([, file = '', titles = '']) => ({
        file,
        titles: [...titles.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title),
      })),
    }
  })

test.each(promises)('$promise', ({ tests }) => {
  expect(tests.length).toBeGreaterThan(0)
  for (const { file, titles } of tests) {
    expect(existsSync(join(root, file)), file).toBe(true)
    const text = readFileSync(join(root, file), 'utf8')
    for (const title of titles) expect(text).toContain(`'${title}'`)
  }
})

test('every promise is in the table', () => {
  expect(promises.length).toBeGreaterThan(14)
  expect(page.match(/"[^"\n]+"/g)?.length).toBeGreaterThan(20)
})

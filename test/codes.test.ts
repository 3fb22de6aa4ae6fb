import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { codeGroups, codes } from '../src/model/codes.ts'
import { root } from './commands/run.ts'

const sources = readdirSync(join(root, 'src'), { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.ts') && !/model\/codes/.test(file))
  .map((file) => readFileSync(join(root, 'src', file), 'utf8'))
const known = Object.keys(codes)

test('every code of the program is in the table, and every code of the table in the program', () => {
  const used = new Set(sources.flatMap((text) => text.match(/QC[0-9]{4}/g) ?? []))
  expect([...used].filter((code) => !known.includes(code)).sort()).toEqual([])
  expect(known.filter((code) => !used.has(code))).toEqual([])
})

test('the codes are in order, and each is of one group', () => {
  expect(known).toEqual([...known].sort())
  for (const code of known) expect(codeGroups.filter(({ start }) => code.startsWith(start))).toHaveLength(1)
})

test('one code has one meaning: no two share a title, and none is thrown as two kinds of error', () => {
  const titles = Object.values(codes).map(({ title }) => title)
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([])
  const kinds = new Map<string, Set<string>>()
  for (const text of sources)
    for (const [, kind = '', code = ''] of text.matchAll(/new (\w+Error)\(\s*'(QC[0-9]{4})'/g))
      kinds.set(code, (kinds.get(code) ?? new Set()).add(kind))
  expect(kinds.size).toBeGreaterThan(20)
  expect([...kinds].filter(([, classes]) => classes.size > 1).map(([code]) => code)).toEqual([])
  const remarks = new Set(sources.flatMap((text) => text.match(/(?<=code: ')QC[0-9]{4}/g) ?? []))
  expect([...remarks].filter((code) => kinds.has(code))).toEqual([])
})

test.each(Object.entries(codes))('%s says what it means and what to do', (_, { title, text, fix }) => {
  expect(title).toMatch(/^\S.*[^.]$/)
  expect(text).toMatch(/^\S.{20,}\.$/)
  expect(fix).toMatch(/^\S.{4,}\.$/)
})

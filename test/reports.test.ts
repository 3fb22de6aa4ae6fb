import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isOurs } from '../src/cli/outputs.ts'
import type { Review } from '../src/model/review.ts'
import { renderAnnotations, renderOutputs } from '../src/render/github.ts'
import { renderHtml } from '../src/render/html.ts'
import { renderJunit } from '../src/render/junit.ts'
import { renderMarkdown } from '../src/render/markdown-review.ts'
import { renderSarif } from '../src/render/sarif.ts'
import { colored, on, uncolored } from '../src/render/style.ts'
import { renderText } from '../src/render/text.ts'
import { folder } from './commands/run.ts'
import { placeOf, scenarios, told } from './reports.ts'

const forms: Readonly<Record<string, (review: Review) => string>> = {
  'plan.txt': (review) => renderText(review),
  'plan.md': (review) => renderMarkdown(review),
  'plan.html': renderHtml,
  'plan.sarif': renderSarif,
  'plan.xml': renderJunit,
  'annotations.txt': renderAnnotations,
  'outputs.txt': renderOutputs,
}

/** What a reviewer reads of a text that is too long to be read: its ends, and whether it is the same. */
function abridged(text: string): string {
  if (text.length <= 30_000) return text
  const lines = text.split('\n')
  const digest = createHash('sha256').update(text).digest('hex')
  return [
    ...lines.slice(0, 40),
    `[... ${lines.length - 80} lines; sha256 of all: ${digest}]`,
    ...lines.slice(-40),
  ].join('\n')
}

describe.each(scenarios)('the reports of %s', (name) => {
  test.each(Object.keys(forms))('%s', async (file) => {
    const { review } = await told(name)
    const text = forms[file]?.(review) ?? ''
    await expect(abridged(text)).toMatchFileSnapshot(join(placeOf(name), file))
    expect(forms[file]?.(review)).toBe(text)
    expect(text).not.toMatch(/[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u)
    expect(text).not.toMatch(/TESTTOKEN|secret\.example|A-NEW-PASSWORD/)
  })

  test('plan.json', async () => {
    const { json } = await told(name)
    await expect(abridged(json)).toMatchFileSnapshot(join(placeOf(name), 'plan.json'))
  })

  test('the text is ASCII, as wide as it may be, and means the same without color', async () => {
    const { review } = await told(name)
    for (const width of [40, 80, 120]) {
      const text = renderText(review, on(uncolored, width))
      expect(text).toMatch(/^[\n -~]*$/)
      const long = text.split('\n').filter((line) => line.length > width && isBreakable(line))
      expect(long).toEqual([])
      expect(renderText(review, on(colored, width)).replace(/\p{Cc}\[[\d;]*m/gu, '')).toBe(text)
    }
    expect(renderText(review)).toBe(renderText(review, on(uncolored, undefined)))
  })

  test('each file is known as one of ours, which a rerun replaces', async () => {
    const { review, json } = await told(name)
    const texts = {
      ...Object.fromEntries(Object.entries(forms).map(([file, render]) => [file, render(review)])),
      json,
    }
    const cwd = folder(texts)
    const strange = Object.keys(texts).filter((file) => !isOurs(join(cwd, file)))
    expect(strange).toEqual(['annotations.txt', 'outputs.txt'])
  })
})

/** An address and the words before it stand on one line, as does a line of a file, whatever it is called. */
const isBreakable = (line: string): boolean =>
  !/^ *([-+=~!]{1,2} +)?((\w+|\w+ +(create|update|replace|delete)) +)?(QC\d+ +)?\S+$/.test(
    line.replace(/orgs\/.*\.yaml/, 'x.yaml'),
  )

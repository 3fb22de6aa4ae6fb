import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { statusPage } from '../src/render/html-status.ts'
import { renderStatus } from '../src/render/status.ts'
import { statusText } from '../src/render/status-json.ts'
import { colored, on, uncolored } from '../src/render/style.ts'
import { troubled, well } from './status.ts'

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

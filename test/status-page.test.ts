import { existsSync } from 'node:fs'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { statusPage } from '../src/render/html-status.ts'
import { troubled, well } from './status.ts'

vi.setConfig({ testTimeout: 240_000 })

/** Debian's. Where there is none these tests are skipped, and that is shown. */
const executablePath = '/usr/bin/chromium'

let browser: Promise<Browser> | undefined
const launched = (): Promise<Browser> => {
  browser ??= chromium.launch({ executablePath, args: ['--no-sandbox'] })
  return browser
}
afterAll(async () => (await browser)?.close())

const address = 'https://status.example/'

interface Shown {
  readonly page: Page
  /** All that it wanted to load. */
  readonly asked: readonly string[]
  /** What the browser complained of. */
  readonly said: readonly string[]
}

/** Shows a page under its own Content-Security-Policy, unless `free`. */
async function shown(
  html: string,
  { scripts = true, free = false },
  see: (shown: Shown) => Promise<void>,
): Promise<void> {
  const context = await (await launched()).newContext({ javaScriptEnabled: scripts, bypassCSP: free })
  try {
    const page = await context.newPage()
    const [asked, said]: [string[], string[]] = [[], []]
    page.on('console', (message) => said.push(message.text()))
    page.on('pageerror', (error) => said.push(error.message))
    await page.route('**', (route) => {
      const url = route.request().url()
      asked.push(url)
      return url === address ? route.fulfill({ contentType: 'text/html', body: html }) : route.abort()
    })
    await page.goto(address)
    await see({ page, asked, said })
  } finally {
    await context.close()
  }
}

const cells = (page: Page, table: string, column: number) =>
  page.locator(`[aria-label="${table}"] tbody tr:not([hidden]) > :nth-child(${column})`).allTextContents()
const rows = (report: typeof troubled) =>
  report.standings.reduce((sum, { vitals: { sync, use, failures }, troubles, managed }) => {
    const isPart = sync || use || failures !== undefined || troubles.length > 0
    return sum + (isPart ? 1 : 0) + (managed ? 0 : 1)
  }, 0)

describe.skipIf(!existsSync(executablePath))('the page of a status', () => {
  const html = statusPage(troubled, '0.0.0')

  test.each([
    ['troubled', troubled],
    ['well', well],
  ])('%s has no barrier, light and dark, wide and narrow', async (name, report) => {
    await shown(statusPage(report, '0.0.0'), { free: true }, async ({ page, asked, said }) => {
      await page.evaluate(axe.source)
      for (const width of [1200, 400])
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.setViewportSize({ width, height: 900 })
          await page.emulateMedia({ colorScheme })
          const found = await page.evaluate<readonly string[]>(
            '(async () => (await axe.run()).violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)].join(" ")))()',
          )
          expect(found).toEqual([])
          const [paper, ink] = await page.evaluate<readonly number[]>(
            '(() => { const { backgroundColor, color } = getComputedStyle(document.body); return [backgroundColor, color].map((one) => one.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0)) })()',
          )
          expect(Number(paper) > Number(ink)).toBe(colorScheme === 'light')
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
          const folder = process.env.SCREENSHOTS
          if (folder)
            await page.screenshot({ path: `${folder}/${name}-${colorScheme}-${width}.png`, fullPage: true })
        }
      expect([asked, said]).toEqual([[address], []])
    })
  })

  test('sorts by each column, down again by a second click, and by keyboard', async () => {
    await shown(html, {}, async ({ page, said }) => {
      const before = await cells(page, 'Quotas', 1)
      expect(before).toEqual(['quota.globex', 'quota.acme', 'quota.new', 'quota.upstream'])
      const head = (name: string) =>
        page.getByRole('region', { name: 'Quotas' }).getByRole('button', { name, exact: true })
      await head('Object').click()
      expect(await cells(page, 'Quotas', 1)).toEqual([...before].sort())
      await head('Bytes').click()
      expect(await cells(page, 'Quotas', 5)).toEqual(['', '8 GiB', '890.9 GiB', '1.1 TiB'])
      await head('Bytes').press('Enter')
      expect(await cells(page, 'Quotas', 5)).toEqual(['1.1 TiB', '890.9 GiB', '8 GiB', ''])
      const sorted = page.locator('[aria-sort]')
      expect([await sorted.count(), await sorted.getAttribute('aria-sort')]).toEqual([1, 'descending'])
      await head('State').click()
      expect(await cells(page, 'Quotas', 2)).toEqual(['failing', 'warning', 'ok', 'ok'])
      expect(said).toEqual([])
    })
  })

  test('filters by words, and says how many rows are left', async () => {
    await shown(html, {}, async ({ page }) => {
      const all = rows(troubled)
      await page.getByLabel('Filter').fill('Failing mirror')
      expect((await cells(page, 'Mirrors', 1)).sort()).toEqual([
        'mirror.acme/nginx',
        'mirror.acme/postgres',
        'mirror.acme/redis',
      ])
      expect(await page.locator('output').textContent()).toBe(`3 of ${all} rows`)
      await page.getByLabel('Filter').fill('')
      expect(await page.locator('output').textContent()).toBe(`${all} of ${all} rows`)
    })
  })

  test('shows all of it without a script, and offers nothing that would not work', async () => {
    await shown(html, { scripts: false }, async ({ page, asked }) => {
      expect(await page.locator('tbody tr:visible').count()).toBe(rows(troubled))
      expect(await page.locator('button:visible, input:visible').count()).toBe(0)
      expect(asked).toEqual([address])
    })
  })

  test('runs no other script, and takes names as names', async () => {
    const forged = html.replace('<main>', '<main><script>document.title = "forged"</script>')
    await shown(forged, {}, async ({ page, said }) => {
      expect(await page.title()).toBe('Quay status')
      expect(said.join()).toContain('Content Security Policy')
    })
    expect(html).not.toContain('<b>&')
  })
})

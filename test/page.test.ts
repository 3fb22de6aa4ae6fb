import { existsSync } from 'node:fs'
import axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { gainsAndLosses, risksOf } from '../src/render/attention.ts'
import { grouped } from '../src/render/group.ts'
import { renderHtml } from '../src/render/html.ts'
import { scenarios, told } from './reports.ts'

vi.setConfig({ testTimeout: 240_000 }) // axe-core looks at each of thousands of elements

/** Debian's. Where there is none these tests are skipped, and that is shown. */
const executablePath = '/usr/bin/chromium'

let browser: Promise<Browser> | undefined
const launched = (): Promise<Browser> => {
  browser ??= chromium.launch({ executablePath, args: ['--no-sandbox'] })
  return browser
}
afterAll(async () => (await browser)?.close())

const address = 'https://report.example/'

/** Shows a page, with scripts or without; `asked`: all that it wanted to load. */
async function shown<T>(
  html: string,
  scripts: boolean,
  see: (page: Page, asked: readonly string[]) => Promise<T>,
): Promise<T> {
  const context = await (await launched()).newContext({ javaScriptEnabled: scripts, bypassCSP: scripts })
  try {
    const page = await context.newPage()
    const asked: string[] = []
    await page.route('**', (route) => {
      const url = route.request().url()
      asked.push(url)
      return url === address ? route.fulfill({ contentType: 'text/html', body: html }) : route.abort()
    })
    await page.goto(address)
    return await see(page, asked)
  } finally {
    await context.close()
  }
}

interface Facts {
  readonly violations: readonly string[]
  readonly paper: number
  readonly ink: number
}

/** In the page: what axe-core finds, and how it looks. */
const factsInPage = (colorScheme: 'light' | 'dark') => `(async () => {
  // All else is the same in both.
  const { violations } = await axe.run(${colorScheme === 'light' ? '' : "{ runOnly: ['color-contrast'] }"})
  const bright = (color) => color.match(/\\d+/g).slice(0, 3).reduce((sum, one) => sum + Number(one), 0)
  const { backgroundColor, color } = getComputedStyle(document.body)
  return {
    violations: violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)].join(' ')),
    paper: bright(backgroundColor),
    ink: bright(color),
  }
})()`

describe.skipIf(!existsSync(executablePath))('the page', () => {
  test.each(scenarios)(
    'of %s loads nothing, has no barrier, is light and dark, wide and narrow',
    async (name) => {
      await shown(renderHtml((await told(name)).review), true, async (page, asked) => {
        await page.evaluate(axe.source)
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          const { violations, paper, ink } = await page.evaluate<Facts>(factsInPage(colorScheme))
          expect(violations).toEqual([])
          expect(paper > ink).toBe(colorScheme === 'light')
        }
        for (const width of [1200, 400]) {
          await page.setViewportSize({ width, height: 900 })
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
        }
        expect(asked).toEqual([address])
      })
    },
  )

  test.each(scenarios)('of %s says what the plan says, and needs no script', async (name) => {
    const { review } = await told(name)
    const { plan, steps } = review
    const sections = grouped(plan)
    await shown(renderHtml(review), false, async (page) => {
      const count = (selector: string) => page.locator(selector).count()
      expect(await count('main > h1')).toBe(1)
      expect(await count('details')).toBe(sections.length)
      expect(await count('.changes > li')).toBe(sections.flat().length)
      expect(await count('.box > ul > li')).toBe(
        risksOf(sections.flat()).length + plan.safety.stops.length + plan.findings.length,
      )
      const gains = gainsAndLosses(sections.flat()).length
      expect(await count('tbody > tr')).toBe(gains + (steps?.length ?? 0))
      expect(await count('script, img, link, iframe, object, form, [onclick]')).toBe(0)
      const links = await page.locator('a').evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''))
      expect(links.filter((url) => !url.startsWith('https://git.example/acme/registry/'))).toEqual([])
    })
  })
})

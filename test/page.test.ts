import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { gainsAndLosses, risksOf } from '../src/render/attention.ts'
import { grouped } from '../src/render/group.ts'
import { renderHtml } from '../src/render/html.ts'
import { scenarios, told } from './reports.ts'

/** Debian's. Where there is none these tests are skipped, and that is shown. */
const executablePath = '/usr/bin/chromium'
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

let browser: Promise<Browser> | undefined
const launched = (): Promise<Browser> => {
  browser ??= chromium.launch({ executablePath, args: ['--no-sandbox'] })
  return browser
}
afterAll(async () => (await browser)?.close())

interface Look {
  readonly scheme?: 'light' | 'dark'
  readonly width?: number
  readonly scripts?: boolean
}

/** Shows a page; `asked`: all that it wanted to load. */
async function shown<T>(
  html: string,
  look: Look,
  see: (page: Page, asked: readonly string[]) => Promise<T>,
): Promise<T> {
  const { scheme = 'light', width = 1200, scripts = true } = look
  const context = await (await launched()).newContext({
    colorScheme: scheme,
    viewport: { width, height: 900 },
    javaScriptEnabled: scripts,
    bypassCSP: scripts,
  })
  try {
    const page = await context.newPage()
    const asked: string[] = []
    await page.route('**', (route) => {
      asked.push(route.request().url())
      return route.request().url() === address
        ? route.fulfill({ contentType: 'text/html', body: html })
        : route.abort()
    })
    await page.goto(address)
    return await see(page, asked)
  } finally {
    await context.close()
  }
}

const looks: readonly Look[] = [{}, { scheme: 'dark' }, { width: 400 }]

const address = 'https://report.example/'

interface Facts {
  readonly violations: readonly string[]
  readonly paper: number
  readonly ink: number
  readonly overflows: boolean
}

/** In the page: what axe-core finds, and how it looks. */
const factsInPage = `(async () => {
  const { violations } = await axe.run()
  const bright = (color) => color.match(/\\d+/g).slice(0, 3).reduce((sum, one) => sum + Number(one), 0)
  const { backgroundColor, color } = getComputedStyle(document.body)
  const { scrollWidth, clientWidth } = document.documentElement
  return {
    violations: violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)].join(' ')),
    paper: bright(backgroundColor),
    ink: bright(color),
    overflows: scrollWidth > clientWidth,
  }
})()`

async function factsOf(page: Page): Promise<Facts> {
  await page.evaluate(axe)
  return page.evaluate<Facts>(factsInPage)
}

describe.skipIf(!existsSync(executablePath))('the page', () => {
  test.each(scenarios)(
    'of %s loads nothing, has no barrier, is light and dark, wide and narrow',
    async (name) => {
      const html = renderHtml((await told(name)).review)
      // A page of thousands of changes is looked through once.
    for (const look of html.length > 500_000 ? looks.slice(0, 1) : looks) {
        // A page of thousands of changes is looked through once.
        if (html.length > 500_000 && 'width' in look) continue
        await shown(html, look, async (page, asked) => {
          const { violations, paper, ink, overflows } = await factsOf(page)
          expect(violations).toEqual([])
          expect(overflows).toBe(false)
          expect(paper > ink).toBe(look.scheme !== 'dark')
          expect(asked).toEqual([address])
        })
      }
    },
  )

  test.each(scenarios)('of %s says what the plan says, and needs no script', async (name) => {
    const { review } = await told(name)
    const { plan, steps } = review
    const sections = grouped(plan)
    await shown(renderHtml(review), { scripts: false }, async (page) => {
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

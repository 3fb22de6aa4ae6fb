import fc from 'fast-check'
import { micromark } from 'micromark'
import { gfm, gfmHtml } from 'micromark-extension-gfm'
import { describe, expect, test } from 'vitest'
import type { Plan, PlannedChange } from '../src/model/plan.ts'
import type { Review, ReviewedStep } from '../src/model/review.ts'
import { gainsAndLosses, risksOf } from '../src/render/attention.ts'
import { grouped } from '../src/render/group.ts'
import { stopWords } from '../src/render/held.ts'
import { renderMarkdown } from '../src/render/markdown-review.ts'
import { scenarios, sites, told } from './reports.ts'

/** What GitHub makes of it, before it takes away what it does not allow. */
const pageOf = (markdown: string): string =>
  micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true })

const count = (html: string, tag: string): number => [...html.matchAll(new RegExp(`<${tag}[ >]`, 'g'))].length

/** All that a report is made of. */
const TAGS = new Set(
  'a b blockquote br code details h2 h3 li p pre strong summary table tbody td th thead tr ul'.split(' '),
)

const isLoud = ({ severity }: { readonly severity: string }) => severity !== 'note'
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)

/** Holds where nothing in a report is markup but the report's own. */
function isSound(markdown: string): string {
  const html = pageOf(markdown)
  const tags = [...html.matchAll(/<\/?([^\s>/]+)/g)].map(([, tag = '']) => tag)
  expect(tags.filter((tag) => !TAGS.has(tag))).toEqual([])
  const links = [...html.matchAll(/<a href="([^"]*)">/g)].map(([, url = '']) => url)
  expect(links.filter((url) => !url.startsWith('https://git.example/acme/registry/'))).toEqual([])
  // Neither code nor links are looked through for people, issues and emoji.
  const prose = html.replace(/<(code|a)[ >].*?<\/\1>/gs, ' ').replace(/<[^>]*>/g, ' ')
  expect(prose).not.toMatch(/@[\w-]|#\d|\bGH-\d|https?:\/\/|www\.|:\w+:/i)
  const alerts = html.match(/<blockquote>\n<p>\[!(CAUTION|WARNING|NOTE)\]\n<strong>/g) ?? []
  expect(alerts).toHaveLength(count(html, 'blockquote'))
  for (const tag of TAGS)
    if (tag !== 'br') expect(html.split(`</${tag}>`).length - 1, tag).toBe(count(html, tag))
  return html
}

/** The items of each box, by the box's first words. */
function boxesOf(html: string): Readonly<Record<string, number>> {
  const boxes = [
    ...html.matchAll(/<blockquote>\n<p>\[!\w+\]\n<strong>([^<]*)<\/strong><\/p>\n(.*?)<\/blockquote>/gs),
  ]
  return Object.fromEntries(boxes.map(([, head = '', inner = '']) => [head, count(inner, 'li')]))
}

const BROKEN = ['failed', 'stale', 'unknown', 'skipped']

/** Holds where a report that shows all has as much of everything as the plan says. */
function isWhole(review: Review & { readonly plan: Plan }): void {
  const { plan, findings, steps = [] } = review
  const html = isSound(renderMarkdown(review, Number.POSITIVE_INFINITY))
  const sections = grouped(plan)
  const entries = sections.flat()
  const gains = gainsAndLosses(entries).length
  const boxes = Object.entries({
    'Not everything was done.': steps.filter(({ status }) => BROKEN.includes(status)).length,
    [`${stopWords(plan)}.`]: plan.safety.stops.length,
    'This can cost something.': risksOf(entries).length,
    'This was found.': findings.filter(isLoud).length,
    'Good to know.': findings.filter((one) => !isLoud(one)).length,
  }).filter(([, items]) => items > 0)
  expect(boxesOf(html)).toEqual(Object.fromEntries(boxes))
  expect(count(html, 'blockquote')).toBe(boxes.length)
  expect(count(html, 'li')).toBe(sum(boxes.map(([, items]) => items)))
  const changes = plan.changes.length > 0 ? 1 : 0
  expect(count(html, 'table')).toBe(changes + Math.min(1, gains))
  expect(count(html, 'tr')).toBe(2 * changes + (gains > 0 ? gains + 1 : 0))
  expect(count(html, 'td')).toBe(6 * changes + 5 * gains)
  expect(count(html, 'details')).toBe(sections.length)
  expect(count(html, 'pre')).toBe(sections.length)
  const signs = [...html.matchAll(/<pre>(.*?)<\/pre>/gs)].flatMap(
    ([, text = '']) => text.match(/^(<code[^>]*>)?[-+!] \w/gm) ?? [],
  )
  expect(signs).toHaveLength(entries.length)
}

describe.each(scenarios)('the Markdown of %s', (name) => {
  test('has all that the plan says', async () => isWhole((await told(name)).review))

  test('degrades in steps, and never in parts', async () => degrades((await told(name)).review))
})

/** Holds where each limit is kept, with all of Attention, and less room never means more text. */
function degrades(review: Review & { readonly plan: Plan }): void {
  const sizes = risksOf(grouped(review.plan).flat()).map(({ entry }) =>
    Math.max(1, entry.organizations.length, entry.matches.length),
  )
  let text = renderMarkdown(review, Number.POSITIVE_INFINITY)
  for (;;) {
    expect(renderMarkdown(review, text.length)).toBe(text)
    if (text.length <= 60_000) {
      const html = isSound(text)
      expect(count(html, 'pre')).toBe(count(html, 'details'))
      const [, box = ''] = /This can cost something\.<\/strong><\/p>\n(.*?)<\/blockquote>/s.exec(html) ?? []
      const counted = [...box.matchAll(/<li>(?:more )?<strong>[\w, ]+<\/strong> \w+ \w*: (\d+)<\/li>/g)]
      const listed = sizes.slice(0, count(box, 'li') - counted.length)
      expect(sum([...listed, ...counted.map(([, number]) => Number(number))])).toBe(sum(sizes))
    }
    const next = renderMarkdown(review, text.length - 1)
    if (next.length >= text.length) break
    text = next
  }
  expect(text).toBe(renderMarkdown(review, 0))
  expect(renderMarkdown(review).length).toBeLessThanOrEqual(60_000)
}

test('what needs attention is named, however many gain access', async () => {
  const { review } = await told('deletes')
  const [access] = review.plan.access
  const many = Array.from({ length: 3000 }, (_, index) => ({ ...access, subject: `user:user-${index}` }))
  const text = renderMarkdown({ ...review, plan: { ...review.plan, access: many as Plan['access'] } })
  expect(text.length).toBeLessThanOrEqual(60_000)
  for (const { entry } of risksOf(grouped(review.plan).flat())) expect(text).toContain(entry.change.address)
})

const scraps = [
  ...['`', '``', '```', '````', '~~~', '|', '\\', '\\|', '\n', '\n\n', '\r\n', '\t', '    ', ' ', '  \n'],
  ...[
    '<b>',
    '</details>',
    '<details>',
    '<script>',
    '<!--',
    '-->',
    '<img src=x>',
    '<a href="https://evil.example">',
    '&lt;',
    '&',
  ],
  ...[
    '@acme',
    '@acme/owners',
    '#1',
    'GH-1',
    'acme/web#2',
    'https://evil.example',
    'www.evil.example',
    '(www.evil.example)',
    'x@evil.example',
  ],
  ...[
    '](',
    '[x](https://evil.example)',
    '![x](y)',
    '[x]: y',
    '[^1]',
    '[ ] ',
    '[!NOTE]',
    '> [!NOTE]',
    '> ',
    '# ',
    '- ',
    '1. ',
    '---',
    '===',
    ':-',
  ],
  ...[
    '*',
    '**',
    '_',
    '~',
    '~~',
    ':tada:',
    '$x$',
    '\u202E',
    '\u2028',
    '\u200B',
    '\u0007',
    '\u001b[31m',
    'ünï',
    '😀',
    'a',
    'words of it',
    '{organization}',
    '\uD800',
  ],
]
const hostile = fc.array(fc.constantFrom(...scraps), { maxLength: 8 }).map((parts) => parts.join(''))
const words = fc.oneof(
  { weight: 4, arbitrary: hostile },
  { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
)
const source = fc.record({ file: words, line: fc.nat(999), column: fc.constant(1) })

const changes: fc.Arbitrary<PlannedChange> = fc.record({
  address: words.map((text) => `thing.acme/${text}`),
  chain: words.map((text) => [['thing', `acme/${text}`] as const]),
  organization: words,
  action: fc.constantFrom('create' as const, 'update' as const, 'replace' as const, 'delete' as const),
  reason: fc.constantFrom('config' as const, 'pruned' as const),
  impacts: fc.subarray(['data' as const, 'credential' as const, 'public' as const]),
  source: fc.option(source),
  fields: fc.array(
    fc.oneof(
      fc.record({ path: fc.constant('/description'), before: words, after: words }),
      fc.record({
        path: fc.constant('/tags'),
        set: fc.constant(true as const),
        added: fc.array(words, { maxLength: 2 }),
        removed: fc.array(words, { maxLength: 2 }),
        kept: fc.array(words, { maxLength: 2 }),
      }),
    ),
    { maxLength: 3 },
  ),
  depends_on: fc.constant([]),
  live_digest: fc.constant(null),
  consequences: fc.array(words, { maxLength: 2 }),
})

const findings = fc.record({
  code: fc.constant('QC4004'),
  severity: fc.constantFrom('warning' as const, 'note' as const),
  message: words,
  hint: words,
  source,
})
const stops = fc.record({
  code: fc.constant('QC4101'),
  message: words,
  hint: words,
  addresses: fc.array(words, { maxLength: 3 }),
  source,
})
const given = fc.record({
  subject: words.map((text) => `user:${text}`),
  before: fc.option(words),
  after: fc.option(words),
  effect: fc.constantFrom('broadens' as const, 'narrows' as const),
})
const endings = fc.oneof(
  fc.record({
    status: fc.constant('failed' as const),
    error: fc.record({ code: fc.constant('QC7400'), message: words }),
  }),
  fc.record({ status: fc.constant('skipped' as const), because: words }),
  fc.constant({ status: 'done' as const }),
)

/** Reviews in which everything that somebody else has written is meant to break them. */
const reviews = (plan: Plan): fc.Arbitrary<Review & { readonly plan: Plan }> =>
  fc
    .record({
      changes: fc.uniqueArray(changes, { maxLength: 6, selector: ({ address }) => address }),
      findings: fc.array(findings, { maxLength: 3 }),
      stops: fc.array(stops, { maxLength: 2 }),
      access: fc.array(given, { maxLength: 6 }),
      endings: fc.option(fc.array(endings, { minLength: 6, maxLength: 6 })),
    })
    .map(({ changes: list, access, endings: ends, ...rest }) => {
      const steps = list.flatMap(({ address, organization, action }, i): readonly ReviewedStep[] => {
        const end = ends?.[i]
        return end ? [{ address, organization, action, ...end }] : []
      })
      return {
        ...sites,
        findings: rest.findings,
        ...(ends && { steps }),
        plan: {
          ...plan,
          changes: list,
          findings: rest.findings,
          safety: { ...plan.safety, stops: rest.stops },
          access: list.flatMap(({ address, source: at }, i) => {
            const one = access[i]
            return one ? [{ ...one, address, source: at }] : []
          }),
        },
      }
    })

test('whatever somebody writes, a report stays what it is', async () => {
  const { review } = await told('one-update')
  fc.assert(
    fc.property(reviews(review.plan), (hostileReview) => isWhole(hostileReview)),
    { numRuns: 300 },
  )
})

test('whatever somebody writes, it degrades in steps', async () => {
  const { review } = await told('one-update')
  fc.assert(
    fc.property(reviews(review.plan), (hostileReview) => degrades(hostileReview)),
    { numRuns: 40 },
  )
})

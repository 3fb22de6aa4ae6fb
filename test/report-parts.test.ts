import { describe, expect, test } from 'vitest'
import { addressOf } from '../src/model/address.ts'
import type { Change, Outcome } from '../src/model/change.ts'
import { doubtful, skipped } from '../src/model/checkup.ts'
import type { Finding, Plan } from '../src/model/plan.ts'
import type { Review } from '../src/model/review.ts'
import { renderCheckup } from '../src/render/checkup.ts'
import { renderTopic } from '../src/render/explain.ts'
import { type ExportSummary, renderExport, renderVariables } from '../src/render/export.ts'
import { fieldLines } from '../src/render/fields.ts'
import { renderAnnotations } from '../src/render/github.ts'
import { renderHtml } from '../src/render/html.ts'
import { renderJunit } from '../src/render/junit.ts'
import { renderMarkdown } from '../src/render/markdown-review.ts'
import { renderOutcomes } from '../src/render/outcome.ts'
import { reviewedSteps } from '../src/render/report.ts'
import { uncolored } from '../src/render/style.ts'
import { renderText } from '../src/render/text.ts'
import { address, live, type Options, plan, server } from './engine/pure.ts'
import { sites } from './reports.ts'
import type { Files } from './world.ts'

const organization = (name: string, body: string): string =>
  `apiVersion: quayctl/v1\nkind: Organization\nname: ${name}\n${body}`
const main = (body: string): string => `apiVersion: quayctl/v1\nkind: Registry\n${body}`

/** Without blanks at the ends of lines and what wraps them: what it says counts. */
const forms = {
  text: (review: Review) => renderText(review).replace(/\n +/g, ' '),
  markdown: (review: Review) => renderMarkdown(review),
  html: renderHtml,
  junit: renderJunit,
  annotations: renderAnnotations,
}
type Form = keyof typeof forms

const reviewOf = (document: Plan, more: Partial<Review> = {}): Review => ({
  ...sites,
  plan: document,
  findings: document.findings,
  ...more,
})

function planned(files: Files, state: Parameters<typeof plan>[1] = [], options: Options = {}): Plan {
  return plan(files, state, options).document()
}

/** What each form says, and what it does not. */
function says(review: Review, said: Partial<Record<Form, RegExp>>): void {
  for (const [form, words] of Object.entries(said)) expect(forms[form as Form](review), form).toMatch(words)
}

const acme = address('organization', 'acme')
const api = address('repository', 'acme', 'api')
const described = (text: string) => organization('acme', `repositories: {api: {description: ${text}}}\n`)
const there = (text: string) => [live(acme), live(api, { description: text })]

test('a plan of the sandbox, and of nobody', () => {
  const nobody = plan(described('API'), []).document({ sandbox: true, server: { ...server, user: null } })
  says(reviewOf(nobody), {
    text: /^Plan \w+ \(sandbox\)\nhttps:\/\/quay\.example, 1 file$/m,
    html: /for <code>https:\/\/quay\.example<\/code> \(sandbox\)(?! as )/,
  })
  says(reviewOf(planned(described('API'))), {
    text: /quay\.example as admin/,
    html: /as <code>admin<\/code>/,
  })
})

test('what is in no organization has a section of its own', () => {
  const review = reviewOf(planned(main('users: {zoe: {email: zoe@acme.example}}\n')))
  says(review, {
    markdown: /<b>Of the registry<\/b>: 1 create/,
    html: /<h3>Of the registry<\/h3>/,
    junit: /<testsuite name="registry"/,
  })
})

describe('what Quay differed in before', () => {
  const base = described('one')

  test('stands apart, where these files change nothing of it', () => {
    const review = reviewOf(planned(described('one'), there('two'), { base }))
    says(review, {
      text: /Quay differed from the base in this already/,
      markdown: /Quay differed from the base in this already/,
      html: /<h2>[^<]*<\/h2>\n<p>[^<]*<\/p>\n<details>/,
    })
  })

  test('is marked, where it gives or takes access, and where it costs something', () => {
    const files = organization(
      'acme',
      `repositories: {api: {visibility: public}}\nteams: {owners: {role: admin, members: [user:erin]}}\n`,
    )
    const owners = address('team', 'acme', 'owners')
    const state = [
      live(acme),
      live(api, { visibility: 'private' }),
      live(owners, { role: 'admin', description: '', sync: null, members: [] }),
    ]
    says(reviewOf(planned(files, state, { base: files })), {
      text: /gains {2}team\.acme\/owners {2}user:erin \(differed before\) .*! public {5}update {2}repository\.acme\/api \(differed before\)$/ms,
      markdown:
        /\*\*public\*\* update `repository\.acme\/api` \(differed before\).*`team\.acme\/owners`[^|]* \(differed before\) \|/s,
      html: /public<\/b> update <code>repository\.acme\/api<\/code> \(differed before\).*team\.acme\/owners<\/code>[^ ]* \(differed before\)</s,
    })
    expect(forms.text(reviewOf(planned(files, state)))).not.toContain('differed before')
  })

  test('is named, where they change more', () => {
    const more = organization('acme', 'repositories: {api: {description: one, visibility: private}}\n')
    const state = [live(acme), live(api, { description: 'two', visibility: 'public' })]
    const says = /Quay differed from the base already in description/
    expect(forms.text(reviewOf(planned(more, state, { base })))).toMatch(says)
  })
})

test('long values are shown from where they differ', () => {
  const [before, after] = [`${'a'.repeat(300)}b`, `${'a'.repeat(300)}c${'d'.repeat(300)}`]
  const lineOf = ({ changes: [change] }: Plan) =>
    change && fieldLines(change, '', Number.POSITIVE_INFINITY).join('')
  const same = `...${'a'.repeat(40)}`
  expect(lineOf(planned(described(after), there(before)))).toBe(
    `description  ${same}b -> ${same}c${'d'.repeat(159)}... (601 characters)`,
  )
  expect(lineOf(planned(described('c'), there('b'.repeat(300))))).toBe(
    `description  ${'b'.repeat(200)}... (300 characters) -> c`,
  )
  expect(lineOf(planned(described(after), [live(acme)]))).toBe(
    `description ${'a'.repeat(200)}... (601 characters)`,
  )
})

describe('what several organizations have alike', () => {
  const names = ['acme', 'globex', 'initech']
  const template = [
    main('defaults: {repository: {visibility: public}}\n'),
    ...names.map((name) => organization(name, 'repositories: {api: {}}\n')),
  ].join('---\n')
  const state = names.flatMap((name) => [
    live(address('organization', name)),
    live(address('repository', name, 'api'), { visibility: 'private' }),
  ])

  test('a cost is said once, without a line of one of them', () => {
    const review = reviewOf(planned(template, state))
    says(review, {
      markdown: /^> - \*\*public\*\* update `repository\.\*\/api`[^[\]]*$/m,
      html: /<b class="care">public<\/b> update <code>repository\.\*\/api<\/code> in 3 organizations <p>/,
    })
  })

  test('what a template calls otherwise goes and comes once', () => {
    const renamed = [
      `apiVersion: quayctl/v1\nkind: OrganizationTemplate\nname: standard\nprune: {robots: all}\nrobots: {build: {}}\n`,
      ...names.map((name) => organization(name, 'use: [standard]\n')),
    ].join('---\n')
    const before = names.flatMap((name) => [
      live(address('organization', name)),
      live(address('robot', name, 'ci')),
    ])
    const review = reviewOf(planned(renamed, before))
    says(review, {
      text: /- delete {2}robot\.\*\+ci .*note: robot\.\*\+build begins with none of it: Quay renames nothing in 3 organizations: acme, globex, initech\n/,
      markdown: /^> - \*\*credential\*\* delete `robot\.\*\+ci` in 3 organizations\\$/m,
    })
    expect(forms.text(review).match(/delete {2}robot/g)).toHaveLength(2)
  })

  test('a finding is said once, and of whom', () => {
    const findings = names.map(
      (name): Finding => ({
        code: 'QC4004',
        severity: 'warning',
        message: `description of repository.${name}/api stays as it is`,
        address: `repository.${name}/api`,
        source: { file: 'templates/standard.yaml', line: 3, column: 1 },
      }),
    )
    const review = reviewOf(planned(template, state), { findings })
    says(review, {
      markdown:
        /^## Quay plan: 3 changes, 2 things need attention\n.*in 3 organizations: acme, globex, initech/s,
      html: /in 3 organizations: acme, globex, initech/,
      annotations: /in acme, globex, initech/,
    })
  })
})

describe('what needs attention', () => {
  test('a change that costs two things is said once, with its notes once, and counts once', () => {
    const document = planned(described('one'), there('two'))
    const [change] = document.changes
    if (!change) throw new Error('no change')
    const both = { ...change, impacts: ['credential', 'data'] as const, consequences: ['tags go', 'it ends'] }
    const review = reviewOf({ ...document, changes: [both] })
    says(review, {
      text: / ! data, credential update {2}repository\.acme\/api$/m,
      markdown:
        /^## Quay plan: 1 change, 1 thing needs attention\n.*\*\*data, credential\*\* update `repository\.acme\/api`/s,
      html: /<b class="care">data, credential<\/b> update/,
    })
    const [box = ''] = forms.markdown(review).split('<details>')
    expect(box.match(/tags go/g)).toHaveLength(1)
  })
})

test('a guard that holds many objects names some of them where there is no room', () => {
  const addresses = Array.from({ length: 25 }, (_, i) => `robot.acme+bot-${i}`)
  const document = planned(described('API'))
  const stops = [{ code: 'QC4101', message: 'too many deletes', hint: 'allow them', addresses }]
  const review = reviewOf({ ...document, safety: { ...document.safety, blocked: true, stops } })
  expect(forms.markdown(review)).toContain('robot.acme+bot-24')
  const short = renderMarkdown(review, 900)
  expect(short).toMatch(/`robot\.acme\+bot-19` and 5 more/)
  expect(short).not.toContain('bot-20')
  says(review, { annotations: /^::error [^\n]*too many deletes/m, junit: /too many deletes/ })
})

test('a line that a template brought in is a link, and so is the line that uses the template', () => {
  const [change] = planned(described('one'), there('two')).changes
  if (!change) throw new Error('no change')
  const source = { file: 'templates/a.yaml', line: 6, column: 1, via: 'orgs/acme.yaml:4' }
  const review = reviewOf({ ...planned(described('one'), there('two')), changes: [{ ...change, source }] })
  says(review, {
    html: /<a href="[^"]*\/templates\/a\.yaml#L6"><code>templates\/a\.yaml:6<\/code><\/a> via <a href="[^"]*\/orgs\/acme\.yaml#L4"><code>orgs\/acme\.yaml:4<\/code><\/a>/,
  })
})

test('a comma after an address is no part of it', () => {
  const message = 'QUAY_URL is https://quay.example, and quayctl.yaml:1 says https://other.example'
  const finding: Finding = { code: 'QC3106', severity: 'error', message }
  says(
    { ...sites, plan: null, findings: [finding] },
    { markdown: /is `https:\/\/quay\.example`, and .* says `https:\/\/other\.example`$/m },
  )
})

test('where nothing was planned every form says so', () => {
  const finding: Finding = { code: 'QC1002', severity: 'error', message: 'unknown key "emial"' }
  const review: Review = { ...sites, plan: null, findings: [finding] }
  says(review, {
    text: /Nothing was planned: 1 error\./,
    markdown: /\*\*Nothing was planned\.\*\*/,
    html: /<h3>Nothing was planned<\/h3>/,
  })
})

test('a step that failed by a bug has no code, and one that is in no plan is named all the same', () => {
  const document = planned(described('API'), [live(acme)])
  const change = (at: typeof acme): Change => ({
    address: at,
    action: 'create',
    reason: 'config',
    desired: null,
    live: null,
    differences: [],
    values: {},
    at: null,
  })
  const changes = [change(api), change(addressOf({ name: 'user', separator: '' }, null, 'zoe'))]
  const failed: Outcome = { status: 'failed', error: new TypeError('boom') }
  const outcomes = new Map<string, Outcome>([
    [api.text, failed],
    ['user.zoe', { status: 'done' }],
  ])
  const steps = reviewedSteps({ plan: document, changes, outcomes, times: new Map(), exit: 5 })
  says(reviewOf(document, { steps }), {
    text: / failed +create +repository\.acme\/api +boom/,
    markdown: /\*\*failed\*\* create `repository\.acme\/api`\\\n> +boom/,
    html: /<p>boom<\/p>/,
    junit: /<testsuite name="registry"[^>]*>\s*<testcase classname="registry" name="create user\.zoe"/,
    annotations: /^::error [^\n]*failed/m,
  })
  const ended = renderOutcomes('0'.repeat(64), changes, outcomes, { requests: 2, retries: 0 }, uncolored)
  expect(ended).toMatch(/^Failed: repository\.acme\/api\n {2}boom$/m)
  const before = new Map<string, Outcome>([
    [api.text, { status: 'done' }],
    ['user.zoe', { status: 'already' }],
  ])
  expect(renderOutcomes('0'.repeat(64), changes, before, { requests: 2, retries: 0 }, uncolored)).toBe(
    'Applied 000000000000: 2 of 2 done and read back, 1 of them before, 2 requests.',
  )
})

test('what only Quay knows of many objects is counted', () => {
  const addresses = Array.from({ length: 7 }, (_, i) => `team.acme/t${i}`)
  const document = planned(described('API'))
  const diff = {
    base: { name: 'main', commit: 'c0ffee0' },
    head: { name: null },
    unknown: [{ about: 'administrators' as const, message: 'who is on the teams', addresses }],
  }
  const review = reviewOf({ ...document, kind: 'quayctl.diff', diff })
  says(review, { text: /who is on the teams: team\.acme\/t0, .*team\.acme\/t4 and 2 more/ })
  const short = renderMarkdown(review, 420)
  expect(short).toMatch(/who is on the teams: 7\n/)
  expect(short).toContain('The changes are too many to be shown here; quayctl diff has them all.')
  const known = reviewOf({ ...document, kind: 'quayctl.diff', diff: { ...diff, unknown: [] } })
  says(known, { junit: /<testcase classname="quayctl" name="diff">/ })
  for (const form of ['text', 'markdown', 'html'] as const)
    expect(forms[form](known)).not.toContain('Only Quay knows')
})

describe('an export', () => {
  const summary: ExportSummary = {
    counts: new Map([
      ['repository', 2],
      ['proxy_cache', 2],
      ['upstream_access', 2],
    ]),
    written: null,
    templates: false,
    notes: [],
    missing: new Map(),
    unseen: 0,
    variables: [],
  }
  const uses = Array.from({ length: 99 }, (_, i) => `password of mirror.acme/r${i}`)

  test('is counted in words', () =>
    expect(renderExport(summary)).toBe('Exported: 2 repositories, 2 proxy caches, 2 upstream access.'))

  test('names the first of many notes and uses, and how many more there are', () => {
    const notes = uses.map((note) => ({ at: null, note }))
    const text = renderExport({ ...summary, notes, variables: [{ name: 'QC_A', uses }] })
    const [of, by] = [...text.matchAll(/and (\d+) more/g)].map(([, count]) => Number(count))
    expect(of).toBe(by)
    expect([...text.matchAll(/mirror\.acme\/r/g)]).toHaveLength(2 * (99 - (of ?? 0)))
    expect(renderVariables([{ name: 'QC_A', uses }])).toMatch(new RegExp(`^# and ${of} more\nQC_A=$`, 'm'))
  })
})

test('the doctor says where the line is that needs what is missing', () => {
  const row = doubtful('features', 'FEATURE_REPO_MIRROR is off', 'set it', { source: 'acme.yaml:7:3' })
  const text = renderCheckup(
    { server: { url: null, version: null, user: null }, rows: [row, skipped('clock', 'not looked at')] },
    uncolored,
  )
  expect(text).toMatch(
    /^Doctor of no server\n\n warning +features +FEATURE_REPO_MIRROR is off\n +at acme\.yaml:7:3\n +fix: set it$/m,
  )
  expect(text).toMatch(/^0 ok, 1 warning, 0 failed, 1 skipped\.$/m)
})

test('beside a long key its words stand below', () => {
  const below = [
    { key: 'short', text: 'One.' },
    { key: 'a'.repeat(30), text: 'Two.' },
  ]
  const topic = { name: 'thing', what: 'a thing', page: 'things', text: ['It is.'], facts: [], below }
  expect(renderTopic(topic, uncolored)).toMatch(/^ {2}short {21}One\.\n {2}a{30}\n {28}Two\.$/m)
})

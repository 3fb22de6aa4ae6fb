import { readFileSync } from 'node:fs'
import { DOMParser, type Element } from '@xmldom/xmldom'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { checked, mistakes } from '../src/cli/reports.ts'
import type { Finding, Plan, PlannedChange } from '../src/model/plan.ts'
import type { Review } from '../src/model/review.ts'
import { risksOf } from '../src/render/attention.ts'
import { renderAnnotations, renderOutputs } from '../src/render/github.ts'
import { grouped } from '../src/render/group.ts'
import { groupedFindings } from '../src/render/group-findings.ts'
import { renderHtml } from '../src/render/html.ts'
import { renderJunit } from '../src/render/junit.ts'
import { renderMarkdown } from '../src/render/markdown-review.ts'
import { meaningOf } from '../src/render/remarks.ts'
import { renderSarif } from '../src/render/sarif.ts'
import { renderText } from '../src/render/text.ts'
import { scenarios, sites, told } from './reports.ts'
import { problemsOf } from './schemas.ts'
import { configure } from './world.ts'

/** What keeps a plan from being made: the files are wrong. */
const wrong = (before = ''): Review => {
  const { diagnostics } = configure({
    'orgs/a b.yaml': `${before}apiVersion: quayctl/v1\nkind: Organization\nname: acme\nemail: "[x](y)"\nquota: {limitt: 1}\nrobots: {ci: {description: 7}}\n`,
  })
  return { ...sites, ...mistakes(diagnostics) }
}

const reviewOf = async (name: string): Promise<Review> =>
  name === 'wrong' ? wrong() : (await told(name)).review
const all = [...scenarios, 'wrong']

/** How many things need attention, by the plan. */
function attentionOf({ plan, findings, steps = [] }: Review): number {
  const risks = plan
    ? risksOf(grouped(plan).flat()).flatMap(({ impacts }) => impacts).length + plan.safety.stops.length
    : 0
  return risks + groupedFindings(findings).length + steps.filter(({ error }) => error).length
}

describe('SARIF', () => {
  const schema = JSON.parse(readFileSync(new URL('sarif/sarif-2.1.0.schema.json', import.meta.url), 'utf8'))
  const { $schema: _, id: __, ...rules } = schema
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    unicodeRegExp: false,
    formats: { uri: true, 'uri-reference': true, 'date-time': true },
  })
  const valid = ajv.compile(rules)
  const runOf = (text: string) => JSON.parse(text).runs[0]

  test.each(all)('of %s is SARIF 2.1.0, with all that needs attention at its line', async (name) => {
    const review = await reviewOf(name)
    const text = renderSarif(review)
    valid(JSON.parse(text))
    expect(valid.errors ?? []).toEqual([])
    const { results, tool } = runOf(text)
    expect(results).toHaveLength(attentionOf(review))
    for (const { ruleId, ruleIndex, locations, message } of results) {
      expect(tool.driver.rules[ruleIndex]).toMatchObject({
        id: ruleId,
        shortDescription: { text: expect.any(String) },
      })
      const [{ physicalLocation }] = locations
      expect(physicalLocation.artifactLocation.uri).toMatch(/^[\w.%()'*!~-]+(\/[\w.%()'*!~-]+)*$/)
      expect(message.text).not.toMatch(/\]\(/)
    }
  })

  test('the schema refuses what is none', () => {
    const log = JSON.parse(renderSarif(wrong()))
    log.runs[0].results[0].level = 'fatal'
    expect(valid(log)).toBe(false)
  })

  test('lines that move leave the fingerprints as they are, and each has its own', () => {
    const prints = (review: Review): readonly string[] =>
      runOf(renderSarif(review)).results.map(
        ({ partialFingerprints }: { partialFingerprints: Record<string, string> }) =>
          partialFingerprints['quayctl/v1'],
      )
    const [here, below] = [wrong(), wrong('# a line more\n')]
    expect(renderSarif(below)).not.toBe(renderSarif(here))
    expect(prints(below)).toEqual(prints(here))
    expect(new Set(prints(here)).size).toBe(prints(here).length)
    expect(prints(here).length).toBeGreaterThan(1)
  })

  test('what is nowhere in the repository stands at the configuration as a whole', () => {
    const review: Review = { ...wrong(), path: () => null }
    for (const { locations } of runOf(renderSarif(review)).results)
      expect(locations).toEqual([
        { physicalLocation: { artifactLocation: { uri: 'quayctl.yaml', uriBaseId: '%SRCROOT%' } } },
      ])
  })
})

describe('JUnit', () => {
  /** What the schema of Jenkins allows: attributes, those that must be there, and elements inside. */
  const shape: Readonly<Record<string, readonly [may: string, must: string, inside: string]>> = {
    testsuites: ['name time tests failures errors', '', 'testsuite'],
    testsuite: [
      'name tests failures errors time skipped timestamp hostname id',
      'name tests failures errors',
      'testcase',
    ],
    testcase: ['name time classname', 'name', 'failure error skipped system-out'],
    failure: ['type message', '', ''],
    error: ['type message', '', ''],
    skipped: ['type message', '', ''],
    'system-out': ['', '', ''],
  }

  function check(element: Element): void {
    const [may, must, inside] = shape[element.tagName] ?? []
    const names = [...element.attributes].map(({ name }) => name)
    expect(names.filter((name) => !may?.split(' ').includes(name))).toEqual([])
    expect(names).toEqual(expect.arrayContaining((must ?? '').split(' ').filter((name) => name !== '')))
    for (const child of childrenOf(element)) {
      expect(inside?.split(' ')).toContain(child.tagName)
      check(child)
    }
  }

  const childrenOf = (element: Element): readonly Element[] =>
    [...element.childNodes].flatMap((node) => ('tagName' in node ? [node as Element] : []))

  const parsed = (text: string): Element => {
    const onError = (level: string, message: string) => {
      throw new Error(`${level}: ${message}`)
    }
    const root = new DOMParser({ onError }).parseFromString(text, 'text/xml').documentElement
    if (!root) throw new Error('no document')
    return root
  }

  test.each(all)('of %s parses, and counts right', async (name) => {
    const review = await reviewOf(name)
    const root = parsed(renderJunit(review))
    check(root)
    const of = (tag: string, inside = root) => inside.getElementsByTagName(tag).length
    for (const element of [root, ...childrenOf(root)]) {
      expect(Number(element.getAttribute('tests'))).toBe(of('testcase', element))
      expect(Number(element.getAttribute('failures'))).toBe(of('failure', element))
      expect(Number(element.getAttribute('errors'))).toBe(of('error', element))
    }
    const { plan, findings, steps } = review
    const changes = steps?.length ?? plan?.changes.length ?? 0
    const stops = plan?.safety.stops.length ?? 0
    expect(of('testcase')).toBe((plan ? 1 : 0) + changes + stops + findings.length)
    const errors = findings.filter(({ severity }) => severity === 'error').length
    const failed = steps?.filter(({ status }) => status === 'failed' || status === 'stale').length ?? 0
    expect(of('failure')).toBe(stops + errors + failed)
    expect(of('error')).toBe(steps?.filter(({ status }) => status === 'unknown').length ?? 0)
    const held = plan?.changes.filter((change) => change.held).length ?? 0
    expect(of('skipped')).toBe(steps ? steps.filter(({ status }) => status === 'skipped').length : held)
  })

  test('names are as they were, but for what XML has not', () => {
    const message = `a "b" 'c' <d> & ]]> \u0001\u001b[31m\uFFFE\uD800 é`
    const finding = { code: 'QC4004', severity: 'error' as const, message }
    const root = parsed(renderJunit({ ...sites, plan: null, findings: [finding] }))
    const [failure] = [...root.getElementsByTagName('failure')]
    expect(failure?.getAttribute('message')).toBe(`a "b" 'c' <d> & ]]> \\u0001\\u001b[31m?? é`)
  })
})

describe('GitHub Actions', () => {
  const command = /^::(error|warning|notice) ((?:file=[^,:\n]+,line=\d+,col=\d+,)?title=[^,:\n]+)::(.+)$/
  const parse = (line: string) => {
    const [, level, properties = '', data = ''] = command.exec(line) ?? []
    const decode = (text: string) =>
      text
        .replaceAll('%0A', '\n')
        .replaceAll('%0D', '\r')
        .replaceAll('%3A', ':')
        .replaceAll('%2C', ',')
        .replaceAll('%25', '%')
    const fields = properties.split(',').map((pair) => /^(\w+)=(.*)$/.exec(pair)?.slice(1).map(decode) ?? [])
    return { level, fields: Object.fromEntries(fields), data: decode(data) }
  }

  test.each(all)('the annotations of %s are commands of its runner, at most 10 of a level', async (name) => {
    const review = await reviewOf(name)
    const lines = renderAnnotations(review).split('\n').slice(0, -1)
    const last = lines.findIndex((line) => !line.startsWith('::'))
    const commands = last === -1 ? lines : lines.slice(0, last)
    for (const line of commands) expect(line).toMatch(command)
    const levels = commands.map((line) => parse(line).level)
    for (const level of ['error', 'warning', 'notice'])
      expect(levels.filter((one) => one === level).length).toBeLessThanOrEqual(10)
    const hidden = (lines[last]?.match(/\d+/g) ?? []).reduce((sum, number) => sum + Number(number), 0)
    expect(commands.length + hidden).toBe(attentionOf(review))
  })

  test('what is written in them comes back as it was', () => {
    const source = { file: 'a,b%:c\n.yaml', line: 3, column: 5 }
    const finding = {
      code: 'QC4004',
      severity: 'warning' as const,
      message: '100% ::error:: a,b',
      hint: 'two\nlines',
      source,
    }
    const review: Review = { ...sites, path: (file) => file, plan: null, findings: [finding] }
    expect(parse(renderAnnotations(review).trimEnd())).toEqual({
      level: 'warning',
      fields: { file: 'a,b%:c\n.yaml', line: '3', col: '5', title: 'QC4004 Cannot be changed in place' },
      data: '100% ::error:: a,b\ntwo\\u000alines',
    })
  })

  test('the worst ten of a level, and how many more', () => {
    const finding = (code: string, i: number) => ({
      code,
      severity: 'error' as const,
      message: `number ${i}`,
    })
    const findings = Array.from({ length: 25 }, (_, i) => finding('QC2001', i))
    const lines = renderAnnotations({ ...sites, plan: null, findings })
      .trimEnd()
      .split('\n')
    expect(lines).toHaveLength(11)
    expect(lines.at(-1)).toBe('and 15 errors more: the summary of the step has all')
  })

  /** As the runner reads the file. */
  function outputsOf(text: string): Readonly<Record<string, string>> {
    const found: Record<string, string> = {}
    let rest = text
    while (rest !== '') {
      const [all, name = '', end = ''] = /^([\w-]+)<<(.+)\n/.exec(rest) ?? []
      if (!all) throw new Error(`no output: ${rest}`)
      const at = rest.indexOf(`\n${end}\n`, all.length - 1)
      found[name] = rest.slice(all.length, at)
      rest = rest.slice(at + end.length + 2)
    }
    return found
  }

  test.each([
    ['empty', 'clean'],
    ['three-organizations', 'changes'],
    ['blocked', 'blocked'],
    ['partly-applied', 'partial'],
    ['wrong', 'failed'],
  ])('the outputs of %s: %s', async (name, status) => {
    const review = await reviewOf(name)
    const { plan } = review
    const outputs = outputsOf(renderOutputs(review))
    expect(outputs.status).toBe(status)
    expect(outputs['plan-id']).toBe(plan?.plan_id ?? '')
    expect(outputs.changes).toBe(String(plan?.changes.length ?? ''))
    expect(outputs.expect).toBe(plan ? expectedOf(plan) : '')
  })

  const expectedOf = ({ plan_ids: ids, changes }: Plan): string =>
    Object.keys(ids)
      .filter((organization) => changes.some((change) => change.organization === organization))
      .map((organization) => `${organization}=${ids[organization]}`)
      .join(' ')
})

describe('JSON is as its schema says, and has nothing else', () => {
  test.each(scenarios)('of %s', async (name) => {
    expect(problemsOf(JSON.parse((await told(name)).json))).toEqual([])
  })

  test.each([
    ['wrong', 'quota: {limitt: 1}\nrobots: {ci: {description: 7}}\n'],
    ['right', 'repositories: {web: {}}\n'],
    ['of rules', `robots: {ci: {description: "password=hunter2"}}\n`],
  ])('of files that are %s', (_, body) => {
    const { diagnostics, files, expanded } = configure(
      `apiVersion: quayctl/v1\nkind: Organization\nname: acme\nemail: a@b.example\n${body}`,
    )
    const told = checked(diagnostics, { files, objects: expanded.desired.length })
    const document = JSON.parse([...(told.json?.() ?? '')].join(''))
    expect(problemsOf(document)).toEqual([])
    for (const broken of [
      { ...document, more: 1 },
      { ...document, findings: [{ code: 'QC1001' }] },
      { ...document, files: -1 },
    ])
      expect(problemsOf(broken)).not.toEqual([])
  })
})

describe('whatever its form, a report names', () => {
  const forms = {
    text: (review: Review) => renderText(review).replace(/\s+/g, ' '),
    markdown: (review: Review) => renderMarkdown(review).replaceAll('\\', ''),
    html: renderHtml,
    sarif: renderSarif,
    annotations: renderAnnotations,
  }

  test.each(Object.entries(forms))(
    'the organizations of something that many lose: %s',
    async (form, render) => {
      const { review } = await told('deletes')
      const [robot] = review.plan.changes.filter(({ address }) => address === 'robot.acme+old-jenkins')
      const names = Array.from({ length: 25 }, (_, index) => `team-${String(index).padStart(2, '0')}`)
      const changes: readonly PlannedChange[] = names.map((name) =>
        JSON.parse(JSON.stringify(robot).replaceAll('acme', name)),
      )
      const plan = { ...review.plan, changes, access: [], findings: [] }
      const said = render({ ...review, plan, findings: [] })
      const [, risk = ''] = /credential(.*)/s.exec(said.replace(/.*Attention/s, '')) ?? []
      expect(risk).toContain(names.slice(0, 20).join(', '))
      if (form === 'html') expect(risk).toContain('team-24')
      else expect(risk).toContain('team-19 and 5 more')
    },
  )

  const at = { file: 'quay.yaml', line: 1, column: 1 }
  test.each<[string, Partial<Finding>, string]>([
    [
      'by its address',
      { address: 'quota.acme', message: 'the warning is late' },
      'quota.acme: the warning is late',
    ],
    ['by its organization', { organization: 'acme', message: 'it is late' }, 'acme: it is late'],
    ['which its words do already', { address: 'quota.acme', message: 'late in acme' }, 'late in acme'],
    [
      'in an address',
      { address: 'permission.acme/a:user:b', message: 'b has repository.acme/a' },
      'b has repository.acme/a',
    ],
    ['and not as part of a word', { organization: 'a', message: 'a-b says' }, 'a: a-b says'],
    ['nothing where it is of none', { message: 'it is late' }, 'it is late'],
  ])('what a finding is about, %s', async (_, more, words) => {
    const { review } = await told('empty')
    const finding = { code: 'QC4001', severity: 'warning' as const, message: '', source: at, ...more }
    const found = { ...review, findings: [finding], plan: { ...review.plan, findings: [finding] } }
    for (const [form, render] of Object.entries({ ...forms, junit: renderJunit }))
      expect(render(found), form).toMatch(new RegExp(`[ >:"\n]${words}`))
    expect(renderMarkdown(found)).toMatch(/^## Quay plan: no changes, 1 thing needs attention\n/)
  })

  test('what a secret that is sent is, and does not call it the end of one', async () => {
    const { review } = await told('secrets')
    for (const render of [renderSarif, renderAnnotations])
      expect(render(review)).not.toMatch(/A credential ends|stops working/)
    expect(meaningOf('impact-credential-sent')?.title).toBe('A credential is used anew')
    expect(renderAnnotations(review)).toContain('title=impact-credential-sent A credential is used anew')
    expect(renderAnnotations((await told('deletes')).review)).toContain(
      'title=impact-credential A credential ends',
    )
  })
})

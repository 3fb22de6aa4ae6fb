import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Plan } from '../../src/model/plan.ts'
import { committed } from '../repository.ts'
import {
  cleanUp,
  type Files,
  folder,
  organization,
  type Quay,
  quay,
  quayctl,
  registry,
  writes,
} from './run.ts'

afterAll(cleanUp)

const main = (body = '') => ({ 'quayctl.yaml': registry(`include: [orgs/*.yaml]\n${body}`) })
const template = (role: string) =>
  `apiVersion: quayctl/v1\nkind: OrganizationTemplate\nname: standard\nteams: {readers: {role: ${role}}}\n`
const robots = (...names: readonly string[]) => `robots: {${names.map((name) => `${name}: {}`).join(', ')}}\n`
const acme = (body: string) => ({ 'orgs/acme.yaml': organization('acme', body) })
const base: Files = {
  ...main('users: {alice: {email: alice@example.com}}\n'),
  ...acme(`use: [standard]\n${robots('ci')}`),
  'orgs/globex.yaml': organization('globex', `use: [standard]\n${robots('ci')}`),
  'orgs/initech.yaml': organization('initech', robots('ci')),
  'orgs/standard.yaml': template('member'),
}

/** A Quay that is as a commit says, and the working tree with other files. */
async function changed(files: Files): Promise<Quay & { readonly cwd: string }> {
  const server = await quay()
  const cwd = folder(base)
  committed(cwd)
  const options = { cwd, env: server.env }
  const { code } = await quayctl(
    ['apply', '--yes', '--allow=credential', '--credentials-out', join(folder(), 'out.json')],
    options,
  )
  expect(code).toBe(0)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text)
  server.seen.length = 0
  return { ...server, cwd }
}

/** What was asked about, besides what each run begins with. */
const asked = ({ seen }: Quay): readonly string[] =>
  [
    ...new Set(
      seen.flatMap(
        ({ path }) => /(acme|globex|initech|initrode|superuser|message|repository)/.exec(path)?.[1] ?? [],
      ),
    ),
  ].sort()

describe.concurrent('plan --changed-since reads', () => {
  test.each([
    [
      'only what changed',
      acme(`use: [standard]\n${robots('ci', 'new')}`),
      ['acme'],
      ['create robot.acme+new'],
    ],
    [
      'all that use a template that changed',
      { 'orgs/standard.yaml': template('creator') },
      ['acme', 'globex'],
      ['update team.acme/readers', 'update team.globex/readers'],
    ],
    [
      'accounts by themselves',
      main('users: {alice: {email: other@example.com}}\n'),
      ['superuser'],
      ['update user.alice'],
    ],
    ['nothing where only lines moved', acme(`# moved\n${robots('ci')}use: [standard]\n`), [], []],
    [
      'what is new',
      { 'orgs/initrode.yaml': organization('initrode') },
      ['initrode'],
      ['create organization.initrode'],
    ],
  ] as const)('%s', async (_, files, about, changes) => {
    const server = await changed(files)
    const { code, stdout } = await quayctl(['plan', '--changed-since', 'HEAD', '--json'], server)
    const plan: Plan = JSON.parse(stdout)
    expect([code, asked(server), plan.scope.complete]).toEqual([0, about, false])
    expect(plan.changes.map(({ action, address }) => `${action} ${address}`)).toEqual(changes)
    const others = 3 - about.filter((name) => name in { acme, globex: 1 }).length
    expect(plan.findings.map(({ code: kind, message }) => `${kind} ${message}`)).toEqual([
      expect.stringMatching(new RegExp(`^QC4060 ${others} organizations? (is|are) left out: .* at HEAD$`)),
    ])
  })
})

test('without a change it says so, and asks no more than who is there', async () => {
  const server = await changed({})
  const { code, stdout } = await quayctl(['plan', '--changed-since', 'HEAD', '--detailed-exitcode'], server)
  expect([code, stdout]).toEqual([0, expect.stringContaining('No changes.')])
  expect(stdout).toContain('3 organizations are left out: the files say the same of them as at HEAD')
  const paths = server.seen.map(({ path }) => path).sort()
  expect(paths).toEqual(['/api/v1/discovery', '/api/v1/user/', '/config'])
})

test('rules that organizations break which are left out are not told of', async () => {
  const admin = (name: string) =>
    organization(name, `${robots('ci')}repositories: {web: {permissions: {robot:ci: admin}}}\n`)
  const cwd = folder({ ...main(), 'orgs/acme.yaml': admin('acme'), 'orgs/globex.yaml': admin('globex') })
  committed(cwd)
  const { env } = await quay()
  writeFileSync(join(cwd, 'orgs/acme.yaml'), admin('acme').replace('web:', 'shop:'))
  const findings = async (...args: readonly string[]) => {
    const { stdout } = await quayctl(['plan', '--json', ...args], { cwd, env })
    return (JSON.parse(stdout) as Plan).findings.map(({ code, address }) => `${code} ${address ?? ''}`)
  }
  const both = ['QC5002 permission.acme/shop:robot:ci', 'QC5002 permission.globex/web:robot:ci']
  expect(await findings()).toEqual(both)
  expect(await findings('--changed-since', 'HEAD')).toEqual(['QC4060 ', both[0]])
  expect(await findings('--organization', 'globex')).toEqual([both[1]])
})

test('apply leaves what others changed elsewhere', async () => {
  const server = await changed(acme(`use: [standard]\n${robots('ci', 'new')}`))
  await server.call('DELETE', '/organization/globex/robots/ci')
  server.seen.length = 0
  const { code } = await quayctl(['apply', '--yes', '--changed-since', 'HEAD'], server)
  expect([code, writes(server.seen)]).toEqual([0, ['PUT /api/v1/organization/acme/robots/new']])
})

test('of a commit whose files are not right all is planned, with a warning, and nothing is applied; as --base it is an error', async () => {
  const server = await changed(acme('robots: {ci: {colour: red}}\n'))
  committed(server.cwd)
  writeFileSync(join(server.cwd, 'orgs/acme.yaml'), organization('acme', `use: [standard]\n${robots('ci')}`))
  const args = ['plan', '--changed-since', 'HEAD', '--json']
  const { code, stdout } = await quayctl(args, server)
  const { scope, findings }: Plan = JSON.parse(stdout)
  expect([code, asked(server), scope.complete]).toEqual([0, ['acme', 'globex', 'initech', 'superuser'], true])
  expect(findings.map(({ code: kind, severity, message }) => [kind, severity, message])).toEqual([
    [
      'QC4063',
      'warning',
      'the files at --changed-since HEAD are not right, so all organizations are planned',
    ],
  ])
  for (const line of [
    ['plan', '--base', 'HEAD'],
    ['apply', '--yes', '--base', 'HEAD~1', '--changed-since', 'HEAD'],
  ]) {
    const refused = await quayctl(line, server)
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('QC3120')])
  }
})

test.each([
  [['plan', '--changed-since', 'nowhere'], 3, 'QC3119 --changed-since nowhere: Git has no such commit here'],
  [['plan', '--changed-since', 'HEAD', '-f', '-'], 64, 'QC6416 --changed-since with -f -'],
  [['apply', 'plan.json', '--changed-since', 'HEAD'], 64, 'QC6419'],
] as const)('%j is refused', async (args, expected, says) => {
  const cwd = folder(base)
  committed(cwd)
  const env = { QUAY_URL: 'http://127.0.0.1:9', QUAY_TOKEN: 'x' }
  const { code, stderr } = await quayctl(args, { cwd, env, input: organization('acme') })
  expect([code, stderr]).toEqual([expected, expect.stringContaining(says)])
})

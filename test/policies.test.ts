import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { ruleNames, rules } from '../src/model/rules.ts'
import { execute, folder, quay, quayctl, root } from './commands/run.ts'

const docs = readFileSync(join(root, 'docs/policies.md'), 'utf8')
const policies = join(root, 'examples/policies')

/** The cells of the rows of the table that begins with this head. */
function rowsOf(head: string): readonly (readonly string[])[] {
  const table = docs.split('\n\n').find((text) => text.startsWith(`| ${head} |`)) ?? ''
  return table
    .split('\n')
    .slice(2)
    .map((row) => row.split(' | ').map((cell) => cell.replace(/^\| |`| \|$/g, '').trim()))
}

test('the table of rules is the one of the program', () => {
  expect(rowsOf('rule').map((row) => row.slice(0, 3))).toEqual(
    ruleNames.map((name) => [name, rules[name].code, rules[name].level]),
  )
})

test.each([...docs.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text))(
  'snippet %# is valid, and nothing in it is idle',
  async (text) => {
    const { code, stderr } = await quayctl(['validate'], { cwd: folder({ 'quayctl.yaml': text }) })
    expect([code, stderr]).toEqual([0, ''])
  },
)

describe('members of a plan', () => {
  interface Node {
    readonly properties?: Readonly<Record<string, Node>>
    readonly items?: Node
    readonly anyOf?: readonly Node[]
    readonly $ref?: string
  }
  const schema = JSON.parse(readFileSync(join(root, 'schemas/plan.schema.json'), 'utf8'))
  const resolved = (node: Node | undefined): Node | undefined =>
    node?.$ref ? schema.definitions[node.$ref.replace('#/definitions/', '')] : node
  const at = (path: string): Node | undefined =>
    path.split('.').reduce<Node | undefined>((node, part) => {
      const found = resolved(node)?.properties?.[part.replace('[]', '')]
      return part.endsWith('[]') ? resolved(found)?.items : found
    }, schema)

  test.each(rowsOf('member').map(([member = '']) => member))('%s is one', (member) => {
    expect(at(member)).toBeDefined()
  })

  test('the policies use no others', () => {
    const text = readdirSync(policies)
      .filter((file) => file.endsWith('.rego'))
      .map((file) => readFileSync(join(policies, file), 'utf8'))
      .join('\n')
    const used = [
      ...[...text.matchAll(/\binput\.(\w+)/g)].map(([, name]) => `${name}`),
      ...[...text.matchAll(/\bchange(?:\.|, ")(\w+)/g)].map(([, name]) => `changes[].${name}`),
    ]
    expect(used.length).toBeGreaterThan(10)
    expect(used.filter((member) => !at(member))).toEqual([])
  })
})

const program = (process.env.PATH ?? '')
  .split(delimiter)
  .map((path) => join(path, 'opa'))
  .find(existsSync)
const opa = (...args: readonly string[]) => execute(program ?? '', args)

/** What OPA denies of a plan, with more data where that is given. */
async function denied(plan: string, data: readonly string[] = []): Promise<readonly string[]> {
  const paths = [policies, ...data].flatMap((path) => ['--data', path])
  const { stdout, stderr } = await opa('eval', ...paths, '--strict', '--input', plan, 'data.main.deny')
  if (stderr !== '') throw new Error(stderr)
  return JSON.parse(stdout).result[0].expressions[0].value
}

const before = `apiVersion: quayctl/v1
kind: Organization
name: acme
email: a@acme.example
robots: {ci: {}, old: {}}
teams:
  owners: {role: admin, members: [user:admin]}
  robots: {role: member, members: [robot:ci]}
default_permissions: [{to: robot:ci, role: read}, {creator: robot:ci, to: robot:old, role: admin}]
repositories:
  api: {permissions: {robot:ci: write, robot:old: admin}}
  web: {}
  sdk: {}
`
const bad = `apiVersion: quayctl/v1
kind: Registry
users: {bob: {}}
removed: {organizations: {globex: {reason: gone, until: 2999-01-01}}}
---
${before
  .replace('[user:admin]', '[user:admin, robot:ci]')
  .replace('robot:ci, role: read', 'robot:ci, role: admin')
  .replace('robot:ci: write', 'robot:ci: admin')
  .replace('robots: {role: member', 'robots: {role: admin')
  .replace('  web: {}\n  sdk: {}', '  sdk: {visibility: public}\n  new: {visibility: public}')}
removed: {repositories: {web: {reason: gone, until: 2999-01-01}}}
`
/** Takes away, or gives less: nothing of it is to be denied. */
const good = before
  .replace('robot:ci: write, robot:old: admin', 'robot:ci: read, team:owners: admin, user:admin: admin')
  .replace(', {creator: robot:ci, to: robot:old, role: admin}', ', {to: team:owners, role: admin}')
  .replace('sdk: {}', 'sdk: {visibility: private, description: "visibility: public"}')

describe.skipIf(!program)(
  `the policies${program ? '' : ', not tried because opa is not on the PATH'}`,
  () => {
    let plans: Readonly<Record<'bad' | 'good', string>> = { bad: '', good: '' }

    beforeAll(async () => {
      const { env } = await quay()
      const cwd = folder({
        'before.yaml': before,
        'globex.yaml': 'apiVersion: quayctl/v1\nkind: Organization\nname: globex\nemail: g@acme.example\n',
        'bad.yaml': bad,
        'good.yaml': good,
      })
      const run = async (...args: string[]) => {
        const { code, stderr } = await quayctl(args, { cwd, env })
        expect([code, stderr.includes('error')]).toEqual([0, false])
      }
      await run('apply', '-f', 'before.yaml', '-f', 'globex.yaml', '--yes')
      for (const file of ['bad', 'good']) await run('plan', '-f', `${file}.yaml`, '--out', `${file}.json`)
      plans = { bad: join(cwd, 'bad.json'), good: join(cwd, 'good.json') }
    }, 60_000)

    test('what is wrong in a plan is denied, and nothing else', async () => {
      expect(await denied(plans.bad)).toEqual([
        'default_permission.acme:*:robot:ci gives a robot admin',
        'organization.globex is deleted, with all that it holds',
        'permission.acme/api:robot:ci gives a robot admin',
        'repository.acme/new becomes public',
        'repository.acme/sdk becomes public',
        'repository.acme/web is deleted, with all that it holds',
        'team.acme/owners has a robot, and is a team of role admin',
        'team.acme/robots has a robot, and is a team of role admin',
      ])
      expect(JSON.parse(readFileSync(plans.good, 'utf8')).changes.length).toBeGreaterThan(4)
      expect(await denied(plans.good)).toEqual([])
    })

    test('the files are as OPA wants them, and its exit code tells of a denial', async () => {
      expect((await opa('check', '--strict', policies)).code).toBe(0)
      expect((await opa('fmt', '--list', policies)).stdout).toBe('')
      const line = /`quayctl plan --out plan.json && opa (.*?)`/.exec(
        readFileSync(join(policies, 'README.md'), 'utf8'),
      )
      const args = (line?.[1] ?? '').replaceAll("'", '').split(' ')
      const codeOf = async (plan: string) =>
        (await opa(...args.map((word) => (word === 'plan.json' ? plan : word)))).code
      expect([await codeOf(plans.good), await codeOf(plans.bad)]).toEqual([0, 1])
    })

    test('exceptions are data', async () => {
      const data = join(
        folder({
          'exceptions.yaml':
            'public_repositories: [repository.acme/sdk]\ndeletable: [repository.acme/web, organization.globex]\n',
        }),
        'exceptions.yaml',
      )
      const rest = await denied(plans.bad, [data])
      expect(rest.filter((text) => /public|deleted/.test(text))).toEqual([
        'repository.acme/new becomes public',
      ])
    })

    test('hostile names change nothing', async () => {
      const plan = JSON.parse(readFileSync(plans.good, 'utf8'))
      const change = (address: string, chain: readonly string[][], more: object) => ({
        ...plan.changes[0],
        ...{ declared: undefined, live: undefined, action: 'create', address, chain, ...more },
      })
      const acme = ['organization', 'acme']
      const hostile = 'x\n::error::y\u001b[2J%s%n"}{{robot:'
      const encoded = encodeURIComponent(hostile)
      plan.changes = [
        // Names that look like what is denied.
        change(
          `permission.acme/robot:user:robot%3Aci`,
          [acme, ['repository', 'robot'], ['permission', 'user:robot:ci']],
          {
            desired: { role: 'admin' },
          },
        ),
        change('team.acme/repository.x', [acme, ['team', 'repository.x']], {
          action: 'delete',
          desired: { role: 'admin', members: ['robot:ci'] },
        }),
        change(`robot.acme+${encoded}`, [acme, ['robot', 'visibility']], {
          desired: { visibility: 'public' },
        }),
        // What is denied under names that look like something else.
        change(`repository.acme/${encoded}`, [acme, ['repository', hostile]], {
          desired: { visibility: 'public' },
        }),
        change(
          'permission.acme/a:robot:team%3Ax',
          [acme, ['repository', 'a'], ['permission', 'robot:team:x']],
          {
            action: 'update',
            desired: { role: 'admin' },
          },
        ),
      ]
      const path = join(folder({ 'plan.json': JSON.stringify(plan) }), 'plan.json')
      const found = await denied(path)
      expect(found).toEqual([
        'permission.acme/a:robot:team%3Ax gives a robot admin',
        `repository.acme/${encoded} becomes public`,
      ])
    })

    test('what is no plan is denied', async () => {
      const plan = JSON.parse(readFileSync(plans.good, 'utf8'))
      for (const other of [
        {},
        { ...plan, format_version: '2.0' },
        { ...plan, kind: 'quayctl.report' },
        { ...plan, changes: null },
      ]) {
        const path = join(folder(), 'other.json')
        writeFileSync(path, JSON.stringify(other))
        expect(await denied(path)).toEqual([expect.stringMatching(/^this is no plan/)])
      }
    })
  },
)

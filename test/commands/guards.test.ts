import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { question } from '../../src/cli/confirm.ts'
import { folder, organization, quay, quayctl, registry, root, writes } from './run.ts'

type Server = Awaited<ReturnType<typeof quay>>

const here = (text: string) => folder({ 'quayctl.yaml': text })
const run = (server: Server, text: string, ...args: readonly string[]) =>
  quayctl(args, { cwd: here(text), env: server.env })

/** A server to which these files were applied. */
async function applied(text: string, options: Parameters<typeof quay>[0] = {}): Promise<Server> {
  const server = await quay(options)
  const allow = ['--allow', 'credential,data,public']
  const { code, stdout, stderr } = await run(server, text, 'apply', '--yes', ...allow)
  expect(code, stdout + stderr).toBe(0)
  server.seen.length = 0
  return server
}

/** Robots r10, r11 and so on, less the first ones. */
const robots = (count: number, less = 0): string =>
  `robots:\n${Array.from({ length: count }, (_, index) => `  r${index + 10}: {}\n`)
    .slice(less)
    .join('')}`

const fits = (text: string): void => {
  for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  expect(text).toMatch(/^[\n -~]*$/)
}

describe.concurrent('a share of one type', () => {
  test('stops plan and apply, with the flag that lifts it', async () => {
    const server = await applied(organization('acme', robots(11)))
    const fewer = `${registry('safety: {max_delete_percent: 20}\n')}---\n${organization('acme', `prune: {robots: all}\n${robots(11, 3)}`)}`
    const planned = await run(server, fewer, 'plan')
    expect(planned.code).toBe(4)
    expect(planned.stdout).toContain(
      ' ! stopped    QC4107  quayctl.yaml:3\n     3 of 11 objects of type robot in acme would be deleted or replaced, 28\n     percent; the limit is 20 percent\n     = if that is meant: --max-delete-percent 28 for one run, or\n       safety.max_delete_percent: 28 in the files\n',
    )
    fits(planned.stdout)
    const flags = ['--yes', '--allow', 'credential']
    const stopped = await run(server, fewer, 'apply', ...flags)
    expect([stopped.code, stopped.stderr, writes(server.seen)]).toEqual([
      4,
      'Stopped: nothing was changed.\n',
      [],
    ])
    const lifted = await run(server, fewer, 'apply', ...flags, '--max-delete-percent', '28')
    expect([lifted.code, writes(server.seen).length]).toEqual([0, 3])
  })

  test.each(['-1', '101', 'x'])('%s is no percent', async (text) => {
    const { code } = await run(await quay(), organization('acme'), 'plan', `--max-delete-percent=${text}`)
    expect(code).toBe(64)
  })
})

describe.concurrent('an empty configuration', () => {
  test('that would delete a whole block stops, until --allow-empty', async () => {
    const server = await applied(organization('acme', robots(3)))
    const empty = organization('acme', 'prune: {robots: all}\nrobots: {}\n')
    const flags = ['--yes', '--allow', 'credential']
    const stopped = await run(server, empty, 'apply', ...flags)
    expect(stopped.stdout).toContain(
      ' ! stopped    QC4108  quayctl.yaml:5\n     the files list no object of type robot in acme any more: 3 of 3 would be\n     deleted\n     = if that is meant: --allow-empty for one run, or removed in the files,\n       with a line for each\n',
    )
    fits(stopped.stdout)
    expect([stopped.code, writes(server.seen)]).toEqual([4, []])
    const planned = await run(server, empty, 'plan', '--allow-empty')
    const listed = await run(
      server,
      `${empty}removed:\n  robots:\n${[10, 11, 12].map((name) => `    r${name}: {reason: none uses it, until: 2999-12-31}\n`).join('')}`,
      'plan',
    )
    const allowed = await run(server, empty, 'apply', ...flags, '--allow-empty')
    expect([planned.code, listed.code, allowed.code, writes(server.seen).length]).toEqual([0, 0, 0, 3])
  })

  test.each([
    ['a Registry document', registry('secrets: [QC_*]\n')],
    ['a template', 'apiVersion: quayctl/v1\nkind: OrganizationTemplate\nname: standard\nrobots: {ci: {}}\n'],
  ])('%s alone declares nothing', async (_, text) => {
    const server = await applied(organization('acme', robots(3)))
    for (const command of [['plan'], ['apply'], ['apply', '--yes']]) {
      const { code, stdout, stderr } = await run(server, text, ...command)
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toContain(' ! note       QC4015\n     nothing is declared\n')
      expect(stdout).toContain('\nNo changes. ')
      fits(stdout)
    }
    expect(writes(server.seen)).toEqual([])
  })
})

const two = `${organization('acme', robots(2))}---\n${organization('globex', 'repositories:\n  web: {}\n')}`
/** acme loses a robot, globex gets a description. */
const changed = (acme = '', head = '') =>
  `${head}${organization('acme', `${acme}prune: {robots: all}\n${robots(2, 1)}`)}---\n${organization('globex', 'repositories:\n  web: {description: The shop}\n')}`
const yes = ['--yes', '--allow', 'credential']
const valid = (name: string, text: string): void => {
  const ajv = new Ajv({ allErrors: true, strict: false })
  const schema = JSON.parse(readFileSync(join(root, 'schemas', `${name}.schema.json`), 'utf8'))
  expect(ajv.validate(schema, JSON.parse(text)), ajv.errorsText()).toBe(true)
}
const heldOf = (text: string) =>
  JSON.parse(text).changes.map(({ address, held }: { address: string; held?: string }) => [address, held])

describe.concurrent('--hold-blocked', () => {
  const head = `${registry('safety: {max_deletes: 0}\n')}---\n`

  test('goes on with the organizations that no guard stops, and ends with 4', async () => {
    const server = await applied(two)
    const stopped = await run(server, changed('', head), 'apply', ...yes)
    expect([stopped.code, writes(server.seen)]).toEqual([4, []])
    const { code, stdout, stderr } = await run(server, changed('', head), 'apply', ...yes, '--hold-blocked')
    expect(stdout).toMatch(
      /\nApplied [0-9a-f]{12}: 1 of 1 done and read back, \d+ requests\.\nHeld, and not applied: acme \(1 change\)\.\n$/,
    )
    expect(stderr).toBe(' 1/1 done    update  repository.globex/web\n')
    expect([code, writes(server.seen)]).toEqual([4, ['PUT /api/v1/repository/globex/web']])
    fits(stdout)
  })

  test('shows the same in a plan, whose ids stay', async () => {
    const server = await applied(two)
    const text = changed('', head)
    const plain = await run(server, text, 'plan', '--json')
    const held = await run(server, text, 'plan', '--json', '--hold-blocked')
    valid('plan', held.stdout)
    expect([plain.code, held.code]).toEqual([4, 4])
    expect(heldOf(plain.stdout)).toEqual([
      ['robot.acme+r10', undefined],
      ['repository.globex/web', undefined],
    ])
    expect(heldOf(held.stdout)).toEqual([
      ['robot.acme+r10', 'blocked'],
      ['repository.globex/web', undefined],
    ])
    const [one, other] = [JSON.parse(plain.stdout), JSON.parse(held.stdout)]
    expect(other.plan_ids).toEqual(one.plan_ids)
    expect([one.safety.confirm, other.safety.confirm]).toEqual([['credential'], []])
  })

  test('reports what is held as skipped, with the guard that holds it', async () => {
    const server = await applied(two)
    const { code, stdout } = await run(
      server,
      changed('', head),
      'apply',
      '--yes',
      '--json',
      '--hold-blocked',
    )
    valid('report', stdout)
    expect([code, JSON.parse(stdout).steps]).toEqual([
      4,
      [
        {
          address: 'robot.acme+r10',
          organization: 'acme',
          action: 'delete',
          status: 'skipped',
          because: 'held by QC4102: 1 object would be deleted or replaced; the limit is 0',
        },
        {
          address: 'repository.globex/web',
          organization: 'globex',
          action: 'update',
          status: 'done',
          ended_at: expect.any(String),
        },
      ],
    ])
  })

  test('changes nothing where every organization is stopped', async () => {
    const server = await applied(two)
    const text = `${head}${organization('acme', `prune: {robots: all}\n${robots(2, 1)}`)}`
    const { code, stderr } = await run(server, text, 'apply', ...yes, '--hold-blocked')
    expect([code, stderr, writes(server.seen)]).toEqual([4, 'Stopped: nothing was changed.\n', []])
  })

  test('ends with 5 where something else fails', async () => {
    const broken = { on: false }
    const server = await applied(two, {
      faults: ({ method, target }) =>
        broken.on && method === 'PUT' && target.includes('/repository/globex/web')
          ? { status: 400, body: { message: 'no' } }
          : undefined,
    })
    broken.on = true
    const text = `${changed('', head)}  api: {description: x}\n`
    const { code, stdout } = await run(server, text, 'apply', ...yes, '--hold-blocked')
    expect(stdout).toMatch(
      /\nPartly applied [0-9a-f]{12}: 1 done, 1 failed, .*\n.*\nHeld, and not applied: acme /,
    )
    expect(code).toBe(5)
  })

  test('holds accounts like an organization, and what needs them', async () => {
    const head = registry(
      'safety: {protect: ["user.*"]}\nremoved:\n  users: {bob: {reason: x, until: 2999-12-31}}\n',
    )
    const before = `${registry('users:\n  bob: {email: bob@x.example}\n')}---\n${organization('globex')}`
    const server = await quay()
    const out = join(folder(), 'out.json')
    const made = await run(
      server,
      before,
      'apply',
      '--yes',
      '--allow',
      'credential',
      '--credentials-out',
      out,
    )
    expect(made.code, made.stderr).toBe(0)
    server.seen.length = 0
    const after = `${head}---\n${organization('globex', robots(1))}`
    const { code, stdout } = await run(server, after, 'apply', ...yes, '--allow', 'data', '--hold-blocked')
    expect(stdout).toContain('\nHeld, and not applied: what is in no organization (1 change).\n')
    expect([code, writes(server.seen)]).toEqual([4, ['PUT /api/v1/organization/globex/robots/r10']])
  })
})

describe.concurrent('a paused organization', () => {
  const paused = (until = '2999-12-31') => `paused: {reason: "INFRA-1, moves", until: ${until}}\n`

  test('is shown and not applied; others go on', async () => {
    const server = await applied(two)
    const { code, stdout, stderr } = await run(server, changed(paused()), 'apply', '--yes')
    expect(stdout).toContain(
      '\n ! note       QC4013  quayctl.yaml:5\n     organization.acme is paused until 2999-12-31: INFRA-1, moves\n',
    )
    expect(stdout).toContain('\n            note: not applied: its organization is paused\n')
    expect(stdout).toMatch(/: 1 of 1 done.*\nPaused, and not applied: acme \(1 change\)\.\n$/)
    expect([code, stderr]).toEqual([0, ' 1/1 done    update  repository.globex/web\n'])
    expect(writes(server.seen)).toEqual(['PUT /api/v1/repository/globex/web'])
    fits(stdout)
  })

  test('alone leaves nothing to ask', async () => {
    const server = await applied(two)
    const text = organization('acme', `${paused()}prune: {robots: all}\nrobots: {}\n`)
    const { code, stdout, stderr } = await run(server, text, 'apply')
    expect([code, stderr, writes(server.seen)]).toEqual([0, '', []])
    expect(stdout).not.toContain('stopped')
    const json = await run(server, text, 'apply', '--json')
    valid('report', json.stdout)
    expect([json.code, JSON.parse(json.stdout).steps]).toEqual([
      0,
      ['r10', 'r11'].map((name) => ({
        address: `robot.acme+${name}`,
        organization: 'acme',
        action: 'delete',
        status: 'skipped',
        because: 'paused until 2999-12-31: INFRA-1, moves',
      })),
    ])
    const detailed = await run(server, text, 'plan', '--detailed-exitcode')
    expect(detailed.code).toBe(2)
  })

  test('is not asked about', async () => {
    const server = await applied(
      `${organization('acme', robots(2))}---\n${organization('globex', robots(2))}`,
    )
    const less = `prune: {robots: all}\n${robots(2, 1)}`
    const text = `${organization('acme', paused() + less)}---\n${organization('globex', less)}`
    const refused = await run(server, text, 'apply', '--yes')
    expect(refused.stderr).toContain('--yes does not cover credential: robot.globex+r10\n')
    const { stdout } = await run(server, text, 'plan', '--json')
    const asked = question(JSON.parse(stdout), new Map([['credential', []]]))
    expect([asked.explain, asked.accepts('globex')]).toEqual([
      'This has impact on: credential. Organization: globex\n',
      true,
    ])
    expect(asked.prompt).toBe('Type the name of the organization to go on: ')
  })

  test('stands in the plan with its ids, and counts for no limit', async () => {
    const server = await applied(two)
    const plan = async (more: string) => (await run(server, changed(more), 'plan', '--json')).stdout
    const [one, other] = [await plan(''), await plan(paused())]
    valid('plan', other)
    expect(heldOf(other)).toEqual([
      ['robot.acme+r10', 'paused'],
      ['repository.globex/web', undefined],
    ])
    expect(JSON.parse(other).plan_ids).toEqual(JSON.parse(one).plan_ids)
    expect(JSON.parse(other).safety).toMatchObject({
      blocked: false,
      confirm: [],
      limits: [{ name: 'max_deletes', value: 0 }, { name: 'max_revokes' }],
    })
  })

  test('is applied again after its last day', async () => {
    const server = await applied(two)
    const { code, stdout } = await run(server, changed(paused('2020-12-31')), 'apply', ...yes)
    expect(stdout).toContain(
      '\n ! warning    QC4014  quayctl.yaml:5\n     the pause of organization.acme ended on 2020-12-31: it is applied again\n',
    )
    expect([code, writes(server.seen).length]).toEqual([0, 2])
  })
})

describe.concurrent('administrators', () => {
  const owners = (...users: readonly string[]) =>
    organization(
      'acme',
      `teams:\n  owners: {role: admin, members: [${users.map((name) => `user:${name}`)}]}\n`,
    )
  const limit = (least: number) => `${registry(`safety: {min_org_admins: ${least}}\n`)}---\n`

  test('fewer than the limit stop the plan, with the flag that lifts it', async () => {
    const server = await applied(owners('admin', 'mallory'))
    const fewer = `${limit(2)}${owners('admin')}`
    const stopped = await run(server, fewer, 'apply', '--yes')
    expect(stopped.stdout).toContain(
      ' ! stopped    QC4109  quayctl.yaml:3\n     acme would be left with 1 administrator; the limit is 2 at least\n     = if that is meant: --min-org-admins 1 for one run, or\n       safety.min_org_admins: 1 in the files\n',
    )
    fits(stopped.stdout)
    expect([stopped.code, writes(server.seen)]).toEqual([4, []])
    const planned = await run(server, owners('admin'), 'plan', '--min-org-admins', '2')
    expect(planned.code).toBe(4)
    const lifted = await run(server, fewer, 'apply', '--yes', '--min-org-admins', '1')
    expect([lifted.code, writes(server.seen).length]).toEqual([0, 1])
  })

  test('by default the last ones stay, and nothing stops', async () => {
    const server = await applied(owners('admin', 'mallory'))
    const { code, stdout } = await run(server, owners(), 'apply', '--yes')
    expect(stdout).toContain('QC4010')
    expect(code).toBe(0)
    const other = await quay()
    const made = await run(other, `${limit(1)}${owners('mallory')}`, 'apply', '--yes')
    expect(made.code).toBe(0)
  })
})

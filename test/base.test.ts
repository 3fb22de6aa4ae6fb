import { describe, expect, test, vi } from 'vitest'
import { baseOf } from '../src/engine/base.ts'
import { planConfiguration } from '../src/engine/pipeline.ts'
import { applied, type Fault, type Faults, withFaults } from './suffering.ts'
import { configure, planning, registry, withWorld, wordsOf, writesOf } from './world.ts'

vi.setConfig({ testTimeout: 60_000 })

const organization = (rest: object, name = 'acme') =>
  JSON.stringify({ apiVersion: 'quayctl/v1', kind: 'Organization', name, ...rest })
const email = (name: string) => ({ email: `quay@${name}.example` })
const baseFrom = (files: string) => baseOf('HEAD', 'c0ffee', configure(files).expanded)

describe('a secret that is sent again', () => {
  const config = (version: number) => ({ url: { from_env: 'QC_SLACK', version } })
  const files = (version: number) =>
    organization({
      ...email('acme'),
      robots: { ci: {} },
      repositories: {
        api: { notifications: { push: { event: 'repo_push', method: 'slack', config: config(version) } } },
        mirrored: {
          mirror: {
            external_reference: 'quay.io/a/b',
            tags: ['a'],
            robot: 'ci',
            sync_interval: '1d',
            username: 'bot',
            password: { from_env: 'QC_BOT', version },
          },
        },
      },
    })
  const base = baseFrom(files(1))

  // A notification is made anew, and its UUID tells.
  test.each<[string, Fault, string, string]>([
    ['whose answer is lost may have come or not', { after: true, fault: 'reset' }, 'unknown', 'done'],
    ['that cannot be sent may have come or not', 'reset', 'unknown', 'unknown'],
    ['that ends in a 500 may have come or not', { status: 500, body: {} }, 'unknown', 'unknown'],
    ['that is refused did not come', { status: 400, body: { message: 'no' } }, 'failed', 'failed'],
  ])('%s: nothing that Quay returns says so', async (_, fault, mirror, notification) => {
    await withFaults(async (world, suffer) => {
      await world.converge(files(1))
      const ready = await world.plan(files(2), { base })
      const faults: Faults = ({ method }) => (method === 'PUT' || method === 'POST' ? fault : undefined)
      const outcomes = await applied(world, ready, suffer, faults)
      expect(
        [...outcomes].map(([address, outcome]) => `${address} ${wordsOf(outcome).split(':')[0]}`),
      ).toEqual([`mirror.acme/mirrored ${mirror}`, `notification.acme/api#push ${notification}`])
    })
  })

  test('is sent with what Quay wants beside it, and nothing else is written', async () => {
    await withWorld(async (world) => {
      await world.converge(files(1))
      const ready = await world.plan(files(2), { base })
      expect(ready.plan.changes.map(({ reason, impacts }) => [reason, impacts])).toEqual([
        ['rotate', ['credential']],
        ['rotate', ['credential']],
      ])
      const { outcomes, sent } = await world.apply(ready)
      expect([...outcomes.values()].map(({ status }) => status)).toEqual(['done', 'done'])
      expect(writesOf(sent).map((line) => line.replace(/[0-9a-f-]{36}$/, 'UUID'))).toEqual([
        'PUT /repository/acme/mirrored/mirror',
        'POST /repository/acme/api/notification/',
        'DELETE /repository/acme/api/notification/UUID',
      ])
    })
  })

  test('has the same id by whatever base, and another than without', async () => {
    await withWorld(async (world) => {
      await world.converge(files(1))
      const id = async (version: number, before?: number) => {
        const past = before === undefined ? {} : { base: baseFrom(files(before)) }
        return (await world.plan(files(version), past)).plan.plan_id
      }
      const [one, older, other, none] = [await id(3, 1), await id(3, 2), await id(4, 1), await id(3)]
      expect(older).toBe(one)
      expect(new Set([one, other, none]).size).toBe(3)
    })
  })
})

test('the last team of administrators is not dropped either', async () => {
  const teams = (all: object) => organization({ ...email('acme'), teams: all, prune: { teams: 'dropped' } })
  const before = teams({ owners: { role: 'admin' }, devs: { role: 'member' } })
  await withWorld(async (world) => {
    await world.converge(before)
    const { plan } = await world.plan(teams({}), { base: baseFrom(before), allowEmpty: true })
    expect(plan.changes.map(({ action, address }) => `${action} ${address}`)).toEqual([
      'delete team.acme/devs',
    ])
    expect(plan.findings.map(({ code, address }) => `${code} ${address}`)).toEqual([
      'QC4010 team.acme/owners',
    ])
  })
})

describe('what is left', () => {
  const globex = JSON.stringify({
    apiVersion: 'quayctl/v1',
    kind: 'OrganizationPart',
    organization: 'globex',
    robots: { ci: {} },
  })
  const acme = organization({
    ...email('acme'),
    teams: { owners: { role: 'admin', members: ['user:mallory'] } },
  })

  test('and is not shown to the token any more keeps nobody from planning', async () => {
    await withWorld(async (world) => {
      await world.converge(
        [acme, organization({ ...email('globex'), robots: { ci: {} } }, 'globex')].join('\n---\n'),
      )
      const findings = (token: string) =>
        world.session(async (client, server) => {
          const base = baseFrom([acme, globex].join('\n---\n'))
          const planned = await planConfiguration(configure(acme), registry, client, server, {
            ...planning,
            base,
          })
          if (planned.errors) throw new Error(planned.errors.map(({ message }) => message).join('\n'))
          return planned.plan.findings.map(({ code, address }) => `${code} ${address}`)
        }, token)
      expect(await findings('TESTTOKEN')).toContain('QC4017 robot.globex+ci')
      expect((await findings('PLAIN')).filter((text) => text.startsWith('QC4017'))).toEqual([])
    })
  })

  test('is looked for where the files do not look by themselves, and only there', async () => {
    await withWorld(async (world) => {
      const quota = organization({ ...email('acme'), quota: { limit: '1 GiB' }, robots: { ci: {}, old: {} } })
      const less = organization({ ...email('acme'), robots: { ci: {} } })
      const applications = organization({ ...email('acme'), robots: { ci: {} }, applications: { a: {} } })
      await world.converge(quota)
      const count = async (past: string) => (await world.plan(less, { base: baseFrom(past) })).sent.length
      const alone = await count(less)
      // The organization and its robots are read anyway; its applications are not.
      expect([await count(quota), await count(applications)]).toEqual([alone, alone + 1])
    })
  })
})

test('what a grant of the base asks for differed before, but on a repository that these files make', async () => {
  const files = (repositories: object, role = 'read') =>
    organization({
      ...email('acme'),
      teams: { ops: { role: 'member' } },
      repositories,
      grants: { '*': { 'team:ops': role } },
    })
  await withWorld(async (world) => {
    await world.converge(files({ api: {} }))
    await world.call('DELETE', '/repository/acme/api/permissions/team/ops')
    const said = async (after: string) => {
      const { plan } = await world.plan(after, { base: baseFrom(files({ api: {} })) })
      return plan.changes.map(({ address, earlier = false }) => `${address} ${earlier}`)
    }
    expect(await said(files({ api: {}, web: {} }))).toEqual([
      'repository.acme/web false',
      'permission.acme/api:team:ops true',
      'permission.acme/web:team:ops false',
    ])
    expect(await said(files({ api: {} }, 'write'))).toEqual(['permission.acme/api:team:ops false'])
  })
})

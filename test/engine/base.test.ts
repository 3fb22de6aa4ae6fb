import { describe, expect, test } from 'vitest'
import { baseOf, forgotten } from '../../src/engine/base.ts'
import type { Value } from '../../src/model/schema.ts'
import { configure, registry } from '../world.ts'
import { address, live, type Options, plan } from './pure.ts'

const organization = (rest: object, name = 'acme') =>
  JSON.stringify({ apiVersion: 'quayctl/v1', kind: 'Organization', name, ...rest })
const part = (rest: object) =>
  JSON.stringify({ apiVersion: 'quayctl/v1', kind: 'OrganizationPart', organization: 'acme', ...rest })
const removal = { reason: 'x', until: '2026-12-31' }

const acme = live(address('organization', 'acme'))
const robot = (name: string) => live(address('robot', 'acme', name), { description: '' })

/** What the base declared and these files say nothing of. */
const told = (before: string, after: string) => {
  const { dropped, left } = forgotten(
    configure(after).expanded,
    baseOf('HEAD', 'c0ffee', configure(before).expanded),
    registry,
  )
  const texts = (list: typeof left) => list.map((object) => object.address.text)
  return [texts(dropped), texts(left)]
}

describe('what the base listed and the files list no more', () => {
  const two = { robots: { ci: {}, old: {} } }
  const one = { robots: { ci: {} } }
  const written = { visibility: 'private', permissions: { 'user:bob': 'read', 'user:eve': 'read' } }
  const mirror = { external_reference: 'quay.io/a/b', tags: ['a'], robot: 'ci', sync_interval: '1d' }
  test.each<[string, string, string, readonly string[], readonly string[]]>([
    ['nothing', organization(two), organization(two), [], []],
    ['stays by itself', organization(two), organization(one), [], ['robot.acme+old']],
    [
      'goes under dropped',
      organization(two),
      organization({ ...one, prune: { robots: 'dropped' } }),
      ['robot.acme+old'],
      [],
    ],
    [
      'goes under all, as ever',
      organization(two),
      organization({ ...one, prune: { robots: 'all' } }),
      [],
      [],
    ],
    [
      'is removed by a line',
      organization(two),
      organization({ ...one, removed: { robots: { old: removal } } }),
      [],
      [],
    ],
    ['is left to others', organization(two), organization({ ...one, external: { robots: ['old'] } }), [], []],
    [
      'is what it was before only if the files did list it',
      organization({ ...one, external: { robots: ['old'] } }),
      organization(one),
      [],
      [],
    ],
    [
      'is left out of a template',
      organization(two),
      organization({ robots: { ci: {}, old: 'none' } }),
      [],
      [],
    ],
    [
      'has moved to a part',
      organization(two),
      `${organization(one)}\n---\n${part({ robots: { old: {} } })}`,
      [],
      [],
    ],
    [
      'was a part of its own',
      part({ robots: { old: {} } }),
      organization(one, 'globex'),
      [],
      ['robot.acme+old'],
    ],
    [
      'was above others, which are not told',
      organization({ ...two, repositories: { api: written } }),
      organization(one, 'globex'),
      [],
      ['organization.acme'],
    ],
    [
      'stood below what is removed',
      organization({ repositories: { api: written } }),
      organization({ removed: { repositories: { api: removal } } }),
      [],
      [],
    ],
    [
      'is a singleton',
      organization({ quota: { limit: '1 GiB' }, ...one, repositories: { api: { mirror } } }),
      organization({ ...one, repositories: { api: {} } }),
      [],
      ['quota.acme', 'mirror.acme/api'].sort(),
    ],
    [
      'is a singleton that shall not be',
      organization({ quota: { limit: '1 GiB' } }),
      organization({ quota: 'none' }),
      [],
      [],
    ],
    ['is a singleton that was not to be', organization({ quota: 'none' }), organization({}), [], []],
    [
      'was in an exact block that is not written any more',
      organization({ repositories: { api: written } }),
      organization({ repositories: { api: {} } }),
      [],
      ['permission.acme/api:user:bob', 'permission.acme/api:user:eve'],
    ],
    [
      'was in an exact block that is',
      organization({ repositories: { api: written } }),
      organization({ repositories: { api: { permissions: { 'user:bob': 'read' } } } }),
      [],
      [],
    ],
    [
      'is a default permission for another',
      organization({ default_permissions: [{ to: 'user:bob', role: 'read' }] }),
      organization({ default_permissions: [{ to: 'user:eve', role: 'read' }] }),
      [],
      ['default_permission.acme:*:user:bob'],
    ],
    [
      'has another name now',
      organization({ teams: { ops: { role: 'member' } } }),
      organization({ teams: { operators: { role: 'member', previously: 'ops' } } }),
      [],
      [],
    ],
  ])('%s', (_, before, after, dropped, left) => {
    const [goes, stays] = told(before, after)
    expect([goes, [...(stays ?? [])].sort()]).toEqual([dropped, left])
  })
})

describe('dropped', () => {
  const files = organization({ robots: { ci: {} }, prune: { robots: 'dropped' } })
  const base = organization({ robots: { ci: {}, old: {}, gone: {} } })
  const state = [acme, robot('ci'), robot('old'), robot('theirs')]
  test.each<[string, Options, readonly string[], readonly string[], readonly string[]]>([
    ['deletes what is there of it', { base }, ['delete robot.acme+old'], ['robot.acme+theirs'], []],
    ['deletes nothing without a base', {}, [], ['robot.acme+old', 'robot.acme+theirs'], ['QC4018 undefined']],
    [
      'deletes nothing beside a target',
      { base, selection: { targets: ['robot.acme+ci'] } },
      [],
      ['robot.acme+theirs'],
      [],
    ],
    [
      'says nothing beside a target',
      { selection: { targets: ['robot.acme+ci'] } },
      [],
      ['robot.acme+old', 'robot.acme+theirs'],
      [],
    ],
    [
      'leaves out what is excluded',
      { base, selection: { excludes: ['robot.acme+old'] } },
      [],
      ['robot.acme+theirs'],
      [],
    ],
    [
      'deletes nothing of a partial organization',
      { base, partial: ['acme'] },
      [],
      ['robot.acme+theirs'],
      ['QC4007 robot.acme+old'],
    ],
  ])('%s', (_, options, actions, unmanaged, findings) => {
    expect(plan(files, state, options)).toMatchObject({ actions, unmanaged, findings })
  })

  test('a template says it once for all that use it', () => {
    const template = JSON.stringify({
      apiVersion: 'quayctl/v1',
      kind: 'OrganizationTemplate',
      name: 't',
      prune: { robots: 'dropped' },
      robots: { ci: {} },
    })
    const all = ['a', 'b', 'c'].map((name) => organization({ use: ['t'] }, `acme-${name}`))
    expect(plan([template, ...all].join('\n---\n'), []).findings).toEqual(['QC4018 undefined'])
  })
})

describe('a secret', () => {
  const REFERENCES = ['username', 'password'] as const
  const mirrored = live(address('mirror', 'acme', 'r'), {
    external_reference: 'quay.io/a/b',
    tags: ['a'],
    robot: 'sync',
    sync_interval: 86400,
    username: 'bot',
  })
  const state = [acme, robot('sync'), live(address('repository', 'acme', 'r'), { state: 'mirror' }), mirrored]
  const files = (credentials: Readonly<Partial<Record<(typeof REFERENCES)[number], Value>>>) =>
    organization({
      robots: { sync: {} },
      repositories: {
        r: {
          mirror: {
            external_reference: 'quay.io/a/b',
            tags: ['a'],
            robot: 'sync',
            sync_interval: '1d',
            ...credentials,
          },
        },
      },
    })
  const bot = (version?: number, from_env = 'QC_A') => ({
    username: 'bot',
    password: { from_env, ...(version !== undefined && { version }) },
  })
  const AT = 'mirror.acme/r'

  test.each<[string, string, string, boolean, readonly string[]]>([
    ['of the same version', files(bot(1)), files(bot(1)), false, []],
    ['of a higher one', files(bot(1)), files(bot(2)), true, []],
    ['of a lower one', files(bot(2)), files(bot(1)), true, []],
    ['that got a version', files(bot()), files(bot(1)), true, []],
    ['that lost it', files(bot(1)), files(bot()), true, []],
    ['that was not there', files({ username: 'bot' }), files(bot()), true, []],
    ['of an object that was not there', organization({}), files(bot(7)), false, []],
    ['from elsewhere', files(bot(1)), files(bot(1, 'QC_B')), false, [`QC4019 ${AT}`]],
    ['from elsewhere, and of another version', files(bot(1)), files(bot(2, 'QC_B')), true, []],
  ])('%s', (_, base, after, isSent, findings) => {
    const { actions, reasons, impacts, values, findings: said } = plan(after, state, { base })
    expect([actions, said]).toEqual([isSent ? [`update ${AT}`] : [], findings])
    if (!isSent) return
    expect([reasons[AT], impacts[AT]]).toEqual(['rotate', ['credential']])
    // Quay takes no password without its user name.
    expect(Object.keys(values[AT] ?? {}).sort()).toEqual(['password', 'username'])
  })

  test('that is a user name, too, goes with its password', () => {
    const both = (version: number) => files({ ...bot(version), username: { from_env: 'QC_ME' } })
    const { differences } = plan(both(2), state, { base: both(1) })
    expect(differences[AT]?.map(([path]) => path).sort()).toEqual(['/password', '/username'])
  })

  test('beside another difference is no rotation', () => {
    const { reasons, impacts } = plan(files({ ...bot(2), username: 'other' }), state, { base: files(bot(1)) })
    expect([reasons[AT], impacts[AT]]).toEqual(['config', ['credential']])
  })

  test.each<[string, readonly string[], readonly string[]]>([
    ['is sent again by its address', ['mirror.acme/r'], [`update ${AT}`]],
    ['is sent again by a glob', ['**'], [`update ${AT}`]],
    ['is sent again by what stands above it', ['organization.acme'], [`update ${AT}`]],
    ['is not sent by another', ['mirror.acme/s'], []],
    ['is not sent by an upstream that it does not use', ['upstream:quay.io'], []],
  ])('%s', (_, resend, actions) => {
    expect(plan(files(bot()), state, { resend }).actions).toEqual(actions)
  })
})

import { describe, expect, test } from 'vitest'
import { type Allowance, unallowed, type Weighed } from '../../src/engine/guard.ts'
import type { Budgets } from '../../src/engine/guard-budgets.ts'
import type { Change, Impact, Live } from '../../src/model/change.ts'
import type { Files } from '../world.ts'
import { address, live, plan } from './pure.ts'

const organization = (body: string, name = 'acme') =>
  `apiVersion: quayctl/v1\nkind: Organization\nname: ${name}\n${body}`
const safety = (body: string) => `apiVersion: quayctl/v1\nkind: Registry\nsafety:\n${body}`

const acme = live(address('organization', 'acme'), { email: 'a@b.example' })
const globex = live(address('organization', 'globex'), { email: 'a@b.example' })
const robots = (owner: string, ...names: readonly string[]) =>
  names.map((name) => live(address('robot', owner, name), { description: '' }))
const api = live(address('repository', 'acme', 'api'), { visibility: 'private' })
const readers = (...names: readonly string[]) =>
  names.map((name) => live(address('permission', 'acme', 'api', `user:${name}`), { role: 'read' }))
const admins = (owner: string, team: string, ...users: readonly string[]) =>
  live(address('team', owner, team), {
    role: 'admin',
    description: '',
    sync: null,
    members: users.map((user) => `user:${user}`),
  })

const guarded = (files: Files, state: readonly Live[], budgets: Budgets = {}) =>
  plan(files, state, { budgets: { allowEmpty: true, ...budgets } }).guarded

const pruning = organization('prune: {robots: all}\nrobots: {kept: {}}\n')
const granting = organization('repositories: {api: {permissions: {}}}\n')

describe('how much a plan takes away', () => {
  const deletes = (value: number, limit: number) => ({
    name: 'max_deletes',
    value,
    limit,
    ok: value <= limit,
  })
  const revokes = (value: number, limit: number) => ({
    name: 'max_revokes',
    value,
    limit,
    ok: value <= limit,
  })
  const stop = (code: string, words: string, flag: string, addresses: readonly string[]) => ({
    code,
    message: words,
    hint: `if that is meant: ${flag} for one run, or safety.${flag.slice(2).replaceAll('-', '_').replace(' ', ': ')} in the files`,
    addresses,
  })

  test.each<[string, Files, readonly Live[], Budgets, object]>([
    ['nothing', organization(''), [acme], {}, { limits: [deletes(0, 5), revokes(0, 25)], stops: [] }],
    [
      'as many objects as may go',
      pruning,
      [acme, ...robots('acme', 'a1', 'b2')],
      { maxDeletes: 2 },
      { limits: [deletes(2, 2), revokes(0, 25)], stops: [] },
    ],
    [
      'one object more',
      pruning,
      [acme, ...robots('acme', 'a1', 'b2')],
      { maxDeletes: 1 },
      {
        limits: [deletes(2, 1), revokes(0, 25)],
        stops: [
          stop('QC4102', '2 objects would be deleted or replaced; the limit is 1', '--max-deletes 2', [
            'robot.acme+a1',
            'robot.acme+b2',
          ]),
        ],
      },
    ],
    [
      'a single object, where none may go',
      pruning,
      [acme, ...robots('acme', 'a1')],
      { maxDeletes: 0 },
      {
        limits: [deletes(1, 0), revokes(0, 25)],
        stops: [
          stop('QC4102', '1 object would be deleted or replaced; the limit is 0', '--max-deletes 1', [
            'robot.acme+a1',
          ]),
        ],
      },
    ],
    [
      'as much access as may go, and no objects',
      granting,
      [acme, api, ...readers('ann', 'bob')],
      { maxDeletes: 0, maxRevokes: 2 },
      { limits: [deletes(0, 0), revokes(2, 2)], stops: [] },
    ],
    [
      'the access of one more',
      granting,
      [acme, api, ...readers('ann', 'bob')],
      { maxRevokes: 1 },
      {
        limits: [deletes(0, 5), revokes(2, 1)],
        stops: [
          stop('QC4105', '2 subjects would lose access, or some of it; the limit is 1', '--max-revokes 2', [
            'permission.acme/api:user:ann',
            'permission.acme/api:user:bob',
          ]),
        ],
      },
    ],
    [
      'the access of a single one, where nobody may lose it',
      granting,
      [acme, api, ...readers('ann')],
      { maxRevokes: 0 },
      {
        limits: [deletes(0, 5), revokes(1, 0)],
        stops: [
          stop('QC4105', '1 subject would lose access, or some of it; the limit is 0', '--max-revokes 1', [
            'permission.acme/api:user:ann',
          ]),
        ],
      },
    ],
  ])('%s', (_, files, state, budgets, expected) => {
    expect(guarded(files, state, budgets)).toStrictEqual(expected)
  })

  test('counts no access that goes with an object, and none that is given', () => {
    const revoked = (files: string, state: readonly Live[]) =>
      guarded(files, state).limits.find(({ name }) => name === 'max_revokes')?.value
    const team = live(address('team', 'acme', 'devs'), { role: 'member', members: ['user:ann'] })
    expect(revoked(organization('prune: {teams: all}\nteams: {}\n'), [acme, team])).toBe(0)
    const members = (list: string) => organization(`teams: {devs: {role: member, members: [${list}]}}\n`)
    expect(revoked(members('user:bob, user:eve'), [acme, team])).toBe(1)
    expect(revoked(members('user:ann, user:eve'), [acme, team])).toBe(0)
  })

  test('names only what takes access away', () => {
    const files = organization('email: c@d.example\nrepositories: {api: {permissions: {}}}\n')
    const { stops } = guarded(files, [acme, api, ...readers('ann')], { maxRevokes: 0 })
    expect(stops.map(({ addresses }) => addresses)).toEqual([['permission.acme/api:user:ann']])
  })

  test('is limited by a line of the files, unless a flag is given', () => {
    const files = {
      'acme.yaml': organization(
        'prune: {robots: all}\nrobots: {kept: {}}\nrepositories: {api: {permissions: {}}}\n',
      ),
      'quayctl.yaml': safety('  max_deletes: 0\n  max_revokes: 0\n'),
    }
    const state = [acme, api, ...robots('acme', 'a1'), ...readers('ann')]
    const at = { file: 'quayctl.yaml', column: 16 }
    expect(guarded(files, state).stops.map(({ code, source }) => [code, source])).toEqual([
      ['QC4102', { ...at, line: 4 }],
      ['QC4105', { ...at, line: 5 }],
    ])
    const flags = { maxDeletes: 0, maxRevokes: 0 }
    for (const stop of guarded(files, state, flags).stops) expect(stop).not.toHaveProperty('source')
    expect(guarded(files, state, { maxDeletes: 1, maxRevokes: 1 }).stops).toEqual([])
  })
})

describe('what is protected', () => {
  const files = (protect: string) => ({
    'acme.yaml': organization(
      'prune: {robots: all}\nrobots: {re: {description: new, lifecycle: {replace: allow}}}\n',
    ),
    'quayctl.yaml': safety(`  protect: [${protect}]\n`),
  })
  const state = [acme, ...robots('acme', 're', 'old')]
  const stop = (name: string, line: string, action: string, column: number) => ({
    code: 'QC4101',
    message: `robot.acme+${name} is protected by "${line}", and would be ${action}`,
    hint: `to lift it, change that line first: "!robot.acme+${name}" makes an exception`,
    addresses: [`robot.acme+${name}`],
    source: { file: 'quayctl.yaml', line: 4, column },
  })
  test.each([
    ['robot.**', [stop('re', 'robot.**', 'replaced', 13), stop('old', 'robot.**', 'deleted', 13)]],
    ['robot.acme+old', [stop('old', 'robot.acme+old', 'deleted', 13)]],
    ['robot.**, "!robot.acme+old"', [stop('re', 'robot.**', 'replaced', 13)]],
    ['team.**', []],
  ])('by %s', (protect, stops) => {
    expect(guarded(files(protect), state).stops).toStrictEqual(stops)
  })
})

describe('an organization that loses administrators', () => {
  const only = (owner: string, body: string) => organization(`teams: {${body}}\n`, owner)
  const owners = (users: string) => `owners: {role: admin, members: [${users}]}`
  const state = [
    acme,
    globex,
    admins('acme', 'owners', 'admin', 'ann', 'bob'),
    admins('globex', 'owners', 'admin', 'eve'),
  ]
  const files = (acmes: string, globexs: string) => ({
    'acme.yaml': only('acme', owners(acmes)),
    'globex.yaml': only('globex', owners(globexs)),
  })
  const limit = (value: number, least: number) => ({
    name: 'min_org_admins',
    value,
    limit: least,
    ok: value >= least,
  })

  test('is counted with the fewest that are left', () => {
    const all = files('user:admin, user:ann', 'user:admin')
    const { limits, stops } = guarded(all, state, { minOrgAdmins: 2 })
    expect(limits.slice(2)).toEqual([limit(1, 2)])
    expect(stops).toStrictEqual([
      {
        code: 'QC4109',
        message: 'globex would be left with 1 administrator; the limit is 2 at least',
        hint: 'if that is meant: --min-org-admins 1 for one run, or safety.min_org_admins: 1 in the files',
        addresses: ['team.globex/owners'],
      },
    ])
    expect(guarded(all, state, { minOrgAdmins: 1 })).toMatchObject({
      limits: [{}, {}, limit(1, 1)],
      stops: [],
    })
  })

  test('is not counted where another is touched', () => {
    const all = files('user:admin, user:ann', 'user:admin, user:eve')
    expect(guarded(all, state, { minOrgAdmins: 3 }).stops.map(({ message }) => message)).toEqual([
      'acme would be left with 2 administrators; the limit is 3 at least',
    ])
    expect(
      guarded(files('user:admin, user:ann, user:bob', 'user:admin, user:eve'), state).limits,
    ).toHaveLength(2)
  })

  test('is not counted where a change leaves as many', () => {
    const all = only('acme', 'owners: {role: admin, description: Ours}')
    expect(guarded(all, [acme, admins('acme', 'owners', 'admin')], { minOrgAdmins: 9 })).toMatchObject({
      limits: [{}, {}],
      stops: [],
    })
  })

  test('keeps those whose team says nothing of them', () => {
    const all = only('acme', 'owners: {role: admin, description: Ours}, ops: {role: member}')
    const there = [acme, admins('acme', 'owners', 'admin', 'ann'), admins('acme', 'ops', 'bob')]
    expect(
      guarded(all, there, { minOrgAdmins: 3 }).stops.map(({ message, addresses }) => [message, addresses]),
    ).toEqual([
      [
        'acme would be left with 2 administrators; the limit is 3 at least',
        ['team.acme/owners', 'team.acme/ops'],
      ],
    ])
  })

  test('says nothing of changes that touch no administrators', () => {
    expect(guarded(pruning, [acme, ...robots('acme', 'a1')], { minOrgAdmins: 9 })).toMatchObject({
      limits: [{}, {}],
      stops: [],
    })
    expect(guarded(organization(''), [], { minOrgAdmins: 9 }).limits).toHaveLength(2)
  })
})

describe('a block that the files empty', () => {
  const both = {
    'acme.yaml': organization('prune: {robots: all, teams: all}\nrobots: {}\nteams: {}\n'),
    'globex.yaml': organization('prune: {robots: all}\nrobots: {kept: {}}\n', 'globex'),
  }
  const state = [acme, globex, ...robots('acme', 'a1', 'b2'), ...robots('globex', 'a1', 'b2', 'kept')]
  test('is one organization, and says all', () => {
    expect(guarded(both, state, { allowEmpty: false }).stops).toStrictEqual([
      {
        code: 'QC4108',
        message: 'the files list no object of type robot in acme any more: 2 of 2 would be deleted',
        hint: 'if that is meant: --allow-empty for one run, or removed in the files, with a line for each',
        addresses: ['robot.acme+a1', 'robot.acme+b2'],
        source: { file: 'acme.yaml', line: 4, column: 17 },
      },
    ])
  })

  test('is one though a line removes some of it, and others only change', () => {
    const files = organization(
      'email: c@d.example\nprune: {robots: all}\nrobots: {}\nremoved: {robots: {a1: {reason: x, until: 2026-12-31}}}\n',
    )
    const { stops } = guarded(files, [acme, ...robots('acme', 'a1', 'b2')], { allowEmpty: false })
    expect(stops.map(({ addresses, source }) => [addresses, source?.line])).toEqual([
      [['robot.acme+a1', 'robot.acme+b2'], 5],
    ])
  })

  test('is none while a template holds one that is let be', () => {
    const text = (more: string) =>
      `${organization(`use: [t]\nprune: {robots: all}\nrobots: {${more}}\n`)}---\napiVersion: quayctl/v1\nkind: OrganizationTemplate\nname: t\nrobots: {a1: {}}\n`
    const stops = (more: string, count: readonly string[]) =>
      guarded(text(more), [acme, ...robots('acme', ...count)], { allowEmpty: false }).stops
    expect(stops('a1: none', ['a1', 'b2', 'c3'])).toEqual([])
    expect(stops('a1: none', ['b2', 'c3']).map(({ code }) => code)).toEqual(['QC4108'])
  })
})

describe('a share', () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `r${index + 10}`)
  const without = (owner: string, gone: number, of: number) =>
    organization(
      `prune: {robots: all}\nrobots: {${names(of)
        .slice(gone)
        .map((name) => `${name}: {}`)
        .join(', ')}}\n`,
      owner,
    )

  test('is the highest of all, and names what goes', () => {
    const files = { 'acme.yaml': without('acme', 1, 10), 'globex.yaml': without('globex', 4, 10) }
    const state = [acme, globex, ...robots('acme', ...names(10)), ...robots('globex', ...names(10))]
    const { limits, stops } = guarded(files, state)
    expect(limits.at(-1)).toEqual({ name: 'max_delete_percent', value: 40, limit: 25, ok: false })
    expect(stops.map(({ addresses }) => addresses)).toEqual([
      ['robot.globex+r10', 'robot.globex+r11', 'robot.globex+r12', 'robot.globex+r13'],
    ])
    expect(guarded(files, state, { maxDeletePercent: 40 })).toMatchObject({
      limits: [{}, {}, { value: 40, limit: 40, ok: true }],
      stops: [],
    })
  })
})

describe('a share of what belongs to no organization', () => {
  test('is said without one', () => {
    const names = Array.from({ length: 12 }, (_, index) => `user${index + 10}`)
    const users = names.map((name) => live(address('user', name), { email: `${name}@b.example` }))
    const { stops } = guarded(
      {
        'acme.yaml': organization(''),
        'quayctl.yaml': `apiVersion: quayctl/v1\nkind: Registry\nremoved: {users: {${names
          .slice(0, 4)
          .map((name) => `${name}: {reason: x, until: 2026-12-31}`)
          .join(', ')}}}\n`,
      },
      [acme, ...users],
    )
    expect(stops.map(({ message }) => message)).toEqual([
      '4 of 12 objects of type user would be deleted or replaced, 34 percent; the limit is 25 percent',
    ])
  })
})

describe('what needs a word', () => {
  const change = (name: string): Change => ({
    address: address('robot', 'acme', name),
    action: 'delete',
    reason: 'pruned',
    desired: null,
    live: null,
    differences: [],
    values: {},
    at: null,
  })
  const weighed = (name: string, ...impacts: readonly Impact[]): Weighed => ({
    change: change(name),
    impacts,
  })
  const all = [weighed('a1', 'data', 'access'), weighed('b2', 'data'), weighed('c3')]
  const open = (...allowances: readonly Allowance[]) =>
    [...unallowed(all, allowances)].map(([impact, changes]) => [
      impact,
      changes.map(({ address: { name } }) => name),
    ])

  test.each<[string, readonly Allowance[], readonly object[]]>([
    [
      'is every impact, with its changes',
      [],
      [
        ['data', ['a1', 'b2']],
        ['access', ['a1']],
      ],
    ],
    ['is not what is allowed of all', [{ impact: 'data', glob: null }], [['access', ['a1']]]],
    [
      'is not what is allowed by address',
      [{ impact: 'data', glob: 'robot.acme+a*' }],
      [
        ['access', ['a1']],
        ['data', ['b2']],
      ],
    ],
    [
      'is what another word allows',
      [{ impact: 'public', glob: null }],
      [
        ['data', ['a1', 'b2']],
        ['access', ['a1']],
      ],
    ],
    [
      'is nothing where all is allowed',
      [
        { impact: 'data', glob: '**' },
        { impact: 'access', glob: null },
      ],
      [],
    ],
  ])('%s', (_, allowances, expected) => {
    expect(open(...allowances)).toEqual(expected)
  })
})

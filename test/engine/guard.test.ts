import { describe, expect, test } from 'vitest'
import type { Budgets } from '../../src/engine/guard-budgets.ts'
import { going, hold, outcomesOfHeld, restingOnes, stoppedOnes } from '../../src/engine/holds.ts'
import { idleGlobs, usesOf } from '../../src/engine/idle.ts'
import { pauseFinding } from '../../src/engine/pauses.ts'
import type { Step } from '../../src/engine/plan.ts'
import type { Live } from '../../src/model/change.ts'
import type { Stop } from '../../src/model/plan.ts'
import { registry } from '../world.ts'
import { address, live, plan } from './pure.ts'

const organization = (rest: object, name = 'acme') =>
  JSON.stringify({ apiVersion: 'quayctl/v1', kind: 'Organization', name, ...rest })
const registryDocument = (safety: object) =>
  JSON.stringify({ apiVersion: 'quayctl/v1', kind: 'Registry', safety })

const removal = { reason: 'x', until: '2026-12-31' }
const acme = live(address('organization', 'acme'), { email: 'a@b.example' })
const names = (count: number) => Array.from({ length: count }, (_, index) => `r${index + 10}`)
const robots = (count: number, owner = 'acme') =>
  names(count).map((name) => live(address('robot', owner, name), { description: '' }))
const mapOf = (list: readonly string[]) => Object.fromEntries(list.map((name) => [name, {}]))
/** All but so many of the robots are declared, the others go. */
const without = (count: number, of: number, more: object = {}) =>
  organization({ prune: { robots: 'all' }, robots: mapOf(names(of).slice(count)), ...more })

const stopsOf = (files: Parameters<typeof plan>[0], state: readonly Live[], budgets: Budgets = {}) =>
  plan(files, state, { budgets: { maxDeletes: 1000, maxRevokes: 1000, ...budgets } }).guarded.stops.map(
    ({ code, message, hint }) => `${code} ${message} = ${hint}`,
  )

describe('a share of one type', () => {
  const over = (text: string, percent: number, limit = 25) =>
    `QC4107 ${text} would be deleted or replaced, ${percent} percent; the limit is ${limit} percent = if that is meant: --max-delete-percent ${percent} for one run, or safety.max_delete_percent: ${percent} in the files`

  test.each<[string, number, number, Budgets, readonly string[]]>([
    ['a quarter passes', 3, 12, {}, []],
    ['more does not', 3, 11, {}, [over('3 of 11 objects of type robot in acme', 28)]],
    ['a little more neither', 51, 200, {}, [over('51 of 200 objects of type robot in acme', 26)]],
    ['of nine no share is counted', 8, 9, {}, []],
    ['a flag lifts it', 3, 11, { maxDeletePercent: 28 }, []],
    [
      'a flag lowers it',
      1,
      10,
      { maxDeletePercent: 0 },
      [over('1 of 10 objects of type robot in acme', 10, 0)],
    ],
  ])('%s', (_, gone, of, budgets, expected) => {
    expect(stopsOf(without(gone, of), [acme, ...robots(of)], budgets)).toEqual(expected)
  })

  test('is set by the files, whose line is said unless a flag holds', () => {
    const files = {
      'acme.yaml': without(3, 11),
      'quayctl.yaml': registryDocument({ max_delete_percent: 10 }),
    }
    const state = [acme, ...robots(11)]
    const [stop] = plan(files, state, {}).guarded.stops
    expect([stop?.source?.file, stop?.message]).toEqual([
      'quayctl.yaml',
      expect.stringContaining('the limit is 10 percent'),
    ])
    const [flagged] = plan(files, state, { budgets: { maxDeletePercent: 5 } }).guarded.stops
    expect([flagged?.source, flagged?.message]).toEqual([
      undefined,
      expect.stringContaining('the limit is 5 percent'),
    ])
  })

  test('is one number in the plan, the highest, where something is counted', () => {
    const limits = (gone: number, of: number) =>
      plan(without(gone, of), [acme, ...robots(of)]).guarded.limits.slice(2)
    expect(limits(1, 10)).toEqual([{ name: 'max_delete_percent', value: 10, limit: 25, ok: true }])
    expect(limits(3, 10)).toEqual([{ name: 'max_delete_percent', value: 30, limit: 25, ok: false }])
    expect(limits(0, 10)).toEqual([])
    expect(limits(1, 9)).toEqual([])
  })

  test('is counted by organization', () => {
    const globex = live(address('organization', 'globex'), { email: 'a@b.example' })
    const files = {
      'acme.yaml': without(3, 20),
      'globex.yaml': organization({ prune: { robots: 'all' }, robots: mapOf(names(10).slice(3)) }, 'globex'),
    }
    expect(stopsOf(files, [acme, globex, ...robots(20), ...robots(10, 'globex')])).toEqual([
      over('3 of 10 objects of type robot in globex', 30),
    ])
  })

  test('knows replaces, and not what is external', () => {
    const replaced = organization({
      robots: Object.fromEntries(
        names(3).map((name) => [name, { description: 'new', lifecycle: { replace: 'allow' } }]),
      ),
    })
    expect(stopsOf(replaced, [acme, ...robots(10)])).toEqual([
      over('3 of 10 objects of type robot in acme', 30),
    ])
    const external = without(3, 10, { external: { robots: ['r10'] } })
    expect(stopsOf(external, [acme, ...robots(10)])).toEqual([])
  })

  test('is not counted of what counts as revokes', () => {
    const subjects = names(12).map((name) => `user:${name}`)
    const repository = live(address('repository', 'acme', 'api'), { visibility: 'private' })
    const permissions = subjects.map((name) =>
      live(address('permission', 'acme', 'api', name), { role: 'read' }),
    )
    const files = organization({ repositories: { api: { permissions: {} } } })
    const { actions, guarded } = plan(files, [acme, repository, ...permissions])
    expect([actions.length, guarded.stops]).toEqual([12, []])
  })
})

describe('a block that the files empty', () => {
  const empty = (more: object = {}) => organization({ prune: { robots: 'all' }, robots: {}, ...more })
  const stop = (lost: number, of = lost) =>
    `QC4108 the files list no object of type robot in acme any more: ${lost} of ${of} would be deleted = if that is meant: --allow-empty for one run, or removed in the files, with a line for each`

  test.each<[string, string, number, Budgets, readonly string[]]>([
    ['of two objects stops', empty(), 2, {}, [stop(2)]],
    ['of one does not', empty(), 1, {}, []],
    ['is allowed by a flag', empty(), 6, { allowEmpty: true }, []],
    ['is another when something is declared', empty({ robots: { r10: {} } }), 6, {}, []],
    ['is another when something new is declared', empty({ robots: { new: {} } }), 6, {}, []],
    ['without prune deletes nothing', organization({ robots: {} }), 6, {}, []],
    ['of which some is external counts the rest', empty({ external: { robots: ['r10'] } }), 6, {}, [stop(5)]],
    [
      'that is removed line by line is meant',
      organization({
        removed: { robots: Object.fromEntries(names(2).map((name) => [name, removal])) },
      }),
      2,
      {},
      [],
    ],
  ])('%s', (_, files, count, budgets, expected) => {
    expect(stopsOf(files, [acme, ...robots(count)], budgets)).toEqual(expected)
  })

  test('counts what is a revoke otherwise', () => {
    const defaults = ['team:web', 'team:api'].map((to) =>
      live(address('default_permission', 'acme', to), { to, role: 'read' }, { id: to }),
    )
    const files = organization({ prune: { default_permissions: 'all' }, default_permissions: [] })
    const { actions, guarded } = plan(files, [acme, ...defaults])
    expect([actions.length, guarded.stops.map(({ code }) => code)]).toEqual([2, ['QC4108']])
  })

  test('says the line of prune', () => {
    const files =
      'apiVersion: quayctl/v1\nkind: Organization\nname: acme\nprune:\n  robots: all\nrobots: {}\n'
    const [stop] = plan(files, [acme, ...robots(3)]).guarded.stops
    expect([stop?.source?.line, stop?.addresses]).toEqual([
      5,
      ['robot.acme+r10', 'robot.acme+r11', 'robot.acme+r12'],
    ])
  })

  test('of teams is one, too, though some must stay', () => {
    const teams = ['owners', 'web', 'api'].map((name) =>
      live(
        address('team', 'acme', name),
        { role: name === 'owners' ? 'admin' : 'member', members: ['user:admin'] },
        {},
      ),
    )
    const files = organization({ prune: { teams: 'all' }, teams: {} })
    const { actions, guarded } = plan(files, [acme, ...teams])
    expect([actions, guarded.stops.map(({ code }) => code)]).toEqual([
      ['delete team.acme/api', 'delete team.acme/web'],
      ['QC4108'],
    ])
  })
})

describe('what waits', () => {
  const step = (text: string, dependsOn: readonly string[] = [], narrows = false): Step => {
    const [type = '', place = ''] = text.split('.')
    return {
      change: {
        address: address(type, ...place.split(/[+/]/)),
        action: 'create',
        reason: 'config',
        desired: null,
        live: null,
        differences: [],
        values: {},
        at: null,
      },
      impacts: [],
      consequences: [],
      narrows,
      access: [],
      dependsOn,
    }
  }
  const steps = [
    step('user.alice'),
    step('team.acme/web', ['user.alice']),
    step('robot.acme+ci'),
    step('robot.globex+ci'),
  ]
  const stop = (code: string, ...addresses: readonly string[]) => ({
    code,
    message: `${code} says`,
    hint: '',
    addresses,
  })
  const heldBy = (stops: readonly Stop[], all = steps) =>
    hold(all, stoppedOnes(stops, all, registry), registry).map(({ change, held }) =>
      held ? `${change.address.text}: ${held.as}, ${held.because}` : change.address.text,
    )

  test('is every step of the organizations that a stop names, with the first that does', () => {
    expect(heldBy([stop('QC4102', 'robot.acme+ci'), stop('QC4107', 'robot.acme+ci')])).toEqual([
      'user.alice',
      'team.acme/web: blocked, held by QC4102: QC4102 says',
      'robot.acme+ci: blocked, held by QC4102: QC4102 says',
      'robot.globex+ci',
    ])
  })

  test('is what needs an account that waits, too', () => {
    const expected = [
      'user.alice: blocked, held by QC4101: QC4101 says',
      'team.acme/web: blocked, user.alice is held',
      'robot.acme+ci',
      'robot.globex+ci',
    ]
    expect(heldBy([stop('QC4101', 'user.alice')])).toEqual(expected)
    expect(heldBy([stop('QC4101', 'user.alice')], [...steps].reverse())).toEqual(expected.reverse())
  })

  test('is nothing without a stop', () => {
    expect(heldBy([])).toEqual(steps.map(({ change }) => change.address.text))
    expect(outcomesOfHeld(steps).size).toBe(0)
  })

  test('is skipped in a report', () => {
    const marked = hold(steps, stoppedOnes([stop('QC4102', 'robot.globex+ci')], steps, registry), registry)
    expect([...outcomesOfHeld(marked)]).toEqual([
      ['robot.globex+ci', { status: 'skipped', because: 'held by QC4102: QC4102 says' }],
    ])
    expect(going(marked).length).toBe(3)
  })
})

describe('a pause', () => {
  const pause = {
    address: address('organization', 'acme'),
    reason: 'INFRA-1',
    until: '2026-11-21',
    at: { file: 'a.yaml', line: 1, column: 1, length: 1 },
  }

  test.each([
    ['2026-11-20', true, 'QC4013 note organization.acme is paused until 2026-11-21: INFRA-1'],
    ['2026-11-21', true, 'QC4013 note organization.acme is paused until 2026-11-21: INFRA-1'],
    [
      '2026-11-22',
      false,
      'QC4014 warning the pause of organization.acme ended on 2026-11-21: it is applied again',
    ],
  ])('on %s', (today, rests, expected) => {
    const { code, severity, message } = pauseFinding(pause, today)
    expect(`${code} ${severity} ${message}`).toBe(expected)
    expect([...restingOnes([pause], today)]).toEqual(
      rests ? [['acme', { as: 'paused', because: 'paused until 2026-11-21: INFRA-1' }]] : [],
    )
  })
})

describe('administrators', () => {
  const team = (name: string, members?: readonly string[], more: object = {}) =>
    live(address('team', 'acme', name), {
      role: 'admin',
      description: '',
      sync: null,
      ...(members && { members: members.map((user) => `user:${user}`) }),
      ...more,
    })
  const users = (...list: readonly string[]) => list.map((user) => `user:${user}`)
  const teams = (body: object, more: object = {}) => organization({ teams: body, ...more })
  const owners = (...list: readonly string[]) => ({ owners: { role: 'admin', members: users(...list) } })
  const stop = (left: number, limit = 2) =>
    `QC4109 acme would be left with ${left} ${left === 1 ? 'administrator' : 'administrators'}; the limit is ${limit} at least = if that is meant: --min-org-admins ${left} for one run, or safety.min_org_admins: ${left} in the files`

  test.each<[string, string, readonly Live[], number, readonly string[]]>([
    ['fewer than the limit', teams(owners('admin')), [team('owners', ['admin', 'bob'])], 2, [stop(1)]],
    ['as many as the limit', teams(owners('admin')), [team('owners', ['admin', 'bob'])], 1, []],
    ['fewer, but not by this plan', teams(owners('admin', 'bob')), [team('owners', ['admin'])], 3, []],
    ['nothing to change', teams(owners('admin')), [team('owners', ['admin'])], 2, []],
    [
      'users of several teams, each once',
      teams({ ...owners('admin'), ops: { role: 'admin', members: users('admin') } }),
      [team('owners', ['admin', 'bob']), team('ops', ['admin'])],
      2,
      [stop(1)],
    ],
    [
      'a team that nobody read',
      teams(owners('admin')),
      [team('owners', ['admin', 'bob']), team('ops')],
      2,
      [],
    ],
    [
      'a team that a directory feeds',
      teams(owners('admin')),
      [team('owners', ['admin', 'bob']), team('ops', ['eve'], { sync: { group_dn: 'cn=ops' } })],
      2,
      [],
    ],
    [
      'a team that is lowered',
      teams({ ...owners('admin'), ops: { role: 'member', members: users('bob') } }),
      [team('owners', ['admin']), team('ops', ['bob'])],
      2,
      [stop(1)],
    ],
    [
      'a team that goes',
      teams(owners('admin'), { prune: { teams: 'all' } }),
      [team('owners', ['admin']), team('ops', ['bob'])],
      2,
      [stop(1)],
    ],
    [
      'robots, who administer nothing',
      teams({ owners: { role: 'admin', members: ['user:admin', 'robot:ci'] } }, { robots: { ci: {} } }),
      [team('owners', ['admin', 'bob'])],
      2,
      [stop(1)],
    ],
    ['no limit at all', teams(owners('admin')), [team('owners', ['admin', 'bob'])], 0, []],
  ])('%s', (_, files, state, minOrgAdmins, expected) => {
    expect(stopsOf(files, [acme, ...state], { minOrgAdmins })).toEqual(expected)
  })

  test.each<[string, object, number, readonly string[]]>([
    ['the maker of an organization is one', { teams: owners('bob') }, 2, []],
    ['and is counted once', { teams: owners('admin') }, 2, [stop(1)]],
    ['of teams that nobody declares nothing is known', {}, 2, []],
    ['and counts beside a team that is new', { teams: { ops: { role: 'admin' } } }, 2, [stop(1)]],
    [
      'and beside one with another user is enough',
      { teams: { ops: { role: 'admin', members: users('bob') } } },
      2,
      [],
    ],
  ])('%s', (_, body, minOrgAdmins, expected) => {
    expect(stopsOf(organization(body), [], { minOrgAdmins })).toEqual(expected)
  })

  test('are a limit of the files, whose line is said', () => {
    const files = {
      'acme.yaml': teams(owners('admin')),
      'quayctl.yaml': registryDocument({ min_org_admins: 2 }),
    }
    const { stops, limits } = plan(files, [acme, team('owners', ['admin', 'bob'])]).guarded
    expect(limits.slice(2)).toEqual([{ name: 'min_org_admins', value: 1, limit: 2, ok: false }])
    expect(stops.map(({ addresses, source }) => [addresses, source?.file])).toEqual([
      [['team.acme/owners'], 'quayctl.yaml'],
    ])
  })

  test.each<[string, readonly Live[], readonly string[]]>([
    ['alone', [], ['QC4016 team.acme/owners']],
    ['beside one that has others', [team('ops', ['bob'])], ['QC4016 team.acme/owners']],
    ['beside another that has the user', [team('ops', ['admin'])], []],
    ['beside one that nobody read', [team('ops')], []],
    [
      'beside another that a directory feeds',
      [team('ops', ['admin'], { sync: { group_dn: 'cn=ops' } })],
      ['QC4016 team.acme/owners'],
    ],
  ])('that a directory feeds: the team of the user of the token %s', (_, others, expected) => {
    const sync = { group_dn: 'cn=owners' }
    const files = teams({ owners: { role: 'admin', sync } })
    const state = [acme, team('owners', ['admin', 'eve'], { sync }), ...others]
    expect(plan(files, state).findings).toEqual(expected)
    const member = [acme, team('owners', ['eve'], { sync }), ...others]
    expect(plan(files, member).findings).toEqual([])
  })
})

describe('a glob that matches nothing', () => {
  const there = [
    { address: address('repository', 'acme', 'api') },
    { address: address('team', 'acme', 'owners') },
  ]
  const line = { file: 'quayctl.yaml', line: 3, column: 1, length: 1 }
  test.each<[string, boolean, RegExp | null]>([
    ['repository.acme/api', true, null],
    ['!team.**', true, null],
    ['repository.globex/*', true, null],
    ['repository.*', true, /stays between .*: "repository\.\*\*"/],
    ['repositry.acme/api', true, /^types are .*repository/],
    ['repository.globex/api', false, /^addresses are what a plan prints$/],
    ['repositry.acme/api', false, /^types are /],
  ])('"%s", of a file: %s', (text, ofFile, hint) => {
    const found = idleGlobs(usesOf([{ text, from: 'protect', at: ofFile ? line : null }], [there]), registry)
    expect(found.map(({ code }) => code)).toEqual(hint ? ['QC4008'] : [])
    if (hint) expect(found[0]?.hint).toMatch(hint)
  })
})

import { describe, expect, test } from 'vitest'
import { diff } from '../../src/engine/diff.ts'
import { select } from '../../src/engine/select.ts'
import { addressOf } from '../../src/model/address.ts'
import type { Desired, Live } from '../../src/model/change.ts'
import { configure, everything, type Files, registry } from '../world.ts'
import { address, live, type Options, plan, server } from './pure.ts'

const organization = (body: string, name = 'acme') =>
  `apiVersion: quayctl/v1\nkind: Organization\nname: ${name}\n${body}`
const template = (body: string) => `---\napiVersion: quayctl/v1\nkind: OrganizationTemplate\nname: t\n${body}`

const acme = live(address('organization', 'acme'), { email: 'a@b.example' })
const globex = live(address('organization', 'globex'), { email: 'a@b.example' })
const robot = (name: string, description = '', owner = 'acme') =>
  live(address('robot', owner, name), { description })
const obscure = (object: Live): Live => ({ ...object, obscure: 'there are two' })
const team = (name: string, role: string, ...members: readonly string[]) =>
  live(address('team', 'acme', name), { role, members: members.map((user) => `user:${user}`) }, {})
const repository = (name: string, state = 'normal') => live(address('repository', 'acme', name), { state })
const mirror = live(address('mirror', 'acme', 'r'), { robot: 'ci' })
const MIRROR = '{external_reference: quay.io/a/b, tags: [a], robot: ci, sync_interval: 1d}'
const quota = live(address('quota', 'acme'), { limit: 1, warn_at: [], reject_at: [] }, { id: 1, limits: [] })
const full = live(
  addressOf({ name: 'notification', separator: '#' }, acme.address, 'full'),
  { event: 'quota_warning', method: 'webhook', config: { url: 'https://a.example' } },
  { uuid: 'x' },
)
const NOTICE =
  'notifications: {full: {event: quota_warning, method: webhook, config: {url: "https://a.example"}}}\n'

interface Case {
  readonly files: Files
  readonly state: readonly Live[]
  readonly options?: Options
  readonly actions: readonly string[]
  /** `line:column code severity address: message = hint` */
  readonly says: readonly string[]
  readonly unmanaged?: readonly string[]
}

const changed = organization('robots:\n  ci:\n    description: new\n')
const removed = organization('removed:\n  repositories:\n    gone: {reason: OPS-1, until: 2026-11-20}\n')
const renamed = organization('teams:\n  new:\n    role: member\n    previously: old\n')
const stays = (column: number, hint: string) =>
  `6:${column} QC4004 warning robot.acme+ci: description of robot.acme+ci stays as it is: Quay cannot change it in place = ${hint}`
const used = 'mirror.acme/r uses it, and Quay deletes no robot that a mirror uses'

const cases: Readonly<Record<string, Case>> = {
  'a delete of what may stand in a file that was not loaded': {
    files: {
      'a.yaml': organization('prune: {robots: all}\nrobots: {ci: {}}\n'),
      'b.yaml': organization('prune: {robots: all}\nrobots: {ci: {}}\n', 'globex'),
    },
    state: [acme, globex, robot('ci'), robot('old'), robot('old', '', 'globex'), robot('ci', '', 'globex')],
    options: { partial: ['acme'] },
    actions: ['delete robot.globex+old'],
    says: [
      '4:17 QC4007 warning robot.acme+old: robot.acme+old stays: not all files of acme were loaded = load them all to delete it',
    ],
  },
  'a create where not all files were loaded': {
    files: organization('robots: {ci: {}}\n'),
    state: [acme],
    options: { partial: ['acme'] },
    actions: ['create robot.acme+ci'],
    says: [],
  },
  '"dropped" without a base, of a template once': {
    files: `${organization('use: [t]\n')}---\n${organization('use: [t]\n', 'globex')}${template('prune: {robots: dropped}\nrobots: {ci: {}}\n')}`,
    state: [acme, globex, robot('ci'), robot('ci', '', 'globex')],
    actions: [],
    says: [
      '14:17 QC4018 warning -: "robots: dropped" deletes nothing without --base = pass --base with the commit that was applied last',
    ],
  },
  '"dropped" of several blocks, of what is in scope': {
    files: {
      'a.yaml': organization('prune: {robots: dropped, teams: dropped}\nrobots: {}\nteams: {}\n'),
      'b.yaml': organization('prune: {robots: dropped}\nrobots: {}\n', 'globex'),
    },
    state: [acme, globex],
    options: { selection: { organizations: ['acme'] } },
    actions: [],
    says: [
      '4:17 QC4018 warning -: "robots: dropped" deletes nothing without --base = pass --base with the commit that was applied last',
      '4:33 QC4018 warning -: "teams: dropped" deletes nothing without --base = pass --base with the commit that was applied last',
    ],
  },
  'a change of what cannot be told from others': {
    files: changed,
    state: [acme, obscure(robot('ci', 'old'))],
    options: { replace: ['**'] },
    actions: [],
    says: ['5:3 QC4009 warning robot.acme+ci: robot.acme+ci is left alone: there are two = undefined'],
  },
  'a delete of what cannot be told from others': {
    files: organization('prune: {robots: all}\nrobots: {}\n'),
    state: [acme, obscure(robot('ci'))],
    actions: [],
    says: ['4:17 QC4009 warning robot.acme+ci: robot.acme+ci is left alone: there are two = undefined'],
  },
  'a change that needs a replace': {
    files: changed,
    state: [acme, robot('ci', 'old')],
    actions: [],
    says: [
      stays(
        18,
        'to delete and create it again: --replace \'robot.acme+ci\', or "lifecycle: {replace: allow}" on it',
      ),
    ],
  },
  'a replace of what is in use': {
    files: changed,
    state: [acme, robot('ci', 'old'), repository('r', 'mirror'), mirror],
    options: { replace: ['**'] },
    actions: [],
    says: [stays(18, used)],
    unmanaged: ['mirror.acme/r', 'repository.acme/r'],
  },
  'a replace of what shall be in use': {
    files: `${changed}repositories: {r: {mirror: ${MIRROR}}}\n`,
    state: [acme, robot('ci', 'old'), repository('r')],
    options: { replace: ['**'] },
    actions: ['create mirror.acme/r'],
    says: [stays(18, used)],
  },
  'a replace of what shall not be in use, and is not': {
    files: `${changed}repositories: {r: {mirror: none}}\n`,
    state: [acme, robot('ci', 'old'), repository('r')],
    options: { replace: ['**'] },
    actions: ['replace robot.acme+ci'],
    says: [],
  },
  'a replace beside another robot in use': {
    files: changed,
    state: [
      acme,
      robot('ci', 'old'),
      robot('sync'),
      repository('r', 'mirror'),
      live(mirror.address, { robot: 'sync' }),
    ],
    options: { replace: ['**'] },
    actions: ['replace robot.acme+ci'],
    says: [],
    unmanaged: ['mirror.acme/r', 'repository.acme/r', 'robot.acme+sync'],
  },
  'a delete of the last administrators': {
    files: organization('prune: {teams: all}\nteams: {}\n'),
    state: [acme, team('owners', 'admin', 'admin')],
    actions: [],
    says: [
      '4:16 QC4010 warning team.acme/owners: team.acme/owners stays: no other team of role admin is known to have users, and somebody must administer the organization = undefined',
    ],
  },
  'a delete of all administrators, of whom each is the last': {
    files: organization('prune: {teams: all}\nteams: {}\n'),
    state: [acme, team('owners', 'admin', 'admin'), team('more', 'admin', 'bob')],
    actions: [],
    says: ['more', 'owners'].map(
      (name) =>
        `4:16 QC4010 warning team.acme/${name}: team.acme/${name} stays: no other team of role admin is known to have users, and somebody must administer the organization = undefined`,
    ),
  },
  'a delete of administrators beside whom others stay': {
    files: organization('prune: {teams: dropped}\nteams: {}\n'),
    state: [acme, team('owners', 'admin', 'admin'), team('more', 'admin', 'bob')],
    options: { base: organization('teams: {more: {role: admin}}\n') },
    actions: ['delete team.acme/more'],
    says: [],
    unmanaged: ['team.acme/owners'],
  },
  'what a type settles, at the line of its attribute': {
    files: organization('teams:\n  owners:\n    role: admin\n    members: []\n'),
    state: [acme, team('owners', 'admin', 'admin')],
    actions: [],
    says: [
      '7:14 QC4010 warning team.acme/owners: team.acme/owners does not list admin, the user of this run, who stays on it = add user:admin to members, or remove it with the token of another administrator',
    ],
  },
  'a removal that has ended': {
    files: removed,
    state: [acme, repository('gone')],
    actions: [],
    says: [
      '6:5 QC4001 warning repository.acme/gone: repository.acme/gone is still there, and its removal ended on 2026-11-20: nothing is deleted = set a later "until", or remove the line; its reason: OPS-1',
    ],
  },
  'a removal of what is gone': {
    files: removed,
    state: [acme],
    actions: [],
    says: [
      '6:5 QC4002 note repository.acme/gone: repository.acme/gone is already gone: delete this line = undefined',
    ],
  },
  'a removal that is not in scope': {
    files: removed,
    state: [acme],
    options: { selection: { excludes: ['repository.**'] } },
    actions: [],
    says: [],
  },
  'a team that takes the place of another': {
    files: renamed,
    state: [acme, team('old', 'member')],
    actions: ['create team.acme/new', 'delete team.acme/old'],
    says: [],
  },
  'a team that has taken the place of another': {
    files: renamed,
    state: [acme, team('new', 'member')],
    actions: ['update team.acme/new'],
    says: ['7:17 QC4002 note team.acme/new: team.acme/old is already gone: delete this line = undefined'],
  },
  'a team that takes the place of nobody': {
    files: renamed,
    state: [acme],
    actions: ['create team.acme/new'],
    says: [
      '7:17 QC4002 note team.acme/new: there is no team.acme/old that team.acme/new could take the place of = undefined',
    ],
  },
  'a team that takes a place, and is not in scope': {
    files: renamed,
    state: [acme, team('old', 'member')],
    options: { selection: { excludes: ['team.acme/new'] } },
    actions: [],
    says: [],
    unmanaged: ['team.acme/old'],
  },
  'what Quay makes by itself, where it is pruned': {
    files: organization('prune: {teams: all}\nteams: {devs: {role: admin, members: [user:admin]}}\n'),
    state: [],
    actions: ['create organization.acme', 'create team.acme/devs', 'delete team.acme/owners'],
    says: [],
  },
  'what Quay makes by itself, where it is not': {
    files: organization('teams: {devs: {role: admin, members: [user:admin]}}\n'),
    state: [],
    actions: ['create organization.acme', 'create team.acme/devs'],
    says: [],
  },
  'what Quay makes by itself, where it is declared': {
    files: organization('prune: {teams: all}\nteams: {owners: {role: admin, members: [user:admin]}}\n'),
    state: [],
    actions: ['create organization.acme', 'create team.acme/owners'],
    says: [],
  },
  'nothing that Quay makes with what is only changed': {
    files: organization('email: c@d.example\nprune: {teams: all}\nteams: {}\n'),
    state: [acme],
    actions: ['update organization.acme'],
    says: [],
  },
  'what goes together with a singleton': {
    files: organization(`quota: none\n${NOTICE}`),
    state: [acme, quota, full],
    actions: ['delete quota.acme', 'create notification.acme#full'],
    says: [],
  },
  'what stays where the singleton is not there': {
    files: organization(`quota: none\n${NOTICE}`),
    state: [acme, full],
    actions: [],
    says: [],
  },
  'what stays where the singleton does': {
    files: organization(`quota: {limit: 1 B}\n${NOTICE}`),
    state: [acme, quota, full],
    actions: [],
    says: [],
  },
  'nothing of what must exist': {
    files: JSON.stringify({
      apiVersion: 'quayctl/v1',
      kind: 'OrganizationPart',
      organization: 'acme',
      robots: {},
    }),
    state: [],
    actions: [],
    says: [],
  },
}

describe('the difference is', () => {
  test.each(Object.entries(cases))('%s', (_, { files, state, options, actions, says, unmanaged = [] }) => {
    const made = plan(files, state, options)
    const said = made.remarks.map(
      ({ at, code, severity, address: about, message, hint }) =>
        `${at?.line}:${at?.column} ${code} ${severity} ${about ?? '-'}: ${message} = ${hint}`,
    )
    expect([made.actions, said, made.unmanaged]).toEqual([actions, says, unmanaged])
  })

  test('of a singleton that shall not be a delete that its line asks for', () => {
    const { changes } = plan(organization('quota: none\n'), [acme, quota]).document()
    expect(changes).toMatchObject([
      { action: 'delete', reason: 'config', source: { line: 4, column: 1 }, fields: [] },
    ])
  })

  test('of a team that takes a place one that waits for it, and says why', () => {
    const { needs, reasons, document } = plan(renamed, [acme, team('old', 'member')])
    expect(needs).toMatchObject({ 'team.acme/old': ['team.acme/new'], 'team.acme/new': [] })
    expect(reasons['team.acme/old']).toBe('config')
    expect(document().siblings).toEqual({
      'team organization.acme': { new: { role: 'member', previously: 'old' } },
    })
  })

  test('of a team that changes with those that stay beside it', () => {
    const files = organization('teams: {devs: {role: creator}}\n')
    const there = [acme, team('devs', 'member'), team('ops', 'member', 'bob')]
    expect(plan(files, there).document().siblings).toEqual({
      'team organization.acme': {
        devs: { role: 'creator', members: [] },
        ops: { role: 'member', members: ['user:bob'] },
      },
    })
    expect(plan(organization('email: c@d.example\n'), there).document()).not.toHaveProperty('siblings')
  })

  test('of what a line removes a removal', () => {
    const files = organization('removed: {repositories: {gone: {reason: x, until: 2026-12-31}}}\n')
    expect(plan(files, [acme, repository('gone')]).reasons).toEqual({ 'repository.acme/gone': 'removed' })
  })

  test('of the last team that goes with those that stay beside it', () => {
    const files = organization('prune: {teams: all}\nteams: {}\n')
    const { changes, siblings } = plan(files, [acme, team('devs', 'member')]).document()
    expect([changes.map(({ reason }) => reason), siblings]).toEqual([
      ['pruned'],
      { 'team organization.acme': {} },
    ])
  })

  test('of what an exact block does not list what the block asks for', () => {
    const user = live(address('permission', 'acme', 'r', 'user:bob'), { role: 'read' })
    const { reasons } = plan(organization('repositories: {r: {permissions: {}}}\n'), [
      acme,
      repository('r'),
      user,
    ])
    expect(reasons).toEqual({ 'permission.acme/r:user:bob': 'config' })
  })

  test('of a secret alone a rotation, and beside others none', () => {
    const cached = (more: string) =>
      organization(
        `repositories: {r: {mirror: {external_reference: quay.io/a/b, tags: [${more}], robot: ci, sync_interval: 1d, username: bot, password: {from_env: QC_A}}}}\nrobots: {ci: {}}\n`,
      )
    const there = live(mirror.address, {
      robot: 'ci',
      external_reference: 'quay.io/a/b',
      tags: ['a'],
      sync_interval: 86400,
      username: 'bot',
    })
    const state = [acme, robot('ci'), repository('r', 'mirror'), there]
    const reasons = (files: string, resend: readonly string[]) => plan(files, state, { resend }).reasons
    expect(reasons(cached('a'), ['mirror.acme/r'])).toEqual({ 'mirror.acme/r': 'rotate' })
    expect(reasons(cached('a, b'), ['mirror.acme/r'])).toEqual({ 'mirror.acme/r': 'config' })
    expect(reasons(cached('a'), [])).toEqual({})
  })

  test('of what no file lists counted by organization and type', () => {
    const state = [acme, globex, robot('a'), robot('b'), robot('c', '', 'globex'), team('x', 'member')]
    const files = { 'a.yaml': organization(''), 'b.yaml': organization('', 'globex') }
    expect(plan(files, state).document().unmanaged).toEqual([
      { organization: 'acme', type: 'robot', count: 2 },
      { organization: 'globex', type: 'robot', count: 1 },
      { organization: 'acme', type: 'team', count: 1 },
    ])
  })
})

describe('what a pattern asks for', () => {
  const { expanded } = configure(organization('repositories: {r: {}}\n'))
  const patterned: Desired[] = expanded.desired.map((desired) =>
    desired.address.type === 'repository' ? { ...desired, atLeast: 'pattern' } : desired,
  )
  const actions = (excludes: readonly string[]) => {
    const files = { ...expanded, desired: patterned }
    const selected = select(files, registry, { ...everything, excludes, targets: ['repository.acme/r'] })
    const all = { ...selected, desired: patterned }
    const options = { today: '2026-11-21', replace: [], partial: new Set<string>() }
    const { changes, unchanged } = diff(
      files,
      all,
      new Map([[acme.address.text, acme]]),
      registry,
      server,
      options,
    )
    return [changes.map(({ action, address: { text } }) => `${action} ${text}`), unchanged]
  }
  test('counts only where it is in scope', () => {
    expect(actions([])).toEqual([['create repository.acme/r'], 1])
    expect(actions(['repository.**'])).toEqual([[], 1])
  })
})

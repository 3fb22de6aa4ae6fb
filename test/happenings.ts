import fc from 'fast-check'
import { type Estate, filesOf, namesOf } from './estates.ts'
import { registry, type World } from './world.ts'

/** What else happens to a Quay. */
export interface Event {
  readonly what: keyof typeof happenings
  readonly organization: string
  readonly repository: string
  readonly robot: string
  readonly team: string
  readonly title: string
  readonly percent: number
}

type Call = (method: string, path: string, body?: unknown) => Promise<unknown>
interface Actor {
  readonly call: Call
  /** The worker's turn, after this many hours. */
  tick(hours: number): void
}

/** What people, other tools and Quay's workers do; much of it fails, because what it is about does not exist. */
const happenings = {
  'a foreign robot': ({ call }, { organization, robot }) =>
    call('PUT', `/organization/${organization}/robots/${robot}`, { description: 'foreign' }),
  'a robot goes': ({ call }, { organization, robot }) =>
    call('DELETE', `/organization/${organization}/robots/${robot}`),
  'a foreign repository': ({ call }, { organization, repository }) =>
    call('POST', '/repository', {
      namespace: organization,
      repository,
      visibility: 'public',
      description: 'foreign',
      repo_kind: 'image',
    }),
  'a repository goes': ({ call }, at) => call('DELETE', repositoryPath(at)),
  'a repository is described': ({ call }, at) => call('PUT', repositoryPath(at), { description: 'changed' }),
  'a repository is shown': ({ call }, at) =>
    call('POST', `${repositoryPath(at)}/changevisibility`, { visibility: 'public' }),
  'a repository is frozen': ({ call }, at) =>
    call('PUT', `${repositoryPath(at)}/changestate`, { state: 'READ_ONLY' }),
  'a mirror goes dormant': ({ call }, at) =>
    call('PUT', `${repositoryPath(at)}/changestate`, { state: 'NORMAL' }),
  'a mirror is created without robot': ({ call }, at) =>
    call('POST', `${repositoryPath(at)}/mirror`, bareMirror),
  'a mirror is created without proxies': ({ call }, at) =>
    call('POST', `${repositoryPath(at)}/mirror`, {
      ...bareMirror,
      robot_username: `${at.organization}+${at.robot}`,
    }),
  'a mirror is retagged': ({ call }, at) =>
    call('PUT', `${repositoryPath(at)}/mirror`, {
      root_rule: { rule_kind: 'tag_glob_csv', rule_value: [' x ', 'x'] },
    }),
  'a mirror is disabled': ({ call }, at) =>
    call('PUT', `${repositoryPath(at)}/mirror`, { is_enabled: false }),
  'a mirror is synchronised': ({ call }, at) => call('POST', `${repositoryPath(at)}/mirror/sync-now`),
  'a quota appears': ({ call }, { organization }) =>
    call('POST', `/organization/${organization}/quota`, { limit_bytes: 4096 }),
  'a warning appears': (actor, at) => limit(actor, at, 'Warning'),
  'a reject appears': (actor, at) => limit(actor, at, 'Reject'),
  'a team appears': ({ call }, at) => call('PUT', teamPath(at), { role: roleOf(at, teamRoles) }),
  'a team goes': ({ call }, at) => call('DELETE', teamPath(at)),
  'a user joins a team': ({ call }, at) => call('PUT', `${teamPath(at)}/members/mallory`),
  'a robot joins a team': ({ call }, at) =>
    call('PUT', `${teamPath(at)}/members/${at.organization}+${at.robot}`),
  'the owners are joined': ({ call }, { organization }) =>
    call('PUT', `/organization/${organization}/team/owners/members/mallory`),
  'a team is given access': ({ call }, at) =>
    call('PUT', `${repositoryPath(at)}/permissions/team/${at.team}`, { role: roleOf(at, roles) }),
  'a user is given access': ({ call }, at) =>
    call('PUT', `${repositoryPath(at)}/permissions/user/mallory`, { role: roleOf(at, roles) }),
  'a robot is given access': ({ call }, at) =>
    call('PUT', `${repositoryPath(at)}/permissions/user/${at.organization}+${at.robot}`, {
      role: roleOf(at, roles),
    }),
  'a user loses access': ({ call }, at) => call('DELETE', `${repositoryPath(at)}/permissions/user/mallory`),
  'a default permission for a team': ({ call }, at) =>
    call('POST', `/organization/${at.organization}/prototypes`, {
      role: roleOf(at, roles),
      delegate: { name: at.team, kind: 'team' },
    }),
  'a default permission for a user': ({ call }, at) =>
    call('POST', `/organization/${at.organization}/prototypes`, {
      role: roleOf(at, roles),
      delegate: { name: 'mallory', kind: 'user' },
      activating_user: { name: `${at.organization}+${at.robot}` },
    }),
  'a notification of a repository': ({ call }, at) =>
    call('POST', `${repositoryPath(at)}/notification/`, hook('repo_push', at)),
  'a notification of an organization': ({ call }, at) =>
    call('POST', `/organization/${at.organization}/notifications`, hook('quota_warning', at)),
  'a policy that prunes a repository': ({ call }, at) =>
    call('POST', `${repositoryPath(at)}/autoprunepolicy/`, { method: 'number_of_tags', value: at.percent }),
  'a policy that prunes an organization': ({ call }, at) =>
    call('POST', `/organization/${at.organization}/autoprunepolicy/`, {
      method: 'creation_date',
      value: `${at.percent}d`,
    }),
  'a policy that keeps tags of a repository': ({ call }, at) =>
    call('POST', `${repositoryPath(at)}/immutabilitypolicy/`, keeping(at)),
  'a policy that keeps tags of an organization': ({ call }, at) =>
    call('POST', `/organization/${at.organization}/immutabilitypolicy/`, keeping(at)),
  'an application': ({ call }, at) =>
    call('POST', `/organization/${at.organization}/applications`, { name: at.title }),
  'a proxy cache': ({ call }, { organization }) =>
    call('POST', `/organization/${organization}/proxycache`, { upstream_registry: 'quay.io' }),
  'a mirror of an organization': ({ call }, at) =>
    call('POST', `/organization/${at.organization}/mirror`, {
      external_registry_type: 'quay',
      external_registry_url: 'https://quay.io',
      external_namespace: 'foreign',
      robot_username: `${at.organization}+${at.robot}`,
      visibility: 'private',
      sync_interval: 3600,
      sync_start_date: '2026-01-01T00:00:00Z',
    }),
  'a message': ({ call }, { percent }) =>
    call('POST', '/messages', {
      message: { content: percent % 2 ? 'one' : 'foreign', media_type: 'text/markdown', severity: 'info' },
    }),
  'a user appears': ({ call }, { percent }) =>
    call('POST', '/superuser/users/', { username: 'alice', email: `alice${percent % 3}@example.com` }),
  'a user is disabled': ({ call }) => call('PUT', '/superuser/users/alice', { enabled: false }),
  'the organization changes': ({ call }, { organization }) =>
    call('PUT', `/organization/${organization}`, { invoice_email: true, email: 'other@example.com' }),
  'the workers have a turn': async ({ tick }) => tick(0),
  'a day passes': async ({ tick }) => {
    tick(24)
    tick(0)
  },
} satisfies Record<string, (actor: Actor, at: Event) => Promise<unknown>>

const bareMirror = {
  external_reference: 'quay.io/foreign/image',
  sync_interval: 3600,
  sync_start_date: '2026-01-01T00:00:00Z',
  root_rule: { rule_kind: 'tag_glob_csv', rule_value: ['foreign'] },
  skopeo_timeout_interval: 300,
}

const roles = ['read', 'write', 'admin']
const teamRoles = ['member', 'creator', 'admin']
const roleOf = ({ percent }: Event, all: readonly string[]) => all[percent % all.length]
const hook = (event: string, { title, percent }: Event) => ({
  title,
  event,
  eventConfig: {},
  method: 'webhook',
  config: { url: `https://foreign.example.com/${percent % 2}` },
})
const keeping = ({ percent }: Event) => ({ tagPattern: 'v[0-9.]+', tagPatternMatches: percent % 2 > 0 })
const teamPath = ({ organization, team }: Event): string => `/organization/${organization}/team/${team}`
const repositoryPath = ({ organization, repository }: Event): string =>
  `/repository/${organization}/${repository}`

async function limit({ call }: Actor, { organization, percent }: Event, type: string): Promise<void> {
  const quotas = (await call('GET', `/organization/${organization}/quota`)) as { body: string | object }
  const id = /"id": *(\d+)/.exec(
    typeof quotas.body === 'string' ? quotas.body : JSON.stringify(quotas.body),
  )?.[1]
  if (id)
    await call('POST', `/organization/${organization}/quota/${id}/limit`, {
      type,
      threshold_percent: percent,
    })
}

const pool = (name: string): readonly string[] => {
  const type = registry.get(name)
  return type ? namesOf(type) : []
}

export const events: fc.Arbitrary<readonly Event[]> = fc.array(
  fc.record({
    what: fc.constantFrom(...(Object.keys(happenings) as Event['what'][])),
    organization: fc.constantFrom(...pool('organization')),
    repository: fc.constantFrom(...pool('repository')),
    robot: fc.constantFrom(...pool('robot')),
    team: fc.constantFrom(...pool('team')),
    title: fc.constantFrom(...pool('notification')),
    percent: fc.integer({ min: 1, max: 100 }),
  }),
  { maxLength: 12 },
)

/** A Quay in any state that it can be brought to: an estate was applied, and then things happened. */
export async function history(world: World, before: Estate, what: readonly Event[]): Promise<void> {
  await world.apply(await world.plan(filesOf(before)))
  await happen(world, what)
}

/** Things happen, one after the other. */
export async function happen(world: World, what: readonly Event[]): Promise<void> {
  const actor = {
    call: world.call,
    tick(hours: number) {
      world.now = new Date(world.now.getTime() + hours * 3_600_000 + 1)
      world.emulator.tick()
    },
  }
  for (const event of what) await happenings[event.what](actor, event)
}

import { describe, expect, test } from 'vitest'
import { apply } from '../../src/engine/apply.ts'
import {
  actionsOf,
  isWrite,
  registry,
  reloaded,
  unhurried,
  type World,
  withWorld,
  wordsOf,
} from '../world.ts'

const organization = (body: string) =>
  `apiVersion: quayctl/v1\nkind: Organization\nname: acme\nemail: quay@acme.example\n${body}`

interface Case {
  readonly title: string
  readonly before: string
  readonly after: string
  /** What somebody does between the plan and its apply. */
  readonly meanwhile: (call: World['call'], world: World) => Promise<unknown>
  /** How each step ends. */
  readonly ends: Readonly<Record<string, string>>
}

const team = (members: string, role = 'member') =>
  `robots: {ra: {}, rb: {}, rc: {}}\nteams: {owners: {role: admin, members: [user:admin]}, devs: {role: ${role}, members: [${members}]}}\n`
const repository = (body: string) => `robots: {sync: {}}\nrepositories: {api: {${body}}}\n`
const mirror = (tags: string, username = 'bob') =>
  repository(
    `mirror: {external_reference: quay.io/a/b, tags: [${tags}], robot: sync, sync_interval: 1d, username: ${username}}`,
  )
const hook = (url: string) =>
  repository(`notifications: {push: {event: repo_push, method: webhook, config: {url: "${url}"}}}`)
const proxied = (proxy: string) => mirror('a').replace(', username: bob', `, proxy: {http_proxy: "${proxy}"}`)
const moved = (text: string, words: string) => `stale: ${text} is not as the plan saw it: ${words}`

const cases: readonly Case[] = [
  {
    title: 'another value',
    before: 'tag_expiration: 1d\n',
    after: 'tag_expiration: 2w\n',
    meanwhile: (call) => call('PUT', '/organization/acme', { tag_expiration_s: 604800 }),
    ends: { 'organization.acme': moved('organization.acme', 'tag_expiration was 1d, is now 1w') },
  },
  {
    title: 'another value of what was as it should be',
    before: 'tag_expiration: 1d\ninvoice_email: false\n',
    after: 'tag_expiration: 2w\ninvoice_email: false\n',
    meanwhile: (call) => call('PUT', '/organization/acme', { invoice_email: true }),
    ends: { 'organization.acme': moved('organization.acme', 'invoice_email was false, is now true') },
  },
  {
    title: 'what no file speaks of',
    before: 'tag_expiration: 1d\n',
    after: 'tag_expiration: 2w\n',
    meanwhile: (call) => call('PUT', '/organization/acme', { invoice_email: true }),
    ends: { 'organization.acme': 'done' },
  },
  {
    title: 'what the plan wants',
    before: 'tag_expiration: 1d\n',
    after: 'tag_expiration: 2w\n',
    meanwhile: (call) => call('PUT', '/organization/acme', { tag_expiration_s: 1209600 }),
    ends: { 'organization.acme': 'already' },
  },
  {
    title: 'a part of what the plan wants, as a run that was cut off leaves it',
    before: team('robot:ra, robot:rb'),
    after: team('robot:rb, robot:rc', 'creator'),
    meanwhile: async (call) => {
      await call('PUT', '/organization/acme/team/devs', { role: 'creator' })
      await call('PUT', '/organization/acme/team/devs/members/acme+rc')
    },
    ends: { 'team.acme/devs': 'done' },
  },
  {
    title: 'a member that the plan does not know',
    before: team('robot:ra'),
    after: team('robot:ra, robot:rb'),
    meanwhile: (call) => call('PUT', '/organization/acme/team/devs/members/mallory'),
    ends: {
      'team.acme/devs': moved('team.acme/devs', 'members was [robot:ra], is now [robot:ra, user:mallory]'),
    },
  },
  {
    title: 'an object that is gone, and one that is there',
    before: 'robots: {old: {}}\nrepositories: {api: {description: API}}\n',
    after:
      'prune: {robots: all}\nrobots: {new: {description: Ours}}\nrepositories: {api: {description: The API}}\n',
    meanwhile: async (call) => {
      await call('DELETE', '/organization/acme/robots/old')
      await call('DELETE', '/repository/acme/api')
      await call('PUT', '/organization/acme/robots/new', { description: 'Theirs' })
    },
    ends: {
      'robot.acme+new': moved('robot.acme+new', 'it is there by now'),
      'repository.acme/api': moved('repository.acme/api', 'it is gone'),
      'robot.acme+old': 'already',
    },
  },
  {
    title: 'a team that is there by now, and would keep its role as the last one of administrators',
    before: '',
    after: 'teams: {devs: {role: member}}\n',
    meanwhile: async (call) => {
      await call('PUT', '/organization/acme/team/devs', { role: 'admin' })
      await call('PUT', '/organization/acme/team/devs/members/admin')
      await call('DELETE', '/organization/acme/team/owners')
    },
    ends: { 'team.acme/devs': moved('team.acme/devs', 'it is there by now') },
  },
  {
    title: 'a role that the last team of administrators would keep, and had not',
    before: team('robot:ra'),
    after: 'robots: {ra: {}, rb: {}, rc: {}}\nteams: {devs: {role: creator}}\n',
    meanwhile: async (call) => {
      await call('PUT', '/organization/acme/team/devs', { role: 'admin' })
      await call('PUT', '/organization/acme/team/devs/members/admin')
      await call('DELETE', '/organization/acme/team/owners')
    },
    ends: { 'team.acme/devs': moved('team.acme/devs', 'role was member, is now admin') },
  },
  {
    title: 'an organization that is gone, of which Quay does not say what is not in it',
    before: 'robots: {ci: {}}\n',
    after: 'robots: {ci: {federation: [{issuer: "https://sts.example.com", subject: ci}]}}\n',
    meanwhile: (call) => call('DELETE', '/organization/acme'),
    ends: { 'robot.acme+ci': moved('robot.acme+ci', 'organization.acme is gone') },
  },
  {
    title: 'an object that goes, and is another one by now',
    before: 'robots: {keep: {}, old: {description: Old}}\n',
    after: 'prune: {robots: all}\nrobots: {keep: {}}\n',
    meanwhile: async (call) => {
      await call('DELETE', '/organization/acme/robots/old')
      await call('PUT', '/organization/acme/robots/old', { description: 'In use\nagain' })
    },
    ends: { 'robot.acme+old': moved('robot.acme+old', 'description was Old, is now In use\\nagain') },
  },
  {
    title: 'what may be a secret, named and not shown',
    before: mirror('a'),
    after: mirror('a, b'),
    meanwhile: (call) =>
      call('PUT', '/repository/acme/api/mirror', {
        external_registry_username: 'hunter3',
        external_registry_password: 'hunter3',
      }),
    ends: { 'mirror.acme/api': moved('mirror.acme/api', 'username may be another one') },
  },
  {
    title: 'an equal object in its place',
    before: hook('https://one.example.com/'),
    after: hook('https://two.example.com/'),
    meanwhile: async (call) => {
      const path = '/repository/acme/api/notification/'
      const { body } = await call('GET', path)
      const [{ uuid, ...rest } = { uuid: '' }] = (body as { notifications: { uuid: string }[] }).notifications
      await call('DELETE', `${path}${uuid}`)
      await call('POST', path, { ...rest, eventConfig: {} })
    },
    ends: { 'notification.acme/api#push': 'done' },
  },
  {
    title: 'a part of what the plan takes away',
    before: team('robot:ra, robot:rb'),
    after: team('robot:rb, robot:rc'),
    meanwhile: (call) => call('DELETE', '/organization/acme/team/devs/members/acme+ra'),
    ends: { 'team.acme/devs': 'done' },
  },
  {
    title: 'the object that the plan makes, just so',
    before: 'robots: {old: {}}\n',
    after: 'robots: {old: {}, new: {description: Ours}}\n',
    meanwhile: (call) => call('PUT', '/organization/acme/robots/new', { description: 'Ours' }),
    ends: { 'robot.acme+new': 'already' },
  },
  {
    title: 'an organization away, and with it what goes',
    before: 'robots: {old: {}, keep: {}}\n',
    after: 'prune: {robots: all}\nrobots: {keep: {}}\n',
    meanwhile: (call) => call('DELETE', '/organization/acme'),
    ends: { 'robot.acme+old': 'already' },
  },
  {
    title: 'a value empty, and one long',
    before: 'repositories: {api: {description: one}, ui: {description: two}}\n',
    after: 'repositories: {api: {description: new}, ui: {description: new}}\n',
    meanwhile: async (call) => {
      await call('PUT', '/repository/acme/api', { description: '' })
      await call('PUT', '/repository/acme/ui', { description: 'b'.repeat(99) })
    },
    ends: {
      'repository.acme/api': moved('repository.acme/api', 'description was one, is now ""'),
      'repository.acme/ui': moved('repository.acme/ui', `description was two, is now ${'b'.repeat(60)}...`),
    },
  },
  {
    title: 'a key of a map',
    before: proxied('http://one.example.com'),
    after: proxied('http://two.example.com'),
    meanwhile: (call) =>
      call('PUT', '/repository/acme/api/mirror', {
        external_registry_config: { verify_tls: true, proxy: { http_proxy: 'http://three.example.com' } },
      }),
    ends: {
      'mirror.acme/api': moved('mirror.acme/api', 'proxy.http_proxy may be another one'),
    },
  },
  {
    title: 'a secret of what had none',
    before: mirror('a').replace(', username: bob', ''),
    after: mirror('a'),
    meanwhile: (call) =>
      call('PUT', '/repository/acme/api/mirror', {
        external_registry_username: 'hunter3',
        external_registry_password: 'hunter3',
      }),
    ends: { 'mirror.acme/api': moved('mirror.acme/api', 'username is another one') },
  },
  {
    title: 'another object of that name, where a name tells only one',
    before: hook('https://one.example.com/'),
    after: repository('description: API, notifications: {}').replace(
      'repositories',
      'prune: {notifications: all}\nrepositories',
    ),
    meanwhile: async (call) => {
      const path = '/repository/acme/api/notification/'
      await call('POST', path, {
        event: 'repo_push',
        method: 'webhook',
        config: { url: 'https://two.example.com/' },
        eventConfig: {},
        title: 'push',
      })
    },
    ends: {
      'repository.acme/api': 'done',
      'notification.acme/api#push': moved(
        'notification.acme/api#push',
        'it cannot be told from others, 2 notifications there have this title',
      ),
    },
  },
  {
    title: 'several of what was one',
    before: 'robots: {ra: {}}\ndefault_permissions: [{to: robot:ra, role: read}]\n',
    after: 'prune: {default_permissions: all}\nrobots: {ra: {}}\ndefault_permissions: []\n',
    meanwhile: (call) =>
      call('POST', '/organization/acme/prototypes', {
        role: 'read',
        delegate: { name: 'acme+ra', kind: 'user' },
      }),
    ends: {
      'default_permission.acme:*:robot:ra': moved(
        'default_permission.acme:*:robot:ra',
        'there are more or fewer of it',
      ),
    },
  },
]

describe('between a plan and its apply somebody makes', () => {
  test.each(cases)('$title', async ({ before, after, meanwhile, ends }) => {
    await withWorld(async (world) => {
      await world.converge(organization(before))
      const ready = await world.plan(organization(after), { allowEmpty: true })
      expect(actionsOf(ready).map((text) => text.replace(/^\w+ /, ''))).toEqual(Object.keys(ends))
      await meanwhile(world.call, world)
      const { outcomes, sent } = await world.applySaved(ready, organization(after))
      const words = Object.fromEntries([...outcomes].map(([address, outcome]) => [address, wordsOf(outcome)]))
      expect(words).toEqual(ends)
      const writes = Object.values(ends).filter((end) => end === 'done').length
      expect(sent.filter(isWrite).length > 0).toBe(writes > 0)
      expect(JSON.stringify(words)).not.toContain('hunter3')
    })
  })
})

test('a replace that was carried out before may have been so in part', async () => {
  await withWorld(async (world) => {
    await world.converge(organization('robots: {ra: {description: old}}\n'))
    const files = organization('robots: {ra: {description: new}}\n')
    const ready = await world.plan(files, { replace: ['robot.acme+ra'] })
    const ends: string[] = []
    for (const _ of [1, 2]) {
      const { outcomes } = await world.applySaved(ready, files)
      ends.push(...[...outcomes.values()].map(wordsOf))
    }
    const again = moved('robot.acme+ra', 'it may have been replaced already, whole or in part')
    expect(ends).toEqual(['done', again])
  })
})

test('a plan of one token takes no rights from the user of another', async () => {
  const accounts = {
    users: { bob: { superuser: true } },
    tokens: { BOB: { user: 'bob', scopes: 'org:admin user:admin super:user' } },
  }
  await withWorld(
    async (world) => {
      await world.converge(organization('teams: {owners: {role: admin}, more: {role: admin}}\n'))
      for (const name of ['owners', 'more'])
        await world.call('PUT', `/organization/acme/team/${name}/members/bob`)
      const files = organization(
        'prune: {teams: all}\nteams: {owners: {role: admin, members: [user:admin]}}\n',
      )
      const ready = await world.plan(files)
      expect(actionsOf(ready)).toEqual(['update team.acme/owners', 'delete team.acme/more'])
      const outcomes = await world.session(
        (api, server) =>
          apply(
            reloaded(ready.plan, files),
            registry,
            { ...unhurried, api, server, now: () => world.now },
            {
              secrets: new Map(),
              live: new Map(),
              failFast: false,
              recheck: { user: ready.server.user },
              signal: new AbortController().signal,
              report: () => {},
            },
          ),
        'BOB',
      )
      expect([...outcomes.values()].map(wordsOf)).toEqual([
        moved('team.acme/owners', 'its members would be planned otherwise for this token'),
        expect.stringMatching(/^(skipped|stale): /),
      ])
    },
    { accounts },
  )
})

test('what cannot be read before its write is not written', async () => {
  let isDown = false
  const faults = ({ target, method }: { readonly target: string; readonly method: string }) =>
    isDown && method === 'GET' && target.includes('/robots/') ? { status: 502 } : undefined
  await withWorld(
    async (world) => {
      await world.converge(organization('robots: {keep: {}, old: {}}\n'))
      const files = organization('prune: {robots: all}\nrobots: {keep: {}}\n')
      const ready = await world.plan(files)
      isDown = true
      const { outcomes, sent } = await world.applySaved(ready, files)
      expect([...outcomes.values()].map(wordsOf)).toEqual([expect.stringMatching(/^failed: GET .*-> 502/)])
      expect(sent.filter(isWrite)).toEqual([])
    },
    { faults },
  )
})

test('a plan of this moment is not looked at twice', async () => {
  await withWorld(async (world) => {
    await world.converge(organization('tag_expiration: 1d\n'))
    const ready = await world.plan(organization('tag_expiration: 2w\n'))
    const { sent } = await world.apply(ready)
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'PUT /api/v1/organization/acme',
      'GET /api/v1/organization/acme',
    ])
  })
})

import { describe, expect, test } from 'vitest'
import { canonicalFallback } from '../../src/engine/attributes.ts'
import type { Interest } from '../../src/engine/crawl.ts'
import { type Exported, exportLive, textOf, textsOf, variablesOf } from '../../src/engine/export.ts'
import { exportExpanded } from '../../src/engine/export-expanded.ts'
import { filesOf } from '../../src/engine/export-files.ts'
import type { Item } from '../../src/engine/export-items.ts'
import { redacted } from '../../src/engine/export-redact.ts'
import { sameValue } from '../../src/model/canonical.ts'
import type { OrganizationRow } from '../../src/model/emulation.ts'
import type { ResourceType } from '../../src/model/resource.ts'
import type { Attribute, Value } from '../../src/model/schema.ts'
import { documentOf, exampleAddress, examplesOf, requiredOf, type Written } from '../documents.ts'
import {
  actionsOf,
  configure,
  inWorld,
  planning,
  registry,
  validators,
  type World,
  withWorld,
} from '../world.ts'

type Make = (world: World) => unknown

const whole: Interest = { names: null, types: null }

const exportOf = (world: World, interest: Partial<Interest> = {}, token?: string): Promise<Exported> =>
  world.session(
    (client, server) =>
      exportLive({ interest: { ...whole, ...interest }, templates: null, settings: [], planning }, client, {
        registry,
        validators,
        server,
      }),
    token,
  )

const words = ({ drafts }: Exported): string => textOf(drafts, registry)
/** The text of one organization. */
const acmeIn = async (world: World, interest: Partial<Interest> = {}): Promise<string> =>
  words(await exportOf(world, { names: ['acme'], ...interest }))

/** What its comments say, without what Quay made up. */
const notesIn = (text: string): readonly string[] =>
  [...text.matchAll(/^ *# not managed: (.*)$/gm)].map(([, note = '']) =>
    note.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID'),
  )

const bodyOf = (text: string): string => text.replaceAll(/^ *#.*\n+/gm, '')
/** Without any comment. */
const plainOf = (text: string): string => bodyOf(text).replaceAll(/ +#.*$/gm, '')

const repository = (namespace: string, name: string, description = '') => ({
  namespace,
  repository: name,
  visibility: 'private',
  description,
  repo_kind: 'image',
})
const hook = (more: object) => ({
  event: 'repo_push',
  eventConfig: {},
  method: 'webhook',
  config: { url: 'https://hooks.example.com/T0' },
  ...more,
})
const mirror = (more: object = {}) => ({
  external_reference: 'quay.io/foreign/image',
  sync_interval: 3600,
  sync_start_date: '2026-01-01T00:00:00Z',
  root_rule: { rule_kind: 'tag_glob_csv', rule_value: ['latest'] },
  robot_username: 'acme+ci',
  skopeo_timeout_interval: 300,
  ...more,
})

/** An organization with a robot, a team and two repositories, and another one with a robot. */
async function settle({ call }: World): Promise<void> {
  for (const name of ['acme', 'other'])
    await call('POST', '/organization/', { name, email: `${name}@example.com` })
  await call('PUT', '/organization/acme/robots/ci', {})
  await call('PUT', '/organization/other/robots/far', {})
  await call('PUT', '/organization/acme/team/devs', { role: 'member' })
  for (const name of ['api', 'web']) await call('POST', '/repository', repository('acme', name))
}

/** What it answers where that is a refusal. */
async function must({ call }: World, method: string, path: string, body?: unknown): Promise<void> {
  const answer = await call(method, path, body)
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`)
}

async function mirrored(world: World, body = mirror(), name = 'api'): Promise<void> {
  await must(world, 'PUT', `/repository/acme/${name}/changestate`, { state: 'MIRROR' })
  await must(world, 'POST', `/repository/acme/${name}/mirror`, body)
}

function acme({ emulator }: World): OrganizationRow {
  const row = emulator.ground.organizations.get('acme')
  if (!row) throw new Error('there is no acme')
  return row
}

function api({ emulator }: World) {
  const row = emulator.ground.repositories.get('acme/api')
  if (!row) throw new Error('there is no acme/api')
  return row
}

/** Gives a row of Quay another key, and what else makes it another. */
function move<T extends object>(rows: Map<string, T>, from: string, to: string, name: string): void {
  const row = rows.get(from)
  if (!row) throw new Error(`there is no ${from}`)
  rows.delete(from)
  rows.set(to, { ...row, name })
}

interface Oddity {
  readonly make: Make
  /** The comments, from the top. */
  readonly notes: readonly string[]
  /** What stands in no line. */
  readonly lacks?: RegExp
  /** What stands there nevertheless. */
  readonly has?: string
}

const prune = (path: string, ...policies: readonly object[]): Make =>
  async function make(world) {
    for (const policy of policies) await must(world, 'POST', `${path}/autoprunepolicy/`, policy)
  }

const oddities: Readonly<Record<string, Oddity>> = {
  'a notification without title': {
    make: (world) => must(world, 'POST', '/repository/acme/api/notification/', hook({})),
    notes: ['notification.acme/api#UUID: it has no title (repo_push by webhook)'],
    lacks: /notifications:/,
  },
  'an empty title': {
    make: (world) => must(world, 'POST', '/repository/acme/api/notification/', hook({ title: '' })),
    notes: ['notification.acme/api#UUID: it has no title (repo_push by webhook)'],
    lacks: /notifications:/,
  },
  'two notifications of one title, beside another': {
    async make(world) {
      for (const title of ['twice', 'once', 'twice'])
        await must(world, 'POST', '/repository/acme/api/notification/', hook({ title }))
    },
    notes: ['notification.acme/api#twice: 2 notifications there have this title'],
    has: '    notifications:\n      once:\n',
    lacks: / twice:$/m,
  },
  'two notifications of one title in an organization': {
    async make(world) {
      for (const event of ['quota_warning', 'quota_error'])
        await must(
          world,
          'POST',
          '/organization/acme/notifications',
          hook({ title: 'full', event, config: { url: 'https://hooks.example.com' } }),
        )
    },
    notes: ['notification.acme#full: 2 notifications there have this title'],
    lacks: /notifications:/,
  },
  'two applications of one name': {
    async make(world) {
      for (const name of ['Twice', 'Once', 'Twice'])
        await must(world, 'POST', '/organization/acme/applications', { name })
    },
    notes: ['application.acme/Twice: Quay has 2 applications of this name'],
    has: 'applications:\n  Once: {}\n',
  },
  'two equal default permissions, beside another': {
    async make(world) {
      for (const name of ['devs', 'owners', 'devs'])
        await must(world, 'POST', '/organization/acme/prototypes', {
          role: 'read',
          delegate: { name, kind: 'team' },
        })
    },
    notes: ['default_permission.acme:*:team:devs: Quay has it 2 times, and a plan would make it one'],
    has: 'default_permissions:\n  - {to: team:owners, role: read}\n',
  },
  'two equal policies that prune, beside another: the whole exact block': {
    make: prune(
      '/organization/acme',
      { method: 'creation_date', value: '3d' },
      { method: 'creation_date', value: '4d' },
      { method: 'number_of_tags', value: 9 },
    ),
    notes: ['auto_prune_policy.acme#creation_date: Quay has it 2 times, and a plan would make it one'],
    lacks: /auto_prune:/,
  },
  'a policy whose pattern is broken, beside another: the whole exact block': {
    make: prune(
      '/repository/acme/api',
      { method: 'creation_date', value: '3d', tagPattern: '(' },
      { method: 'number_of_tags', value: 9 },
    ),
    notes: [
      'auto_prune_policy.acme/api#creation_date-49b6e323: tag_pattern is no regular expression: a ( has no )',
    ],
    lacks: /auto_prune:/,
  },
  'build triggers': {
    make: (world) => Object.assign(api(world), { triggers: ['github', 'gitlab'] }),
    notes: ['a build trigger (github)', 'a build trigger (gitlab)'],
    has: '  # not managed: a build trigger (gitlab)\n  api:\n',
  },
  'a permission of a robot of another organization, beside others': {
    make(world) {
      api(world).userGrants.set('other+far', 'write')
      api(world).userGrants.set('mallory', 'read')
    },
    notes: ['permission.acme/api:robot:other%2Bfar: robot "other+far" belongs to another organization'],
    has: '  api: {}\n  web:\n    permissions: {user:admin: admin}\n',
    lacks: /mallory|far/,
  },
  'a robot of another organization on a team, beside others': {
    make(world) {
      const { members } = acme(world).teams.get('devs') ?? { members: new Set() }
      for (const name of ['other+far', 'acme+ci', 'mallory']) members.add(name)
    },
    notes: ['members: robot "other+far" belongs to another organization'],
    has: '  devs: {role: member}\n',
    lacks: /far|mallory/,
  },
  'a default permission of a robot of another organization': {
    make: (world) =>
      must(world, 'POST', '/organization/acme/prototypes', {
        role: 'read',
        delegate: { name: 'other+far', kind: 'user' },
      }),
    notes: ['default_permission.acme:*:robot:other%2Bfar: robot "other+far" belongs to another organization'],
    lacks: /default_permissions:/,
  },
  'a mirror whose robot is gone': {
    async make(world) {
      await mirrored(world)
      world.emulator.ground.robots.delete('acme+ci')
      api(world).userGrants.delete('acme+ci')
    },
    notes: ['mirror.acme/api: robot "ci" is not declared: no robot.acme+ci in any file'],
    lacks: /mirror:|external/,
  },
  'a mirror that never had a robot': {
    async make(world) {
      await mirrored(world)
      api(world).mirrorRobot = null
      api(world).userGrants.delete('acme+ci')
    },
    notes: [expect.stringMatching(/^mirror\.acme\/api: .*robot/)],
    lacks: /mirror:/,
  },
  'a mirror of tags that no file takes': {
    make: (world) =>
      mirrored(world, mirror({ root_rule: { rule_kind: 'tag_glob_csv', rule_value: ['b c'] } })),
    notes: ['mirror.acme/api: unexpected value "b c": expected a tag, or a glob of * ? [abc] [!abc]'],
    lacks: /mirror:|state:/,
  },
  'a mirror of equal tags, which are one': {
    make: (world) =>
      mirrored(world, mirror({ root_rule: { rule_kind: 'tag_glob_csv', rule_value: ['x', 'x'] } })),
    notes: [],
    has: '      tags: [x]\n',
  },
  'a robot that has less than its mirror gives it': {
    async make(world) {
      await mirrored(world)
      api(world).userGrants.set('acme+ci', 'read')
    },
    notes: [
      'permission.acme/api:robot:ci cannot be read: mirror.acme/api names it as robot, and Quay gives it write',
    ],
    has: '      sync_interval: 1h\n  web:\n',
  },
  'a user name that is a word, and the password beside it': {
    make: (world) =>
      mirrored(world, mirror({ external_registry_username: 'none', external_registry_password: 'none' })),
    notes: [
      'username: "none" is a word with a meaning of its own there',
      'password: a password needs a username: Quay takes them together only',
    ],
    has: '    mirror:\n',
    lacks: /username|password|from_env/,
  },
  'a repository that is mirrored from nowhere': {
    make: (world) => must(world, 'PUT', '/repository/acme/api/changestate', { state: 'MIRROR' }),
    notes: ['state: unexpected value "mirror": expected "normal" or "read_only"'],
    lacks: /mirror/,
  },
  'a quota with two rejects': {
    async make(world) {
      await must(world, 'POST', '/organization/acme/quota', { limit_bytes: 5 * 2 ** 30 })
      const { body } = await world.call('GET', '/organization/acme/quota')
      const id = /"id": *(\d+)/.exec(String(body))?.[1]
      for (const [type, threshold_percent] of [
        ['Reject', 80],
        ['Reject', 90],
        ['Warning', 70],
      ])
        await must(world, 'POST', `/organization/acme/quota/${id}/limit`, { type, threshold_percent })
    },
    notes: ['reject_at: Quay has 2 of it'],
    has: '# not managed: reject_at: Quay has 2 of it\nquota: {limit: 5 GiB, warn_at: 70}\n',
  },
  'addresses that the language refuses': {
    make: (world) => Object.assign(acme(world), { email: 'not an address', invoiceAddress: 'none' }),
    notes: [
      'invoice_email_address: "none" is a word with a meaning of its own there',
      'email: unexpected value "not an address": expected an e-mail address',
    ],
    has: 'name: acme\ntag_expiration: 2w\n',
  },
  'an application whose address is a word': {
    make: (world) =>
      must(world, 'POST', '/organization/acme/applications', { name: 'none', avatar_email: 'none' }),
    notes: ['avatar_email: "none" is a word with a meaning of its own there'],
    has: 'applications:\n  # not managed: avatar_email: "none" is a word with a meaning of its own there\n  none: {}\n',
  },
  'a robot whose name is too short': {
    make: ({ emulator: { ground } }) => move(ground.robots, 'acme+ci', 'acme+a', 'acme+a'),
    notes: ['robot.acme+a: "a" cannot be a name here: it must have at least 2 characters'],
    lacks: /robots:/,
  },
  'a repository that is named like a part of the API': {
    make: (world) => must(world, 'POST', '/repository', repository('acme', 'x/mirror')),
    notes: [
      'repository.acme/x/mirror: "x/mirror" cannot be a name here: after a / the word mirror means a part of Quay\'s API',
    ],
    has: 'repositories:\n  api:\n',
  },
  'a team, and what it has': {
    make(world) {
      move(acme(world).teams, 'devs', 'Devs', 'Devs')
      api(world).teamGrants.set('Devs', 'read')
    },
    notes: [
      expect.stringMatching(/^team\.acme\/Devs: "Devs" cannot be a name here: expected 2 to 255 lower-case/),
      expect.stringMatching(/^permission\.acme\/api:team:Devs: /),
    ],
    has: '  api: {}\n  web:\n    permissions: {user:admin: admin}\n',
  },
  'a repository in capitals': {
    make: ({ emulator: { ground } }) => move(ground.repositories, 'acme/api', 'acme/API', 'API'),
    notes: [
      expect.stringMatching(/^repository\.acme\/API: "API" cannot be a name here: expected lower-case/),
    ],
    has: 'repositories:\n  web:\n',
  },
  'a user whose name no file takes, on a team and in a repository': {
    make(world) {
      acme(world).teams.get('owners')?.members.add('Mal Lory')
      api(world).userGrants.set('Mal Lory', 'read')
      const { accounts } = world.emulator.ground
      const mallory = accounts.get('mallory')
      if (mallory) accounts.set('Mal Lory', { ...mallory, name: 'Mal Lory' })
    },
    notes: [
      'members: unexpected value "user:Mal Lory": expected user:NAME or robot:NAME',
      'permission.acme/api:user:Mal%20Lory: "user:Mal Lory" cannot be a name here: expected user:NAME or team:NAME or robot:NAME',
    ],
    has: '  owners: {role: admin}\n',
  },
  'a time of nothing': {
    make: (world) => must(world, 'PUT', '/organization/acme', { tag_expiration_s: 0 }),
    notes: [],
    has: '\ntag_expiration: 0\n',
  },
  'what a terminal would obey': {
    make: (world) =>
      mirrored(
        world,
        mirror({ root_rule: { rule_kind: 'tag_glob_csv', rule_value: ['\u001b[31mred\u202e\nname: x'] } }),
      ),
    notes: [
      'mirror.acme/api: unexpected value " [31mred name: x": expected a tag, or a glob of * ? [abc] [!abc]',
    ],
    lacks: /\p{Cf}/u,
  },
}

test('what files come to is written as files that say the same', () => {
  const text = `apiVersion: quayctl/v1
kind: Organization
name: acme
tag_expiration: 0
quota: {limit: 1 GiB, reject_at: none}
prune: {robots: dropped, teams: all}
robots: {ci: {}}
teams: {owners: {role: admin}}
removed:
  repositories: {old: {reason: it is old, until: 2026-12-31}}
`
  const expandedOf = (files: string) => exportExpanded(configure(files).expanded, registry)
  const said = plainOf(expandedOf(text))
  for (const line of ['tag_expiration: 0', '  reject_at: none', '  robots: dropped', '  teams: all'])
    expect(said.split('\n')).toContain(line)
  expect(plainOf(expandedOf(said))).toBe(said)
})

describe('what no file can say stands in a comment, and a plan of the rest is empty', () => {
  test.each(Object.entries(oddities))('%s', async (_, { make, notes, lacks, has }) => {
    await withWorld(async (world) => {
      await settle(world)
      await make(world)
      const text = await acmeIn(world)
      expect(notesIn(text)).toEqual(notes)
      if (lacks) expect(bodyOf(text)).not.toMatch(lacks)
      if (has) expect(text).toContain(has)
      expect(actionsOf(await world.plan(text)), text).toEqual([])
    })
  })

  test('equal messages, and users whose names no file takes', async () => {
    await withWorld(async (world) => {
      for (const content of ['one', 'two', 'one'])
        await must(world, 'POST', '/messages', {
          message: { content, media_type: 'text/markdown', severity: 'info' },
        })
      const { accounts } = world.emulator.ground
      move(accounts, 'mallory', 'Mallory', 'Mallory')
      const text = words(await exportOf(world))
      expect(notesIn(text)).toEqual([
        expect.stringMatching(/^message\.[0-9a-f]{8}: Quay has it 2 times, and a plan would make it one$/),
        expect.stringMatching(/^user\.Mallory: "Mallory" cannot be a name here: expected 2 to 255/),
      ])
      expect(bodyOf(text)).toBe(
        'apiVersion: quayctl/v1\nkind: Registry\nmessages:\n  - {content: two}\nusers:\n  admin: {email: admin@example.com}\n',
      )
      expect(actionsOf(await world.plan(text))).toEqual([])
    })
  })

  test('an organization whose own name no file takes is missing, and why', async () => {
    await withWorld(async (world) => {
      await settle(world)
      move(world.emulator.ground.organizations, 'other', 'Other', 'Other')
      const made = await exportOf(world)
      expect([...made.missing]).toEqual([
        ['organization.Other', expect.stringMatching(/^unexpected value "Other": expected 2 to 255/)],
      ])
      expect(words(made)).not.toContain('ther')
    })
  })

  test('the group of a team that only superusers are shown', async () => {
    await withWorld(
      async (world) => {
        await settle(world)
        await must(world, 'POST', '/organization/acme/team/devs/syncing', { group_dn: 'cn=devs' })
        acme(world).teams.get('owners')?.members.add('mallory')
        expect(await acmeIn(world)).toContain('  devs: {role: member, sync: {group_dn: cn=devs}}\n')
        const text = words(await exportOf(world, { names: ['acme'] }, 'PLAIN'))
        expect(notesIn(text)).toEqual([
          'the group of the directory that gives it its users, which Quay shows to superusers only',
        ])
        expect(text).toContain('  devs: {role: member}\n')
        expect(actionsOf(await world.plan(text))).toEqual([])
      },
      { authentication: 'LDAP' },
    )
  })

  test('a proxy cache may have credentials', async () => {
    await withWorld(async (world) => {
      await settle(world)
      await must(world, 'POST', '/organization/acme/proxycache', { upstream_registry: 'quay.io' })
      expect(await acmeIn(world)).toContain(
        '# not managed: a user name and a password, where it has them: Quay returns neither\nproxy_cache: {upstream_registry: quay.io}\n',
      )
    })
  })
})

describe('defaults are left out, and what differs from them is written', () => {
  interface Row {
    readonly title: string
    readonly type: ResourceType
    readonly name: string
    readonly attribute: Attribute
    readonly written: Written
  }
  /** Of an object without examples each key is an example. */
  const valuesOf = (attribute: Attribute): readonly Value[] =>
    attribute.fields && !attribute.examples
      ? Object.entries(attribute.fields).map(([key, field]) => ({ [key]: examplesOf(field)[0] }))
      : examplesOf(attribute)
  const rows = [...registry.values()]
    .filter(({ patternOf }) => !patternOf)
    .flatMap((type) =>
      Object.entries(type.schema)
        .filter(([, { kind, serverOwned, supersedes, writeOnly }]) =>
          [kind === 'secret', serverOwned, supersedes, writeOnly].every((without) => !without),
        )
        .flatMap(([name, attribute]) =>
          valuesOf(attribute).map(
            (value): Row => ({
              title: `${type.name} ${name} ${JSON.stringify(value)}`,
              type,
              name,
              attribute,
              written: { ...requiredOf(type.schema), ...attribute.beside, [name]: value },
            }),
          ),
        ),
    )
    // The age that creation_date takes is none that number_of_tags does.
    .filter(({ title }) => title !== 'auto_prune_policy method "creation_date"')

  const itemAt = ({ drafts }: Exported, address: string): Item | undefined =>
    drafts.flatMap(({ body }) => [...body.all()]).find(({ live }) => live?.address.text === address)

  test.each(rows)('$title', async ({ type, name, attribute, written }) => {
    const document = documentOf(type, written)
    await inWorld(document, async (world) => {
      const { outcomes } = await world.apply(await world.plan(document))
      if ([...outcomes.values()].some(({ status }) => status !== 'done')) return
      const made = await exportOf(world)
      const item = itemAt(made, exampleAddress(type, written).text)
      const live = item?.live?.attributes[name]
      const unsaid = attribute.initial ?? canonicalFallback(attribute)
      const isDefault = unsaid !== undefined && live !== undefined && sameValue(unsaid, live)
      expect(item?.attributes.has(name)).toBe(attribute.required === true || !isDefault)
      expect(actionsOf(await world.plan(words(made)))).toEqual([])
    })
  })

  test('the table has defaults and others', () => {
    const defaults = rows.filter(({ attribute, written, name }) => {
      const unsaid = attribute.initial ?? attribute.fallback
      return unsaid !== undefined && unsaid === written[name]
    })
    expect(defaults.length).toBeGreaterThan(8)
    expect(new Set(rows.map(({ type }) => type.name)).size).toBeGreaterThan(14)
  })

  test('an organization with nothing of its own', async () => {
    await withWorld(async (world) => {
      await must(world, 'POST', '/organization/', { name: 'acme', email: 'acme@example.com' })
      expect(await acmeIn(world)).toBe(
        'apiVersion: quayctl/v1\nkind: Organization\nname: acme\nemail: acme@example.com\ntag_expiration: 2w\nteams:\n  owners: {role: admin, members: [user:admin]}\n',
      )
    })
  })
})

describe('texts that YAML would read as something else', () => {
  const texts = [
    ...['true', 'null', '~', '1', '1.0', '0x1f', '2026-01-01', 'yes', '<<', '-', '- a', '? a', '{a}', '[a]'],
    ...['# a', 'a # b', 'a: b', 'a:', '"', "'", '%a', '@a', '`a', '&a', '*a', '!a', '|', '>', '---', '...'],
    ...[
      ' a',
      'a ',
      '  ',
      '\\',
      'a\\nb',
      'ä',
      '😀',
      '\u00a0',
      '\u2028',
      '\u0085',
      '\ufeff',
      '\u200b',
      '__proto__',
    ],
    'x '.repeat(200),
    'x, '.repeat(30),
  ]

  const blocks = [
    ...[
      'a\nb',
      'a\n',
      'a\n\n',
      '\na',
      '\n',
      'a\r\nb',
      'a\rb',
      ' a\nb',
      'a \nb',
      'a\n b',
      'a\n\tb',
      '\ta',
      '---\na',
    ],
    ...[
      'a\n---\nb',
      '# a\nb',
      'a\n...\n',
      '\u001b[31m',
      'a\n\n\nb\n\n\n',
      '\n\n a\n',
      'a\u2028b\nc',
      'a\n \n',
    ],
  ]

  test.each([...texts, ...blocks])('a description: %j', async (description) => {
    await withWorld(async (world) => {
      await settle(world)
      await must(world, 'PUT', '/repository/acme/api', { description })
      const text = await acmeIn(world)
      expect(actionsOf(await world.plan(text)), text).toEqual([])
    })
  })

  test('all of them as names of applications and titles', async () => {
    await withWorld(async (world) => {
      await settle(world)
      for (const title of texts) {
        await must(world, 'POST', '/repository/acme/api/notification/', hook({ title: title.slice(0, 255) }))
        await must(world, 'POST', '/organization/acme/applications', { name: title.slice(0, 255) })
      }
      const text = await acmeIn(world)
      expect(notesIn(text).filter((note) => !note.includes('it has no title'))).toEqual([])
      expect(actionsOf(await world.plan(text)), text).toEqual([])
    })
  })

  test('all of them in what a robot carries', async () => {
    await withWorld(async (world) => {
      await settle(world)
      const all = [...texts, ...blocks]
      const unstructured_metadata = {
        ...Object.fromEntries(all.map((text) => [text, text])),
        list: all,
        nested: { empty: {}, no: false, zero: 0, float: 1.5, nothing: [], text: '' },
      }
      await must(world, 'PUT', '/organization/acme/robots/meta', { unstructured_metadata })
      const text = await acmeIn(world)
      expect(notesIn(text)).toEqual([])
      expect(actionsOf(await world.plan(text)), text).toEqual([])
    })
  })
})

test.each([
  ['null', { a: { b: [1, null] } }],
  ['a number that JSON cannot hold', { a: 2 ** 60 }],
])('a robot that carries %s', async (_, unstructured_metadata) => {
  await withWorld(async (world) => {
    await settle(world)
    await must(world, 'PUT', '/organization/acme/robots/meta', { unstructured_metadata })
    const text = await acmeIn(world)
    expect(text).toContain(
      '  # not managed: unstructured_metadata: it holds null, or a number of too many digits\n  meta: {}\n',
    )
    expect(actionsOf(await world.plan(text))).toEqual([])
  })
})

describe('secrets', () => {
  const namesOf = ({ drafts }: Exported) =>
    Object.fromEntries(variablesOf(drafts).map(({ name, uses }) => [name, uses]))
  const credentials = (user: string) => ({
    external_registry_username: user,
    external_registry_password: 'hush',
  })

  test('one user at one place of an upstream has one variable', async () => {
    await withWorld(async (world) => {
      await settle(world)
      for (const name of ['third', 'fourth'])
        await must(world, 'POST', '/repository', repository('acme', name))
      await mirrored(world, mirror(credentials('bob')))
      await mirrored(world, mirror({ ...credentials('bob'), external_reference: 'quay.io/foreign/y' }), 'web')
      await mirrored(world, mirror({ ...credentials('ann') }), 'third')
      await mirrored(world, mirror({ ...credentials('bob'), external_reference: 'quay.io/x/y' }), 'fourth')
      const made = await exportOf(world)
      expect(namesOf(made)).toEqual({
        QC_QUAY_IO_FOREIGN_ANN: ['password of mirror.acme/third'],
        QC_QUAY_IO_FOREIGN_BOB: ['password of mirror.acme/api', 'password of mirror.acme/web'],
        QC_QUAY_IO_X_BOB: ['password of mirror.acme/fourth'],
      })
      expect(words(made)).toContain(
        '      username: bob\n      password: {from_env: QC_QUAY_IO_FOREIGN_BOB}\n',
      )
      expect(words(made)).not.toContain('hush')
    })
  })

  test('two places that would give one name have two, and always the same', async () => {
    await withWorld(async (world) => {
      await settle(world)
      for (const title of ['a b', 'a-b', 'a_b'])
        await must(world, 'POST', '/repository/acme/api/notification/', hook({ title }))
      const made = await exportOf(world)
      expect(namesOf(made)).toEqual({
        QC_ACME_API_A_B_URL: ['config.url of notification.acme/api#a%20b'],
        QC_ACME_API_A_B_URL_2: ['config.url of notification.acme/api#a-b'],
        QC_ACME_API_A_B_URL_3: ['config.url of notification.acme/api#a_b'],
      })
      expect(namesOf(await exportOf(world))).toEqual(namesOf(made))
    })
  })

  test('user and password in the address of a proxy; one without them is written', async () => {
    await withWorld(async (world) => {
      await settle(world)
      const proxy = (address: string) => ({
        external_registry_config: { proxy: { http_proxy: address, https_proxy: null, no_proxy: 'a,b' } },
      })
      await mirrored(world, mirror(proxy('http://bob:hush@proxy.example.com')))
      await mirrored(world, mirror(proxy('http://proxy.example.com')), 'web')
      const made = await exportOf(world)
      expect(namesOf(made)).toEqual({ QC_ACME_API_HTTP_PROXY: ['proxy.http_proxy of mirror.acme/api'] })
      expect(words(made)).toContain(
        'proxy: {http_proxy: {from_env: QC_ACME_API_HTTP_PROXY}, no_proxy: "a,b"}',
      )
      expect(words(made)).toContain('proxy: {http_proxy: http://proxy.example.com, no_proxy: "a,b"}')
      expect(words(made)).not.toContain('hush')
    })
  })

  test('the addresses and tokens of notifications, and none where none is needed', async () => {
    await withWorld(
      async (world) => {
        await settle(world)
        const notify = (title: string, more: object) =>
          must(world, 'POST', '/repository/acme/api/notification/', hook({ title, ...more }))
        await notify('web', { config: { url: 'https://hush.example.com' } })
        await notify('slack', { method: 'slack', config: { url: 'https://hooks.slack.com/services/hush' } })
        await notify('hip', { method: 'hipchat', config: { room_id: '1', notification_token: 'hush' } })
        await notify('flow', { method: 'flowdock', config: { flow_api_token: 'hush' } })
        await must(
          world,
          'POST',
          '/organization/acme/notifications',
          hook({ title: 'full', event: 'quota_warning', method: 'email', config: {} }),
        )
        const made = await exportOf(world)
        expect(namesOf(made)).toEqual({
          QC_ACME_API_WEB_URL: ['config.url of notification.acme/api#web'],
          QC_ACME_API_SLACK_URL: ['config.url of notification.acme/api#slack'],
          QC_ACME_API_HIP_NOTIFICATION_TOKEN: ['config.notification_token of notification.acme/api#hip'],
          QC_ACME_API_FLOW_FLOW_API_TOKEN: ['config.flow_api_token of notification.acme/api#flow'],
        })
        expect(words(made)).toContain('  full: {event: quota_warning, method: email, config: none}\n')
        expect(words(made)).not.toContain('hush')
        expect(actionsOf(await world.plan(words(made)))).toEqual([])
      },
      { features: { MAILING: true } },
    )
  })
})

describe('repositories that the mirror of an organization makes', () => {
  test('only where something stands below them, and without attributes', async () => {
    await withWorld(async (world) => {
      await must(world, 'POST', '/organization/', { name: 'acme', email: 'acme@example.com' })
      await must(world, 'PUT', '/organization/acme/robots/ci', {})
      await must(world, 'POST', '/organization/acme/mirror', {
        external_registry_type: 'quay',
        external_registry_url: 'https://quay.io',
        external_namespace: 'foreign',
        robot_username: 'acme+ci',
        visibility: 'public',
        sync_interval: 3600,
        sync_start_date: '2026-01-01T00:00:00Z',
      })
      for (const _ of [1, 2]) {
        world.now = new Date(world.now.getTime() + 86_400_000)
        world.emulator.tick()
      }
      const names = [...world.emulator.ground.repositories.keys()]
      expect(names).toHaveLength(1)
      const bare = await acmeIn(world)
      expect(bare).toContain('organization_mirror:\n')
      expect(bare).not.toContain('repositories:')
      await prune(`/repository/${names[0]}`, { method: 'number_of_tags', value: 4 })(world)
      await must(world, 'POST', `/repository/${names[0]}/notification/`, hook({}))
      const text = await acmeIn(world)
      expect(text.slice(text.indexOf('repositories:'))).toMatch(
        /^repositories:\n {2}# not managed: notification\.acme\/foreign#\S+: it has no title \(repo_push by webhook\)\n {2}foreign:\n {4}auto_prune:\n {6}- \{method: number_of_tags, value: 4\}\n$/,
      )
      expect(actionsOf(await world.plan(text))).toEqual([])
    })
  })
})

/** Every request, with what it asks for. */
async function watched<T>(use: (world: World, sent: string[]) => Promise<T>): Promise<T> {
  const sent: string[] = []
  return withWorld((world) => use(world, sent), {
    faults: ({ method, target }) => {
      sent.push(`${method} ${target.replace('/api/v1', '')}`)
      return undefined
    },
  })
}

/** What an export of one organization sends, sorted. */
async function requestsOf(world: World, sent: string[], interest: Partial<Interest>): Promise<string[]> {
  const from = sent.length
  await acmeIn(world, interest)
  return sent.slice(from).sort()
}

const about = ['GET /config', 'GET /discovery', 'GET /user/']

describe('requests', () => {
  const ofRepository = [
    'GET /repository/acme/api/autoprunepolicy/',
    'GET /repository/acme/api/immutabilitypolicy/',
    'GET /repository/acme/api/notification/',
    'GET /repository/acme/api/permissions/user/',
    'GET /repository/acme/api/trigger/',
  ]

  const ofTeams = [
    'GET /organization/acme/team/devs/members?includePending=true',
    'GET /organization/acme/team/owners/members?includePending=true',
  ]

  // Two teams: asked team by team, or repository by repository where those are fewer.
  test.each<[string, readonly string[], readonly string[]]>([
    [
      'two repositories',
      [],
      [
        'GET /organization/acme/team/devs/permissions',
        'GET /organization/acme/team/owners/permissions',
        ...ofRepository.map((line) => line.replace('api', 'web')),
      ],
    ],
    ['one repository', ['/repository/acme/web'], ['GET /repository/acme/api/permissions/team/']],
  ])('one organization with %s: each once, all reads', async (_, gone, more) => {
    await watched(async (world, sent) => {
      await settle(world)
      for (const path of gone) await must(world, 'DELETE', path)
      const requests = await requestsOf(world, sent, {})
      expect(requests.filter((line) => /\/repository\/|\/team\//.test(line))).toEqual(
        [...ofRepository, ...ofTeams, ...more].sort(),
      )
      expect(new Set(requests).size).toBe(requests.length)
      expect(requests.filter((line) => !line.startsWith('GET '))).toEqual([])
      expect(requests.filter((line) => /superuser|messages|other/.test(line))).toEqual([])
    })
  })

  test.each<[string, readonly string[], readonly string[]]>([
    ['robots', ['robot'], ['/organization/acme', '/organization/acme/robots?token=false']],
    ['quota, which the answer about the organization holds', ['quota'], ['/organization/acme']],
    [
      'permissions',
      ['permission'],
      [
        '/organization/acme',
        '/organization/acme/team/devs/permissions',
        '/organization/acme/team/owners/permissions',
        '/repository/acme/api/permissions/user/',
        '/repository/acme/web/permissions/user/',
        '/repository?namespace=acme&last_modified=true',
      ],
    ],
    ['an attribute of the organization itself', ['organization'], ['/organization/acme']],
  ])('of some blocks: nothing that is not needed: %s', async (_, types, paths) => {
    await watched(async (world, sent) => {
      await settle(world)
      const requests = await requestsOf(world, sent, { types: new Set(types) })
      const rest = requests.filter((line) => !about.includes(line) && !/robots\/ci/.test(line))
      expect(rest).toEqual(paths.map((path) => `GET ${path}`))
    })
  })
})

describe('only some blocks', () => {
  const only = async (world: World, ...types: readonly string[]) => acmeIn(world, { types: new Set(types) })

  test('places stand there without what is their own; who is referred to is external', async () => {
    await withWorld(async (world) => {
      await settle(world)
      await must(world, 'PUT', '/repository/acme/api', { description: 'Its own' })
      await must(world, 'PUT', '/repository/acme/api/permissions/team/devs', { role: 'write' })
      await must(world, 'PUT', '/repository/acme/api/permissions/user/acme+ci', { role: 'read' })
      const text = await only(world, 'permission')
      expect(text).toBe(
        [
          'apiVersion: quayctl/v1',
          'kind: Organization',
          'name: acme',
          'repositories:',
          '  api:',
          '    permissions: {robot:ci: read, team:devs: write, user:admin: admin}',
          '  web:',
          '    permissions: {user:admin: admin}',
          'external:',
          '  robots: [ci]',
          '  teams: [devs]',
          '',
        ].join('\n'),
      )
      expect(actionsOf(await world.plan(text))).toEqual([])
      expect(await only(world, 'permission', 'team', 'robot')).not.toContain('external:')
    })
  })

  test('a block of the organization, and of repositories where they have it', async () => {
    await withWorld(async (world) => {
      await settle(world)
      await prune('/repository/acme/web', { method: 'number_of_tags', value: 4 })(world)
      await prune('/organization/acme', { method: 'number_of_tags', value: 9 })(world)
      const text = await only(world, 'auto_prune_policy')
      expect(text).toBe(
        [
          'apiVersion: quayctl/v1',
          'kind: Organization',
          'name: acme',
          'auto_prune:',
          '  - {method: number_of_tags, value: 9}',
          'repositories:',
          '  web:',
          '    auto_prune:',
          '      - {method: number_of_tags, value: 4}',
          '',
        ].join('\n'),
      )
      expect(actionsOf(await world.plan(text))).toEqual([])
    })
  })

  test('a repository that is wanted has its attributes, and nothing below it', async () => {
    await withWorld(async (world) => {
      await settle(world)
      await must(world, 'PUT', '/repository/acme/api', { description: 'Its own' })
      expect(await only(world, 'repository')).toContain(
        'name: acme\nrepositories:\n  api: {description: Its own}\n  web: {}\n',
      )
    })
  })

  test('of all organizations only those that have such a block; one that was named all the same', async () => {
    await withWorld(async (world) => {
      await settle(world)
      const types = new Set(['permission'])
      expect(words(await exportOf(world, { types }))).not.toContain('name: other')
      expect(words(await exportOf(world, { types, names: ['other'] }))).toBe(
        'apiVersion: quayctl/v1\nkind: Organization\nname: other\n',
      )
    })
  })
})

test('an organization that was named is there, though the blocks are of another place', async () => {
  await withWorld(async (world) => {
    await settle(world)
    expect(await acmeIn(world, { types: new Set(['message']) })).toBe(
      'apiVersion: quayctl/v1\nkind: Organization\nname: acme\n',
    )
  })
})

test('the same bytes whatever the order in which Quay has it', async () => {
  const made = (order: <T>(list: readonly T[]) => readonly T[]) =>
    withWorld(async (world) => {
      const { call } = world
      for (const name of order(['acme', 'other', 'a-1', 'a.1']))
        await call('POST', '/organization/', { name, email: `${name}@example.com` })
      for (const name of order(['ci', 'a-b', 'a_b']))
        await call('PUT', `/organization/acme/robots/${name}`, {})
      for (const name of order(['devs', 'ops', 'd-1'])) {
        await call('PUT', `/organization/acme/team/${name}`, { role: 'member' })
        for (const member of order(['acme+ci', 'mallory', 'acme+a-b']))
          await call('PUT', `/organization/acme/team/${name}/members/${member}`)
      }
      for (const name of order(['api', 'a/b', 'a-b', 'web'])) {
        await call('POST', '/repository', repository('acme', name))
        for (const title of order(['one', 'a b', 'a-b']))
          await call('POST', `/repository/acme/${name}/notification/`, hook({ title }))
        for (const team of order(['devs', 'ops']))
          await call('PUT', `/repository/acme/${name}/permissions/team/${team}`, { role: 'read' })
        for (const user of order(['acme+ci', 'mallory']))
          await call('PUT', `/repository/acme/${name}/permissions/user/${user}`, { role: 'write' })
        for (const tagPattern of order(['^v', '^w']))
          await call('POST', `/repository/acme/${name}/autoprunepolicy/`, {
            method: 'number_of_tags',
            value: 4,
            tagPattern,
          })
      }
      for (const name of order(['devs', 'ops']))
        await call('POST', '/organization/acme/prototypes', {
          role: 'read',
          delegate: { name, kind: 'team' },
        })
      for (const name of order(['One', 'Two']))
        await call('POST', '/organization/acme/applications', { name })
      for (const content of order(['one', 'two']))
        await call('POST', '/messages', {
          message: { content, media_type: 'text/markdown', severity: 'info' },
        })
      const { drafts } = await exportOf(world)
      return { text: textOf(drafts, registry), variables: variablesOf(drafts) }
    })
  const forwards = await made((list) => list)
  const backwards = await made((list) => list.toReversed())
  expect(backwards).toEqual(forwards)
})

describe('files', () => {
  test('splitting a draft leaves it as it was', async () => {
    await withWorld(async (world) => {
      await settle(world)
      const { drafts } = await exportOf(world)
      const before = textOf(drafts, registry)
      for (const split of ['object', 'block'] as const)
        expect(drafts.flatMap((draft) => filesOf(draft, split, registry)).length).toBeGreaterThan(4)
      expect(textOf(drafts, registry)).toBe(before)
    })
  })

  test('a name with a / is a file, not a folder', async () => {
    await withWorld(async (world) => {
      await settle(world)
      await must(world, 'POST', '/repository', repository('acme', 'node_modules/deep'))
      const { drafts } = await exportOf(world)
      const files = textsOf(drafts, 'object', { url: world.url, include: [] }, registry)
      expect([...files.keys()]).toEqual([
        'quayctl.yaml',
        'organizations/acme/organization.yaml',
        'organizations/acme/repositories/api.yaml',
        'organizations/acme/repositories/node_modules+deep.yaml',
        'organizations/acme/repositories/web.yaml',
        'organizations/other/organization.yaml',
      ])
      expect(actionsOf(await world.plan(Object.fromEntries(files)))).toEqual([])
    })
  })
})

test('redacted: another name for each, the same for the same', async () => {
  await withWorld(async (world) => {
    await settle(world)
    await must(world, 'PUT', '/repository/acme/api/permissions/user/acme+ci', { role: 'read' })
    await must(world, 'POST', '/repository/acme/api/notification/', hook({}))
    const { drafts } = await exportOf(world, { names: ['acme'] })
    const text = textOf(redacted(drafts, 'salt', registry), registry)
    const [, robot] = /robots:\n {2}(n[0-9a-f]{10}): \{\}\n/.exec(text) ?? []
    expect(text).toContain(`robot:${robot}: read`)
    expect(text).toContain('  owners: {role: admin, members: [')
    expect(notesIn(text)).toEqual(['something that is not shown here'])
    expect(text).not.toMatch(/acme|api\b|web|devs|\bci\b|hooks|user:admin/)
  })
})

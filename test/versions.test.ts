import { describe, expect, test } from 'vitest'
import { versions } from '../src/emulator/versions.ts'
import { TOKEN, type World, type WorldOptions, withWorld } from './world.ts'

/** What the discovery document says, reduced to what clients go by. */
interface Discovery {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly definitions: Readonly<
    Record<
      string,
      { readonly required?: readonly string[]; readonly properties?: Readonly<Record<string, unknown>> }
    >
  >
}

const old = <T>(use: (world: World) => Promise<T>, options: WorldOptions = {}) =>
  withWorld(use, { version: '3.11', ...options })
const latest = <T>(use: (world: World) => Promise<T>) => withWorld(use)

const discoveryOf = async (world: World) =>
  (await world.call('GET', '/discovery?internal=true')).body as Discovery
const configOf = async ({ url }: World) =>
  (await (await fetch(`${url}/config`)).json()) as {
    readonly features: Readonly<Record<string, boolean>>
    readonly registry_state: string
    readonly config: Readonly<Record<string, unknown>>
    readonly version_number?: string
  }

/** Status and body of one call. */
const ask = async (world: World, method: string, path: string, body?: unknown, token?: string) => {
  const answer = await world.call(method, path, body, token)
  return [answer.status, answer.body] as const
}
/** What an error says. */
const detailOf = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && 'detail' in body
    ? body.detail
    : typeof body === 'object' && body !== null && 'message' in body
      ? body.message
      : body
const refusal = async (world: World, method: string, path: string, body?: unknown, token?: string) => {
  const [status, said] = await ask(world, method, path, body, token)
  return [status, detailOf(said)]
}
const html500 = [500, expect.stringContaining('<html>')]

/** An organization with a robot and a repository, owned by whoever the token is of. */
async function acme(world: World, token = TOKEN): Promise<void> {
  await world.call('POST', '/organization/', { name: 'acme' }, token)
  await world.call('PUT', '/organization/acme/robots/ci', {}, token)
  const repository = { namespace: 'acme', repository: 'api', visibility: 'private', description: '' }
  await world.call('POST', '/repository', repository, token)
}

test('the emulated versions', () => expect(versions).toEqual(['3.11', '3.12', 'latest']))

describe('discovery of 3.11', () => {
  test('lacks the routes of later releases and has all others', async () => {
    const [before, now] = await Promise.all([old(discoveryOf), latest(discoveryOf)])
    const gone = Object.keys(now.paths).filter((path) => !(path in before.paths))
    expect(gone.map((path) => path.replace('/api/v1', ''))).toEqual([
      '/organization/{orgname}/applications/{client_id}/tokens',
      '/organization/{orgname}/applications/{client_id}/tokens/{token_uuid}',
      '/organization/{orgname}/immutabilitypolicy/',
      '/organization/{orgname}/immutabilitypolicy/{policy_uuid}',
      '/organization/{orgname}/mirror',
      '/organization/{orgname}/mirror/repositories',
      '/organization/{orgname}/mirror/sync-cancel',
      '/organization/{orgname}/mirror/sync-now',
      '/organization/{orgname}/mirror/verify',
      '/organization/{orgname}/notifications',
      '/organization/{orgname}/notifications/{uuid}',
      '/organization/{orgname}/notifications/{uuid}/test',
      '/organization/{orgname}/robots/{robot_shortname}/federation',
      '/registry/capabilities',
      '/repository/mirror/health',
      '/repository/{repository}/immutabilitypolicy/',
      '/repository/{repository}/immutabilitypolicy/{policy_uuid}',
      '/superuser/config',
      '/superuser/mirror/health',
      '/user/namespacenotifications',
      '/user/namespacenotifications/{uuid}',
      '/user/namespacenotifications/{uuid}/test',
      '/user/robots/{robot_shortname}/federation',
    ])
    for (const path of Object.keys(before.paths))
      expect(Object.keys(before.paths[path] ?? {}), path).toEqual(Object.keys(now.paths[path] ?? {}))
  })

  test.each([
    ['AutoPrunePolicyConfig', ['method', 'value'], ['tagPattern', 'tagPatternMatches']],
    ['NewOrg', ['name', 'email'], ['contact_email']],
    [
      'CreateMirrorConfig',
      ['external_reference', 'robot_username', 'root_rule'],
      ['skopeo_timeout_interval', 'architecture_filter'],
    ],
    ['UpdateMirrorConfig', ['sync_interval'], ['skopeo_timeout_interval', 'architecture_filter']],
  ])('%s lacks the properties of later releases', async (name, has, lacks) => {
    const [before, now] = await Promise.all([old(discoveryOf), latest(discoveryOf)])
    const keys = (found: Discovery) => Object.keys(found.definitions[name]?.properties ?? {})
    expect(keys(before)).toEqual(expect.arrayContaining(has))
    expect(keys(before).filter((key) => lacks.includes(key))).toEqual([])
    expect(keys(now)).toEqual(expect.arrayContaining(lacks))
  })

  test.each(['NewOrgQuota', 'UpdateOrgQuota', 'NewNamespaceQuota', 'UpdateNamespaceQuota'])(
    '%s is a number of bytes',
    async (name) => {
      const [before, now] = await Promise.all([old(discoveryOf), latest(discoveryOf)])
      expect(Object.keys(before.definitions[name]?.properties ?? {})).toEqual(['limit_bytes'])
      expect(now.definitions[name]).toHaveProperty('oneOf')
    },
  )

  test('what a mirror must have', async () => {
    const required = (found: Discovery) => found.definitions.CreateMirrorConfig?.required
    const basic = ['external_reference', 'sync_interval', 'sync_start_date', 'root_rule']
    expect(required(await old(discoveryOf))).toEqual(basic)
    expect(required(await latest(discoveryOf))).toEqual([...basic, 'skopeo_timeout_interval'])
  })

  test('a feature that is off takes its routes with it there, too', async () => {
    const paths = await old(async (world) => Object.keys((await discoveryOf(world)).paths), {
      features: { QUOTA_MANAGEMENT: false },
    })
    expect(paths.filter((path) => path.includes('quota'))).toEqual([])
  })
})

describe('3.11 says of itself', () => {
  test('no version, and no flag that it does not know', async () => {
    const [before, now] = await Promise.all([old(configOf), latest(configOf)])
    expect([before.version_number, now.version_number]).toEqual([undefined, 'Quay v3.11.0'])
    const gone = Object.keys(now.features).filter((name) => !(name in before.features))
    expect(gone.sort()).toEqual([
      'ASSIGN_OAUTH_TOKEN',
      'EDIT_QUOTA',
      'IMAGE_EXPIRY_TRIGGER',
      'IMMUTABLE_TAGS',
      'ORG_MIRROR',
      'QUOTA_NOTIFICATIONS',
      'SPARSE_INDEX',
      'SUPERUSER_CONFIGDUMP',
    ])
  })

  test('a later feature cannot be switched on', () =>
    old(
      async (world) => {
        expect((await configOf(world)).features).not.toHaveProperty('ORG_MIRROR')
        expect((await discoveryOf(world)).paths).not.toHaveProperty('/api/v1/organization/{orgname}/mirror')
      },
      { features: { ORG_MIRROR: true } },
    ))

  test('routes of later releases answer as features that are off do', () =>
    old(async (world) => {
      await acme(world)
      for (const path of ['/organization/acme/mirror', '/organization/acme/robots/ci/federation'])
        expect([(await world.call('GET', path)).status, (await world.call('POST', path, [])).status]).toEqual(
          [404, 405],
        )
      const below = '/repository/acme/api/immutabilitypolicy/'
      expect((await world.call('GET', below)).status).toBe(404)
      expect((await world.call('POST', below, { tagPattern: 'v.*' })).status).toBe(405)
    }))

  test('errors of later releases are none', () =>
    old(async (world) => {
      expect((await world.call('GET', '/error/not_found')).status).toBe(200)
      expect((await world.call('GET', '/error/tag_immutable')).status).toBe(404)
    }))
})

describe('organizations of 3.11', () => {
  const emailIn = async (world: World, name: string) =>
    ((await world.call('GET', `/organization/${name}`)).body as { email: string }).email

  test('without an e-mail one reads back a UUID, and keeps an empty one', () =>
    old(async (world) => {
      await acme(world)
      expect(await emailIn(world, 'acme')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
      await world.call('PUT', '/organization/acme', { email: '' })
      expect(await emailIn(world, 'acme')).toBe('')
    }))

  test('contact_email is an unknown key', () =>
    old(async (world) => {
      await world.call('POST', '/organization/', {
        name: 'acme',
        email: 'a@acme.example',
        contact_email: 'b@acme.example',
      })
      expect(await emailIn(world, 'acme')).toBe('a@acme.example')
      await world.call('PUT', '/organization/acme', { contact_email: 'c@acme.example' })
      expect(await emailIn(world, 'acme')).toBe('a@acme.example')
    }))

  test('no two have one e-mail, nor has a user and an organization', () =>
    old(async (world) => {
      const email = 'a@acme.example'
      await world.call('POST', '/organization/', { name: 'acme', email })
      expect(await refusal(world, 'POST', '/organization/', { name: 'beta', email })).toEqual([
        400,
        `Email has already been used: ${email}`,
      ])
      await world.call('POST', '/organization/', { name: 'beta' })
      const taken = 'E-mail address already used'
      expect(await refusal(world, 'PUT', '/organization/beta', { email })).toEqual([400, taken])
      const mine = { email: 'admin@example.com' }
      expect(await refusal(world, 'PUT', '/organization/beta', mine)).toEqual([400, taken])
      expect((await refusal(world, 'POST', '/superuser/users/', { username: 'carl', email }))[0]).toBe(400)
      expect((await world.call('PUT', '/organization/acme', { email })).status).toBe(200)
    }))

  test('the name of a deleted one is free at once; a missing one is no 404 for superusers', () =>
    old(async (world) => {
      await acme(world)
      await world.call('DELETE', '/superuser/organizations/acme')
      expect(await refusal(world, 'DELETE', '/superuser/organizations/acme')).toEqual([
        400,
        'Organization does not exist: acme',
      ])
      expect((await world.call('POST', '/organization/', { name: 'acme' })).status).toBe(201)
    }))

  test('members do not see the quota', () =>
    old(async (world) => {
      await acme(world)
      await world.call('PUT', '/organization/acme/team/devs', { role: 'member' })
      await world.call('PUT', '/organization/acme/team/devs/members/mallory')
      const [, seen] = await ask(world, 'GET', '/organization/acme', undefined, 'PLAIN')
      expect(seen).toHaveProperty('teams')
      expect(seen).not.toHaveProperty('quotas')
      expect((await world.call('GET', '/organization/acme')).body).toHaveProperty('quotas', [])
    }))
})

describe('a superuser of 3.11 in an organization of others', () => {
  test.each([
    ['GET', '/organization/acme/members', undefined],
    ['GET', '/organization/acme/collaborators', undefined],
    ['GET', '/organization/acme/team/owners/members', undefined],
    ['DELETE', '/organization/acme/team/owners/members/mallory', undefined],
    ['GET', '/organization/acme/team/owners/permissions', undefined],
    ['GET', '/organization/acme/prototypes', undefined],
    ['PUT', '/organization/acme', { invoice_email: true }],
    ['DELETE', '/organization/acme', undefined],
  ])('may not %s %s', (method, path, body) =>
    old(async (world) => {
      await acme(world, 'PLAIN')
      expect((await world.call(method, path, body)).status).toBe(403)
    }),
  )

  test.each([
    ['PUT', '/organization/acme/team/devs', { role: 'member' }, 200],
    ['PUT', '/organization/acme/team/owners/members/admin', undefined, 200],
    ['PUT', '/organization/acme/robots/new', {}, 201],
    ['GET', '/organization/acme/robots/ci', undefined, 200],
    [
      'POST',
      '/organization/acme/prototypes',
      { role: 'read', delegate: { kind: 'user', name: 'acme+ci' } },
      200,
    ],
    ['GET', '/organization/acme/autoprunepolicy/', undefined, 200],
    ['GET', '/organization/acme/proxycache', undefined, 200],
    ['GET', '/organization/acme/applications', undefined, 200],
    ['POST', '/organization/acme/quota', { limit_bytes: 1 }, 201],
    ['GET', '/repository/acme/api', undefined, 200],
    ['DELETE', '/superuser/organizations/acme', undefined, 204],
  ])('may %s %s', (method, path, body, status) =>
    old(async (world) => {
      await acme(world, 'PLAIN')
      expect((await world.call(method, path, body)).status).toBe(status)
    }),
  )

  test('sees a stranger’s view of it and no token in the list of robots, until they take it over', () =>
    old(async (world) => {
      await acme(world, 'PLAIN')
      const view = async () => (await world.call('GET', '/organization/acme')).body
      const robots = async () => (await world.call('GET', '/organization/acme/robots')).body
      expect(await view()).toMatchObject({ is_admin: false, is_member: false, email: '' })
      expect(await view()).not.toHaveProperty('teams')
      expect(await robots()).toEqual({ robots: [expect.not.objectContaining({ token: expect.anything() })] })
      expect((await world.call('POST', '/superuser/takeownership/acme')).status).toBe(200)
      expect(await view()).toMatchObject({ is_admin: true, teams: { owners: {} } })
      expect(await robots()).toMatchObject({ robots: [{ token: expect.any(String) }] })
    }))

  test('the latest lets them in everywhere', () =>
    latest(async (world) => {
      await acme(world, 'PLAIN')
      expect((await world.call('GET', '/organization/acme')).body).toMatchObject({ is_admin: true })
      expect((await world.call('GET', '/organization/acme/members')).status).toBe(200)
      expect((await world.call('GET', '/organization/acme/robots')).body).toMatchObject({
        robots: [{ token: expect.any(String) }],
      })
    }))
})

describe('quotas of 3.11', () => {
  test('are written in bytes and read without words', () =>
    old(async (world) => {
      await acme(world)
      expect(await refusal(world, 'POST', '/organization/acme/quota', { limit: '1 GiB' })).toEqual([
        400,
        expect.stringMatching(/^'limit_bytes' is a required property/),
      ])
      const body = { limit_bytes: 5, limit: '1 GiB' }
      expect((await world.call('POST', '/organization/acme/quota', body)).status).toBe(201)
      const [, text] = await ask(world, 'GET', '/organization/acme/quota')
      const [quota] = JSON.parse(String(text))
      expect(quota).toEqual({
        id: expect.any(Number),
        limit_bytes: 5,
        default_config: false,
        default_config_exists: false,
        limits: [],
      })
      const changed = await ask(world, 'PUT', `/organization/acme/quota/${quota.id}`, {
        limit_bytes: 6,
        other: 1,
      })
      expect(changed).toEqual([200, expect.objectContaining({ limit_bytes: 6 })])
    }))

  test('are any superuser’s to write, with full access or without; limits are read by members', () =>
    old(
      async (world) => {
        await acme(world, 'PLAIN')
        expect((await world.call('POST', '/organization/acme/quota', { limit_bytes: 5 })).status).toBe(201)
        const [status, text] = await ask(world, 'GET', '/organization/acme/quota')
        const { id } = JSON.parse(String(text))[0]
        expect(status).toBe(200)
        const limits = `/organization/acme/quota/${id}/limit`
        expect((await world.call('POST', limits, { type: 'Reject', threshold_percent: 90 })).status).toBe(201)
        expect((await world.call('GET', limits)).status).toBe(403)
        expect((await world.call('GET', limits, undefined, 'PLAIN')).status).toBe(200)
        expect((await world.call('DELETE', `/organization/acme/quota/${id}`)).status).toBe(204)
        const own = await world.call('POST', '/organization/acme/quota', { limit_bytes: 5 }, 'PLAIN')
        expect(own.status).toBe(403)
      },
      { features: { SUPERUSERS_FULL_ACCESS: false } },
    ))
})

describe('auto-prune policies of 3.11', () => {
  test.each([
    ['/organization/acme/autoprunepolicy/', 'namespace'],
    ['/user/autoprunepolicy/', 'namespace'],
    ['/repository/acme/api/autoprunepolicy/', 'repository'],
  ])('%s: one, and for every tag', (path, noun) =>
    old(async (world) => {
      await acme(world)
      const policy = { method: 'number_of_tags', value: 5, tagPattern: 'v.*' }
      const made = await world.call('POST', path, policy)
      const { uuid } = made.body as { uuid: string }
      expect(made.status).toBe(201)
      const kept = { uuid, method: 'number_of_tags', value: 5 }
      expect(await ask(world, 'GET', path)).toEqual([200, { policies: [kept] }])
      expect(await refusal(world, 'POST', path, { method: 'creation_date', value: '7d' })).toEqual([
        400,
        `Policy for this ${noun} already exists, delete existing to create new policy`,
      ])
      expect(
        (await world.call('PUT', `${path}${uuid}`, { method: 'creation_date', value: '7d' })).status,
      ).toBe(204)
      expect(await ask(world, 'GET', `${path}${uuid}`)).toEqual([
        200,
        { uuid, method: 'creation_date', value: '7d' },
      ])
    }),
  )
})

describe('the proxy cache of 3.11', () => {
  const path = '/organization/acme/proxycache'
  const body = { org_name: 'acme', upstream_registry: 'quay.io' }

  test('wants org_name, and no key that it does not know', () =>
    old(async (world) => {
      await acme(world)
      expect(await ask(world, 'POST', path, { upstream_registry: 'quay.io' })).toEqual(html500)
      expect(await ask(world, 'POST', path, { ...body, more: 1 })).toEqual(html500)
      const given = { ...body, upstream_registry_username: null, upstream_registry_password: null }
      expect((await world.call('POST', path, given)).status).toBe(201)
      expect(await ask(world, 'GET', path)).toEqual([
        200,
        { upstream_registry: 'quay.io', expiration_s: 86400, insecure: false },
      ])
      expect((await world.call('DELETE', path)).status).toBe(201)
    }))

  test('looks at no address', () =>
    old(async (world) => {
      await acme(world)
      const inside = { ...body, upstream_registry: '10.0.0.1:5000/x' }
      expect((await world.call('POST', path, inside)).status).toBe(201)
    }))
})

describe('mirrors of 3.11', () => {
  const path = '/repository/acme/api/mirror'
  const body = {
    external_reference: 'quay.io/acme/api',
    sync_interval: 3600,
    sync_start_date: '2027-01-01T00:00:00Z',
    robot_username: 'acme+ci',
    root_rule: { rule_kind: 'tag_glob_csv', rule_value: ['v1'] },
  }
  const mirrored = (use: (world: World) => Promise<unknown>) =>
    old(async (world) => {
      await acme(world)
      expect((await world.call('POST', path, body)).status).toBe(201)
      await use(world)
    })
  const read = async (world: World) => (await world.call('GET', path)).body as Record<string, unknown>

  test.each([{ skopeo_timeout_interval: 300 }, { architecture_filter: [] }, { sync_start_date: 'soon' }])(
    'POST with %o breaks',
    (more) =>
      old(async (world) => {
        await acme(world)
        expect(await ask(world, 'POST', path, { ...body, ...more })).toEqual(html500)
        expect((await world.call('GET', path)).status).toBe(404)
      }),
  )

  test('have neither a timeout nor architectures; PUT ignores both', () =>
    mirrored(async (world) => {
      const before = await read(world)
      expect(before).not.toHaveProperty('skopeo_timeout_interval')
      expect(before).not.toHaveProperty('architecture_filter')
      const answer = await world.call('PUT', path, { skopeo_timeout_interval: 1, architecture_filter: ['x'] })
      expect(answer.status).toBe(201)
      expect(await read(world)).toEqual(before)
    }))

  test('take any reference but an empty one', () =>
    mirrored(async (world) => {
      expect((await world.call('PUT', path, { external_reference: 'https://10.0.0.1' })).status).toBe(201)
      expect((await read(world)).external_reference).toBe('https://10.0.0.1')
      expect(await refusal(world, 'PUT', path, { external_reference: '' })).toEqual([
        400,
        'Empty string is an invalid repository location.',
      ])
    }))

  test('keep what stands before a refused value', () =>
    mirrored(async (world) => {
      const update = { sync_interval: 60, external_registry_password: 'x', is_enabled: false }
      expect(await refusal(world, 'PUT', path, update)).toEqual([
        400,
        'Unable to set a new password without also specifying a username.',
      ])
      expect(await read(world)).toMatchObject({ sync_interval: 60, is_enabled: false })
    }))

  test('go on with their schedule when a run is cancelled, which holds a mirror for two hours', () =>
    mirrored(async (world) => {
      await world.call('POST', `${path}/sync-now`)
      world.emulator.tick()
      expect(await read(world)).toMatchObject({
        sync_status: 'SYNCING',
        sync_expiration_date: expect.stringMatching(/^2026-11-21T12:00:00/),
      })
      expect((await world.call('POST', `${path}/sync-cancel`)).status).toBe(204)
      expect(await read(world)).toMatchObject({ sync_status: 'NEVER_RUN', sync_retries_remaining: 3 })
    }))
})

test.each([
  ['repo_push', 201],
  ['repo_image_expiry', 500],
  ['quota_warning', 500],
])('a notification of %s on 3.11', (event, status) =>
  old(async (world) => {
    await acme(world)
    const body = { event, method: 'slack', config: { url: 'https://x.example' }, eventConfig: {} }
    expect((await world.call('POST', '/repository/acme/api/notification/', body)).status).toBe(status)
  }),
)

test('on 3.11 an application may have the name that was reserved later', () =>
  old(async (world) => {
    await acme(world)
    const body = { name: '__quay_bootstrap_app' }
    expect((await world.call('POST', '/organization/acme/applications', body)).status).toBe(200)
  }))

describe('users from a directory', () => {
  const team = '/organization/acme/team/devs'
  const directory = (use: (world: World) => Promise<unknown>) =>
    withWorld(
      async (world) => {
        await acme(world)
        await world.call('PUT', team, { role: 'member' })
        await use(world)
      },
      { authentication: 'LDAP' },
    )

  test('/config says so, and no user can be made', () =>
    directory(async (world) => {
      expect((await configOf(world)).config.AUTHENTICATION_TYPE).toBe('LDAP')
      expect(await refusal(world, 'POST', '/superuser/users/', { username: 'carl' })).toEqual([
        400,
        'Cannot create a user in a non-database auth system',
      ])
    }))

  test('a team can be synced with a group: its people are the group’s, its robots are not', () =>
    directory(async (world) => {
      const members = async () => (await world.call('GET', `${team}/members`)).body
      const can_sync = { service: 'ldap', base_dn: expect.any(Array) }
      expect(await members()).toEqual({ name: 'devs', members: [], can_edit: true, can_sync })
      const config = { group_dn: 'cn=devs' }
      expect(await ask(world, 'POST', `${team}/syncing`, config)).toEqual([
        200,
        expect.objectContaining({ name: 'devs', new_team: false }),
      ])
      expect(await ask(world, 'POST', `${team}/syncing`, config)).toEqual(html500)
      expect(await members()).toMatchObject({
        can_sync,
        synced: { service: 'ldap', last_updated: 'Sat, 21 Nov 2026 10:00:00 -0000', config },
      })
      expect((await world.call('GET', '/organization/acme')).body).toMatchObject({
        teams: { devs: { is_synced: true }, owners: { is_synced: false } },
      })
      const human = `${team}/members/mallory`
      const text = 'Cannot call this method on an auth-synced team'
      expect(await refusal(world, 'PUT', human)).toEqual([400, text])
      expect(await refusal(world, 'DELETE', human)).toEqual([400, text])
      expect((await world.call('PUT', `${team}/members/acme+ci`)).status).toBe(200)
      expect((await world.call('DELETE', `${team}/members/acme+ci`)).status).toBe(204)
      expect((await world.call('DELETE', `${team}/syncing`)).status).toBe(200)
      expect((await world.call('DELETE', `${team}/syncing`)).status).toBe(200)
      expect(await members()).not.toHaveProperty('synced')
      expect((await world.call('PUT', human)).status).toBe(200)
    }))

  test('only a superuser may, and sees with which group', () =>
    directory(async (world) => {
      await world.call('PUT', '/organization/acme/team/owners/members/mallory')
      const config = { group_dn: 'cn=devs' }
      expect((await world.call('POST', `${team}/syncing`, config, 'PLAIN')).status).toBe(403)
      await world.call('POST', `${team}/syncing`, config)
      const seen = (await world.call('GET', `${team}/members`, undefined, 'PLAIN')).body
      expect(seen).toMatchObject({ synced: { service: 'ldap' } })
      expect(seen).not.toHaveProperty('can_sync')
      expect(seen).not.toHaveProperty('synced.config')
    }))

  test('the server’s own users are in no group', () =>
    latest(async (world) => {
      await acme(world)
      await world.call('PUT', team, { role: 'member' })
      expect(await refusal(world, 'POST', `${team}/syncing`, { group_dn: 'cn=devs' })).toEqual([
        400,
        'Could not sync to group: Not supported',
      ])
      expect((await world.call('GET', `${team}/members`)).body).not.toHaveProperty('can_sync')
    }))
})

test('a registry that is read-only says so, answers what is read, and refuses the rest', () =>
  withWorld(
    async (world) => {
      expect((await configOf(world)).registry_state).toBe('readonly')
      expect((await world.call('GET', '/user/')).status).toBe(200)
      expect(await ask(world, 'POST', '/organization/', { name: 'acme' })).toEqual([
        503,
        { message: expect.stringContaining('read-only'), is_readonly: true },
      ])
      expect((await world.call('POST', '/organization/', {}, 'DEAD')).status).toBe(403)
    },
    { readOnly: true },
  ))

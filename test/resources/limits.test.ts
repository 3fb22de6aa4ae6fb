import { expect, test } from 'vitest'
import { withWorld } from '../world.ts'
import { acme } from './acme.ts'

const mirror = {
  external_reference: 'quay.io/a/b',
  root_rule: { rule_kind: 'tag_glob_csv', rule_value: ['a'] },
  robot_username: 'acme+sync',
  sync_interval: 3600,
  skopeo_timeout_interval: 300,
  sync_start_date: '2026-12-01T02:00:00Z',
}

/** Nothing of it is kept: a column of the database, or a check before, does not take it. */
test.each<[string, string, string, unknown, number, RegExp]>([
  ['a page of users', 'GET', '/superuser/users/?limit=101', undefined, 400, /cannot be above 100/],
  ['a page of organizations', 'GET', '/superuser/organizations/?limit=101', undefined, 400, /above 100/],
  ['an interval', 'POST', '/repository/acme/api/mirror', { ...mirror, sync_interval: 2 ** 31 }, 500, /./],
  [
    'a user name',
    'POST',
    '/repository/acme/api/mirror',
    { ...mirror, external_registry_username: 'u'.repeat(4000) },
    500,
    /./,
  ],
  ['a name of a robot', 'PUT', '/organization/acme/robots/CI', {}, 400, /Namespace must match/],
])('Quay does not take too much: %s', async (_, method, path, body, status, says) => {
  await withWorld(async (world) => {
    await world.converge(acme({ robots: { sync: {} }, repositories: { api: {} } }))
    const found = await world.call(method, path, body)
    expect(found.status).toBe(status)
    expect(JSON.stringify(found.body)).toMatch(says)
    if (method === 'POST') expect((await world.call('GET', path)).status).toBe(404)
  })
})

test('a superuser has the list of users in pages, or whole', async () => {
  await withWorld(async (world) => {
    const names = async (query: string) => {
      const { body } = await world.call('GET', `/superuser/users/${query}`)
      return (body as { users: { username: string }[] }).users.map(({ username }) => username)
    }
    const all = await names('')
    expect(all.length).toBeGreaterThan(1)
    expect(await names('?limit=1')).toEqual(all.slice(0, 1))
    expect(await names('?limit=100')).toEqual(all)
  })
})

import { describe, expect, test } from 'vitest'
import { ranked } from '../../src/engine/order.ts'
import { supposed } from '../../src/engine/supposed.ts'
import type { ResourceType } from '../../src/model/resource.ts'
import { configure, type Files, registry } from '../world.ts'

const main = (body: string) => `apiVersion: quayctl/v1\nkind: Organization\nname: acme\n${body}`
const part = (body: string) => `apiVersion: quayctl/v1\nkind: OrganizationPart\norganization: acme\n${body}`
const there = (files: Files) =>
  Object.fromEntries(
    [...supposed(configure(files).expanded, registry)].map(([address, { attributes }]) => [
      address,
      attributes,
    ]),
  )

describe('what Quay is supposed to have after an apply', () => {
  test('an organization is there with the team that Quay makes', () => {
    expect(there(main('tag_expiration: 1d\n'))).toMatchObject({
      'organization.acme': { tag_expiration: 86400 },
      'team.acme/owners': {},
    })
  })

  test('of one that only parts name nothing is known, not even its team', () => {
    expect(there(part('robots: {ci: {description: CI}}\n'))).toEqual({
      'organization.acme': {},
      'robot.acme+ci': { description: 'CI' },
    })
  })

  test('what nobody can read back is not known, nor is what Quay moves', () => {
    const mirror =
      '{external_reference: quay.io/a/b, tags: [a], robot: ci, sync_interval: 1d, sync_start_date: 2026-12-01T02:00:00Z, username: bob, password: {from_env: QC_A}}'
    const all = there(main(`robots: {ci: {}}\nrepositories: {api: {mirror: ${mirror}}}\n`))
    expect(all['mirror.acme/api']).toMatchObject({ external_reference: 'quay.io/a/b', username: 'bob' })
    expect(all['mirror.acme/api']).not.toHaveProperty('password')
    expect(all['mirror.acme/api']).not.toHaveProperty('sync_start_date')
  })
})

describe('the order of types', () => {
  const type = (name: string, parents: readonly string[], after: readonly string[] = []): ResourceType => ({
    name,
    separator: '/',
    summary: '',
    parents,
    after,
    block: `${name}s`,
    identity: 'key',
    schema: {},
    listings: [],
    read: async () => [],
    find: async () => null,
    create: async () => undefined,
  })
  const order = (...types: readonly ResourceType[]) =>
    ranked(new Map(types.map((one) => [one.name, one]))).map(({ name }) => name)

  test('parents and what is waited for come first, ties by name, and strangers count for nothing', () => {
    expect(order(type('c', ['a'], ['b']), type('b', ['a', 'z']), type('d', []), type('a', []))).toEqual([
      'a',
      'd',
      'b',
      'c',
    ])
  })

  test('types that wait for each other are a bug', () => {
    expect(() => order(type('a', [], ['b']), type('b', ['a']))).toThrow(
      /^resource types wait for each other: a → b → a$/,
    )
  })
})

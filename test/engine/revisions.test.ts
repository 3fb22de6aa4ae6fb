import { expect, test } from 'vitest'
import { baseOf } from '../../src/engine/base.ts'
import { compareRevisions } from '../../src/engine/revisions.ts'
import { configure, everything, registry } from '../world.ts'

const acme = (body: string) =>
  `apiVersion: quayctl/v1\nkind: Organization\nname: acme\nrobots: {sync: {}}\nteams: {readers: {role: member}}\n${body}`
const repository = (body: string) => acme(`repositories: {mc: {${body}}}`)
const mirror = 'mirror: {external_reference: quay.io/x/y, tags: [a], sync_interval: 1d, robot: sync}'

async function compare(before: string, after: string) {
  const { expanded } = configure(before)
  const { changes, diff } = await compareRevisions(
    { base: baseOf('HEAD', 'c0ffee', expanded), expanded },
    configure(after),
    registry,
    {
      selection: everything,
      today: '2026-11-21',
      version: '0.0.0',
      partial: new Set(),
      names: { base: { name: 'HEAD' }, head: { name: null } },
    },
  )
  return { changes, diff }
}

/** What Quay gives the robot of a mirror stays as long as the mirror does, and nobody lists it. */
test.each([
  ['a mirror that stays', `${mirror}, permissions: {}`, `${mirror}, permissions: {}`, []],
  [
    'a mirror that is new',
    'permissions: {"robot:sync": write}',
    `${mirror}, permissions: {}`,
    ['create mirror.acme/mc'],
  ],
  [
    'a mirror that ends',
    `${mirror}, permissions: {}`,
    'mirror: none, permissions: {}',
    ['delete mirror.acme/mc', 'delete permission.acme/mc:robot:sync'],
  ],
  ['a mirror of which nothing is said', `${mirror}, permissions: {}`, 'permissions: {}', []],
  [
    'a state that ends it',
    `${mirror}, permissions: {}`,
    'state: normal, permissions: {}',
    ['update repository.acme/mc', 'delete permission.acme/mc:robot:sync'],
  ],
])('%s', async (_, before, after, expected) => {
  const { changes } = await compare(repository(before), repository(after))
  expect(changes.map(({ action, address }) => `${action} ${address}`).sort()).toEqual([...expected].sort())
})

test('what a new object is given by a pattern of the base is no difference that was there before', async () => {
  const grants = 'grants: {"*": {team:readers: read}}\n'
  const { changes } = await compare(acme(grants), acme(`${grants}repositories: {web: {}}\n`))
  expect(changes.map(({ address, earlier }) => [address, earlier])).toEqual([
    ['repository.acme/web', undefined],
    ['permission.acme/web:team:readers', undefined],
  ])
})

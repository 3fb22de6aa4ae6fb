import { describe, expect, test } from 'vitest'
import { addressesOf } from '../../src/engine/addressed.ts'
import { chainOf } from '../../src/model/address.ts'
import { configure, registry } from '../world.ts'

const estate = `apiVersion: quayctl/v1
kind: Organization
name: acme
email: a@acme.example
quota: {limit: 1 GiB}
robots: {ci: {}}
teams:
  developers: {role: member}
default_permissions:
  - {to: team:developers, role: read}
repositories:
  team/api:
    permissions: {team:developers: write, "user:a b": read}
    notifications:
      "to: #ops/1": {event: repo_push, method: slack, config: {url: https://hooks.example/x}}
    auto_prune: [{method: number_of_tags, value: 5, tag_pattern: "v.*"}]
`

describe('an address as it is written', () => {
  const { expanded } = configure({ 'quayctl.yaml': estate })
  test.each(expanded.desired.map(({ address }) => [address.text, address] as const))(
    '%s',
    (text, address) => {
      const found = addressesOf(text, registry)
      expect(found).toContainEqual(address)
      expect(found.every((one) => one.text === text)).toBe(true)
    },
  )

  test('below a name there may be an organization or a user', () => {
    const roots = addressesOf('robot.acme+ci', registry).map((address) => chainOf(address).at(-1)?.type)
    expect(roots.toSorted()).toEqual(['namespace', 'organization'])
  })

  test.each([
    '',
    'robot',
    'robot.acme',
    'robot.acme+',
    'organization.',
    'robo.acme+ci',
    'organization.acme/api',
    'organization.a b',
    'robot.acme+%zz',
    'grant.acme:*',
  ])('%j is none', (text) => {
    expect(addressesOf(text, registry)).toEqual([])
  })
})

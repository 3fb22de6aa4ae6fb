import { expect, test } from 'vitest'
import { refresh } from '../../src/engine/refresh.ts'
import { type Address, addressOf } from '../../src/model/address.ts'
import type { Reader } from '../../src/model/api.ts'
import type { Scope } from '../../src/model/reading.ts'
import type { ResourceType } from '../../src/model/resource.ts'
import { configure, registry } from '../world.ts'
import { live, server } from './pure.ts'

const typeOf = (name: string): ResourceType => {
  const type = registry.get(name)
  if (!type) throw new Error(`no type ${name}`)
  return type
}

const names = Array.from({ length: 20 }, (_, at) => `o${10 + at}`)
const files = names
  .map((name) => `apiVersion: quayctl/v1\nkind: Organization\nname: ${name}\nteams: {t: {role: member}}\n`)
  .join('---\n')

const reader: Reader = {
  get: () => Promise.reject(new Error('nothing is sent')),
  find: () => Promise.reject(new Error('nothing is sent')),
  list: () => Promise.reject(new Error('nothing is sent')),
  pages: () => ({
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('nothing is sent')) }),
  }),
  because: () => reader,
}

/** Organizations of which the last by name is answered first, some refused; and what was asked below them. */
function slowest(refused: readonly string[]) {
  const asked: string[] = []
  const [organization, team] = [typeOf('organization'), typeOf('team')]
  const read = async ({ names: [name = ''] }: Scope) => {
    for (let turn = 0; turn < 50 * (names.length - names.indexOf(name)); turn++) await null
    if (refused.includes(name)) throw new Error(`no administrator of ${name}`)
    return [live(addressOf(organization, null, name))]
  }
  const readTeams = async ({ parent, names: teams }: Scope) => {
    const above: Address | null = parent?.address ?? null
    asked.push(above?.name ?? '')
    return teams.map((name) => live(addressOf(team, above, name)))
  }
  const { survey: _, ...alone } = organization
  const survey = { admits: () => false, pages: async function* () {}, proves: () => false }
  const types = new Map(registry)
    .set('organization', { ...alone, survey, read })
    .set('team', { ...team, read: readTeams })
  const { desired } = configure(files).expanded
  const interest = { desired, patterns: [], external: [], blocks: [], removed: [] }
  return { asked, refreshed: refresh(interest, types, reader, server) }
}

test('what stands in an organization is asked for as soon as that is read, and found in the order of the files', async () => {
  const { asked, refreshed } = slowest([])
  const { live: found } = await refreshed
  expect(asked).toEqual(names.toReversed())
  expect([...found.keys()]).toEqual(names.flatMap((name) => [`organization.${name}`, `team.${name}/t`]))
})

test('of several organizations that cannot be read the first is told, and nothing more is asked below others', async () => {
  const { asked, refreshed } = slowest(['o13', 'o25'])
  await expect(refreshed).rejects.toThrow('no administrator of o13')
  expect(asked).toEqual(['o29', 'o28', 'o27', 'o26'])
})

import type { ResourceType } from '../../model/resource.ts'
import { schema } from './schema.ts'

/** Nothing of it is read or written: its permissions are those of the repositories that match. */
export const grant: ResourceType = {
  name: 'grant',
  separator: ':',
  keeps: '/?',
  summary: 'What teams may do, at least, with every repository whose name matches.',
  parents: ['organization'],
  block: 'grants',
  identity: 'key',
  patternOf: { type: 'repository', named: ['team'] },
  schema,
  keyPattern: '^[a-z0-9*?][a-z0-9._/*?-]*$',
  keyExpected: 'a glob over whole names of repositories: * is any text, / too, and ? one character',
  exampleName: '*',
  example: { 'team:auditors': 'read' },
  listings: [{ path: '/organization/{orgname}/team/{teamname}/permissions', covers: 'parent' }],

  read: async () => [],
  find: async () => null,
  async create({ address }) {
    throw new TypeError(`${address.text} is carried out by permissions`)
  },
}

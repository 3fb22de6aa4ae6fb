import { addressOf } from '../../model/address.ts'
import type { Live } from '../../model/change.ts'
import type { ResourceType } from '../../model/resource.ts'
import { schema } from './schema.ts'

const step = { name: 'namespace', separator: '' }

/** Nothing of it can be read but that it is the token's user, and nothing of it is written. */
export const namespace: ResourceType = {
  ...step,
  summary: "The namespace of the token's own user, with its robots and repositories.",
  parents: [],
  block: 'namespaces',
  document: { kind: 'User' },
  identity: 'key',
  schema,
  keyPattern: '^[a-z0-9]+([._-][a-z0-9]+)*$',
  keyExpected: 'the name of a user',
  exampleName: 'admin',
  log: '/user/logs',
  listings: [{ path: '/user/', covers: 'object' }],

  admits: ({ address: { name } }, { user }) =>
    name === user
      ? []
      : [
          {
            code: 'QC3004',
            severity: 'error',
            message: `the namespace of user ${name} cannot be managed by ${user ?? 'nobody'}`,
            hint: "a document of kind User is about the token's own user",
          },
        ],
  names: async ({ user }) => (user === null ? [] : [user]),
  read: async ({ names }) => names.map(live),
  find: async ({ address }) => live(address.name),
  async create({ address }) {
    throw new TypeError(`${address.text} comes with its user: there is nothing to create`)
  },
}

const live = (name: string): Live => ({ address: addressOf(step, null, name), attributes: {} })

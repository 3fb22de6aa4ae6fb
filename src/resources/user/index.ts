import { addressOf } from '../../model/address.ts'
import type { Change, Judgement, Live } from '../../model/change.ts'
import type { Remark, ResourceType } from '../../model/resource.ts'
import type { Server } from '../../model/server.ts'
import { schema } from './schema.ts'
import {
  changeUser,
  createUser,
  deleteUser,
  findUser,
  fromQuay,
  listNames,
  readUsers,
  renewPassword,
  type User,
  type UserView,
} from './wire.ts'

const step = { name: 'user', separator: '' }

export const user: ResourceType<User> = {
  ...step,
  summary: 'An account of a person, which a superuser manages.',
  parents: [],
  block: 'users',
  identity: 'key',
  schema,
  keyPattern: '^[a-z0-9]+([._-][a-z0-9]+)*$',
  keyExpected: '2 to 255 lower-case letters and digits, joined by single . _ or -',
  exampleName: 'alice',
  removable: true,
  makesCredential: 'once',
  since: '/superuser/users/',
  feature: 'SUPER_USERS',
  listings: [
    { path: '/superuser/users/{username}', covers: 'object' },
    { path: '/superuser/users/', covers: 'everything' },
  ],

  checkName: (name) => (name.length < 2 || name.length > 255 ? 'it must have 2 to 255 characters' : null),
  admits: (_, server) => superuserDemand(server),
  demands: (change, server) => demands(change, server),
  judge: (change) => judge(change),

  names: (_, reader) => listNames(reader),
  async read({ names }, reader) {
    const views = await readUsers(names, reader)
    return views.map(live)
  },
  async find({ address }, reader) {
    const view = await findUser(address.name, reader)
    return view && live(view)
  },
  create: ({ address, values }, quay) => createUser(address.name, values, quay),
  update: ({ address, values }, { api }) => changeUser(address.name, values, api),
  delete: ({ address }, { api }) => deleteUser(address.name, api),
  renew: ({ name }, quay) => renewPassword(name, quay),
}

interface Remote {
  readonly super_user: boolean
  /** What Quay tells of the quota together with the user. */
  readonly quotas?: UserView['quotas']
  readonly quota_report?: UserView['quota_report']
}

function live(view: UserView): Live<User> {
  const { username, super_user, quotas, quota_report: report } = view
  const remote: Remote = {
    super_user,
    ...(quotas && { quotas }),
    ...(report && { quota_report: { quota_bytes: report.quota_bytes } }),
  }
  return { address: addressOf(step, null, username), attributes: fromQuay(view), remote }
}

const superuserDemand = (server: Server): readonly Remark[] =>
  server.superuser === false
    ? [
        {
          code: 'QC3005',
          severity: 'error',
          message: server.session
            ? `users are managed by superusers only, and ${server.user} is none`
            : "users are managed by superusers only: the token's user is none, or the token lacks the scope super:user",
          hint: "use a superuser's token with the scope super:user, or sign in as one",
        },
      ]
    : []

function demands(change: Change<User>, server: Server): readonly Remark[] {
  const { action, address, differences, live: before } = change
  const changed = differences.map(({ attribute }) => attribute)
  const error = { severity: 'error' } as const
  if ((before?.remote as Remote | undefined)?.super_user)
    return (action === 'delete' ? [{}] : changed.map((attribute) => ({ attribute }))).map((about) => ({
      ...error,
      ...about,
      code: 'QC3006',
      message: `${address.name} is a superuser: Quay lets nobody change or delete that account by its API`,
      hint: 'remove the line, or ask the Quay operator to take the name out of SUPER_USERS first',
    }))
  const source = server.setting('AUTHENTICATION_TYPE')
  const foreign = typeof source === 'string' && source !== 'Database'
  if (foreign && action === 'create')
    return [
      {
        ...error,
        code: 'QC3001',
        message: `this server takes its users from elsewhere (AUTHENTICATION_TYPE ${source}): Quay creates none`,
        hint: 'let the user sign in once; the account can be managed from then on',
      },
    ]
  if (foreign && source !== 'AppToken' && changed.includes('email'))
    return [
      {
        ...error,
        code: 'QC3001',
        attribute: 'email',
        message: `this server takes its users from elsewhere (AUTHENTICATION_TYPE ${source}), their e-mail addresses too`,
        hint: 'remove the line',
      },
    ]
  if (action === 'create' && change.values.email === undefined && server.feature('MAILING'))
    return [
      {
        ...error,
        code: 'QC3001',
        message: 'this server creates no user without an e-mail address: FEATURE_MAILING is on',
        hint: 'write the email',
      },
    ]
  return []
}

function judge({ action, differences }: Change<User>): Judgement {
  if (action === 'create') return { impacts: ['credential'] }
  if (action === 'delete')
    return {
      impacts: ['data'],
      consequences: [
        'the namespace of the user goes too, with its robots, and its repositories with their images',
      ],
    }
  const disabled = differences.some(({ attribute, after }) => attribute === 'enabled' && after === false)
  return disabled ? { narrows: true, consequences: ['the tokens of the user stop working meanwhile'] } : {}
}

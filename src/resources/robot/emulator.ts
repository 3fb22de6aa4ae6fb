import { created, frameworkTexts, invalidRequest, message, noContent, ok } from '../../model/answers.ts'
import type { Answer, Call, EmulatorModule, RobotRow, Route } from '../../model/emulation.ts'
import { nameIssue } from '../../model/emulation-names.ts'
import { federationRoutes } from './emulator-federation.ts'
import { type Owner, organizationOwner, robotOf, userOwner } from './emulator-owners.ts'
import { belongings, grantsOf, robotView } from './emulator-view.ts'

const createRobot = {
  type: 'object',
  properties: {
    description: { type: 'string', description: 'Optional text description for the robot', maxLength: 255 },
    unstructured_metadata: { type: 'object', description: 'Optional unstructured metadata for the robot' },
  },
}
interface Creation {
  readonly description?: string
  readonly unstructured_metadata?: object
}

/** SQL's ILIKE on `namespace+%`, in which `_` stands for any character and `%` for any text (data/model/user.py:640). */
const alike = (namespace: string): RegExp => {
  const escaped = namespace.replace(/[.+*?()[\]{}|^$\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll('_', '.').replaceAll('%', '.*')}\\+`, 'i')
}

const list =
  (owner: Owner) =>
  (call: Call): Answer => {
    const pattern = alike(owner.list(call))
    const limit =
      call.integer('limit', 'If specified, the number of robots to return.') ?? Number.POSITIVE_INFINITY
    const withToken = call.flag('token', true) && owner.seesTokens(call)
    const withPermissions = call.flag('permissions', false)
    const rows = [...call.ground.robots.values()].filter((row) => pattern.test(row.name)).slice(0, limit)
    return ok({
      robots: rows.map((row) => ({
        ...robotView(row),
        ...(withToken ? { token: row.token } : {}),
        ...(withPermissions ? belongings(call, row.name) : {}),
      })),
    })
  }

const get =
  (owner: Owner) =>
  (call: Call): Answer => {
    const row = robotOf(call, owner)
    return ok({ ...robotView(row), token: row.token, unstructured_metadata: row.metadata ?? {} })
  }

/** Creates only; a robot that is there is a 400. The metadata comes back as it was sent, `null` for none. */
const create =
  (owner: Owner) =>
  (call: Call): Answer => {
    const body = call.read<Creation>(createRobot, { optional: true })
    const namespace = owner.manage(call)
    const short = call.params.short ?? ''
    const name = `${namespace}+${short}`
    const issue = nameIssue(short)
    if (issue) throw invalidRequest(`The name for the robot '${short}' is invalid: ${issue}`)
    if (call.ground.robots.has(name)) throw invalidRequest(`Existing robot with name: ${name}`)
    if (name.length > 255) throw message('value too long for type character varying(255)\n')
    const metadata = body.unstructured_metadata ?? null
    const row: RobotRow = {
      name,
      description: body.description ?? '',
      created: call.now,
      metadata,
      token: call.secret(64),
    }
    call.ground.robots.set(name, row)
    call.log('create_robot', {
      robot: short,
      description: body.description ?? null,
      unstructured_metadata: metadata,
    })
    return created({ ...robotView(row), token: row.token, unstructured_metadata: metadata })
  }

/** A mirror holds its robot, also a deleted repository's until the garbage collector has run (data/model/user.py:609). */
const isHeld = (call: Call, robot: string): boolean =>
  call.ground.lockedRobots.has(robot) ||
  [...call.ground.repositories.values()].some((row) => row.mirrorRobot === robot)

const remove =
  (owner: Owner) =>
  (call: Call): Answer => {
    const { name } = robotOf(call, owner)
    if (isHeld(call, name)) throw invalidRequest('Robot is being used by a mirror')
    call.deleted(name)
    call.log('delete_robot', { robot: call.params.short })
    return noContent()
  }

const regenerate =
  (owner: Owner) =>
  (call: Call): Answer => {
    const row = robotOf(call, owner)
    row.token = call.secret(64)
    call.log('regenerate_robot_token', { robot: call.params.short })
    return ok({ ...robotView(row), token: row.token })
  }

/** Without the scope `user:admin` an API refusal, without the right to manage the framework's (endpoints/api/robot.py, OrgRobotPermissions). */
const permissions =
  (owner: Owner) =>
  (call: Call): Answer => {
    call.require(call.caller.user !== null && call.caller.scope('user:admin'))
    if (!owner.mayManage(call)) throw message(frameworkTexts.forbidden, 403)
    const { name } = robotOf(call, owner)
    return ok({
      permissions: grantsOf(call, name).map((row) => ({
        repository: { name: row.name, is_public: row.public },
        role: row.userGrants.get(name),
      })),
    })
  }

const routes = (owner: Owner): readonly Route[] => [
  { operation: `GET ${owner.prefix}`, handle: list(owner) },
  { operation: `GET ${owner.prefix}/{short}`, handle: get(owner) },
  { operation: `PUT ${owner.prefix}/{short}`, body: { CreateRobot: createRobot }, handle: create(owner) },
  { operation: `DELETE ${owner.prefix}/{short}`, handle: remove(owner) },
  { operation: `POST ${owner.prefix}/{short}/regenerate`, handle: regenerate(owner) },
  { operation: `GET ${owner.prefix}/{short}/permissions`, handle: permissions(owner) },
  ...federationRoutes(owner),
]

/** Quay's robots, of organizations and of the calling user. */
export const emulator: EmulatorModule = { routes: [...routes(organizationOwner), ...routes(userOwner)] }

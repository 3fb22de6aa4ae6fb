import { message } from '../../model/answers.ts'
import type { Call, Release, RobotRow } from '../../model/emulation.ts'

/** Where robots hang: below an organization, or below the calling user. */
export interface Owner {
  readonly prefix: string
  /** The namespace, when the caller may list its robots; refuses otherwise. */
  list(call: Call): string
  /** The namespace, when the caller may do the rest; refuses otherwise. */
  manage(call: Call): string
  /** Whether the caller may manage these robots. */
  mayManage(call: Call): boolean
  /** Whether the list shows the caller tokens. */
  seesTokens(call: Call): boolean
  /** The release that brought federation. */
  readonly federated: Release
}

/** The list takes any namespace, for its members; the rest wants an organization that is there (endpoints/api/robot.py:222). */
export const organizationOwner: Owner = {
  prefix: '/organization/{org}/robots',
  list(call) {
    call.require(call.role(call.params.org ?? '') !== null)
    return call.params.org ?? ''
  },
  manage(call) {
    const row = call.findOrganization('admin')
    if (!row) throw message(`Organization does not exist: ${call.params.org}`)
    return row.name
  },
  mayManage: (call) => call.role(call.params.org ?? '') === 'admin',
  /** Up to 3.15 not those who only pass as superusers. */
  seesTokens({ since, role, ownRole, params }) {
    return (since('3.16') ? role : ownRole)(params.org ?? '') === 'admin'
  },
  federated: '3.13',
}

const self = (call: Call): string => {
  call.require(call.caller.user !== null && call.caller.scope('user:admin'))
  return call.caller.user ?? ''
}
/** Both with the scope `user:admin`. */
export const userOwner: Owner = {
  prefix: '/user/robots',
  list: self,
  manage: self,
  mayManage: () => true,
  seesTokens: () => true,
  federated: '3.18',
}

/** The robot of the path; a missing one is a 400 of the data layer, never a 404 (data/model/user.py:469). */
export function robotOf(call: Call, owner: Owner): RobotRow {
  const row = call.ground.robots.get(`${owner.manage(call)}+${call.params.short ?? ''}`)
  if (!row) throw message('Could not find robot with specified username')
  return row
}

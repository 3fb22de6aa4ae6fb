import { application } from './application/index.ts'
import { autoPrunePolicy } from './auto_prune_policy/index.ts'
import { defaultPermission } from './default_permission/index.ts'
import { grant } from './grant/index.ts'
import { immutabilityPolicy } from './immutability_policy/index.ts'
import { message } from './message/index.ts'
import { mirror } from './mirror/index.ts'
import type { ResourceModule } from './module.ts'
import { namespace } from './namespace/index.ts'
import { notification } from './notification/index.ts'
import { organization } from './organization/index.ts'
import { organizationMirror } from './organization_mirror/index.ts'
import { permission } from './permission/index.ts'
import { proxyCache } from './proxy_cache/index.ts'
import { quota } from './quota/index.ts'
import { repository } from './repository/index.ts'
import { robot } from './robot/index.ts'
import { team } from './team/index.ts'
import { user } from './user/index.ts'

/** Every resource type, one line each; its order means nothing. */
export const modules: readonly ResourceModule[] = [
  { type: organization, emulator: () => import('./organization/emulator.ts') },
  { type: namespace, emulator: () => import('./namespace/emulator.ts') },
  { type: robot, emulator: () => import('./robot/emulator.ts') },
  { type: quota, emulator: () => import('./quota/emulator.ts') },
  { type: repository, emulator: () => import('./repository/emulator.ts') },
  { emulator: () => import('./build/emulator.ts') },
  { type: mirror, emulator: () => import('./mirror/emulator.ts') },
  { type: team, emulator: () => import('./team/emulator.ts') },
  { type: permission, emulator: () => import('./permission/emulator.ts') },
  { type: grant, emulator: () => import('./grant/emulator.ts') },
  { type: notification, emulator: () => import('./notification/emulator.ts') },
  { type: autoPrunePolicy, emulator: () => import('./auto_prune_policy/emulator.ts') },
  { type: immutabilityPolicy, emulator: () => import('./immutability_policy/emulator.ts') },
  { type: defaultPermission, emulator: () => import('./default_permission/emulator.ts') },
  { type: proxyCache, emulator: () => import('./proxy_cache/emulator.ts') },
  { type: application, emulator: () => import('./application/emulator.ts') },
  { type: user, emulator: () => import('./user/emulator.ts') },
  { type: message, emulator: () => import('./message/emulator.ts') },
  { type: organizationMirror, emulator: () => import('./organization_mirror/emulator.ts') },
]

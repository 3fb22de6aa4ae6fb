import { grant } from './grant/index.ts'
import { mirror } from './mirror/index.ts'
import type { ResourceModule } from './module.ts'
import { namespace } from './namespace/index.ts'
import { organization } from './organization/index.ts'
import { permission } from './permission/index.ts'
import { quota } from './quota/index.ts'
import { repository } from './repository/index.ts'
import { robot } from './robot/index.ts'

/** Every resource type, one line each; its order means nothing. */
export const modules: readonly ResourceModule[] = [
  { type: organization, emulator: () => import('./organization/emulator.ts') },
  { type: namespace, emulator: () => import('./namespace/emulator.ts') },
  { type: robot, emulator: () => import('./robot/emulator.ts') },
  { type: quota, emulator: () => import('./quota/emulator.ts') },
  { type: repository, emulator: () => import('./repository/emulator.ts') },
  { type: mirror, emulator: () => import('./mirror/emulator.ts') },
  { emulator: () => import('./team/emulator.ts') },
  { type: permission, emulator: () => import('./permission/emulator.ts') },
  { type: grant, emulator: () => import('./grant/emulator.ts') },
  { emulator: () => import('./notification/emulator.ts') },
  { emulator: () => import('./auto_prune_policy/emulator.ts') },
  { emulator: () => import('./immutability_policy/emulator.ts') },
  { emulator: () => import('./default_permission/emulator.ts') },
  { emulator: () => import('./proxy_cache/emulator.ts') },
  { emulator: () => import('./application/emulator.ts') },
  { emulator: () => import('./organization_mirror/emulator.ts') },
]

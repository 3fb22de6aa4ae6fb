import type { Authentication, EmulatorModule, Ground, Since, Tables } from '../model/emulation.ts'
import type { Random } from './chance.ts'
import type { Features } from './features.ts'
import type { Accounts } from './ground.ts'
import type { Entry } from './router.ts'

/** All that an emulated Quay knows. */
export interface State {
  readonly ground: Ground
  readonly tables: Tables
  readonly tokens: Accounts['tokens']
  readonly modules: readonly EmulatorModule[]
  readonly routes: readonly Entry[]
  readonly features: Features
  readonly since: Since
  readonly authentication: Authentication
  /** Refuses every write. */
  readonly readOnly: boolean
  readonly now: () => Date
  readonly random: Random
  /** The last number given out; numbers count over the whole server. */
  lastId: number
  /** The same of the action log's entries. */
  lastLog: number
}

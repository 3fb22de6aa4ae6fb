import type { Authentication, EmulatorModule, Ground } from '../model/emulation.ts'
import { accountsModules } from './accounts.ts'
import type { Random } from './chance.ts'
import { dispatch } from './dispatch.ts'
import { featuresOf, type Profile } from './features.ts'
import { type Accounts, newGround } from './ground.ts'
import { collect } from './removal.ts'
import {
  type EmulatedRequest,
  type Fault,
  type Mishap,
  type Outcome,
  splitTarget,
  type Trouble,
} from './request.ts'
import { table } from './router.ts'
import { siteModule } from './site.ts'
import type { State } from './state.ts'
import { sinceOf, type Version } from './versions.ts'

/** One request and what became of it; no status where there was no answer. */
export interface Exchange {
  readonly method: string
  /** Decoded, without the query. */
  readonly path: string
  readonly query: string
  readonly status: number | null
  readonly user: string | null
}

export interface EmulatorOptions {
  /** Quay's side of each resource type. */
  readonly modules: readonly EmulatorModule[]
  readonly accounts: Accounts
  readonly profile: Profile
  /** Which Quay; the latest unless said otherwise. */
  readonly version?: Version
  /** Where users come from; the server's own database unless said otherwise. */
  readonly authentication?: Authentication
  /** Refuses every write. */
  readonly readOnly?: boolean
  /** Is it in its mode of account recovery? */
  readonly accountRecovery?: boolean
  /** Flags that differ from the profile's, without `FEATURE_`. */
  readonly features?: Readonly<Record<string, boolean>>
  /** What `/config` and the superuser's dump say on top of the defaults. */
  readonly config?: Readonly<Record<string, unknown>>
  readonly now?: () => Date
  readonly random?: Random
  /** Sees each exchange once it is over. */
  readonly observe?: (exchange: Exchange) => void
  /** What goes wrong with a request. */
  readonly faults?: (request: EmulatedRequest) => Fault | undefined
  /** How many milliseconds a request waits to be served, as in `cost.ts`. */
  readonly cost?: (request: EmulatedRequest) => number
}

/** A Quay in this process. */
export interface Emulator {
  readonly ground: Ground
  handle(request: EmulatedRequest): Outcome
  feature(name: string): boolean
  /** The time by its own clock. */
  now(): Date
  /** Frees deleted names and the robots of deleted repositories' mirrors. */
  collectGarbage(): void
  /** Quay's workers have one turn, at the emulator's time: mirrors go on. */
  tick(): void
}

/** Server settings; a deployment's own go on top. */
const defaults = (accounts: Accounts, authentication: Authentication): Record<string, unknown> => ({
  AUTHENTICATION_TYPE: authentication,
  REGISTRY_TITLE: 'Project Quay',
  REGISTRY_TITLE_SHORT: 'Project Quay',
  TAG_EXPIRATION_OPTIONS: ['0s', '1d', '1w', '2w', '4w'],
  SUPER_USERS: Object.keys(accounts.users).filter((name) => accounts.users[name]?.superuser),
})

function newState(options: EmulatorOptions): State {
  const {
    version = 'latest',
    authentication = 'Database',
    readOnly = false,
    accountRecovery = false,
  } = options
  const since = sinceOf(version)
  const features = featuresOf(options.profile, options.features ?? {}, since)
  const entries: State['routes'][number][] = []
  const config = { ...defaults(options.accounts, authentication), ...options.config }
  const site = siteModule({ routes: entries, features: features.shown, config, readOnly, accountRecovery })
  const modules = [...accountsModules, site, ...options.modules]
  entries.push(
    ...table(
      modules.flatMap((module) => module.routes),
      features.on,
      since,
    ),
  )
  return {
    ground: newGround(options.accounts),
    tables: new Map(),
    tokens: options.accounts.tokens,
    modules,
    routes: entries,
    features,
    since,
    authentication,
    readOnly,
    now: options.now ?? (() => new Date()),
    random: options.random ?? Math.random,
    lastId: 0,
    lastLog: 0,
  }
}

const trouble = (what: Trouble, handled: () => Outcome): Outcome => {
  if (typeof what !== 'string') return { answer: what }
  if (what !== 'truncate') return what
  const outcome = handled()
  return typeof outcome === 'string' ? outcome : { ...outcome, truncated: true }
}

function suffer({ after, delay, fault }: Mishap, handle: () => Outcome): Outcome {
  const early = after ? handle() : undefined
  const handled = (): Outcome => early ?? handle()
  const outcome = fault === undefined ? handled() : trouble(fault, handled)
  return typeof outcome === 'string' || delay === undefined ? outcome : { ...outcome, delay }
}

const later = (outcome: Outcome, milliseconds = 0): Outcome =>
  typeof outcome === 'string' || milliseconds === 0
    ? outcome
    : { ...outcome, delay: (outcome.delay ?? 0) + milliseconds }

/** An emulated Quay with these users and these types. */
export function createEmulator(options: EmulatorOptions): Emulator {
  const state = newState(options)

  const run = (request: EmulatedRequest, seen: { user: string | null }): Outcome => {
    const handle = (): Outcome => {
      const { answer, user } = dispatch(state, request)
      seen.user = user
      return { answer }
    }
    const fault = options.faults?.(request)
    if (fault === undefined) return handle()
    return suffer(typeof fault === 'string' || 'status' in fault ? { fault } : fault, handle)
  }

  return {
    ground: state.ground,
    handle(request) {
      const seen: { user: string | null } = { user: null }
      const outcome = later(run(request, seen), options.cost?.(request))
      const { path, query } = splitTarget(request.target)
      const status = typeof outcome === 'string' ? null : outcome.answer.status
      options.observe?.({ method: request.method, path, query, status, ...seen })
      return outcome
    },
    feature: state.features.on,
    now: state.now,
    collectGarbage: () => collect(state),
    tick() {
      for (const module of state.modules) module.tick?.(state.ground, state.tables, state.now(), state.since)
    },
  }
}

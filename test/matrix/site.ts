import { readServer } from '../../src/cli/server.ts'
import { randomFrom } from '../../src/emulator/chance.ts'
import { createEmulator, type Emulator, type EmulatorOptions } from '../../src/emulator/emulator.ts'
import { type ApplyOptions, apply } from '../../src/engine/apply.ts'
import { type Configuration, type PlanOptions, planConfiguration } from '../../src/engine/pipeline.ts'
import type { Step } from '../../src/engine/plan.ts'
import { resolveSecrets } from '../../src/engine/secrets.ts'
import type { Live, Outcome } from '../../src/model/change.ts'
import type { Quay } from '../../src/model/resource.ts'
import type { Server } from '../../src/model/server.ts'
import { type Client, type ClientOptions, createClient } from '../../src/quay/client.ts'
import type { Message } from '../../src/quay/connection.ts'
import { modules } from '../../src/resources/registry.ts'
import { type Loss, lineTo, type VirtualClock, virtualClock } from '../line.ts'
import { configure, lines, planning, readSecret, registry, TOKEN, wordsOf } from '../world.ts'

export type Faults = NonNullable<EmulatorOptions['faults']>
export type Request = Parameters<Faults>[0]

const parts = await Promise.all(modules.map(async (module) => (await module.emulator()).emulator))
/** `npm run matrix`: also what takes long. */
export const isFull = process.env.MODE === 'full'

const START = new Date('2026-11-21T10:00:00Z')
const ALL = 'org:admin repo:admin repo:create repo:read repo:write super:user user:admin user:read'

export const lineOf = ({ method, target }: Pick<Request, 'method' | 'target'>): string =>
  `${method} ${target.replace('/api/v1', '')}`

/** A run of the program as far as it is made of promises: one client, one plan, one apply. */
export interface Session {
  readonly client: Client
  readonly server: Server
  /** What writes use. */
  readonly quay: Quay
  plan(configuration: Configuration, options?: Partial<PlanOptions>): Promise<Prepared>
  apply(prepared: Prepared, options?: Partial<ApplyOptions>): Promise<ReadonlyMap<string, Outcome>>
}

export interface Prepared {
  readonly steps: readonly Step[]
  readonly live: ReadonlyMap<string, Live>
}

export interface SiteOptions {
  readonly seed?: number
  readonly emulator?: Partial<EmulatorOptions>
}

/** An emulated Quay without a network, on a clock of its own. */
export class Site {
  readonly emulator: Emulator
  readonly clock: VirtualClock
  /** What goes wrong; nothing unless it is set. */
  faults: Faults = () => undefined
  /** Told of every request before it is handled. */
  heard: (request: Request) => void = () => {}
  latency: () => number = () => 0
  /** Is who begins to talk to it now gone by then? */
  isDead: () => boolean = () => false
  answered: (message: Message, text: string) => void = () => {}
  /** What is lost on its way. */
  cut: (request: { readonly method: string; readonly path: string }) => Loss | undefined = () => undefined

  constructor({ seed = 1, emulator = {} }: SiteOptions = {}) {
    this.clock = virtualClock(START, randomFrom(seed))
    this.emulator = createEmulator({
      modules: parts,
      accounts: {
        users: { admin: { superuser: true }, mallory: {} },
        tokens: { [TOKEN]: { user: 'admin', scopes: ALL } },
      },
      profile: 'full',
      features: { SPARSE_INDEX: true },
      now: () => START,
      random: randomFrom(seed),
      faults: (request) => {
        this.heard(request)
        return this.faults(request)
      },
      ...emulator,
    })
  }

  /** What nobody but the emulator sees. */
  send({ method, target, body, headers }: Request): void {
    this.emulator.handle({ method, target, body, headers })
  }

  /** `known`: what this Quay is, where that was asked before. */
  async session(options: Partial<ClientOptions> = {}, known?: Server): Promise<Session> {
    const { clock, emulator, isDead } = this
    const connection = lineTo(emulator, {
      clock,
      latency: () => this.latency(),
      isDead,
      answered: (message, text) => this.answered(message, text),
      cut: (message) => this.cut(message),
    })
    const url = 'https://quay.test'
    const client = createClient({ url, version: '0.0.0', token: TOKEN, connection, clock, ...options })
    const server = known ?? (await readServer(url, client))
    let passwords = 0
    const quay: Quay = {
      api: client,
      server,
      now: () => START,
      sleep: (milliseconds: number) => clock.sleep(milliseconds),
      newPassword: () => `A-NEW-PASSWORD-${++passwords}`,
    }
    return {
      client,
      server,
      quay,
      async plan(configuration, more) {
        const planned = await planConfiguration(configuration, registry, client, server, {
          ...planning,
          ...more,
        })
        if (planned.errors) throw new Error(lines(planned.errors).join('\n'))
        return planned
      },
      async apply({ steps, live }, more) {
        const changes = steps.map(({ change }) => change)
        const { secrets } = await resolveSecrets(changes, registry, readSecret)
        const { signal } = new AbortController()
        return apply(steps, registry, quay, {
          secrets,
          live,
          signal,
          failFast: false,
          credentials: true,
          report: () => {},
          ...more,
        })
      },
    }
  }

  /** Plans and applies; fails unless every step is done. */
  async converge(configuration: Configuration, options: Partial<PlanOptions> = {}): Promise<void> {
    const session = await this.session()
    const outcomes = await session.apply(await session.plan(configuration, options))
    const bad = [...outcomes].filter(([, { status }]) => status !== 'done')
    if (bad.length > 0)
      throw new Error(bad.map(([address, outcome]) => `${address} ${wordsOf(outcome)}`).join('\n'))
  }
}

/** `action address` of what is to be done. */
export const actionsOf = ({ steps }: Prepared): readonly string[] =>
  steps.map(({ change: { action, address } }) => `${action} ${address.text}`)

export const documents = (files: Parameters<typeof configure>[0]): Configuration => {
  const configuration = configure(files)
  const errors = configuration.diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new Error(lines(errors).join('\n'))
  return configuration
}

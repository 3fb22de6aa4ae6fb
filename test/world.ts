import { setImmediate, setTimeout } from 'node:timers/promises'
import { readServer } from '../src/cli/server.ts'
import {
  createEmulator,
  type Emulator,
  type EmulatorOptions,
  type Exchange,
} from '../src/emulator/emulator.ts'
import { type Served, serve } from '../src/emulator/server.ts'
import { type ApplyOptions, apply } from '../src/engine/apply.ts'
import type { SourceFile } from '../src/engine/load.ts'
import {
  type Configuration,
  type PlanOptions,
  planConfiguration,
  readConfiguration,
} from '../src/engine/pipeline.ts'
import type { Step } from '../src/engine/plan.ts'
import { planText, readPlan } from '../src/engine/planfile.ts'
import { stepsOf } from '../src/engine/planfile-steps.ts'
import { withTexts } from '../src/engine/planfile-texts.ts'
import { resolveSecrets } from '../src/engine/secrets.ts'
import type { Selection } from '../src/engine/select.ts'
import type { Validator } from '../src/engine/validate.ts'
import type { Live, Outcome } from '../src/model/change.ts'
import { type Diagnostic, hasErrors } from '../src/model/diagnostics.ts'
import type { EmulatorModule } from '../src/model/emulation.ts'
import type { Plan } from '../src/model/plan.ts'
import type { Quay, Registry } from '../src/model/resource.ts'
import type { Server } from '../src/model/server.ts'
import { type Client, createClient } from '../src/quay/client.ts'
import type { Connection } from '../src/quay/connection.ts'
import { modules } from '../src/resources/registry.ts'
import { lineTo } from './line.ts'

/** Every resource type, as the program knows them. */
export const registry: Registry = new Map(
  modules.flatMap(({ type }) => (type ? [[type.name, type] as const] : [])),
)

/** The validators that ship. */
export const validators: Readonly<Record<string, Validator>> = await import(
  new URL('../dist/validators.js', import.meta.url).href
)

/** Texts by file name, or the text of the only file. */
export type Files = string | Readonly<Record<string, string>>

const sourceFiles = (files: Files): readonly SourceFile[] =>
  Object.entries(typeof files === 'string' ? { 'quay.yaml': files } : files).map(([file, text]) => ({
    file,
    text,
    named: true,
  }))

const configured = new Map<string, Configuration>()

/** What `validate` says of files. The same files are read again and again, so the latest are kept. */
export function configure(files: Files): Configuration {
  const key = JSON.stringify(files)
  const found = configured.get(key) ?? readConfiguration(sourceFiles(files), registry, validators)
  configured.delete(key)
  configured.set(key, found)
  for (const oldest of configured.keys()) if (configured.size > 16) configured.delete(oldest)
  return found
}

/** `code line:column message` */
export const lines = (diagnostics: readonly Diagnostic[]): readonly string[] =>
  diagnostics.map(({ code, at, message }) => `${code} ${at ? `${at.line}:${at.column}` : '-'} ${message}`)

export const everything: Selection = { organizations: [], targets: [], excludes: [] }

/** A plan of all, on the day on which every test begins. */
export const planning: PlanOptions = {
  selection: everything,
  replace: [],
  today: '2026-11-21',
  version: '0.0.0',
  sandbox: false,
  partial: new Set(),
}

/** A plan that an apply can carry out. */
export interface ReadyPlan {
  readonly plan: Plan
  readonly steps: readonly Step[]
  readonly live: ReadonlyMap<string, Live>
  readonly server: Server
  /** What was sent while planning. */
  readonly sent: readonly Exchange[]
}

export interface Applied {
  readonly outcomes: ReadonlyMap<string, Outcome>
  /** What was sent while applying. */
  readonly sent: readonly Exchange[]
}

/** How to apply, where not as usual. */
type Applying = Partial<ApplyOptions> & Pick<Quay, 'cancelSync'>

export interface World {
  readonly emulator: Emulator
  /** Every request so far. */
  readonly sent: readonly Exchange[]
  /** Where it listens. */
  readonly url: string
  /** What carries a client's requests; the network without. */
  readonly connection: Connection | undefined
  /** The time on both sides; may be moved. */
  now: Date
  /** Plans; fails on errors in the files or in what the server offers. */
  plan(files: Files, options?: Partial<PlanOptions>): Promise<ReadyPlan>
  /** Plans of several sets of files for the same state of Quay, which is read once. */
  plans(all: readonly Files[], options?: Partial<PlanOptions>): Promise<readonly ReadyPlan[]>
  /** What the server cannot do of files. */
  refusals(files: Files): Promise<readonly Diagnostic[]>
  apply(ready: ReadyPlan, options?: Applying): Promise<Applied>
  /** The same by way of a file, as `apply PLAN` does it. */
  applySaved(ready: ReadyPlan, files: Files): Promise<Applied>
  /** Plans and applies; fails unless every step is done. */
  converge(files: Files, options?: Partial<PlanOptions>): Promise<ReadyPlan>
  /** A call of Quay's API, as somebody else would make it. */
  call(
    method: string,
    path: string,
    body?: unknown,
    token?: string,
  ): Promise<{ readonly status: number; readonly body: unknown }>
  /** A client that remembers nothing yet, and what the server says of itself. */
  session<T>(use: (client: Client, server: Server) => Promise<T>, token?: string): Promise<T>
}

export const TOKEN = 'TESTTOKEN'
const scopes = 'org:admin repo:admin repo:create repo:read repo:write super:user user:admin user:read'

export interface WorldOptions {
  readonly features?: Readonly<Record<string, boolean>>
  readonly token?: string
  readonly faults?: EmulatorOptions['faults']
  readonly version?: EmulatorOptions['version']
  readonly authentication?: EmulatorOptions['authentication']
  readonly readOnly?: boolean
  /** More users, and tokens by their text. */
  readonly accounts?: Partial<EmulatorOptions['accounts']>
  /** Requests go over the loopback port. */
  readonly network?: boolean
  /** What it is called, instead of by a loopback port: then nothing listens. */
  readonly url?: string
  readonly random?: EmulatorOptions['random']
}

let parts: Promise<readonly EmulatorModule[]> | undefined
/** Loaded once, by the first world: a test that needs none must not end while it loads. */
const emulators = () => {
  parts ??= Promise.all(modules.map(async (module) => (await module.emulator()).emulator))
  return parts
}

/** An emulated Quay, and the program's way to it: in memory, unless the network is asked for. */
export async function withWorld<T>(
  use: (world: World) => Promise<T>,
  options: WorldOptions = {},
): Promise<T> {
  const seen: Exchange[] = []
  const clock = { now: new Date('2026-11-21T10:00:00Z') }
  const emulator = newEmulator(await emulators(), seen, clock, options)
  const { url } = options
  const served = url === undefined ? await serve(emulator) : { url, close: async () => {} }
  try {
    return await use(newWorld(emulator, served, seen, clock, options))
  } finally {
    await served.close()
  }
}

/** The program's way to an emulated Quay that listens already. */
export const worldAt = (emulator: Emulator, url: string): World =>
  newWorld(emulator, { url }, [], { now: new Date() }, { network: true })

function newEmulator(
  parts: readonly EmulatorModule[],
  seen: Exchange[],
  clock: { readonly now: Date },
  { features, faults, version, authentication, readOnly, accounts, random }: WorldOptions,
): Emulator {
  return createEmulator({
    modules: parts,
    accounts: {
      users: { admin: { superuser: true }, mallory: {}, ...accounts?.users },
      tokens: {
        [TOKEN]: { user: 'admin', scopes },
        PLAIN: { user: 'mallory', scopes },
        DEAD: { user: 'admin', scopes, expired: true },
        ...accounts?.tokens,
      },
    },
    profile: 'full',
    features: { SPARSE_INDEX: true, ...features },
    now: () => clock.now,
    observe: (exchange) => seen.push(exchange),
    ...(faults && { faults }),
    ...(version && { version }),
    ...(authentication && { authentication }),
    ...(readOnly && { readOnly }),
    ...(random && { random }),
  })
}

const realTime = { sleep: (milliseconds: number) => setTimeout(milliseconds) }

/** What a write may use besides Quay, where no time goes by. */
export const unhurried = { sleep: async () => {}, newPassword: () => 'A-NEW-PASSWORD' }

/** Secrets are what they are called. */
export const readSecret = async (reference: { readonly from_env?: string; readonly from_file?: string }) => ({
  value: `https://secret.example.com/${reference.from_env ?? reference.from_file}`,
})

function newWorld(
  emulator: Emulator,
  { url }: Pick<Served, 'url'>,
  seen: Exchange[],
  clock: { now: Date },
  { token = TOKEN, network = false }: WorldOptions,
): World {
  const memory = lineTo(emulator, { host: new URL(url).host, clock: realTime, breathe: setImmediate })
  const connection = network ? undefined : memory
  const connected = async <T>(use: (client: Client) => Promise<T>, as = token): Promise<T> => {
    const client = createClient({ url, connection, version: '0.0.0', token: as, attempts: 1 })
    try {
      return await use(client)
    } finally {
      await client.close()
    }
  }
  const session: World['session'] = (use, as) =>
    connected(async (client) => use(client, await readServer(url, client)), as)
  const planned = (
    client: Client,
    server: Server,
    configuration: Configuration,
    options: Partial<PlanOptions>,
  ) =>
    planConfiguration(configuration, registry, client, server, {
      ...planning,
      today: clock.now.toISOString().slice(0, 10),
      now: clock.now,
      ...options,
    })
  const applied = async (
    steps: readonly Step[],
    live: ReadonlyMap<string, Live>,
    server: Server,
    { cancelSync, ...options }: Applying = {},
  ): Promise<Applied> => {
    const { secrets } = await resolveSecrets(
      steps.map(({ change }) => change),
      registry,
      readSecret,
    )
    const from = seen.length
    const outcomes = await connected((client) =>
      apply(
        steps,
        registry,
        { ...unhurried, api: client, server, now: () => clock.now, ...(cancelSync && { cancelSync }) },
        {
          secrets,
          live,
          failFast: false,
          signal: new AbortController().signal,
          report: () => {},
          ...options,
        },
      ),
    )
    return { outcomes, sent: seen.slice(from) }
  }
  const world: World = {
    emulator,
    sent: seen,
    url,
    connection,
    session,
    get now() {
      return clock.now
    },
    set now(date) {
      clock.now = date
    },
    async plan(files, options) {
      const [ready] = await world.plans([files], options)
      if (!ready) throw new Error('no plan')
      return ready
    },
    async plans(all, options = {}) {
      const configurations = all.map(valid)
      const from = seen.length
      return session(async (client, server) => {
        const made: ReadyPlan[] = []
        for (const configuration of configurations) {
          const result = await planned(client, server, configuration, options)
          if (result.errors) throw new Error(lines(result.errors).join('\n'))
          made.push({ ...result, server, sent: seen.slice(from) })
        }
        return made
      })
    },
    async refusals(files) {
      const result = await session((client, server) => planned(client, server, configure(files), {}))
      return result.errors ?? []
    },
    apply: ({ steps, live, server }, options) => applied(steps, live, server, options),
    applySaved: ({ plan, server }, files) =>
      applied(reloaded(plan, files), new Map(), server, { recheck: { user: plan.server.user ?? null } }),
    async converge(files, options) {
      const ready = await world.plan(files, options)
      const { outcomes } = await world.apply(ready)
      const bad = [...outcomes].filter(([, { status }]) => status !== 'done')
      if (bad.length > 0)
        throw new Error(bad.map(([address, outcome]) => `${address} ${wordsOf(outcome)}`).join('\n'))
      return ready
    },
    async call(method, path, body, as = token) {
      const { status, text } = await memory.exchange({
        method,
        path: `/api/v1${path}`,
        headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      })
      if (status === 308) return world.call(method, `${path}/`, body, as)
      return { status, body: text.startsWith('{') ? JSON.parse(text) : text }
    },
  }
  return world
}

/** The servers that there are: one takes what another refuses. */
const servers: readonly WorldOptions[] = [
  {},
  { features: { MAILING: true } },
  ...(['LDAP', 'OIDC', 'Keystone'] as const).map((authentication) => ({ authentication })),
]

/** A world in which a document is taken, the first there is. */
export async function inWorld(document: string, use: (world: World) => Promise<void>): Promise<void> {
  const refusals: string[] = []
  for (const options of servers) {
    const taken = await withWorld(async (world) => {
      const errors = await world.refusals(document)
      refusals.push(...errors.map(({ message }) => message))
      if (errors.length > 0) return false
      await use(world)
      return true
    }, options)
    if (taken) return
  }
  throw new Error(`no server takes it: ${refusals.join('; ')}`)
}

/** Is it a plan that the published schema describes? */
export const isPlan: Validator = (await import(new URL('../dist/validator-plan.js', import.meta.url).href))
  .default

/** The steps of a plan that went through a file; `files` are those that it was made of. */
export function reloaded(plan: Plan, files: Files): readonly Step[] {
  const steps = stepsOf(readPlan(planText(plan), 'plan.json', isPlan), registry, 'plan.json')
  return withTexts(steps, configure(files).expanded.desired, registry)
}

function valid(files: Files): Configuration {
  const configuration = configure(files)
  if (hasErrors(configuration.diagnostics)) throw new Error(lines(configuration.diagnostics).join('\n'))
  return configuration
}

/** Somebody pushes tags, of a GiB each. */
export function push({ emulator, now }: World, repository: string, ...names: readonly string[]): void {
  const row = emulator.ground.repositories.get(repository)
  if (!row) throw new Error(`no repository ${repository}`)
  const tag = { digest: 'sha256:0', size: 2 ** 30, start: now.getTime() / 1000 }
  row.tags = new Map([...(row.tags ?? []), ...names.map((name) => [name, { ...tag }] as const)])
}

/** How a step ended, in one line. */
export const wordsOf = (outcome: Outcome): string =>
  'error' in outcome
    ? `${outcome.status}: ${outcome.error.message}`
    : outcome.status === 'skipped'
      ? `skipped: ${outcome.because}`
      : outcome.status

export const isWrite = ({ method }: Exchange): boolean => method !== 'GET'

/** `METHOD path` of what was written. */
export const writesOf = (sent: readonly Exchange[]): readonly string[] =>
  sent.filter(isWrite).map(({ method, path }) => `${method} ${path.replace('/api/v1', '')}`)

/** `action address` of a plan's changes. */
export const actionsOf = ({ plan }: Pick<ReadyPlan, 'plan'>): readonly string[] =>
  plan.changes.map(({ action, address }) => `${action} ${address}`)

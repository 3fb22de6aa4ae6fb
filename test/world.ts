import { Ajv } from 'ajv'
import { readServer } from '../src/cli/server.ts'
import {
  createEmulator,
  type Emulator,
  type EmulatorOptions,
  type Exchange,
} from '../src/emulator/emulator.ts'
import { type Served, serve } from '../src/emulator/server.ts'
import { apply } from '../src/engine/apply.ts'
import { documentKinds, publishedSchema, SCHEMA_ID } from '../src/engine/jsonschema.ts'
import type { SourceFile } from '../src/engine/load.ts'
import {
  type Configuration,
  type PlanOptions,
  planConfiguration,
  readConfiguration,
} from '../src/engine/pipeline.ts'
import type { Step } from '../src/engine/plan.ts'
import { resolveSecrets } from '../src/engine/secrets.ts'
import type { Selection } from '../src/engine/select.ts'
import type { Validator } from '../src/engine/validate.ts'
import type { Live, Outcome } from '../src/model/change.ts'
import { type Diagnostic, hasErrors } from '../src/model/diagnostics.ts'
import type { EmulatorModule } from '../src/model/emulation.ts'
import type { Plan } from '../src/model/plan.ts'
import type { Registry } from '../src/model/resource.ts'
import type { Server } from '../src/model/server.ts'
import { type Client, createClient } from '../src/quay/client.ts'
import { modules } from '../src/resources/registry.ts'

/** Every resource type, as the program knows them. */
export const registry: Registry = new Map(
  modules.flatMap(({ type }) => (type ? [[type.name, type] as const] : [])),
)

const ajv = new Ajv({ allErrors: true, verbose: true, allowUnionTypes: true, strict: false })

/** The validators that the build generates, compiled here. */
export const validators: Readonly<Record<string, Validator>> = compile()

function compile(): Readonly<Record<string, Validator>> {
  ajv.addSchema(publishedSchema(registry))
  return Object.fromEntries(
    documentKinds(registry).flatMap((kind) => {
      const validator = ajv.getSchema<unknown>(`${SCHEMA_ID}#/definitions/${kind}`)
      return validator ? [[kind, validator as Validator]] : []
    }),
  )
}

/** Texts by file name, or the text of the only file. */
export type Files = string | Readonly<Record<string, string>>

const sourceFiles = (files: Files): readonly SourceFile[] =>
  Object.entries(typeof files === 'string' ? { 'quay.yaml': files } : files).map(([file, text]) => ({
    file,
    text,
    named: true,
  }))

/** What `validate` says of files. */
export const configure = (files: Files): Configuration =>
  readConfiguration(sourceFiles(files), registry, validators)

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

export interface World {
  readonly emulator: Emulator
  /** Every request so far. */
  readonly sent: readonly Exchange[]
  readonly url: string
  /** The time on both sides; may be moved. */
  now: Date
  /** Plans; fails on errors in the files or in what the server offers. */
  plan(files: Files, options?: Partial<PlanOptions>): Promise<ReadyPlan>
  /** Plans of several sets of files for the same state of Quay, which is read once. */
  plans(all: readonly Files[], options?: Partial<PlanOptions>): Promise<readonly ReadyPlan[]>
  /** What the server cannot do of files. */
  refusals(files: Files): Promise<readonly Diagnostic[]>
  apply(ready: ReadyPlan): Promise<Applied>
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
}

const emulators = () => Promise.all(modules.map(async (module) => (await module.emulator()).emulator))

/** An emulated Quay on a loopback port, and the program's way to it. */
export async function withWorld<T>(
  use: (world: World) => Promise<T>,
  options: WorldOptions = {},
): Promise<T> {
  const seen: Exchange[] = []
  const clock = { now: new Date('2026-11-21T10:00:00Z') }
  const emulator = newEmulator(await emulators(), seen, clock, options)
  const served = await serve(emulator)
  try {
    return await use(newWorld(emulator, served, seen, clock, options.token ?? TOKEN))
  } finally {
    await served.close()
  }
}

function newEmulator(
  parts: readonly EmulatorModule[],
  seen: Exchange[],
  clock: { readonly now: Date },
  { features, faults, version, authentication, readOnly, accounts }: WorldOptions,
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
  })
}

/** Secrets are what they are called. */
export const readSecret = async (reference: { readonly from_env?: string; readonly from_file?: string }) => ({
  value: `https://secret.example.com/${reference.from_env ?? reference.from_file}`,
})

function newWorld(
  emulator: Emulator,
  { url }: Served,
  seen: Exchange[],
  clock: { now: Date },
  token: string,
): World {
  const connected = async <T>(use: (client: Client) => Promise<T>, as = token): Promise<T> => {
    const client = createClient({ url, version: '0.0.0', token: as, attempts: 1 })
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
      ...options,
    })
  const world: World = {
    emulator,
    sent: seen,
    url,
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
    async apply({ steps, live, server }) {
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
          { api: client, server, now: () => clock.now },
          { secrets, live, failFast: false, signal: new AbortController().signal, report: () => {} },
        ),
      )
      return { outcomes, sent: seen.slice(from) }
    },
    async converge(files, options) {
      const ready = await world.plan(files, options)
      const { outcomes } = await world.apply(ready)
      const bad = [...outcomes].filter(([, { status }]) => status !== 'done')
      if (bad.length > 0)
        throw new Error(bad.map(([address, outcome]) => `${address} ${wordsOf(outcome)}`).join('\n'))
      return ready
    },
    async call(method, path, body, as = token) {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text }
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

function valid(files: Files): Configuration {
  const configuration = configure(files)
  if (hasErrors(configuration.diagnostics)) throw new Error(lines(configuration.diagnostics).join('\n'))
  return configuration
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

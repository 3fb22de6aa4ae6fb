import { spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { serving } from '../emulator/cost.ts'
import { createEmulator, type EmulatorOptions } from '../emulator/emulator.ts'
import { featureNames } from '../emulator/features.ts'
import type { Accounts } from '../emulator/ground.ts'
import { serve } from '../emulator/server.ts'
import type { Version } from '../emulator/versions.ts'
import type { Configuration } from '../engine/pipeline.ts'
import { nearest } from '../model/canonical.ts'
import { type Diagnostic, hasErrors } from '../model/diagnostics.ts'
import { ConfigError, UsageError } from '../model/errors.ts'
import { modules } from '../resources/registry.ts'
import { applySteps } from './applying.ts'
import { exitCodes } from './exit.ts'
import { planByFlags } from './planning.ts'
import { costBy } from './sandbox-cost.ts'
import { sufferingBy } from './sandbox-faults.ts'
import { placeholderSecrets } from './secrets.ts'
import { connect, readFiles, type Surroundings } from './world.ts'

export interface SandboxOptions {
  readonly port: number | undefined
  readonly version: Version
  readonly profile: EmulatorOptions['profile']
  readonly features: readonly string[]
  readonly accounts: Accounts | null
  /** What requests suffer, as `--fault` says it, once they are to. */
  readonly faults: readonly string[]
  readonly faultSeed: number | undefined
  /** What they cost, as `--cost` says it, from then on too. */
  readonly cost: string | undefined
  /** Is it used by signing in, and not by a token? */
  readonly session: boolean
  /** From then on the workers of mirrors are at work. */
  readonly worker: boolean
}

/** Milliseconds between two steps of the workers. */
const STEP = 1000

/** A sandbox that listens. */
export interface Sandbox {
  readonly url: string
  /** By which it is used: its address, and a token, or who signs in. */
  readonly variables: Readonly<Record<string, string>>
  /** From now on requests cost and suffer; says what they suffer, if they do. */
  suffer(): string | null
  close(): Promise<void>
}

const ALL_SCOPES = 'org:admin repo:admin repo:create repo:read repo:write super:user user:admin user:read'

/** Starts an emulated Quay on a loopback port. */
export async function startSandbox({
  port,
  version,
  profile,
  features,
  accounts,
  faults,
  faultSeed,
  cost,
  session,
  worker,
}: SandboxOptions): Promise<Sandbox> {
  const emulators = await Promise.all(modules.map(({ emulator }) => emulator()))
  const suffering = sufferingBy(faults, faultSeed ?? randomInt(2 ** 31))
  let suffers = false
  const known = accounts ?? newAccounts()
  const means = session ? loginFor(known) : { QUAY_TOKEN: Object.keys(known.tokens)[0] ?? '' }
  const wait = cost === undefined ? () => 0 : serving(costBy(cost), () => new Date())
  const emulator = createEmulator({
    modules: emulators.map((module) => module.emulator),
    accounts: known,
    version,
    profile,
    features: parseFeatures(features),
    faults: (request) => (suffers ? suffering?.fault(request) : undefined),
    cost: (request) => (suffers ? wait(request) : 0),
  })
  const served = await serve(emulator, port === undefined ? {} : { port }).catch((error: Error) => {
    if (!('code' in error)) throw error
    throw new ConfigError('QC3113', `port ${port} cannot be listened on (${error.code})`, [
      'leave --port out for a free one',
    ])
  })
  let working: NodeJS.Timeout | undefined
  return {
    ...served,
    close() {
      clearInterval(working)
      return served.close()
    },
    variables: { QUAYCTL_SANDBOX: '1', QUAY_URL: served.url, ...means },
    suffer() {
      suffers = true
      if (worker) working = setInterval(() => emulator.tick(), STEP)
      return suffering?.words ?? null
    },
  }
}

/** One superuser, with a token and a password. */
const newAccounts = (): Accounts => ({
  users: {
    admin: { superuser: true, email: 'admin@example.com', password: randomBytes(12).toString('hex') },
  },
  tokens: { [randomBytes(20).toString('hex')]: { user: 'admin', scopes: ALL_SCOPES } },
})

function loginFor({ users }: Accounts): Readonly<Record<string, string>> {
  const [name, { password = '' } = {}] = Object.entries(users).find(([, user]) => user.password) ?? []
  if (name === undefined)
    throw new UsageError('QC6436', '--session: no user of --accounts has a password', [
      'give one of them one: users: {alice: {password: PASSWORD}}',
    ])
  return { QUAY_USERNAME: name, QUAY_PASSWORD: password }
}

/** Applies files to a sandbox through its API; secrets are not read but made up. Resolves with what is wrong with the files, if anything is. */
export async function seed(
  paths: readonly string[],
  { url, variables }: Sandbox,
  surroundings: Surroundings,
): Promise<{ readonly configuration: Configuration; readonly errors: readonly Diagnostic[] } | null> {
  const around = { ...surroundings, env: variables }
  const configuration = await readFiles({ file: paths }, around)
  if (hasErrors(configuration.diagnostics)) return { configuration, errors: configuration.diagnostics }
  const quay = await connect(configuration, { url }, around)
  const planned = await planByFlags(
    configuration,
    {
      'max-deletes': Number.MAX_SAFE_INTEGER,
      'max-revokes': Number.MAX_SAFE_INTEGER,
      'max-delete-percent': 100,
      'min-org-admins': 0,
      'allow-empty': true,
    },
    quay,
    around,
  )
  if (planned.errors) return { configuration, errors: planned.errors }
  const result = await applySteps({
    steps: planned.steps,
    live: planned.live,
    ...quay,
    readSecret: placeholderSecrets,
    now: surroundings.now,
    signal: new AbortController().signal,
    failFast: true,
    report: () => {},
  })
  if (result.errors) return { configuration, errors: result.errors }
  for (const outcome of result.outcomes.values()) if ('error' in outcome) throw outcome.error
  await quay.client.close()
  return null
}

/** Runs a command with the sandbox as its Quay; resolves with its exit code. */
export function runInside(
  command: readonly string[],
  { variables }: Sandbox,
  { env }: Surroundings,
): Promise<number> {
  const [program = '', ...args] = command
  const child = spawn(program, args, {
    stdio: 'inherit',
    env: { ...withoutCredentials(env), ...variables },
  })
  // Ctrl-C reaches the command by itself; the Quay stays until the command has ended.
  process.on('SIGINT', () => {})
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(notRun(program, error)))
    child.on('exit', (code, signal) =>
      resolve(code ?? (signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated)),
    )
  })
}

/** What would go to another Quay, or win over what is for this one. */
const withoutCredentials = (env: Surroundings['env']): Surroundings['env'] =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^QUAY_(TOKEN|USERNAME|PASSWORD)$/.test(name)))

function notRun(program: string, error: Error): UsageError {
  const isMissing = 'code' in error && error.code === 'ENOENT'
  const why = isMissing
    ? program.includes('/')
      ? 'there is no such file'
      : 'no program of that name is in PATH'
    : 'it is no program that may be started'
  return new UsageError('QC6406', `${program} cannot be run: ${why}`, [
    'what follows -- is a whole command, for example quayctl sandbox -- quayctl plan',
  ])
}

/** Resolves when somebody ends the program. */
export const interruption = (): Promise<unknown> =>
  new Promise((resolve) => process.once('SIGINT', resolve).once('SIGTERM', resolve))

function parseFeatures(texts: readonly string[]): Readonly<Record<string, boolean>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name = '', state] = /^(?:FEATURE_)?([A-Z_]+)=(on|off)$/.exec(text) ?? []
      if (!name)
        throw new UsageError('QC6407', `--feature ${text} is not NAME=on or NAME=off`, [
          'for example REPO_MIRROR=off',
        ])
      if (!featureNames.includes(name)) throw unknownFeature(name)
      return [name, state === 'on']
    }),
  )
}

function unknownFeature(name: string): UsageError {
  const guess = nearest(name, featureNames)
  return new UsageError('QC6407', `--feature: there is no feature ${name}`, [
    guess ? `did you mean "${guess}"?` : `features: ${[...featureNames].sort().join(', ')}`,
  ])
}

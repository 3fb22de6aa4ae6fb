import type { Base } from '../engine/base.ts'
import type { Expanded } from '../engine/expand.ts'
import { type Configuration, readConfiguration, unshownKeys } from '../engine/pipeline.ts'
import type { Line, Settings } from '../engine/settings.ts'
import type { Validator } from '../engine/validate.ts'
import { rootOf } from '../model/address.ts'
import { type Diagnostic, hasErrors } from '../model/diagnostics.ts'
import { ConfigError } from '../model/errors.ts'
import type { Registry } from '../model/resource.ts'
import { type SecretKeys, secretKeysOf } from '../model/secrets.ts'
import type { Server } from '../model/server.ts'
import type { Client } from '../quay/client.ts'
import { modules } from '../resources/registry.ts'
import { allPlanned, type Past, readPast, readSince, type Side, type Since, sideAt } from './base.ts'
import { type Chosen, chooseFiles, type FileFlags } from './chosen.ts'
import { Files } from './files.ts'
import { elsewhere, narrowed } from './partial.ts'
import { readAhead } from './reading.ts'
import { chooseUrl, credentialsOf } from './target.ts'
import { TimeLimit } from './time-limit.ts'
import type { Trace } from './trace.ts'
import { loadValidators } from './validators.ts'
import { type WayFlags, wayTo } from './way.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What a run takes from its process. */
export interface Surroundings {
  readonly cwd: string
  readonly env: Environment
  /** Standard input, as far as a limit and one byte more. */
  readonly stdin: (limit: number) => Uint8Array
  readonly version: string
  readonly now: () => Date
  /** Told of each door to Quay that is opened, for whoever closes them. */
  readonly opened?: (client: Client) => void
}

export const registry: Registry = new Map(modules.flatMap(({ type }) => (type ? [[type.name, type]] : [])))

export interface ConnectFlags extends WayFlags {
  readonly url?: string | undefined
  readonly 'token-file'?: string | undefined
  readonly concurrency?: number
  readonly timeout?: string | undefined
}

/** What the files say, and the organizations of which some were not loaded. */
export interface Loaded extends Configuration {
  readonly partial: ReadonlySet<string>
  readonly base: Base | undefined
  /** All that the files said at the base. */
  readonly before: Expanded | undefined
  /** And at `--changed-since`, as far as is kept of it. */
  readonly since: Since | undefined
}

export interface ReadFlags extends FileFlags {
  readonly base?: string | undefined
  readonly 'changed-since'?: string | undefined
  /** Nothing will be done, so more may be planned than was asked for. */
  readonly onlyPlan?: boolean | undefined
}

/** Where the files are read, and those that they are compared with. */
export interface Reading {
  readonly files: Files
  readonly base?: (chosen: Chosen) => Side
}

/** `more`: what else helps. */
export const noFiles = (...more: readonly string[]): ConfigError =>
  new ConfigError('QC1010', 'there is no quayctl.yaml here or above', [
    'write one, or name files with -f PATH; quayctl init begins one',
    ...more,
  ])

/** Reads what a run is about: the named files, or `quayctl.yaml` and what it includes. */
export async function readFiles(
  flags: ReadFlags,
  surroundings: Surroundings,
  validators = loadValidators(),
  reading = readingIn(surroundings),
): Promise<Loaded> {
  const known = await validators
  // What a second thread leaves behind is memory that two configurations need, and an apply of everything.
  if (reading.base || flags.base !== undefined || flags.onlyPlan === false)
    return readWith(known, flags, surroundings, reading)
  const chosen = choose(reading, flags)
  const since = readThen(chosen, known, flags, surroundings)
  const configuration = await configured(chosen, known)
  return told({ chosen, configuration, since, past: undefined }, flags)
}

/** A function of its own: with it all that was read ahead is gone, which takes more memory than what it comes to. */
async function configured({ loaded, siblings }: Chosen, known: Validators): Promise<Configuration> {
  const parsed = await readAhead(loaded, unshownKeys(registry))
  return readConfiguration(loaded, registry, known, siblings, parsed)
}

/** The same at once. */
export function readWith(
  known: Validators,
  flags: ReadFlags,
  surroundings: Surroundings,
  reading = readingIn(surroundings),
): Loaded {
  const chosen = choose(reading, flags)
  const since = readThen(chosen, known, flags, surroundings)
  const configuration = readConfiguration(chosen.loaded, registry, known, chosen.siblings)
  const side = hasErrors(configuration.diagnostics)
    ? undefined
    : (reading.base?.(chosen) ?? sideAt('base', flags.base, chosen, flags, surroundings))
  const past = side && readPast(side, chosen.main, registry, known)
  return told({ chosen, configuration, since, past }, flags)
}

type Validators = Readonly<Record<string, Validator>>

const readingIn = ({ cwd, stdin }: Surroundings): Reading => ({ files: new Files(cwd, stdin) })

function choose({ files }: Reading, flags: ReadFlags): Chosen {
  const chosen = chooseFiles(files, flags)
  if (!chosen) throw noFiles()
  return chosen
}

/** What the files said at `--changed-since`: read first, since of it little is kept. */
function readThen(
  chosen: Chosen,
  known: Validators,
  flags: ReadFlags,
  surroundings: Surroundings,
): Since | undefined {
  const side = sideAt('changed-since', flags['changed-since'], chosen, flags, surroundings)
  return side && readSince(side, chosen.main, registry, known)
}

interface Read {
  readonly chosen: Chosen
  readonly configuration: Configuration
  readonly since: Since | undefined
  readonly past: Past | undefined
}

/** With what is to be said of it, and of what it is compared with. */
function told({ chosen, configuration, since, past }: Read, flags: ReadFlags): Loaded {
  const paths = flags.file ?? []
  if (configuration.files === 0 && configuration.diagnostics.length === 0)
    throw new ConfigError('QC1010', `no file of quayctl in ${paths.join(', ')}`, [
      'ours begin with "apiVersion: quayctl/v1"',
    ])
  const idle = paths.length > 0 ? [] : chosen.included.idle
  // Of what is wrong itself nobody asks what it was.
  const then = hasErrors(configuration.diagnostics) ? undefined : since
  const isRight = then && !hasErrors(then.diagnostics)
  const { desired, removed } = configuration.expanded
  const spoken = new Set([...desired, ...removed].map(({ address }) => rootOf(address).name))
  return {
    ...configuration,
    sources: new Map([...configuration.sources, ...(past?.sources ?? []), ...(isRight ? then.sources : [])]),
    base: past && narrowed(past.base, chosen, spoken, registry),
    before: past?.expanded,
    since: isRight ? then : undefined,
    diagnostics: [
      ...configuration.diagnostics,
      ...(past?.diagnostics ?? []),
      ...(then && !isRight ? (flags.onlyPlan ? [allPlanned(then)] : then.diagnostics) : []),
      ...idle.map(
        ({ text, at }): Diagnostic => ({
          code: 'QC1011',
          severity: 'warning',
          message: `"${text}" matches no file`,
          at,
        }),
      ),
    ],
    /** Only a plan asks, so only then all that is included is parsed. */
    get partial() {
      return new Set([...spoken].filter(elsewhere(chosen, registry)))
    },
  }
}

/** As much of a configuration as says which Quay it is for. */
interface Addressed {
  readonly expanded: { readonly settings: Pick<Settings, 'url'> }
}

/** An open door to Quay, and for how long; nobody has looked yet who is there. */
export interface Doorway {
  readonly url: string
  readonly client: Client
  /** Is it that of `quayctl sandbox`? */
  readonly sandbox: boolean
  /** Does somebody sign in? */
  readonly session: boolean
  readonly limit: TimeLimit
}

/** The same, with who is there. */
export interface Quayside extends Doorway {
  readonly server: Server
}

/** Opens the door to Quay and looks who is there. */
export async function connect(
  { expanded: { settings } }: Addressed,
  flags: ConnectFlags,
  surroundings: Surroundings,
  trace?: Trace,
): Promise<Quayside> {
  const [door, { readServer }] = await Promise.all([
    openDoor(settings.url, flags, surroundings, trace),
    import('./server.ts'),
  ])
  const { url, client, session } = door
  return { ...door, server: await readServer(url, client.because('what the server is'), session) }
}

/** Opens the door, and asks nothing. `written`: which Quay the files are for. */
export async function openDoor(
  written: Line | null,
  flags: ConnectFlags,
  { cwd, env, version, opened }: Surroundings,
  trace?: Trace,
): Promise<Doorway> {
  const { url, sandbox } = chooseUrl(written, flags.url, env)
  const credentials = credentialsOf(flags['token-file'], cwd, env)
  const { createClient } = await import('../quay/client.ts')
  const limit = new TimeLimit(flags.timeout)
  const client = createClient({
    ...wayTo(url, flags, env),
    signal: limit.reading,
    ...credentials,
    version,
    concurrency: flags.concurrency,
    trace,
    secretKeys: secretKeys(),
  })
  opened?.(client)
  return { url, client, sandbox, session: credentials.login !== undefined, limit }
}

/** Under which keys of Quay's JSON secrets stand, by all types. */
export const secretKeys = (): SecretKeys => secretKeysOf([...registry.values()].map(({ schema }) => schema))

import { existsSync, readFileSync } from 'node:fs'
import { load, type SourceFile } from '../engine/load.ts'
import { type Configuration, readConfiguration } from '../engine/pipeline.ts'
import type { Settings } from '../engine/settings.ts'
import type { Validator } from '../engine/validate.ts'
import { rootOf } from '../model/address.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import { ConfigError } from '../model/errors.ts'
import type { Registry } from '../model/resource.ts'
import { type SecretKeys, secretKeysOf } from '../model/secrets.ts'
import type { Server } from '../model/server.ts'
import { child, textOf } from '../model/tree.ts'
import type { Client } from '../quay/client.ts'
import type { ConnectionOptions } from '../quay/connection.ts'
import { modules } from '../resources/registry.ts'
import { Files } from './files.ts'
import { mainOf, settingsOf } from './main-file.ts'
import { chooseUrl, tokenOf } from './target.ts'
import type { Trace } from './trace.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What a run takes from its process. */
export interface Surroundings {
  readonly cwd: string
  readonly env: Environment
  /** Standard input, as far as a limit and one byte more. */
  readonly stdin: (limit: number) => Uint8Array
  readonly version: string
  readonly now: () => Date
}

export const registry: Registry = new Map(modules.flatMap(({ type }) => (type ? [[type.name, type]] : [])))

export interface ConnectFlags {
  readonly url?: string | undefined
  readonly 'token-file'?: string | undefined
  readonly 'ca-file'?: string | undefined
  readonly 'insecure-skip-tls-verify'?: boolean
  readonly concurrency?: number
}

/** Which files, and for which of several registries. */
export interface FileFlags {
  readonly file?: readonly string[] | undefined
  readonly registry?: string | undefined
}

/** What the files say, and the organizations of which some were not loaded. */
export interface Loaded extends Configuration {
  readonly partial: ReadonlySet<string>
}

/** Reads what a run is about: the named files, or `quayctl.yaml` and what it includes. */
export async function readFiles(
  flags: FileFlags,
  { cwd, stdin }: Surroundings,
  validators: Promise<Readonly<Record<string, Validator>>> = loadValidators(),
): Promise<Loaded> {
  const files = new Files(cwd, stdin)
  const paths = flags.file ?? []
  const named = files.named(paths)
  const main = mainOf(files, paths, named)
  if (!main && paths.length === 0)
    throw new ConfigError('QC1010', 'there is no quayctl.yaml here or above', [
      'write one, or name files with -f PATH',
    ])
  const included = main ? files.included(main, settingsOf(main).include) : { files: [], idle: [] }
  const isNamed = named.some(({ file }) => file === main?.file)
  const base = main ? [paths.length > 0 && !isNamed ? { ...main, only: 'Registry' } : main] : []
  const overlay = flags.registry === undefined ? [] : [overlayOf(files, main, flags.registry)]
  const chosen = (paths.length > 0 ? named : included.files).filter(({ file }) => file !== main?.file)
  const loaded = files.placed([...base, ...overlay, ...chosen], main)
  const siblings = files.placed(included.files, main).map(({ file, path = file }) => path)
  const configuration = readConfiguration(loaded, registry, await validators, siblings)
  if (configuration.files === 0 && configuration.diagnostics.length === 0)
    throw new ConfigError('QC1010', `no file of quayctl in ${paths.join(', ')}`, [
      'ours begin with "apiVersion: quayctl/v1"',
    ])
  const idle = paths.length > 0 ? [] : included.idle
  return {
    ...configuration,
    diagnostics: [
      ...configuration.diagnostics,
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
      if (paths.length === 0) return new Set<string>()
      const known = new Set(named.map(({ file }) => file))
      const all = [...(main ? [main] : []), ...included.files]
      const absent = organizationsIn(all.filter(({ file }) => !known.has(file)))
      const { desired, removed } = configuration.expanded
      const spoken = [...desired, ...removed].map(({ address }) => rootOf(address).name)
      return new Set(spoken.filter((name) => absent?.has(name) ?? true))
    },
  }
}

function overlayOf(files: Files, main: SourceFile | null, name: string): SourceFile {
  if (main) return files.overlay(main, name)
  throw new ConfigError('QC1010', '--registry needs a quayctl.yaml, and there is none')
}

/** Of whom files speak; null: it cannot be told, so it may be anybody. */
function organizationsIn(files: readonly SourceFile[]): ReadonlySet<string> | null {
  const { documents, diagnostics } = load(files, new Set())
  if (diagnostics.length > 0) return null
  const types = [...registry.values()]
  const names = new Set<string>()
  for (const { tree, kind } of documents) {
    if (kind === 'Registry' || types.some(({ document }) => document?.template === kind)) continue
    const type = types.find(({ document }) => document?.kind === kind || document?.part === kind)
    const name = type && textOf(child(tree, type.document?.part === kind ? type.name : 'name'))
    if (!name) return null
    names.add(name)
  }
  return names
}

/** As much of a configuration as says which Quay it is for. */
interface Addressed {
  readonly expanded: { readonly settings: Pick<Settings, 'url'> }
}

/** Opens the door to Quay and looks who is there. */
export async function connect(
  { expanded: { settings } }: Addressed,
  flags: ConnectFlags,
  { cwd, env, version }: Surroundings,
  trace?: Trace,
): Promise<{ readonly client: Client; readonly server: Server; readonly sandbox: boolean }> {
  const { url, sandbox } = chooseUrl(settings.url, flags.url, env)
  const token = tokenOf(flags['token-file'], cwd, env)
  const [{ createClient }, { readServer }] = await Promise.all([
    import('../quay/client.ts'),
    import('./server.ts'),
  ])
  const client = createClient({
    ...wayTo(url, flags, env),
    token,
    version,
    concurrency: flags.concurrency,
    trace,
    secretKeys: secretKeys(),
  })
  return { client, server: await readServer(url, client), sandbox }
}

/** Under which keys of Quay's JSON secrets stand, by all types. */
export const secretKeys = (): SecretKeys => secretKeysOf([...registry.values()].map(({ schema }) => schema))

/** How a server is reached. */
export const wayTo = (url: string, flags: ConnectFlags, env: Environment): ConnectionOptions => ({
  url,
  env,
  ca: fileText(flags['ca-file'], '--ca-file'),
  extraCa: env.NODE_EXTRA_CA_CERTS ? fileText(env.NODE_EXTRA_CA_CERTS, 'NODE_EXTRA_CA_CERTS') : undefined,
  insecureSkipTlsVerify: flags['insecure-skip-tls-verify'] === true,
})

/** The validators that the build compiled from the schemas of the types. */
export async function loadValidators(): Promise<Readonly<Record<string, Validator>>> {
  return (await import(new URL('../validators.js', import.meta.url).href)) as Readonly<
    Record<string, Validator>
  >
}

function fileText(path: string | undefined, what: string): string | undefined {
  if (path === undefined) return undefined
  if (!existsSync(path)) throw new ConfigError('QC3103', `${what}: there is no file ${path}`)
  return readFileSync(path, 'utf8')
}

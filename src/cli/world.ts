import { existsSync, readFileSync } from 'node:fs'
import { load } from '../engine/load.ts'
import { type Configuration, readConfiguration } from '../engine/pipeline.ts'
import { readSettings } from '../engine/settings.ts'
import type { Validator } from '../engine/validate.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import { ConfigError } from '../model/errors.ts'
import type { Registry } from '../model/resource.ts'
import type { Server } from '../model/server.ts'
import type { Client } from '../quay/client.ts'
import { modules } from '../resources/registry.ts'
import { Files } from './files.ts'
import { chooseUrl, tokenOf } from './target.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** What a run takes from its process. */
export interface Surroundings {
  readonly cwd: string
  readonly env: Environment
  readonly stdin: () => string
  readonly version: string
  readonly now: () => Date
}

export interface ConnectFlags {
  readonly url?: string | undefined
  readonly 'token-file'?: string | undefined
  readonly 'ca-file'?: string | undefined
  readonly 'insecure-skip-tls-verify'?: boolean
  readonly concurrency?: number
}

export const registry: Registry = new Map(modules.flatMap(({ type }) => (type ? [[type.name, type]] : [])))

/** Reads what a run is about: the named files, or `quayctl.yaml` and what it includes. */
export async function readFiles(
  paths: readonly string[] | undefined,
  { cwd, stdin }: Surroundings,
): Promise<Configuration> {
  const files = new Files(cwd, stdin)
  const validators = await loadValidators()
  if (paths && paths.length > 0) {
    const named = files.named(paths)
    const hasRegistry = load(named, new Set()).documents.some(({ kind }) => kind === 'Registry')
    const main = hasRegistry ? null : files.main(files.folderOf(paths[0]))
    const base = main && !named.some(({ file }) => file === main.file) ? [{ ...main, only: 'Registry' }] : []
    return required(readConfiguration([...base, ...named], registry, validators), paths)
  }
  const main = files.main()
  if (!main)
    throw new ConfigError('QC1010', 'there is no quayctl.yaml here or above', [
      'write one, or name files with -f PATH',
    ])
  const document = load([main], new Set()).documents.find(({ kind }) => kind === 'Registry')
  const { files: included, idle } = files.included(main, readSettings(document, new Set()).include)
  const configuration = readConfiguration([main, ...included], registry, validators)
  const unmatched = idle.map(
    ({ text, at }): Diagnostic => ({
      code: 'QC1011',
      severity: 'warning',
      message: `"${text}" matches no file`,
      at,
    }),
  )
  return { ...configuration, diagnostics: [...configuration.diagnostics, ...unmatched] }
}

/** Opens the door to Quay and looks who is there. */
export async function connect(
  configuration: Configuration,
  flags: ConnectFlags,
  { cwd, env, version }: Surroundings,
  trace?: (line: string) => void,
): Promise<{ readonly client: Client; readonly server: Server; readonly sandbox: boolean }> {
  const url = chooseUrl(configuration.expanded.settings.url, flags.url, env)
  const token = tokenOf(flags['token-file'], cwd, env)
  const [{ createClient }, { readServer }] = await Promise.all([
    import('../quay/client.ts'),
    import('./server.ts'),
  ])
  const client = createClient({
    url,
    token,
    version,
    env,
    ca: fileText(flags['ca-file'], '--ca-file'),
    extraCa: env.NODE_EXTRA_CA_CERTS ? fileText(env.NODE_EXTRA_CA_CERTS, 'NODE_EXTRA_CA_CERTS') : undefined,
    insecureSkipTlsVerify: flags['insecure-skip-tls-verify'] === true,
    concurrency: flags.concurrency,
    trace:
      trace &&
      (({ method, path, status, milliseconds }) =>
        trace(`${method} ${path} ${status ?? 'no answer'} ${Math.round(milliseconds)} ms`)),
  })
  return { client, server: await readServer(url, client), sandbox: env.QUAYCTL_SANDBOX === '1' }
}

/** The validators that the build compiled from the schemas of the types. */
async function loadValidators(): Promise<Readonly<Record<string, Validator>>> {
  return (await import(new URL('../validators.js', import.meta.url).href)) as Readonly<
    Record<string, Validator>
  >
}

function required(configuration: Configuration, paths: readonly string[]): Configuration {
  if (configuration.files > 0 || configuration.diagnostics.length > 0) return configuration
  throw new ConfigError('QC1010', `no file of quayctl in ${paths.join(', ')}`, [
    'ours begin with "apiVersion: quayctl/v1"',
  ])
}

function fileText(path: string | undefined, what: string): string | undefined {
  if (path === undefined) return undefined
  if (!existsSync(path)) throw new ConfigError('QC3103', `${what}: there is no file ${path}`)
  return readFileSync(path, 'utf8')
}

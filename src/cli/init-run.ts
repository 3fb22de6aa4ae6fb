import { join } from 'node:path'
import { variablesOf } from '../engine/export.ts'
import { MAIN_FILE } from '../engine/export-files.ts'
import {
  type Beginning,
  type Ci,
  ciFiles,
  ciText,
  firstGlob,
  firstMain,
  modeline,
} from '../render/scaffold.ts'
import { ExportRun, VARIABLES_FILE } from './export-run.ts'
import { schemaText } from './schemas.ts'
import type { Trace } from './trace.ts'
import type { ConnectFlags, Surroundings } from './world.ts'
import { writeTexts } from './writing.ts'

export interface InitFlags extends ConnectFlags {
  readonly output: string
  readonly 'from-live'?: boolean
  readonly ci?: Ci | undefined
}

const SCHEMA = '.quayctl/schema/quayctl.schema.json'
/** Git keeps no empty folder. */
const KEPT = 'organizations/.gitkeep'

/** What was written, and of a live Quay what was read. */
export interface Begun {
  readonly paths: readonly string[]
  readonly live: ExportRun | null
  /** The server that the files name; null where it is still to be filled in. */
  readonly url: string | null
}

/** Writes a configuration that plans to nothing: of what a Quay has, or an empty one. Overwrites nothing. `root`: where quayctl itself lies. */
export async function begin(
  names: readonly string[],
  flags: InitFlags,
  surroundings: Surroundings,
  root: string,
  trace?: Trace,
): Promise<Begun> {
  const all = names.length === 0
  const wanted = { ...flags, all, include: [firstGlob] }
  const live = flags['from-live'] ? await ExportRun.read(names, wanted, surroundings, trace) : null
  const beginning: Beginning = {
    url: live?.server.url ?? (await urlOf(flags.url ?? surroundings.env.QUAY_URL)),
    version: surroundings.version,
    variables: live ? variablesOf(live.exported.drafts).map(({ name }) => name) : [],
  }
  const dress = (texts: ReadonlyMap<string, string>) => dressed(texts, beginning, flags.ci, root)
  const instead =
    'name another folder with --output; quayctl export writes into a configuration that is there'
  const options = { replace: false, keep: [SCHEMA], instead }
  const paths = live
    ? live.write(flags.output, options, dress)
    : writeTexts(flags.output, dress(new Map([[MAIN_FILE, firstMain(beginning)]])), options)
  return { paths: paths.map((path) => join(flags.output, path)), live, url: beginning.url }
}

/** Texts with the line for editors, the schema, the set-up for CI, and a folder for organizations. */
function dressed(
  texts: ReadonlyMap<string, string>,
  beginning: Beginning,
  ci: Ci | undefined,
  root: string,
): ReadonlyMap<string, string> {
  const files = new Map([...texts].map(([path, text]) => [path, isYaml(path) ? modeline(path) + text : text]))
  const folder = KEPT.slice(0, KEPT.indexOf('/') + 1)
  if (![...files.keys()].some((path) => path.startsWith(folder))) files.set(KEPT, '')
  files.set(SCHEMA, schemaText(root, 'quayctl'))
  if (ci) files.set(ciFiles[ci], ciText(ci, beginning))
  return files
}

/** An address as it is written; a `ConfigError` where it is none. */
async function urlOf(text: string | undefined): Promise<string | null> {
  if (text === undefined) return null
  const { serverUrl } = await import('../quay/connection.ts')
  return serverUrl(text).origin
}

const isYaml = (path: string): boolean => path.endsWith('.yaml') && path !== VARIABLES_FILE

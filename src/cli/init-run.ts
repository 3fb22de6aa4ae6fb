import { join } from 'node:path'
import { variablesOf } from '../engine/export.ts'
import { MAIN_FILE } from '../engine/export-files.ts'
import { type Beginning, type Ci, ciFiles, ciText, firstMain, modeline } from '../render/scaffold.ts'
import { ExportRun, VARIABLES_FILE } from './export-run.ts'
import { schemaText } from './schemas.ts'
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
}

/** Writes a configuration that plans to nothing: of what a Quay has, or an empty one. Overwrites nothing. `root`: where quayctl itself lies. */
export async function begin(
  names: readonly string[],
  flags: InitFlags,
  surroundings: Surroundings,
  root: string,
  trace?: (line: string) => void,
): Promise<Begun> {
  const all = names.length === 0
  const live = flags['from-live'] ? await ExportRun.read(names, { ...flags, all }, surroundings, trace) : null
  const { env, version } = surroundings
  const beginning: Beginning = {
    url: live?.server.url ?? flags.url ?? env.QUAY_URL ?? null,
    version,
    variables: live ? variablesOf(live.exported.drafts).map(({ name }) => name) : [],
  }
  const texts = live
    ? live.texts()
    : new Map([
        [MAIN_FILE, firstMain(beginning)],
        [KEPT, ''],
      ])
  const files = new Map([...texts].map(([path, text]) => [path, isYaml(path) ? modeline(path) + text : text]))
  files.set(SCHEMA, schemaText(root, 'quayctl'))
  if (flags.ci) files.set(ciFiles[flags.ci], ciText(flags.ci, beginning))
  const instead =
    'name another folder with --output; quayctl export writes into a configuration that is there'
  const paths = writeTexts(flags.output, files, { replace: false, keep: [SCHEMA], instead })
  return { paths: paths.map((path) => join(flags.output, path)), live }
}

const isYaml = (path: string): boolean => path.endsWith('.yaml') && path !== VARIABLES_FILE

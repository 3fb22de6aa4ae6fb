import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { variablesOf } from '../engine/export.ts'
import { MAIN_FILE } from '../engine/export-files.ts'
import { firstGlob, firstMain, modeline } from '../render/scaffold.ts'
import { ExportRun, VARIABLES_FILE } from './export-run.ts'
import { schemaText } from './schemas.ts'
import type { Trace } from './trace.ts'
import type { ConnectFlags, Surroundings } from './world.ts'
import { writeTexts } from './writing.ts'

export interface InitFlags extends ConnectFlags {
  readonly output: string
  readonly 'from-live'?: boolean
  readonly ci?: keyof typeof setups | undefined
}

/** The set-ups for CI, by where each system looks for them: below `examples/ci`, as the tests run them. */
const setups = {
  github: {
    '.github/workflows/quayctl-review.yml': 'github/review.yml',
    '.github/workflows/quayctl-apply.yml': 'github/apply.yml',
    '.github/workflows/quayctl-drift.yml': 'github/drift.yml',
  },
  gitlab: { '.gitlab-ci.yml': 'gitlab/.gitlab-ci.yml' },
} as const

const SCHEMA = '.quayctl/schema/quayctl.schema.json'
/** Git keeps no empty folder. */
const KEPT = 'organizations/.gitkeep'

/** What was written, and of a live Quay what was read. */
export interface Begun {
  readonly paths: readonly string[]
  readonly live: ExportRun | null
  /** What is to be done now. */
  readonly next: readonly string[]
}

/** Writes a configuration that plans to nothing: of what a Quay has, or an empty one; beside one that is there just the set-up for CI. Overwrites nothing. `root`: where quayctl itself lies. */
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
  const url = live?.server.url ?? (await urlOf(flags.url ?? surroundings.env.QUAY_URL))
  const variables = live ? variablesOf(live.exported.drafts).map(({ name }) => name) : []
  const dress = (texts: ReadonlyMap<string, string>) => dressed(texts, variables, flags.ci, root)
  const onlyCi = Boolean(flags.ci) && !live && existsSync(join(flags.output, MAIN_FILE))
  const instead = onlyCi
    ? 'move them away first: they are not merged'
    : 'name another folder with --output; quayctl export writes into a configuration that is there'
  const options = { replace: false, keep: [SCHEMA], instead }
  const next = [
    ...(flags.ci
      ? [
          `The set-up for CI needs variables, secrets and the branch quayctl/applied; which, says examples/ci/${flags.ci}/README.md in the package and the repository of quayctl.`,
        ]
      : []),
    ...(url === null && !onlyCi
      ? ['Set the url: quayctl.yaml does not know the address of your Quay yet.']
      : []),
    ...(live || onlyCi
      ? []
      : ['Next: an organization in organizations/NAME.yaml; quayctl explain Organization shows one.']),
  ]
  const paths = live
    ? live.write(flags.output, options, dress)
    : writeTexts(
        flags.output,
        onlyCi ? setupOf(flags.ci, [], root) : dress(new Map([[MAIN_FILE, firstMain(url)]])),
        options,
      )
  return { paths: paths.map((path) => join(flags.output, path)), live, next }
}

/** Texts with the line for editors, the schema, the set-up for CI, and a folder for organizations. */
function dressed(
  texts: ReadonlyMap<string, string>,
  variables: readonly string[],
  ci: InitFlags['ci'],
  root: string,
): ReadonlyMap<string, string> {
  const files = new Map([...texts].map(([path, text]) => [path, isYaml(path) ? modeline(path) + text : text]))
  const folder = KEPT.slice(0, KEPT.indexOf('/') + 1)
  if (![...files.keys()].some((path) => path.startsWith(folder))) files.set(KEPT, '')
  files.set(SCHEMA, schemaText(root, 'quayctl'))
  return new Map([...files, ...setupOf(ci, variables, root)])
}

/** The files of a set-up for CI. */
const setupOf = (
  ci: InitFlags['ci'],
  variables: readonly string[],
  root: string,
): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(ci ? setups[ci] : {}).map(([path, from]) => [
      path,
      withSecrets(readFileSync(join(root, 'examples', 'ci', from), 'utf8'), variables),
    ]),
  )

/** A set-up that hands these secrets on to its applies. */
const withSecrets = (text: string, names: readonly string[]): string =>
  names.length === 0
    ? text
    : text.replace(/^( *)# And the secrets that your files refer to: .*$/gm, (_, indent: string) =>
        names.map((name) => `${indent}${name}: \${{ secrets.${name} }}`).join('\n'),
      )

/** An address as it is written; a `ConfigError` where it is none. */
async function urlOf(text: string | undefined): Promise<string | null> {
  if (text === undefined) return null
  const { serverUrl } = await import('../quay/connection.ts')
  return serverUrl(text).origin
}

const isYaml = (path: string): boolean => path.endsWith('.yaml') && path !== VARIABLES_FILE

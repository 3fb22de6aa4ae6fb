import { dirname, resolve } from 'node:path'
import { type Base, baseOf } from '../engine/base.ts'
import { type Sayings, sayingsOf } from '../engine/changed.ts'
import type { SourceFile } from '../engine/load.ts'
import { type Configuration, readConfiguration } from '../engine/pipeline.ts'
import type { Earlier } from '../engine/settings-changes.ts'
import type { Validator } from '../engine/validate.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import { ConfigError, UsageError } from '../model/errors.ts'
import type { Registry } from '../model/resource.ts'
import { isOfRules } from '../model/rules.ts'
import { type Chosen, chooseFiles, type FileFlags } from './chosen.ts'
import { Commit } from './commit.ts'
import { Files } from './files.ts'
import { type Asker, askerOf } from './git.ts'

/** The files as they were, and what is to be said of them. */
export interface Past {
  /** Made where it is asked for. */
  readonly base: Base
  readonly earlier: Earlier
  readonly expanded: Configuration['expanded']
  readonly diagnostics: readonly Diagnostic[]
  readonly sources: Configuration['sources']
}

/** As much of the files as they were as tells what is another now, and how they held plans to something. */
export interface Since extends Pick<Past, 'earlier' | 'diagnostics' | 'sources'> {
  readonly sayings: Sayings
}

/** What a run takes from its process to look into Git. */
export interface Whereabouts {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Files that are read somewhere else than where the run is about them. */
export interface Side {
  /** As it was given. */
  readonly name: string
  readonly commit?: string
  readonly asker: Asker
  readonly files: Files
  readonly flags: FileFlags
  /** What a message calls a file. */
  shown(file: string): string
}

/** The same files as of a commit of the repository that they lie in. */
export function commitSide(
  ref: string,
  flags: FileFlags,
  folder: string,
  { cwd, env }: Whereabouts,
  asker: Asker,
): Side {
  const paths = flags.file ?? []
  if (paths.includes('-'))
    throw new UsageError('QC6416', `${asker.from} with -f -: nobody knows what standard input was before`, [
      'name files that are in Git',
    ])
  const commit = new Commit(ref, folder, env, asker)
  const stray = paths.find((path) => commit.pathOf(resolve(cwd, path)) === null)
  if (stray !== undefined)
    throw new ConfigError(
      'QC3118',
      `${asker.from}: ${stray} lies outside of the Git repository of ${folder}`,
      ['run quayctl once for each repository'],
    )
  return {
    name: ref,
    commit: commit.hash,
    asker,
    files: new Files(cwd, nothing, commit),
    flags,
    shown: (file) => `${ref}:${commit.pathOf(resolve(cwd, file)) ?? file}`,
  }
}

/** The same, of the commit that a flag names, where it names one. */
export function sideAt(
  flag: string,
  ref: string | undefined,
  { main }: Chosen,
  flags: FileFlags,
  whereabouts: Whereabouts,
): Side | undefined {
  if (ref === undefined) return undefined
  const { cwd } = whereabouts
  const [folder = cwd] = main
    ? [dirname(resolve(cwd, main.file))]
    : new Files(cwd, nothing).foldersOf(flags.file ?? [])
  return commitSide(ref, flags, folder, whereabouts, askerOf(`--${flag}`))
}

/** Reads the files as they were. What is wrong there is an error: of half a base deletions and secrets would be forgotten for good. */
export function readPast(
  { name, commit = '', asker, files, flags, shown }: Side,
  main: SourceFile | null,
  registry: Registry,
  validators: Readonly<Record<string, Validator>>,
): Past {
  const paths = flags.file ?? []
  const missing: string[] = []
  const chosen = unlessUnreadable(() => chooseFiles(files, flags, missing))
  const isBroken = typeof chosen === 'string'
  const found = isBroken ? null : chosen
  const loaded = (found?.loaded ?? []).map(({ file, path = file, ...rest }) => ({
    ...rest,
    path,
    file: shown(file),
  }))
  const { expanded, diagnostics, sources, ignored } = readConfiguration(
    loaded,
    registry,
    validators,
    found?.siblings ?? [],
  )
  const errors = diagnostics.filter(({ severity, code }) => severity === 'error' && !isOfRules(code))
  const absent = isBroken || found || paths.length > 0 || !main ? missing : [main.file]
  return {
    get base() {
      return baseOf(name, commit, expanded, ignored)
    },
    earlier: { ref: name, settings: expanded.settings, ignored },
    expanded,
    sources,
    diagnostics: [
      ...(isBroken ? [wrong(name, asker, chosen)] : errors.length > 0 ? [wrong(name, asker)] : []),
      ...errors,
      ...(absent.length > 0 ? [isNew(name, absent)] : []),
    ],
  }
}

export const nothing = (): Uint8Array => new Uint8Array()

/** Why files cannot be read, as of a file that is too large. */
function unlessUnreadable<T>(read: () => T): T | string {
  try {
    return read()
  } catch (error) {
    if (error instanceof ConfigError && error.code.startsWith('QC10')) return error.message
    throw error
  }
}

const wrong = (name: string, { prefix, instead }: Asker, why = ''): Diagnostic => ({
  code: 'QC3120',
  severity: 'error',
  message: `the files at ${prefix}${name} are not right${why === '' ? '' : `: ${why}`}`,
  at: null,
  hint: `name a commit whose files are, or ${instead}`,
})

const isNew = (name: string, missing: readonly string[]): Diagnostic => ({
  code: 'QC4020',
  severity: 'note',
  message: `${name} has no ${missing.join(', ')}: what is declared there counts as new`,
  at: null,
})

/** The same, and of all that the files said nothing is kept: two configurations take twice the memory. */
export function readSince(...read: Parameters<typeof readPast>): Since {
  const { earlier, diagnostics, sources, expanded } = readPast(...read)
  const [, , registry] = read
  return { earlier, diagnostics, sources, sayings: sayingsOf(expanded, registry) }
}

/** `--changed-since` only narrows: where the files were not right, a plan leaves nothing out. */
export const allPlanned = ({ earlier: { ref } }: Since): Diagnostic => ({
  code: 'QC4063',
  severity: 'warning',
  message: `the files at --changed-since ${ref} are not right, so all organizations are planned`,
  at: null,
  hint: 'nothing has to be done where this mends them',
})

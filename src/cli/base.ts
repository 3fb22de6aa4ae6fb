import { dirname, resolve } from 'node:path'
import { type Base, baseOf } from '../engine/base.ts'
import { type Configuration, readConfiguration } from '../engine/pipeline.ts'
import type { Validator } from '../engine/validate.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import { ConfigError, UsageError } from '../model/errors.ts'
import type { Registry } from '../model/resource.ts'
import { isOfRules } from '../model/rules.ts'
import { type Chosen, chooseFiles, type FileFlags } from './chosen.ts'
import { Commit } from './commit.ts'
import { Files } from './files.ts'

/** The files as they were, and what is to be said of them. */
interface Past {
  readonly base: Base
  readonly diagnostics: readonly Diagnostic[]
  readonly sources: Configuration['sources']
}

interface Surroundings {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Reads the same files as of a commit of the repository that they lie in. What is wrong there is an error: of half a base deletions and secrets would be forgotten for good. */
export function readBase(
  ref: string,
  flags: FileFlags,
  { main }: Chosen,
  { cwd, env }: Surroundings,
  registry: Registry,
  validators: Readonly<Record<string, Validator>>,
): Past {
  const paths = flags.file ?? []
  if (paths.includes('-'))
    throw new UsageError('QC6416', '--base with -f -: nobody knows what standard input was before', [
      'name files that are in Git',
    ])
  const [folder = cwd] = main ? [dirname(resolve(cwd, main.file))] : new Files(cwd, nothing).foldersOf(paths)
  const commit = new Commit(ref, folder, env)
  const stray = paths.find((path) => commit.pathOf(resolve(cwd, path)) === null)
  if (stray !== undefined)
    throw new ConfigError('QC3118', `--base: ${stray} lies outside of the Git repository of ${folder}`, [
      'run quayctl once for each repository',
    ])
  const missing: string[] = []
  const chosen = unlessUnreadable(() => chooseFiles(new Files(cwd, nothing, commit), flags, missing))
  if (typeof chosen === 'string')
    return {
      base: baseOf(ref, commit.hash, readConfiguration([], registry, validators).expanded),
      sources: new Map(),
      diagnostics: [wrong(ref, chosen)],
    }
  const loaded = (chosen?.loaded ?? []).map(({ file, path = file, ...rest }) => ({
    ...rest,
    path,
    file: `${ref}:${commit.pathOf(resolve(cwd, file)) ?? file}`,
  }))
  const { expanded, diagnostics, sources } = readConfiguration(
    loaded,
    registry,
    validators,
    chosen?.siblings ?? [],
  )
  const errors = diagnostics.filter(({ severity, code }) => severity === 'error' && !isOfRules(code))
  const absent = chosen || paths.length > 0 || !main ? missing : [main.file]
  return {
    base: baseOf(ref, commit.hash, expanded),
    sources,
    diagnostics: [
      ...(errors.length > 0 ? [wrong(ref)] : []),
      ...errors,
      ...(absent.length > 0 ? [isNew(ref, absent)] : []),
    ],
  }
}

const nothing = (): Uint8Array => new Uint8Array()

/** Why files cannot be read, as of a file that is too large. */
function unlessUnreadable<T>(read: () => T): T | string {
  try {
    return read()
  } catch (error) {
    if (error instanceof ConfigError && error.code.startsWith('QC10')) return error.message
    throw error
  }
}

const wrong = (ref: string, why = ''): Diagnostic => ({
  code: 'QC3120',
  severity: 'error',
  message: `the files at --base ${ref} are not right${why === '' ? '' : `: ${why}`}`,
  at: null,
  hint: 'name a commit whose files are, or leave out --base',
})

const isNew = (ref: string, missing: readonly string[]): Diagnostic => ({
  code: 'QC4020',
  severity: 'note',
  message: `${ref} has no ${missing.join(', ')}: what is declared there counts as new`,
  at: null,
})

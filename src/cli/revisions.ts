import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Past } from '../engine/revisions.ts'
import { ConfigError, UsageError } from '../model/errors.ts'
import type { Revision } from '../model/revisions.ts'
import { commitSide, nothing, type Side } from './base.ts'
import type { FileFlags } from './chosen.ts'
import { Files } from './files.ts'
import type { Asker } from './git.ts'
import { loadValidators } from './validators.ts'
import { type Loaded, readFiles, type Surroundings } from './world.ts'

/** What a run of `diff` compares. */
export interface Compared {
  readonly past: Past | null
  readonly after: Loaded
  readonly names: { readonly base: Revision; readonly head: Revision }
}

const asker: Asker = {
  from: 'diff',
  prefix: '',
  instead: 'compare what lies in folders, like ./before and ./after',
}

/** Reads the files of both sides. `past` is null where one of them is wrong, and the diagnostics say it. */
export async function readRevisions(
  base: string,
  head: string | undefined,
  flags: FileFlags,
  surroundings: Surroundings,
  validators = loadValidators(),
): Promise<Compared> {
  const { cwd, stdin } = surroundings
  const before = sideOf(base, flags, surroundings)
  const after = head === undefined ? null : sideOf(head, flags, surroundings)
  const loaded = await readFiles(after?.flags ?? flags, surroundings, validators, {
    files: after?.files ?? new Files(cwd, stdin),
    base: () => before,
  })
  const past = loaded.base && loaded.before ? { base: loaded.base, expanded: loaded.before } : null
  return { past, after: loaded, names: { base: revisionOf(before), head: revisionOf(after) } }
}

const revisionOf = (side: Side | null): Revision => ({
  name: side?.name ?? null,
  ...(side?.commit !== undefined && { commit: side.commit }),
})

/** A name that begins with a dot or a slash is a path: Git takes none such for a branch or a tag. */
const isPath = (name: string): boolean => /^[./]/.test(name)

function sideOf(name: string, flags: FileFlags, surroundings: Surroundings): Side {
  if (isPath(name)) return pathSide(name, flags, surroundings)
  const [named] = new Files(surroundings.cwd, nothing).foldersOf(flags.file ?? [])
  const folder = named !== undefined && existsSync(named) ? named : surroundings.cwd
  const isThere = existsSync(resolve(surroundings.cwd, name))
  const more = isThere ? { more: `what lies there is ./${name}` } : {}
  return commitSide(name, flags, folder, surroundings, { ...asker, ...more })
}

/** A folder with a `quayctl.yaml` is read as in a run there; another one, or a file, as with `-f`. */
function pathSide(name: string, flags: FileFlags, { cwd }: Surroundings): Side {
  if (flags.file)
    throw new UsageError('QC6460', `-f names files of commits, and ${name} is a path`, [
      'leave -f out: what lies there is compared',
    ])
  const full = resolve(cwd, name)
  if (!existsSync(full)) throw new ConfigError('QC1009', `there is no file ${name}`)
  const hasMain = statSync(full).isDirectory() && existsSync(join(full, 'quayctl.yaml'))
  return {
    name,
    asker,
    files: new Files(cwd, nothing, undefined, hasMain ? full : cwd),
    flags: { registry: flags.registry, ...(!hasMain && { file: [name] }) },
    shown: (file) => file,
  }
}

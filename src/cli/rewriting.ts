import { randomBytes } from 'node:crypto'
import { chmodSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Departure } from '../engine/drift.ts'
import { readConfiguration } from '../engine/pipeline.ts'
import type { Step } from '../engine/plan.ts'
import { changesFor, keepsAllBut, keysOf } from '../engine/replan.ts'
import { type Rewritten, rewrite } from '../engine/rewrite.ts'
import { Sheet } from '../engine/rewrite-sheet.ts'
import { type Wish, wishesOf } from '../engine/rewrite-wishes.ts'
import type { Live } from '../model/change.ts'
import { hasErrors } from '../model/diagnostics.ts'
import type { Left } from '../model/drift.ts'
import { asError, ConfigError, UsageError } from '../model/errors.ts'
import type { Server } from '../model/server.ts'
import { type Chosen, chooseFiles, type FileFlags } from './chosen.ts'
import { Files, STDIN } from './files.ts'
import { type PlanFlags, selectionOf } from './planning.ts'
import { loadValidators } from './validators.ts'
import { type Loaded, registry, type Surroundings } from './world.ts'

/** So many edits are tried one by one where all of them together do not do. */
const MOST_TRIED = 200

interface Read {
  readonly configuration: Loaded
  readonly departures: readonly Departure[]
  readonly steps: readonly Step[]
  readonly live: ReadonlyMap<string, Live>
  readonly quay: { readonly server: Server }
  readonly flags: FileFlags & PlanFlags
}

/** Refuses, before Quay is asked, what could not be written. */
export function refuseStdin({ file = [] }: FileFlags): void {
  if (file.includes('-'))
    throw new UsageError('QC6491', '--write with -f -: standard input cannot be written', [
      'name the file itself',
    ])
}

/** Could any of it be written? Tried on texts that nobody keeps. */
export function isWritable(read: Read, { cwd, stdin }: Surroundings): boolean {
  if (read.departures.length === 0 || read.flags.file?.includes('-')) return false
  const sources = sourcesOf(chooseFiles(new Files(cwd, stdin), read.flags), cwd)
  return tried(wishesOf(read.departures), sources, read).written.length > 0
}

/** Files that may be edited, as they are. */
const sourcesOf = (chosen: Chosen | null, cwd: string): ReadonlyMap<string, string> =>
  new Map(
    (chosen?.loaded ?? [])
      .filter(({ file, overlay }) => file !== STDIN && !overlay)
      .map(({ file }) => [file, readFileSync(resolve(cwd, file), 'utf8')] as const),
  )

function tried(
  wishes: readonly Wish[],
  sources: ReadonlyMap<string, string>,
  { configuration, live }: Pick<Read, 'configuration' | 'live'>,
) {
  const sheets = [...sources].map(([file, text]) => new Sheet(file, text))
  return { sheets, ...rewrite(wishes, { ...configuration, sheets, live, registry }) }
}

/** Puts Quay's side into the files. An edit after which the files would not say just what Quay has, or anything else otherwise, is not made. */
export async function writeBack(read: Read, { cwd, stdin, now }: Surroundings): Promise<Rewritten> {
  const { flags, quay, configuration } = read
  const chosen = chooseFiles(new Files(cwd, stdin), flags)
  if (!chosen) return { written: [], left: [] }
  const sources = sourcesOf(chosen, cwd)
  const validators = await loadValidators()
  const before = new Set(read.steps.flatMap(({ change }) => keysOf(change)))
  const today = now().toISOString().slice(0, 10)

  /** Is all that was written as Quay has it, and everything else as it was? */
  async function holds({ sheets, written }: ReturnType<typeof tried>): Promise<boolean> {
    const files = loadedWith(chosen, sheets)
    const after = readConfiguration(files, registry, validators, chosen?.siblings ?? [])
    if (hasErrors(after.diagnostics)) return false
    if (!keepsAllBut(written, configuration.expanded.desired, after.expanded.desired)) return false
    const { base, partial } = configuration
    const options = { today, replace: [], partial, base, selection: selectionOf(flags) }
    const changes = await changesFor(after, read.live, registry, quay.server, options)
    const done = new Set(written.map(({ address, path }) => (path ? `${address} ${path}` : address)))
    return changes.flatMap(keysOf).every((key) => before.has(key) && !done.has(key))
  }

  const all = wishesOf(read.departures)
  let kept: readonly Wish[] = all
  let result = tried(all, sources, read)
  if (!(await holds(result))) {
    kept = await those(all, async (some) => holds(tried(some, sources, read)))
    result = tried(kept, sources, read)
  }
  const unkept = all.filter((wish) => !kept.includes(wish)).map(leftOf)
  save(result.sheets, sources, cwd)
  return { written: result.written, left: [...result.left, ...unkept] }
}

/** As many as can be had together, one after the other; what one needs may come later. */
async function those(
  all: readonly Wish[],
  holds: (some: readonly Wish[]) => Promise<boolean>,
): Promise<readonly Wish[]> {
  let kept: readonly Wish[] = []
  if (all.length > MOST_TRIED) return kept
  for (let before = -1; before < kept.length; ) {
    before = kept.length
    for (const wish of all) {
      const more = all.filter((one) => one === wish || kept.includes(one))
      if (!kept.includes(wish) && (await holds(more))) kept = more
    }
  }
  return kept
}

const leftOf = (wish: Wish): Left => ({
  ...wish.about,
  source: wish.source,
  because: 'with it the files would be wrong, or ask for something else besides',
})

const loadedWith = (chosen: Chosen | null, sheets: readonly Sheet[]) =>
  (chosen?.loaded ?? []).map((file) => ({
    ...file,
    text: sheets.find((sheet) => sheet.file === file.file)?.whole ?? file.text,
  }))

/** All of them beside the old ones first: what fails then has changed nothing. */
function save(sheets: readonly Sheet[], sources: ReadonlyMap<string, string>, cwd: string): void {
  const made: (readonly [string, string])[] = []
  try {
    for (const { file, whole } of sheets) {
      if (whole === sources.get(file)) continue
      const path = realpathSync(resolve(cwd, file))
      const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
      made.push([temporary, path])
      writeFileSync(temporary, whole, { flag: 'wx' })
      chmodSync(temporary, statSync(path).mode)
    }
    for (const [temporary, path] of made) renameSync(temporary, path)
  } catch (error) {
    for (const [temporary] of made) rmSync(temporary, { force: true })
    throw new ConfigError('QC3117', `--write: the files cannot be written: ${asError(error).message}`, [
      'make them, and their folders, writable',
    ])
  }
}

import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, resolve } from 'node:path'
import { asError, ConfigError, UsageError } from '../model/errors.ts'

/** The largest plan that is read. */
const MOST_PLAN_BYTES = 256 * 2 ** 20

/** Two things that are written, or read and written, need a file each. */
export function refuseTwice(paths: readonly (string | undefined)[]): void {
  const all = paths.flatMap((path) => (path === undefined ? [] : [resolve(path)]))
  const twice = paths.find(
    (path) => path !== undefined && all.filter((one) => one === resolve(path)).length > 1,
  )
  if (twice !== undefined)
    throw new UsageError('QC6420', `${twice} is named for two things`, ['name another file for the report'])
}

/** Throws where a plan or a report could not be written. `flag`: what named it. */
export function checkOutput(path: string, flag: string): void {
  if (isFolder(path)) throw unwritable(path, flag, 'it is a folder')
  if (existsSync(path) && !isOurs(path))
    throw new ConfigError(
      'QC3123',
      `${flag}: ${path} is there, and is no plan or report that could be replaced`,
      ['name another file'],
    )
  if (!existsSync(dirname(resolve(path)))) throw unwritable(path, flag, 'there is no such folder')
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

const unwritable = (path: string, flag: string, why: string): ConfigError =>
  new ConfigError('QC3123', `${flag}: ${path} cannot be written: ${why}`, [
    'name a file in a folder that is there',
  ])

/** The same, and takes away what an earlier run has written: where this one fails, nobody must take that for its own. */
export function clearOutput(path: string, flag: string): void {
  checkOutput(path, flag)
  rmSync(path, { force: true })
}

/** A text, or its pieces one after the other. */
export type Pieces = string | Generator<string>

/** Writes a plan or a report, whole or not at all; takes the place of another one only. */
export function writeOutput(path: string, text: Pieces, flag: string): void {
  checkOutput(path, flag)
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    writeWhole(temporary, typeof text === 'string' ? [text] : text)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw unwritable(path, flag, asError(error).message)
  }
}

function writeWhole(path: string, pieces: Iterable<string>): void {
  const file = openSync(path, 'wx')
  try {
    for (const piece of pieces) writeFileSync(file, piece)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Is it a report or a plan of ours? A mistaken path must cost nobody a file: each of ours says so at its beginning, plans for programs as a whole. */
export function isOurs(path: string): boolean {
  try {
    const text = textOf(path)
    if (OURS.test(text) || (text.startsWith('{\n  "') && KIND.test(text))) return true
    const { kind, runs: [run] = [] } = JSON.parse(text)
    return /^quayctl\./.test(kind) || run?.tool?.driver?.name === 'quayctl'
  } catch {
    return false
  }
}

/** On a line of its own, as we write JSON: to parse a large plan takes more memory than to make one. */
const KIND = /^ {2}"kind": "quayctl\./m

const OURS =
  /^(Plan [0-9a-f]{12}\b|Diff \S+.*(\.\.| to )\S| ! (error|warning|note) +QC\d|Valid: \d|## Quay (plan|diff|apply|files)\b|<\?xml .*\n<testsuites name="Quay (plan|diff|apply|files)\b|<!doctype html>\n<!-- quayctl -->|# HELP quayctl_|\{\n {2}"\/\/": "Made by quayctl synth\b)/

/** The text of a file that is no larger than a plan may be. */
function textOf(path: string): string {
  const about = statSync(path)
  if (!about.isFile()) throw new Error('it is no file')
  if (about.size > MOST_PLAN_BYTES) throw new Error('it has more than 256 MiB')
  return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
}

/** The text of a saved plan. */
export function planFileText(path: string): string {
  try {
    return textOf(path)
  } catch (error) {
    const isMissing = asError(error).message.startsWith('ENOENT')
    const why = isMissing ? 'it is not there' : asError(error).message
    throw new ConfigError('QC3122', `the plan ${path} cannot be read: ${why}`, [
      'make one with quayctl plan --out FILE',
    ])
  }
}

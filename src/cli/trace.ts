import { closeSync, constants, fchmodSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { ConfigError, UsageError } from '../model/errors.ts'
import type { TraceLine } from '../quay/stats.ts'
import { harmless } from '../render/style.ts'
import { harEntry, harHead, harTail } from './har.ts'

/** Takes each request that is sent. */
export type Trace = (line: TraceLine) => void

export interface TraceFlags {
  readonly verbose?: boolean
  readonly trace?: string | undefined
}

/** Where requests are told, if they are: on standard error, in a file, or both. */
export function tracing(
  { verbose, trace }: TraceFlags,
  version: string,
  tell: (text: string) => void,
): Trace | undefined {
  const sinks = [
    ...(verbose ? [(line: TraceLine) => tell(textOf(line))] : []),
    ...(trace === undefined ? [] : [traceFile(trace, version, tell)]),
  ]
  if (sinks.length === 0) return undefined
  return (line) => {
    for (const sink of sinks) sink(line)
  }
}

const textOf = ({ method, path, status, milliseconds }: TraceLine): string =>
  `${method} ${path} ${status ?? 'no answer'} ${Math.round(milliseconds)} ms`

/** A HAR archive that is whole after each request, also where the run ends in the middle of another. A disk that is full does not end an apply. */
function traceFile(path: string, version: string, tell: (text: string) => void): Trace {
  const file = openPrivate(path)
  /** Where the next entry goes, over the end of the archive. */
  let end = 0
  let isBroken = false
  function write(text: string) {
    const bytes = Buffer.from(text + harTail)
    try {
      if (writeSync(file, bytes, 0, bytes.length, end) < bytes.length)
        throw Object.assign(new Error('cut short'), { code: 'ENOSPC' })
      end += bytes.length - Buffer.byteLength(harTail)
    } catch (error) {
      isBroken = true
      mend()
      tell(`Trace: ${path} could not be written any further (${codeOf(error)}).`)
    }
  }
  /** What was there before it broke fits in any case. */
  function mend() {
    try {
      ftruncateSync(file, end)
      writeSync(file, harTail, end)
    } catch {
      // It was told of.
    }
  }
  write(harHead(version))
  let separator = '\n'
  return (line) => {
    if (isBroken) return
    write(separator + harmless(harEntry(line)))
    separator = ',\n'
  }
}

/** A file of its owner alone, emptied if it was there. No link is followed, and nothing that is no file is written to. */
function openPrivate(path: string): number {
  if (path === '-') throw new UsageError('QC6400', '--trace takes no -: name a file', ['-v prints requests'])
  const { O_WRONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants
  let file: number | null = null
  try {
    file = openSync(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600)
    if (!fstatSync(file).isFile()) throw Object.assign(new Error('no file'), { code: 'it is no file' })
    fchmodSync(file, 0o600)
    ftruncateSync(file)
    return file
  } catch (error) {
    if (file !== null) closeSync(file)
    throw new ConfigError('QC3125', `--trace: ${path} cannot be written (${codeOf(error)})`, [
      'name a file that is no link, in a folder that exists',
    ])
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)

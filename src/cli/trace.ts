import { closeSync, constants, fchmodSync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { ConfigError, UsageError } from '../model/errors.ts'
import type { TraceLine } from '../quay/stats.ts'
import { harmless } from '../render/style.ts'

/** Takes each request that is sent. */
export type Trace = (line: TraceLine) => void

export interface TraceFlags {
  readonly verbose?: boolean
  readonly trace?: string | undefined
}

/** Where requests are told, if they are: on standard error, in a file, or both. */
export function tracing({ verbose, trace }: TraceFlags, tell: (text: string) => void): Trace | undefined {
  const sinks = [
    ...(verbose ? [(line: TraceLine) => tell(textOf(line))] : []),
    ...(trace === undefined ? [] : [traceFile(trace, tell)]),
  ]
  if (sinks.length === 0) return undefined
  return (line) => {
    for (const sink of sinks) sink(line)
  }
}

const textOf = ({ method, path, status, milliseconds }: TraceLine): string =>
  `${method} ${path} ${status ?? 'no answer'} ${Math.round(milliseconds)} ms`

/** One line of JSON for each request, as soon as it is over. A disk that is full does not end an apply. */
function traceFile(path: string, tell: (text: string) => void): Trace {
  const file = openPrivate(path)
  let isBroken = false
  return (line) => {
    if (isBroken) return
    try {
      writeSync(file, `${harmless(jsonOf(line))}\n`)
    } catch (error) {
      isBroken = true
      tell(`Trace: ${path} could not be written any further (${codeOf(error)}).`)
    }
  }
}

const jsonOf = ({
  at,
  method,
  target,
  status,
  milliseconds,
  attempt,
  requestId,
  bodies,
}: TraceLine): string =>
  JSON.stringify({
    time: new Date(at).toISOString(),
    method,
    path: target,
    status,
    ms: Math.round(milliseconds),
    attempt,
    ...(requestId !== null && { request_id: requestId }),
    ...bodies(),
  })

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

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Allowance, unallowed, type Weighed } from '../engine/guard.ts'
import { API_VERSION } from '../engine/load.ts'
import type { Credential, Outcome } from '../model/change.ts'
import type { Document } from '../model/documents.ts'
import { asError, BlockedError } from '../model/errors.ts'
import type { Client } from '../quay/client.ts'
import { requireValidators } from './validators.ts'
import { connect, type Loaded, type Quayside, type ReadFlags, readWith, type Surroundings } from './world.ts'

/** Where the library is used, in place of a process. */
export interface Place {
  /** What paths are relative to. */
  readonly directory?: string | undefined
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

/** The surroundings of a run that is none of the command line. `opened`: takes each door that has to be closed. */
const surroundingsAt = (
  { directory = '.', env = {} }: Place,
  text = '',
  opened?: (client: Client) => void,
): Surroundings => ({
  cwd: resolve(directory),
  env,
  stdin: () => new TextEncoder().encode(text),
  version: JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version,
  now: () => new Date(),
  ...(opened && { opened }),
})

/** Documents as a file has them. Without a Registry document of their own they take none from elsewhere. */
export function documentsText(documents: Document | readonly Document[]): string {
  const all: readonly Document[] = [documents].flat()
  const whole = all.some(({ kind }) => kind === 'Registry')
    ? all
    : [...all, { apiVersion: API_VERSION, kind: 'Registry' } as const]
  return `${whole.map((document) => JSON.stringify(document, null, 2)).join('\n---\n')}\n`
}

/** Hands secrets over; `failures` waits for that, and says what came of the steps whose secrets were not taken. */
export function keeper(take: ((address: string, credential: Credential) => unknown) | undefined) {
  const taken: Promise<unknown>[] = []
  const failed = new Map<string, Outcome>()
  return {
    told(address: string, credential: Credential): void {
      const fail = (error: unknown) => failed.set(address, { status: 'failed', error: asError(error) })
      taken.push(Promise.resolve(take?.(address, credential)).catch(fail))
    },
    async failures(): Promise<ReadonlyMap<string, Outcome>> {
      await Promise.all(taken)
      return failed
    },
  }
}

/** Throws where steps have impacts that nothing allows; `access` needs no word. */
export function refuseUnallowed(steps: readonly Weighed[], allowances: readonly Allowance[]): void {
  const open = [...unallowed(steps, allowances)].filter(([impact]) => impact !== 'access')
  if (open.length === 0) return
  const named = open.map(
    ([impact, changes]) => `${impact}: ${changes.map(({ address }) => address.text).join(', ')}`,
  )
  throw new BlockedError('QC4103', `nothing allows ${named.join('; ')}`, [
    `if that is meant, allow: [${open.map(([impact]) => `'${impact}'`).join(', ')}]`,
    'nothing was changed',
  ])
}

/** Reads files at once. `text`: what `-` stands for. */
export const readAt = (flags: ReadFlags, place: Place, text?: string): Loaded =>
  readWith(requireValidators(), flags, surroundingsAt(place, text))

interface Door {
  readonly url?: string
  readonly caFile?: string
  readonly concurrency?: number
}

/** Opens the door to Quay for as long as it is used. */
export async function atQuay<T>(
  loaded: Loaded,
  place: Place,
  { url, caFile, concurrency }: Door,
  use: (quay: Quayside, surroundings: Surroundings) => Promise<T>,
): Promise<T> {
  if (concurrency !== undefined && !(concurrency >= 1))
    throw new TypeError('concurrency is a number of requests, 1 at least')
  const opened: Client[] = []
  const surroundings = surroundingsAt(place, '', (client) => opened.push(client))
  try {
    const flags = {
      url,
      'ca-file': caFile === undefined ? undefined : resolve(surroundings.cwd, caFile),
      ...(concurrency !== undefined && { concurrency }),
    }
    return await use(await connect(loaded, flags, surroundings), surroundings)
  } finally {
    for (const client of opened) await client.close()
  }
}

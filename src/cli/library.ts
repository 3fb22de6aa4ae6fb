import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
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
  const opened: Client[] = []
  const surroundings = surroundingsAt(place, '', (client) => opened.push(client))
  try {
    const flags = { url, 'ca-file': caFile, ...(concurrency !== undefined && { concurrency }) }
    return await use(await connect(loaded, flags, surroundings), surroundings)
  } finally {
    for (const client of opened) await client.close()
  }
}

import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Step } from '../engine/plan.ts'
import { byText } from '../model/address.ts'
import { sameValue } from '../model/canonical.ts'
import type { Credential, Outcome } from '../model/change.ts'
import { BlockedError, ConfigError } from '../model/errors.ts'
import { toldOnce, withoutCredential } from './applying.ts'

/** Who may read it: its owner. */
const PRIVATE = { mode: 0o600, flag: 'wx', flush: true } as const

/** The file of `--credentials-out`: at any time it is whole, with all that Quay has told so far. */
export class CredentialsFile {
  readonly #path: string
  readonly #made = new Map<string, Credential>()
  #saved: readonly string[] = []
  #problem: Error | null = null

  /** Made before the first write to Quay, so that no secret is without a place; throws where there is a file already, or can be none. */
  constructor(path: string) {
    this.#path = path
    writeFileSync(path, '{}\n', PRIVATE)
  }

  /** Once it returns, the secret outlives this process and the machine's power. Never throws: an apply under way goes on. */
  add(address: string, credential: Credential): void {
    if (this.#saved.includes(address) && sameValue(this.#made.get(address), credential)) return
    this.#made.set(address, credential)
    this.#write()
  }

  /** The addresses of those that the file holds, and of those that it does not, with the reason. */
  end(): {
    readonly saved: readonly string[]
    readonly lost: readonly string[]
    readonly problem: Error | null
  } {
    if (this.#problem) this.#write()
    const lost = [...this.#made.keys()].filter((address) => !this.#saved.includes(address))
    return { saved: this.#saved, lost, problem: this.#problem }
  }

  /** A new file takes the place of the old one in one go, so that whoever is stopped in between leaves one or the other. */
  #write(): void {
    const all = [...this.#made].sort(([a], [b]) => byText(a, b))
    const temporary = `${this.#path}.${randomBytes(6).toString('hex')}.tmp`
    try {
      writeFileSync(temporary, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`, PRIVATE)
      renameSync(temporary, this.#path)
      syncFolder(dirname(this.#path))
      this.#saved = all.map(([address]) => address)
      this.#problem = null
    } catch (error) {
      this.#problem = error instanceof Error ? error : new Error(String(error))
      rmSync(temporary, { force: true })
    }
  }
}

/** A new name is lost with the power, too, until its folder is on the disk. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** A secret that Quay tells once needs a place before it is made. */
export function keepsPasswords(steps: readonly Step[], path: string | undefined): void {
  const lost = path === undefined ? toldOnce(steps) : []
  if (lost.length === 0) return
  throw new BlockedError(
    'QC4106',
    `Quay tells the password of ${lost.join(', ')} once, and nothing says where to keep it`,
    ['--credentials-out FILE keeps it, readable for you only', 'nothing was changed'],
  )
}

/** A new file of credentials; where it cannot be made nothing is sent. */
export function openCredentials(path: string): CredentialsFile {
  try {
    return new CredentialsFile(path)
  } catch {
    throw new ConfigError('QC3110', `--credentials-out: ${path} cannot be made anew`, [
      'name a file that does not exist, in a folder that does',
      'nothing was changed',
    ])
  }
}

/** Says what the file has, and what it has not; false where secrets could not be saved. */
export function tellCredentials(
  file: CredentialsFile,
  path: string,
  steps: readonly Step[],
  outcomes: ReadonlyMap<string, Outcome>,
  tell: (text: string) => void,
): boolean {
  const { saved, lost, problem } = file.end()
  const missing = [...lost, ...withoutCredential(steps, outcomes)]
  if (problem) tell(`Credentials: ${path} could not be written (${problem.message}).`)
  else if (saved.length > 0) tell(`Credentials: ${saved.length} in ${path} (mode 600).`)
  if (missing.length > 0)
    tell(`Not in ${path}: ${missing.join(', ')}. Quay shows an administrator the token.`)
  return problem === null
}

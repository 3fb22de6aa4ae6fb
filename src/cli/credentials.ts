import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { byText } from '../model/address.ts'
import { sameValue } from '../model/canonical.ts'
import type { Credential } from '../model/change.ts'

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

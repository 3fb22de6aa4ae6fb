import { lstatSync, readFileSync } from 'node:fs'
import { byText } from '../model/address.ts'
import { sameValue } from '../model/canonical.ts'
import type { Credential, Outcome } from '../model/change.ts'
import { asError } from '../model/errors.ts'
import { makePrivate, writePrivate } from './secret-file.ts'

/** The file of `--credentials-out`: at any time it is whole, with all that Quay has made so far. What is being made stands in it with null: so a run that is cut short leaves what has none, and the next one goes on with the file. */
export class CredentialsFile {
  readonly #path: string
  readonly #made: Map<string, Credential | null>
  readonly #before = new Map<string, Credential | null | undefined>()
  /** By this run. */
  readonly #added = new Set<string>()
  #saved: readonly string[] = []
  #problem: Error | null = null

  private constructor(path: string, made: Map<string, Credential | null>) {
    this.#path = path
    this.#made = made
  }

  /** Made before the first write to Quay, so that no secret is without a place, or the one of an earlier run; throws where another file is, or can be none. */
  static open(path: string): CredentialsFile {
    const earlier = CredentialsFile.earlier(path)
    if (earlier) return earlier
    makePrivate(path, '{}\n')
    return new CredentialsFile(path, new Map())
  }

  /** The file of an earlier run; null where there is none. */
  static earlier(path: string): CredentialsFile | null {
    const made = contentOf(path)
    return made && new CredentialsFile(path, made)
  }

  /** Addresses of what may be there without a secret in the file. */
  get missing(): readonly string[] {
    return [...this.#made].flatMap(([address, credential]) => (credential ? [] : [address]))
  }

  has(address: string): boolean {
    return (this.#made.get(address) ?? null) !== null
  }

  /** It is about to be made. Never throws: nor do the following, as an apply under way goes on. */
  begin(address: string): void {
    this.#before.set(address, this.#made.get(address))
    this.#made.set(address, null)
    this.#write()
  }

  /** It was not made after all: what stood there before does again. */
  forget(address: string): void {
    const before = this.#before.get(address)
    if (this.#made.get(address) !== null || !this.#before.has(address)) return
    if (before === undefined) this.#made.delete(address)
    else this.#made.set(address, before)
    this.#write()
  }

  add(address: string, outcome: Outcome): void {
    if ('credential' in outcome && outcome.credential) this.save(address, outcome.credential)
  }

  /** Once it returns, the secret outlives this process and the machine's power. */
  save(address: string, credential: Credential): void {
    if (this.#saved.includes(address) && sameValue(this.#made.get(address), credential)) return
    this.#made.set(address, credential)
    this.#added.add(address)
    this.#write()
  }

  /** The addresses of those that the file got from this run, and of those that it did not, with the reason. */
  end(): {
    readonly saved: readonly string[]
    readonly lost: readonly string[]
    readonly problem: Error | null
  } {
    if (this.#problem) this.#write()
    const lost = [...this.#added].filter((address) => !this.#saved.includes(address))
    return { saved: this.#saved, lost, problem: this.#problem }
  }

  #write(): void {
    const all = [...this.#made].sort(([a], [b]) => byText(a, b))
    try {
      writePrivate(this.#path, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`)
      this.#saved = [...this.#added]
      this.#problem = null
    } catch (error) {
      this.#problem = asError(error)
    }
  }
}

/** What a file of ours holds, that nobody else may read; null where there is no file. */
function contentOf(path: string): Map<string, Credential | null> | null {
  const file = lstatSync(path, { throwIfNoEntry: false })
  if (!file) return null
  const isPrivate = process.platform === 'win32' || (file.mode & 0o077) === 0
  if (!file.isFile() || !isPrivate) throw new TypeError('not a file that only its owner reads')
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'))
  if (!isMap(content) || !Object.values(content).every(isCredential)) throw new TypeError('not of quayctl')
  return new Map(Object.entries(content as Readonly<Record<string, Credential | null>>))
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isCredential = (value: unknown): boolean =>
  value === null || (isMap(value) && Object.values(value).every((part) => typeof part === 'string'))

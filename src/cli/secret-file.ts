import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, lstatSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { asError, UsageError } from '../model/errors.ts'

/** Who may read it: its owner. */
const PRIVATE = { mode: 0o600, flag: 'wx', flush: true } as const

/** Makes a file that only its owner reads; throws where anything is there. */
export const makePrivate = (path: string, text: string): void => writeFileSync(path, text, PRIVATE)

/** A new file takes the place of what is there in one go, so that whoever is stopped in between leaves one or the other. Once it returns, the text outlives this process and the machine's power. */
export function writePrivate(path: string, text: string): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    makePrivate(temporary, text)
    renameSync(temporary, path)
    syncFolder(dirname(path))
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
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

/** The file of `--output`: made before there is a secret for it, so that no secret is without a place. */
export class SecretFile {
  readonly #path: string
  readonly #isNew: boolean

  /** Throws where the file must not be replaced, or can be none. */
  constructor(path: string, force: boolean) {
    this.#path = path
    this.#isNew = !SecretFile.check(path, force)
    try {
      const made = this.#isNew ? path : `${path}.${randomBytes(6).toString('hex')}.tmp`
      makePrivate(made, '')
      if (!this.#isNew) rmSync(made)
    } catch (error) {
      throw unwritable(path, error)
    }
  }

  /** Is a file there that may be replaced: an empty one, or any with `force`? Never through a link: that leads to somebody else's. */
  static check(path: string, force: boolean): boolean {
    let file: ReturnType<typeof lstatSync>
    try {
      file = lstatSync(path, { throwIfNoEntry: false })
    } catch (error) {
      throw unwritable(path, error)
    }
    if (!file) return false
    if (!file.isFile())
      throw new UsageError(
        'QC6462',
        `--output: ${path} is a ${file.isSymbolicLink() ? 'link' : 'folder or device'}, and no file`,
        ['name a file'],
      )
    if (file.size > 0 && !force)
      throw new UsageError('QC6462', `--output: ${path} is there already`, [
        'name another file, or pass --force to replace it as a whole',
      ])
    return true
  }

  write(text: string): void {
    try {
      writePrivate(this.#path, text)
    } catch (error) {
      throw unwritable(this.#path, error)
    }
  }

  /** Nothing was written: what was made for it goes. */
  abandon(): void {
    if (this.#isNew) rmSync(this.#path, { force: true })
  }
}

const unwritable = (path: string, error: unknown): UsageError =>
  new UsageError('QC6463', `--output: ${path} cannot be written: ${asError(error).message}`, [
    'name a file in a folder that is there',
  ])

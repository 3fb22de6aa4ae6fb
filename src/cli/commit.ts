import { existsSync, realpathSync } from 'node:fs'
import { basename, dirname, join, posix } from 'node:path'
import { type Asker, type Entry, Git } from './git.ts'
import type { Kind, Shelf } from './shelf.ts'

/** The files of one commit of the Git repository that a folder lies in. They are read from Git's store: nothing is checked out. */
export class Commit implements Shelf {
  readonly hash: string
  readonly #git: Git
  readonly #entries = new Map<string, Entry>()
  readonly #below = new Map<string, Set<string>>()
  readonly #texts = new Map<string, Uint8Array>()
  readonly #places = new Map<string, string | null>()

  constructor(ref: string, folder: string, env: Readonly<Record<string, string | undefined>>, asker: Asker) {
    this.#git = new Git(ref, folder, env, asker)
    this.hash = this.#git.commit()
    for (const [path, entry] of this.#git.files(this.hash)) this.#add(path, entry)
  }

  /** The path from the top of the repository; null: it lies outside. */
  pathOf(path: string): string | null {
    const known = this.#places.get(path)
    if (known !== undefined) return known
    const isTop = existsSync(path) && realpathSync(path) === this.#git.top
    const above = isTop || dirname(path) === path ? null : this.pathOf(dirname(path))
    const place = isTop ? '' : above === null ? null : posix.join(above, basename(path))
    this.#places.set(path, place)
    return place
  }

  kindOf(path: string): Kind | null {
    const found = this.#resolved(path)
    return found === null ? null : (this.#entries.get(found)?.kind ?? null)
  }

  list(folder: string): ReturnType<Shelf['list']> {
    const found = this.#resolved(folder) ?? ''
    return [...(this.#below.get(found) ?? [])].map((name) => ({
      name,
      kind: this.#entries.get(posix.join(found, name))?.kind ?? 'other',
    }))
  }

  real(path: string): string {
    const found = this.#resolved(path)
    if (found === null || !this.#entries.has(found)) throw new Error(`${path} leads to nothing`)
    return join(this.#git.top, found)
  }

  read(path: string): Uint8Array {
    const hash = this.#hashAt(path)
    if (hash === null) throw new Error('it is no file')
    return this.#text(hash)
  }

  /** Which of them is too large is found when it is read by itself. */
  expect(paths: readonly string[]): void {
    const hashes = new Set(paths.flatMap((path) => this.#hashAt(path) ?? []))
    try {
      for (const [hash, text] of this.#git.blobs([...hashes])) this.#texts.set(hash, text)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
    }
  }

  #text(hash: string): Uint8Array {
    const text = this.#texts.get(hash) ?? this.#git.blobs([hash]).get(hash) ?? new Uint8Array()
    this.#texts.set(hash, text)
    return text
  }

  #hashAt(path: string): string | null {
    const found = this.#resolved(path)
    const entry = found === null ? undefined : this.#entries.get(found)
    return entry?.kind === 'file' ? entry.hash : null
  }

  #add(path: string, entry: Entry): void {
    this.#entries.set(path, entry)
    if (path === '') return
    const above = path.includes('/') ? dirname(path) : ''
    if (!this.#entries.has(above)) this.#add(above, { kind: 'folder', hash: '' })
    const names = this.#below.get(above) ?? new Set()
    this.#below.set(above, names.add(basename(path)))
  }

  #resolved(path: string): string | null {
    const place = this.pathOf(path)
    return place === null ? null : this.#followed(place.split('/').filter(Boolean), MOST_LINKS)
  }

  /** The path without links, of which each leads on; null: outside, or in a circle. */
  #followed(steps: readonly string[], links: number): string | null {
    let at = ''
    for (const [index, step] of steps.entries()) {
      const next = posix.join(at, step)
      const entry = this.#entries.get(next)
      if (entry?.kind === 'link') {
        const target = new TextDecoder().decode(this.#text(entry.hash))
        const place = posix.join(at, target, ...steps.slice(index + 1))
        const isOutside = posix.isAbsolute(target) || place === '..' || place.startsWith('../')
        return isOutside || links === 0 ? null : this.#followed(place.split('/').filter(isStep), links - 1)
      }
      at = next
    }
    return at
  }
}

const MOST_LINKS = 40
const isStep = (step: string): boolean => step !== '' && step !== '.'

import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type YAMLMap,
  type YAMLParseError,
} from 'yaml'
import { type Diagnostic, type Place, problemAt } from '../model/diagnostics.ts'
import { looksSecret, type Mask } from '../model/excerpt.ts'
import type { Entry, MapTree, ScalarTree, Tree } from '../model/tree.ts'
import { MOST_LEVELS, MOST_PROBLEMS, MOST_VALUES, TooMuch, tooDeep, tooMany } from './load-excess.ts'
import { entryOf, ListNode, MapNode, ScalarNode } from './load-nodes.ts'
import { type Places, rangeOf } from './load-places.ts'
import { aliasTargets, directiveIn, isExact, isWrittenReference, placeOfError } from './load-syntax.ts'
import { syntaxWords } from './load-words.ts'

/** From the documents of the library to trees, with all that is wrong on the way. */
export class Walk {
  readonly problems: Diagnostic[] = []
  readonly masks: Mask[] = []
  readonly #places: Places
  readonly #secretKeys: ReadonlySet<string>
  #targets: ReturnType<typeof aliasTargets> = new Map()
  #values = 0
  /** Below a secret: its keys may be what must not be shown. */
  #hidden = false
  #above = ''
  /** An alias brings its pairs again. */
  readonly #masked = new Set<Pair>()

  constructor(places: Places, secretKeys: ReadonlySet<string>) {
    this.#places = places
    this.#secretKeys = secretKeys
  }

  document(document: Document.Parsed): MapTree[] {
    this.#targets = aliasTargets(document, this.#places.source)
    const { contents } = document
    if (contents === null || (isScalar(contents) && contents.value === null && contents.source === ''))
      return []
    const version = document.directives?.yaml
    if (version?.explicit && version.version !== '1.2')
      this.#problem(
        'QC1007',
        `%YAML ${version.version} is not supported`,
        this.#places.at(directiveIn(this.#places.source)),
        'remove the directive: files are YAML 1.2',
      )
    const tree = this.#tree(contents, [])
    if (tree?.kind === 'map') return [tree]
    if (tree)
      this.#problem('QC1008', 'a document is a map', tree.at, 'begin it with "apiVersion: quayctl/v1"')
    return []
  }

  /** The maps of a file with syntax errors, only to see whether it is ours. */
  quietly(documents: readonly Document.Parsed[]): MapTree[] {
    try {
      return documents.flatMap((document) => new Walk(this.#places, new Set()).document(document))
    } catch {
      return []
    }
  }

  syntax(error: YAMLParseError, document: Document.Parsed): Diagnostic {
    const range = placeOfError(error, document)
    const at = this.#places.at(range)
    if (error.message.startsWith('Maximum call stack')) throw new TooMuch(tooDeep(at))
    return {
      code: 'QC1001',
      severity: 'error',
      at,
      ...syntaxWords(error, this.#places.source.slice(range[0])),
    }
  }

  #tree(node: unknown, path: readonly unknown[]): Tree | null {
    if (path.length > MOST_LEVELS) throw new TooMuch(tooDeep(this.#places.of(node)))
    if (++this.#values > MOST_VALUES) throw new TooMuch(tooMany(this.#places.of(node)))
    if (isAlias(node)) return this.#alias(node, path)
    if (isMap(node)) return this.#map(node, [...path, node])
    if (isSeq(node)) {
      this.#tag(node.tag, node)
      const all = node.items.map((item) => this.#tree(item, [...path, node]))
      const items = all.filter((item) => item !== null)
      for (const item of items)
        if (item.kind === 'scalar' && item.value === null)
          this.#problem(
            'QC1005',
            'an entry of this list has no value',
            item.at,
            'remove it, or write what it holds',
          )
      return new ListNode(this.#places, rangeOf(node), items)
    }
    if (!isScalar(node)) return new ScalarNode(this.#places, rangeOf(node), null, '')
    this.#tag(node.tag, node)
    this.masks.push(...this.#places.credentialsOf(node))
    const value = node.value as ScalarTree['value']
    const text = node.source ?? String(value)
    if (typeof value === 'number' && !isExact(value))
      this.#problem(
        'QC1007',
        `${text} cannot be kept exactly as a number`,
        this.#places.of(node),
        `write "${text}" if a text is meant`,
      )
    return new ScalarNode(this.#places, rangeOf(node), value, text)
  }

  #alias(node: Alias, path: readonly unknown[]): Tree | null {
    const target = this.#targets.get(node)
    if (target && !path.includes(target)) return this.#tree(target, path)
    const what = target ? 'this alias holds itself' : 'this alias has no anchor before it'
    this.#problem('QC1007', what, this.#places.of(node), 'write the value out; quote it if a text is meant')
    return null
  }

  #map(node: YAMLMap, path: readonly unknown[]): MapTree {
    this.#tag(node.tag, node)
    const entries = new Map<string, Entry>()
    for (const pair of node.items as Pair[]) this.#entry(pair, path, entries)
    return new MapNode(this.#places, rangeOf(node), entries)
  }

  /** The text of a key, null where it cannot be one. */
  #keyOf(pair: Pair): string | null {
    const node = isAlias(pair.key) ? this.#targets.get(pair.key) : pair.key
    if (isScalar(node)) {
      this.#tag(node.tag, node)
      const text = node.source ?? String(node.value)
      if (text !== '<<' || node.type !== 'PLAIN') return text
    }
    const [code, message, hint] = isScalar(node)
      ? ['QC1007', 'merge keys (<<) are not supported', 'write the keys out']
      : ['QC1008', 'a key is a text']
    this.#problem(code, message, this.#places.of(pair.key), hint)
    return null
  }

  #entry(pair: Pair, path: readonly unknown[], entries: Map<string, Entry>): void {
    const text = this.#keyOf(pair)
    if (text === null) return
    // A key that only looks like one may be the name of an object, which is a map.
    const above = this.#above
    const known = this.#secretKeys.has(text) || this.#secretKeys.has(`${above}.${text}`)
    const secret = known ? !isWrittenReference(pair.value) : looksSecret(text) && !isMap(pair.value)
    if (secret && !this.#masked.has(pair)) {
      this.#masked.add(pair)
      this.masks.push(this.#places.valueOf(pair))
    }
    const named = this.#hidden ? 'this key' : `"${text}"`
    const outside = this.#hidden
    this.#hidden ||= secret
    this.#above = text
    const value = this.#tree(pair.value, path)
    this.#above = above
    this.#hidden = outside
    if (!value) return
    const entry = entryOf(this.#places, pair, value)
    const before = entries.get(text)
    if (before) {
      const message = `${outside ? named : `key ${named}`} is written twice`
      this.#say(
        problemAt('QC1003', message, { at: entry.key }, { also: [{ at: before.key, text: 'here first' }] }),
      )
      return
    }
    if (value.kind === 'scalar' && value.value === null)
      this.#problem(
        'QC1005',
        `${named} has no value`,
        value.text === '' ? entry.key : value.at,
        /\s/.test(text)
          ? 'a comma ends a text inside { }: if this belongs to the text before it, put that in quotes'
          : 'write {} for an object without attributes, none for a singleton that shall not be, or remove the line',
      )
    entries.set(text, entry)
  }

  #tag(tag: string | undefined, node: unknown): void {
    const hint = 'remove it; quote the value if a text is meant'
    if (tag !== undefined) this.#problem('QC1007', 'tags are not supported', this.#places.of(node), hint)
  }

  #problem(code: string, message: string, at: Place, hint?: string): void {
    this.#say(problemAt(code, message, { at }, { ...(hint && { hint }) }))
  }

  #say(problem: Diagnostic): void {
    if (this.problems.length === MOST_PROBLEMS)
      throw new TooMuch(
        problemAt('QC1007', `this file has more than ${MOST_PROBLEMS} problems: these are the first`, {
          at: this.#places.at([0, 1]),
        }),
      )
    this.problems.push(problem)
  }
}

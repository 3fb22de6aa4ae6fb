import { nearest } from '../model/canonical.ts'
import type { Diagnostic, Place } from '../model/diagnostics.ts'
import type { Mask, SourceText } from '../model/excerpt.ts'
import { repeatable } from '../model/secrets.ts'
import { at, type Entry, type MapTree, plain, type Tree } from '../model/tree.ts'
import type { Document } from './load.ts'

/** What a compiled schema says of one place: ajv's shape, of which this is what we read. */
interface Violation {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
  readonly parentSchema?: Readonly<Record<string, unknown>>
  readonly propertyName?: string
  readonly message?: string
}

/** A compiled schema; the generated ones are precompiled by ajv. */
export interface Validator {
  (data: unknown): boolean
  errors?: Violation[] | null
}

/** Of unknown and missing keys and of bad names in one document; whoever has more has one reason for all of them. */
const MOST_PROBLEMS = 1000

/** Values that their place refuses: left out of expansion, where they count as written. */
export type Invalid = ReadonlySet<Tree>

/** Documents against the schema of their kind: every problem, one a place. */
export function validate(
  documents: readonly Document[],
  validators: Readonly<Record<string, Validator>>,
  sources: ReadonlyMap<string, SourceText>,
): { readonly diagnostics: readonly Diagnostic[]; readonly invalid: Invalid } {
  const invalid = new Set<Tree>()
  const diagnostics = documents.flatMap(({ kind, tree, file }) => {
    const validator = Object.hasOwn(validators, kind) ? validators[kind] : undefined
    if (!validator) return [unknownKind(kind, tree, Object.keys(validators))]
    if (validator(plain(tree))) return []
    // Each unknown key is looked for among all known ones.
    let unknown = 0
    const few = (error: Violation) => !isStructural(error) || ++unknown <= MOST_PROBLEMS
    return group((validator.errors ?? []).filter(few)).flatMap(([pointer, errors]) => {
      const found = at(tree, pointer)
      if (!found || (found.tree.kind === 'scalar' && found.tree.value === null)) {
        if (found) invalid.add(found.tree)
        return []
      }
      return errors.flatMap((error) => explain(error, found, invalid, sources.get(file)))
    })
  })
  return { diagnostics, invalid }
}

/** By place, and of the value errors at one place only the first. */
function group(errors: readonly Violation[]): readonly (readonly [string, readonly Violation[]])[] {
  const byPlace = new Map<string, Violation[]>()
  for (const error of errors) {
    if (error.keyword === 'propertyNames') continue
    const list = byPlace.get(error.instancePath) ?? []
    if (isStructural(error) || !list.some((other) => !isStructural(other))) list.push(error)
    byPlace.set(error.instancePath, list)
  }
  return [...byPlace]
}

const isStructural = ({ keyword, propertyName }: Violation): boolean =>
  keyword === 'additionalProperties' || keyword === 'required' || propertyName !== undefined

function explain(
  error: Violation,
  found: { readonly tree: Tree; readonly key: Diagnostic['at'] },
  invalid: Set<Tree>,
  source: SourceText | undefined,
): Diagnostic[] {
  const { tree } = found
  const schema = (error.parentSchema ?? {}) as Record<string, unknown>
  if (error.keyword === 'additionalProperties')
    return [unknownKey(String(error.params.additionalProperty), tree, schema, source)]
  if (error.keyword === 'required')
    return [
      problem('QC1006', `"${error.params.missingProperty}" is missing`, { ...tree.at, ...(found.key ?? {}) }),
    ]
  if (error.propertyName !== undefined) return [badName(error.propertyName, tree, schema)]
  invalid.add(tree)
  if (schema.secret === true && tree.kind !== 'map') return [literalSecret(tree, source)]
  const expected = String(schema.expected ?? constant(error) ?? error.message ?? '')
  if (error.keyword === 'minProperties')
    return [problem('QC1004', '{} says nothing here', tree.at, { label: `expected ${expected}` })]
  if (error.keyword === 'minItems')
    return [
      problem('QC1004', 'an empty list', tree.at, { label: `expected at least ${error.params.limit} entry` }),
    ]
  return [unexpected(tree, error, expected)]
}

function unexpected(tree: Tree, error: Violation, expected: string): Diagnostic {
  const shown = tree.kind === 'scalar' ? `value "${quoted(tree.text)}"` : tree.kind
  const choices =
    error.keyword === 'enum' && tree.kind === 'scalar'
      ? nearest(tree.text, listed(error.params.allowedValues))
      : undefined
  const schema = error.parentSchema ?? {}
  const asText =
    tree.kind === 'scalar' &&
    (typeof tree.value === 'number' || typeof tree.value === 'boolean') &&
    error.keyword === 'type' &&
    String(error.params.type).includes('string') &&
    takes(schema, tree.text)
      ? `YAML reads a ${typeof tree.value} here: write "${tree.text}"`
      : undefined
  const decimal = tree.kind === 'scalar' ? /^[0-9]+ ?([KMGT])B?$/.exec(tree.text) : null
  const hint =
    asText ??
    (choices && `did you mean "${choices}"?`) ??
    (decimal && expected.includes('GiB')
      ? `sizes are binary: write ${tree.kind === 'scalar' ? tree.text.replace(/ ?[KMGT]B?$/, '') : ''} ${decimal[1]}iB`
      : undefined)
  return problem('QC1004', `unexpected ${shown}`, tree.at, {
    label: `expected ${expected}`,
    ...(hint && { hint }),
  })
}

/** Would the text be right, were it quoted? */
const takes = ({ pattern, enum: choices }: Record<string, unknown>, text: string): boolean =>
  (typeof pattern !== 'string' || new RegExp(pattern, 'u').test(text)) &&
  (!Array.isArray(choices) || choices.includes(text))

/** A value in a message: not too long, and without a secret. */
function quoted(text: string): string {
  const bare = repeatable(text)
  return bare.length > 60 ? `${bare.slice(0, 57)}...` : bare
}

function unknownKey(
  key: string,
  tree: Tree,
  schema: Record<string, unknown>,
  source: SourceText | undefined,
): Diagnostic {
  const entry = tree.kind === 'map' ? tree.entries.get(key) : undefined
  const known = Object.keys((schema.properties ?? {}) as object)
  const isSet = Array.isArray(schema.sets) && schema.sets.includes(key)
  const guess = nearest(key, known)
  if (schema.secret === true && !guess) return literalSecret(tree, source)
  // What an unknown key holds may be a secret whose key is misspelt.
  if (entry && source) source.masks.push(maskOf(entry.value.at), maskOfEntry(entry, source))
  if (isSet)
    return problem('QC1209', `"${key}" is a set: it cannot be given to all`, entry?.key ?? tree.at, {
      hint: 'one line here would take away everywhere; write it in a template or at the objects',
      hidden: true,
    })
  return problem('QC1002', `unknown key "${key}"`, entry?.key ?? tree.at, {
    hint: guess ? `did you mean "${guess}"?` : `known here: ${known.join(', ')}`,
    hidden: true,
  })
}

const maskOf = ({ line, column, length }: Place): Mask => ({
  from: { line, column },
  to: { line, column: column + length },
})

/** All that follows a key, with what is below it. */
function maskOfEntry({ key: { line, column, length }, end }: Entry, { lines }: SourceText): Mask {
  const after = column + length
  const gap = /^\s*:\s*/.exec((lines[line - 1] ?? '').slice(after - 1))?.[0].length ?? 0
  return { from: { line, column: after + gap }, to: end }
}

function badName(name: string, tree: Tree, schema: Record<string, unknown>): Diagnostic {
  const key = tree.kind === 'map' ? tree.entries.get(name)?.key : undefined
  return problem('QC2006', `"${name}" cannot be a name here`, key ?? tree.at, {
    label: `expected ${schema.expected ?? 'a name'}`,
  })
}

function literalSecret(tree: Tree, source: SourceText | undefined): Diagnostic {
  source?.masks.push(maskOf(tree.at))
  return problem('QC1301', 'a secret is written in the file', tree.at, {
    label: 'use {from_env: NAME} or {from_file: PATH}',
    hint: 'if it was ever committed, change it: it is in your Git history',
  })
}

function unknownKind(kind: string, tree: MapTree, known: readonly string[]): Diagnostic {
  const entry = tree.entries.get('kind')
  const guess = nearest(kind, known)
  const message = entry ? `unknown kind "${kind}"` : 'this document has no kind'
  return problem('QC1008', message, entry?.value.at ?? tree.at, {
    hint: guess ? `did you mean "${guess}"?` : `kinds: ${known.join(', ')}`,
  })
}

function problem(
  code: string,
  message: string,
  where: Diagnostic['at'],
  more: Partial<Diagnostic> = {},
): Diagnostic {
  return { code, severity: 'error', message, at: where, ...more }
}

const constant = ({ keyword, params }: Violation): string | undefined =>
  keyword === 'const' ? `"${String(params.allowedValue)}"` : undefined

const listed = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [])

import { canonicalJson } from '../model/canonical.ts'
import type { Change, Difference } from '../model/change.ts'
import type { Origin } from '../model/diagnostics.ts'
import { printValue } from '../model/kinds.ts'
import type { PlannedField, Source } from '../model/plan.ts'
import type { ResourceType } from '../model/resource.ts'
import {
  type Attribute,
  isReference,
  looksLikeReference,
  type SecretReference,
  type Value,
} from '../model/schema.ts'
import { HIDDEN, hasVeil, maySecret, veiled } from '../model/secrets.ts'

/** A change's differences as a plan shows them: texts as the user writes them, secrets only by where they come from. */
export function plannedFields(change: Change, type: ResourceType): readonly PlannedField[] {
  return change.differences.map((difference) => {
    const attribute = leafOf(difference, type)
    return {
      path: difference.path,
      ...valuesOf(difference, attribute, change),
      ...(difference.replaces && { forces_replace: true as const }),
      ...(difference.fallback && { fallback: true as const }),
      ...(difference.origin && { source: sourceOf(difference.origin) }),
    }
  })
}

/** A place as a plan has it. */
export const sourceOf = ({ at: { file, line, column }, via }: Origin): Source => ({
  file,
  line,
  column,
  ...(via && { via: `${via.file}:${via.line}` }),
})

/** The attribute itself, or the key of an object attribute that differs. */
export function leafOf({ attribute, path }: Difference, type: ResourceType): Attribute | undefined {
  const own = type.schema[attribute]
  const leaf = path.split('/')[2]
  return leaf === undefined ? own : own?.fields?.[leaf]
}

/** Sent, and in nothing that Quay returns. */
export function isUnseen(difference: Difference, type: ResourceType): boolean {
  const leaf = leafOf(difference, type)
  return leaf?.writeOnly === true || isReference(leaf, difference.after)
}

/** A secret, which Quay shows to nobody: a difference by which only its reference is known. */
export const isSecret = (difference: Difference, type: ResourceType): boolean =>
  isReference(leafOf(difference, type), difference.after)

function valuesOf(
  difference: Difference,
  attribute: Attribute | undefined,
  { action }: Change,
): Partial<PlannedField> {
  const { before, after } = difference
  if (!attribute) return { before, after }
  if (isReference(attribute, after)) return secretOf(difference, after)
  if (maySecret(attribute, 'file')) return { sensitive: true, before: null, after: null }
  if (attribute.many === 'set' || (attribute.many && action === 'update')) return setOf(attribute, difference)
  // What a reference stood for nobody knows any more.
  const was =
    before !== undefined && isReference(attribute, before) ? HIDDEN : textOf(attribute, before, 'quay')
  const shall = written(difference, attribute, after)
  const looksAlike = was !== null && canonicalJson(was) === canonicalJson(shall)
  return {
    before: was,
    after: looksAlike ? (typeof shall === 'string' ? `${shall} ${ANOTHER}` : ANOTHER) : shall,
    ...raw(attribute, before, after),
  }
}

/** What is said where two values differ in nothing that is shown. */
const ANOTHER = '(another one)'

function setOf(
  attribute: Attribute,
  { before, after, others: told = [] }: Difference,
): Partial<PlannedField> {
  const entries = (values: Value | undefined, teller: 'file' | 'quay') =>
    listOf(values).map((value) => {
      const text = printValue(attribute, veiled(attribute, value, teller))
      return { text, whole: canonicalJson([text, value]) }
    })
  const was = entries(before, 'quay')
  const shall = entries(after, 'file')
  const added = shall.map(({ text }) => text)
  const kept: string[] = []
  const removed: string[] = []
  for (const { text } of was) (take(added, text) ? kept : removed).push(text)
  const wholes = shall.map(({ whole }) => whole)
  const same = was.flatMap(({ text, whole }) => (take(wholes, whole) ? [text] : []))
  for (const text of told) take(same, text)
  const others = kept.filter((text) => !take(same, text) && hasVeil(text))
  const isAlike = added.length + removed.length + others.length === 0
  const changed = isAlike ? kept.filter(hasVeil) : others
  const stay = [...kept]
  for (const text of changed) take(stay, text)
  return {
    set: true,
    added: [...added, ...changed.map((text) => `${text} ${ANOTHER}`)],
    removed: [...removed, ...changed],
    kept: stay,
  }
}

/** Takes one such text out, if it is there. */
function take(texts: string[], text: string): boolean {
  const index = texts.indexOf(text)
  if (index >= 0) texts.splice(index, 1)
  return index >= 0
}

/** What a field of `setOf` says of entries that differ in what is not shown. */
export const othersOf = ({ added = [], removed = [] }: PlannedField): readonly string[] =>
  added.flatMap((text) => {
    const shown = String(text).replace(` ${ANOTHER}`, '')
    return shown !== text && removed.includes(shown) ? [shown] : []
  })

/** What the user wrote is what is printed. */
function written({ origin }: Difference, attribute: Attribute, after: Value | undefined): unknown {
  const hasUnit = attribute.kind === 'duration' || attribute.kind === 'size'
  return hasUnit && origin?.text !== undefined && !attribute.many
    ? origin.text
    : textOf(attribute, after, 'file')
}

function textOf(attribute: Attribute, value: Value | undefined, teller: 'file' | 'quay'): unknown {
  if (value === undefined || value === null) return null
  const shown = veiled(attribute, value, teller)
  if (attribute.fields || shown === HIDDEN) return shown
  if (attribute.many === 'single' && Array.isArray(shown)) {
    const [only] = shown
    return only === undefined ? 'none' : printValue(attribute, only)
  }
  return typeof shown === 'boolean' || attribute.kind === 'map' || attribute.kind === 'keep'
    ? shown
    : printValue(attribute, shown)
}

function raw(
  attribute: Attribute,
  before: Value | undefined,
  after: Value | undefined,
): Partial<PlannedField> {
  if (attribute.kind !== 'duration' && attribute.kind !== 'size') return {}
  return {
    ...(before !== undefined && { raw_before: before }),
    ...(after !== undefined && { raw_after: after }),
  }
}

/** Where it comes from; of one that is sent again why, and its versions. */
function secretOf({ before, resent }: Difference, after: SecretReference): Partial<PlannedField> {
  const label = versionOf(after)
  const words =
    resent === 'changed' && looksLikeReference(before)
      ? [`version ${before.version ?? 'none'} -> ${after.version ?? 'none'}`]
      : [...(resent ? [resent === 'asked' ? 'sent again' : 'new'] : []), ...(label ? [label] : [])]
  const { from_env, from_file } = after
  const source = from_env !== undefined ? `from env ${from_env}` : `from file ${from_file}`
  return {
    sensitive: true,
    before: looksLikeReference(before) ? (versionOf(before) ?? UNVERSIONED) : null,
    after: resent ? label : null,
    ...(resent && { resent }),
    note: [...words, source].join(', '),
  }
}

/** What a field of `secretOf` says of the reference that was there before. */
export const referenceBefore = ({ before }: PlannedField): SecretReference | undefined =>
  typeof before === 'string'
    ? { from_env: '', ...(before !== UNVERSIONED && { version: Number(before.split(' ')[1]) }) }
    : undefined

const UNVERSIONED = 'no version'
const versionOf = ({ version }: SecretReference): string | null =>
  version === undefined ? null : `version ${version}`

const listOf = (value: Value | undefined): readonly Value[] => (Array.isArray(value) ? value : [])

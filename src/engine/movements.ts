import { canonicalJson, sameValue } from '../model/canonical.ts'
import type { Change, Desired, Live } from '../model/change.ts'
import { printValue } from '../model/kinds.ts'
import type { ResourceType } from '../model/resource.ts'
import { type Attribute, isReference, type Value } from '../model/schema.ts'
import { HIDDEN } from '../model/secrets.ts'
import { pick, seenBy } from './ids.ts'
import { masked, valueAt } from './planfile-values.ts'

/** One value of an object: as the plan saw it, as it is now, and as it shall be. */
interface Leaf {
  readonly path: string
  readonly attribute: Attribute
  readonly was: Value | undefined
  readonly is: Value | undefined
  readonly wanted: Value | undefined
}

const LONGEST = 60

/** What has changed since the plan, in words, to something that it does not want either; secrets are never in them. */
export function movements(
  change: Change,
  type: ResourceType,
  found: Live,
  wanted: Desired | null,
): readonly string[] {
  const before = seenBy(change, type)
  const now = pick(found, Object.keys(before))
  const leaves = Object.entries(type.schema).flatMap(([name, attribute]) =>
    name in before
      ? leavesOf({
          path: name,
          attribute,
          was: before[name],
          is: now[name],
          wanted: wanted?.attributes[name],
        })
      : [],
  )
  const others = leaves.filter((leaf) => !isAsIs(leaf) && !isUnderWay(leaf))
  const shown = others.filter((leaf) => !isUnseen(leaf))
  if (shown.length > 0) return shown.map(wordsOf)
  // Of what a saved plan does not show only the digest of the whole object tells that it is another.
  if (others.length > 0) return others.map(({ path }) => `${path} may be another one`)
  return wanted ? [] : ['there are more or fewer of it']
}

/** Of a map each key by itself. */
function leavesOf(leaf: Leaf): readonly Leaf[] {
  const { path, attribute, was, is, wanted } = leaf
  const { fields, many } = attribute
  if (!fields || many) return [leaf]
  return Object.entries(fields).map(([key, field]) => ({
    path: `${path}.${key}`,
    attribute: field,
    was: valueAt(was, [key]),
    is: valueAt(is, [key]),
    wanted: valueAt(wanted, [key]),
  }))
}

/** What a saved plan shows of it says nothing of what it was. */
const isUnseen = ({ attribute, was, is }: Leaf): boolean =>
  was === HIDDEN || sameValue(was, veil(attribute, is))

const veil = (attribute: Attribute, value: Value | undefined): Value | undefined =>
  masked({ it: attribute }, { it: value ?? null }).it

const isAsIs = ({ was, is }: Leaf): boolean => sameValue(ordered(was), ordered(is))

/** On its way to what it shall be, or there: a run that was cut off leaves such values. */
function isUnderWay({ attribute, was, is, wanted }: Leaf): boolean {
  if (wanted === undefined || isReference(attribute, wanted)) return false
  if (sameValue(ordered(is), ordered(wanted))) return true
  if (!Array.isArray(is) || !Array.isArray(was) || !Array.isArray(wanted)) return false
  const had = textsOf(was)
  const has = textsOf(is)
  const shall = textsOf(wanted)
  return (
    [...has].every((item) => had.has(item) || shall.has(item)) &&
    [...had].every((item) => has.has(item) || !shall.has(item))
  )
}

const textsOf = (list: readonly Value[]): ReadonlySet<string> => new Set(list.map(canonicalJson))

const ordered = (value: Value | undefined): Value | undefined =>
  Array.isArray(value) ? [...value].sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1)) : value

function wordsOf({ path, attribute, was, is }: Leaf): string {
  const print = (value: Value | undefined) => short(printValue(attribute, value ?? null))
  const [before, now] = [was, is].map((value) => veil(attribute, value))
  return before === HIDDEN || now === HIDDEN
    ? `${path} is another one`
    : `${path} was ${print(before)}, is now ${print(now)}`
}

function short(text: string): string {
  const line = text.replaceAll('\n', '\\n')
  return line === '' ? '""' : line.length > LONGEST ? `${line.slice(0, LONGEST)}...` : line
}

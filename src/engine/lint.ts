import { rootOf } from '../model/address.ts'
import { type Desired, originOf } from '../model/change.ts'
import { type Diagnostic, type Origin, type Place, problemAt } from '../model/diagnostics.ts'
import type { SourceText } from '../model/excerpt.ts'
import type { Around, Breach, Registry, ResourceType } from '../model/resource.ts'
import { type Level, rules } from '../model/rules.ts'
import type { Value } from '../model/schema.ts'
import { secretIn } from '../model/secret-shapes.ts'
import { repeatable } from '../model/secrets.ts'
import { parseSubject } from '../model/subject.ts'
import { type Expanded, grouped } from './expand.ts'
import type { Ignore } from './load-ignores.ts'

interface Lint {
  readonly expanded: Expanded
  readonly registry: Registry
  readonly ignores: readonly Ignore[]
  readonly sources: ReadonlyMap<string, SourceText>
  /** All files are sound, so that what hides nothing now never will. */
  readonly sound: boolean
}

/** A rule that an object breaks, and where. */
interface Found extends Breach {
  readonly desired: Desired
  readonly origin: Origin
}

interface Broken {
  /** As loud as `rules` says. */
  readonly heard: readonly Diagnostic[]
  /** What a comment ignores, and why, as notes. */
  readonly ignored: readonly Diagnostic[]
}

/** Which rules the objects break. */
export function lint({ expanded, registry, ignores, sources, sound }: Lint): Broken {
  const byPlace = grouped(ignores, ({ code, at, line }) => placeOf(code, { ...at, line }))
  const needed = new Set<Ignore>()
  const sayings = breaches(expanded, registry).map((breach) => {
    const { code } = rules[breach.rule]
    const all = said(breach, expanded.settings.rules.get(breach.rule))
    if (ignores.length === 0) return { heard: all, ignored: [] }
    const hits = placesOf(breach, sources).flatMap((at) => byPlace.get(placeOf(code, at)) ?? [])
    for (const ignore of hits) needed.add(ignore)
    const [hit] = hits
    return hit ? { heard: [], ignored: all.map((one) => silenced(one, hit)) } : { heard: all, ignored: [] }
  })
  const idle = ignores.filter((ignore) => sound && !needed.has(ignore))
  return {
    heard: [...sayings.flatMap(({ heard }) => heard), ...(idle.length > 0 ? idleOnes(idle, expanded) : [])],
    ignored: sayings.flatMap(({ ignored }) => ignored),
  }
}

const silenced = (
  { code, message, label: _, hint: __, ...one }: Diagnostic,
  { reason }: Ignore,
): Diagnostic => ({
  ...one,
  code: 'QC5094',
  severity: 'note',
  message: repeatable(`${message}: ${code} is ignored here, ${reason}`),
})

const placeOf = (code: string, { file, line }: Place): string => `${code} ${line} ${file}`

/** Of a file that says nothing of any object, such as that of a template which nobody uses, nothing is known. */
function idleOnes(idle: readonly Ignore[], { desired, patterns }: Expanded): readonly Diagnostic[] {
  const files = new Set(
    [...desired, ...patterns].flatMap(({ origin, origins }) =>
      [origin, ...Object.values(origins)].map(({ at }) => at.file),
    ),
  )
  const hint = 'remove the comment, or move it to the line that the rule names, or right above it'
  return idle
    .filter(({ at }) => files.has(at.file))
    .map(({ code, at }) =>
      problemAt('QC5093', `nothing here breaks ${code}`, { at }, { severity: 'note', hint }),
    )
}

function breaches({ desired, patterns }: Expanded, registry: Registry): readonly Found[] {
  const children = grouped(
    desired.filter(({ absent }) => !absent),
    ({ address }) => address.parent?.text ?? '',
  )
  const below = (above: string, name: string, key?: string) =>
    children
      .get(above)
      ?.find(({ address }) => address.type === name && (key === undefined || address.name === key))
  return [...desired, ...patterns].flatMap((one) => {
    const type = registry.get(one.address.type)
    if (!type || one.absent || one.mustExist) return []
    const around: Around = {
      has: (name) => below(one.address.text, name) !== undefined,
      subject: (text) => {
        const { kind, name } = parseSubject(text)
        return below(rootOf(one.address).text, kind, name)?.attributes ?? null
      },
    }
    return [...(type.lint?.(one, around) ?? []), ...secrets(one, type)].map((breach) => ({
      ...breach,
      desired: one,
      origin: originOf(one, breach.attribute),
    }))
  })
}

/** Of every type whose attributes are words for people. */
function secrets({ address, attributes }: Desired, { schema }: ResourceType): readonly Breach[] {
  return Object.keys(attributes).flatMap((attribute) => {
    if (!schema[attribute]?.prose) return []
    const what = textsIn(attributes[attribute])
      .map(secretIn)
      .find((kind) => kind !== null)
    if (!what) return []
    const message = `${attribute} of ${address.text} has what looks like ${what}`
    return [
      {
        rule: 'secret_in_description',
        attribute,
        message,
        hint: 'take it out, and change the secret: it has been read',
      },
    ]
  })
}

/** The texts of a value; of a map each with its key, which may say what it is. */
function textsIn(value: Value | undefined, key = ''): readonly string[] {
  if (typeof value === 'string') return key === '' ? [value] : [value, `${key}: ${value}`]
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([name, inner]) => textsIn(inner, name))
}

function said(
  { rule, desired, origin, message, hint }: Found,
  level: Level | undefined,
): readonly Diagnostic[] {
  const severity = level ?? rules[rule].level
  if (severity === 'off') return []
  const { address } = desired
  const about = { severity, label: rule, address: address.text, organization: rootOf(address).name }
  return [problemAt(rules[rule].code, message, origin, { ...about, ...(hint && { hint }) })]
}

/** Where a comment may ignore it: at the attribute, at the object, and where a template is used. */
function placesOf(
  { attribute, desired, origin }: Found,
  sources: ReadonlyMap<string, SourceText>,
): readonly Place[] {
  const key = attribute === undefined ? [] : keyAbove(origin.at, attribute, sources.get(origin.at.file))
  return [...[origin, desired.origin].flatMap(({ at, via }) => (via ? [at, via] : [at])), ...key]
}

/** The line of the key, where its value begins on a later one. */
function keyAbove(
  { line, ...at }: Place,
  attribute: string,
  source: SourceText | undefined,
): readonly Place[] {
  let above = line - 1
  while (/^\s*(#.*)?$/.test(source?.lines[above - 1] ?? 'none')) above--
  const key = /^[\s-]*["']?([^\s"':]+)["']?\s*:\s*(#.*)?$/.exec(source?.lines[above - 1] ?? '')?.[1]
  return key === attribute ? [{ ...at, line: above }] : []
}

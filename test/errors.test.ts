import { describe, expect, test } from 'vitest'
import { exampleName } from '../src/engine/example.ts'
import type { ResourceType } from '../src/model/resource.ts'
import type { Attribute, Value } from '../src/model/schema.ts'
import { documentOf, examplesOf, requiredOf, type Written } from './documents.ts'
import { configure, registry } from './world.ts'

type Path = readonly (string | number)[]

/** Types that are written as maps of attributes. */
const types = [...registry.values()].filter(({ patternOf }) => !patternOf)
const objects = types.filter(({ value }) => value === undefined)

/** Where the example of a type stands in its document. */
function pathOf(type: ResourceType): Path {
  const parent = registry.get(type.parents[0] ?? '')
  if (!parent && type.document) return []
  const own = type.identity === 'key' ? [exampleName(type)] : type.identity === 'list' ? [0] : []
  return [...(parent ? pathOf(parent) : []), type.block, ...own]
}

/** A document with something else at a place; undefined takes away what is there. */
function changed(document: Value, [head, ...rest]: Path, value: Value | undefined): Value {
  if (head === undefined) return value ?? null
  if (Array.isArray(document))
    return document.map((item, index) => (index === head ? changed(item, rest, value) : item))
  const { [head]: inner, ...others } = document as Written
  if (rest.length === 0 && value === undefined) return others
  return { ...(document as Written), [head]: changed(inner ?? {}, rest, value) }
}

const parsed = (type: ResourceType, written: Written = requiredOf(type.schema)): Value =>
  JSON.parse(documentOf(type, written))

/** Stands where something is written that the text of a document gets afterwards. */
const MARK = 'marked'

interface Said {
  readonly code: string
  readonly line: string
  readonly message: string
}

/** The errors of a text, each with the text of its line. */
function errorsOf(text: string): readonly Said[] {
  const all = text.split('\n')
  return configure(text)
    .diagnostics.filter(({ severity }) => severity === 'error')
    .map(({ code, message, at }) => ({ code, message, line: all[(at?.line ?? 0) - 1]?.trim() ?? '' }))
}
const textOf = (document: Value): string => JSON.stringify(document, null, 1)

const companions = (type: ResourceType, { together = [] }: Attribute): Written =>
  Object.fromEntries(
    together.flatMap((name) => {
      const other = type.schema[name]
      return other ? [[name, examplesOf(other)[0]] as const] : []
    }),
  )

/** What no attribute of such a kind can be. */
const misfit = ({ kind, fields, reference }: Attribute): Value =>
  fields || reference || kind === 'map' || kind === 'secret' ? 7 : { [MARK]: 7 }

test.each(types)('the example of a $name has no error', (type) => {
  expect(errorsOf(textOf(parsed(type)))).toEqual([])
})

describe('an unknown key', () => {
  test.each(objects)('of a $name is one error at its line', (type) => {
    const document = changed(parsed(type), [...pathOf(type), MARK], 'x')
    const errors = errorsOf(textOf(document))
    expect(errors.map(({ line }) => line)).toEqual([expect.stringContaining(MARK)])
  })

  const deep = objects.flatMap((type) =>
    Object.entries(type.schema).flatMap(([name, attribute]) =>
      attribute.fields ? [{ type, name, attribute, title: `${name} of a ${type.name}` }] : [],
    ),
  )
  test.each(deep)('in $title is one error at its line', ({ type, name, attribute }) => {
    const own = Object.entries(attribute.fields ?? {}).flatMap(([key, field]) =>
      field.required ? [[key, examplesOf(field)[0]] as const] : [],
    )
    const [example] = [examplesOf({ ...attribute, examples: attribute.examples ?? [{}, {}] })[0]].flat()
    const others: readonly Value[] = [requiredOf(type.schema)[name] ?? {}, example ?? {}]
    const sound = others.find(
      (inner) => errorsOf(textOf(changed(parsed(type), [...pathOf(type), name], inner))).length === 0,
    )
    const inner = { ...Object.fromEntries(own), ...(sound as Written | undefined), [MARK]: 'x' }
    const written = attribute.many ? [inner] : inner
    const errors = errorsOf(textOf(changed(parsed(type), [...pathOf(type), name], written)))
    expect(errors.map(({ line }) => line)).toEqual([expect.stringContaining(MARK)])
  })
})

describe('a value of a wrong kind', () => {
  const rows = types.flatMap((type) =>
    Object.entries(type.schema).map(([name, attribute]) => ({
      type,
      name,
      attribute,
      title: `${name} of a ${type.name}`,
    })),
  )
  test.each(rows)('as $title is one error at its line', ({ type, name, attribute }) => {
    const document = parsed(type, { ...requiredOf(type.schema), ...companions(type, attribute) })
    const path = type.value === name ? pathOf(type) : [...pathOf(type), name]
    const errors = errorsOf(textOf(changed(document, path, misfit(attribute))))
    const key = type.value === name ? String(path.at(-1)) : name
    expect(errors.map(({ line }) => line)).toEqual([expect.stringContaining(`"${key}":`)])
  })
})

describe('a missing attribute', () => {
  const rows = objects.flatMap((type) =>
    Object.entries(type.schema).flatMap(([name, { required }]) =>
      required ? [{ type, name, title: `${name} of a ${type.name}` }] : [],
    ),
  )
  test.each(rows)('$title is one error at the object', ({ type, name }) => {
    // An object that says nothing at all is another error.
    const [other] = Object.entries(type.schema).flatMap(([key, attribute]) =>
      attribute.required || attribute.together || attribute.fields
        ? []
        : [{ [key]: examplesOf(attribute)[0] }],
    )
    const document = parsed(type, { ...other, ...requiredOf(type.schema) })
    const text = textOf(changed(document, [...pathOf(type), name], undefined))
    const errors = errorsOf(text)
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining(name)])
    const key = pathOf(type)
      .filter((part) => typeof part === 'string')
      .at(-1)
    const after = text.slice(text.indexOf(`"${key}":`)).split('\n')
    expect(after.slice(0, 3).map((line) => line.trim())).toContain(errors[0]?.line)
  })
})

describe('an object that is written twice', () => {
  test.each(types)('a $name is one error at the second', (type) => {
    const path = pathOf(type)
    const document = parsed(type)
    const at = (from: Value, [head, ...rest]: Path): Value =>
      head === undefined ? from : at((from as Written)[head] ?? null, rest)
    const own = at(document, path)
    if (path.length === 0) {
      const text = `${textOf(document)}\n---\n${textOf(document)}`
      const errors = errorsOf(text)
      expect(errors.length).toBe(1)
      return
    }
    const last = path.at(-1)
    if (typeof last === 'number') {
      const list = [own, own]
      const text = textOf(changed(document, path.slice(0, -1), list))
      expect(errorsOf(text).map(({ message }) => message)).toEqual([expect.stringMatching(/twice/)])
      return
    }
    const text = textOf(changed(document, [...path.slice(0, -1), MARK], own)).replace(
      `"${MARK}"`,
      `"${last}"`,
    )
    const lines = text.split('\n').flatMap((line, index) => (line.includes(`"${last}":`) ? [index + 1] : []))
    const errors = configure(text).diagnostics.filter(({ severity }) => severity === 'error')
    expect(errors.map(({ at: place }) => place?.line)).toEqual([lines.at(-1)])
  })
})

describe('a reference to nobody', () => {
  interface Row {
    readonly title: string
    readonly type: ResourceType
    readonly path: Path
    readonly value: Value
    readonly beside: Written
  }
  const texts = ({ refers, subjects = [], many }: Attribute): readonly Value[] =>
    (refers
      ? ['nobody']
      : subjects
          .filter((kind) => (registry.get(kind)?.parents.length ?? 0) > 0)
          .map((kind) => `${kind}:nobody`)
    ).map((text) => (many ? [text] : text))
  const rows = types.flatMap((type): readonly Row[] => {
    const own = Object.entries(type.schema).flatMap(([name, attribute]) =>
      texts(attribute).map((value) => ({ path: [name], value, beside: companions(type, attribute) })),
    )
    const named = (type.named ?? []).filter((kind) => (registry.get(kind)?.parents.length ?? 0) > 0)
    return [
      ...own.map((row) => ({ ...row, type, title: `${row.path} ${row.value} of a ${type.name}` })),
      ...named.map((kind) => ({
        type,
        path: [],
        value: `${kind}:nobody`,
        beside: {},
        title: `the name ${kind}:nobody of a ${type.name}`,
      })),
    ]
  })
  test.each(rows)('$title is one error at its line', ({ type, path, value, beside }) => {
    const document = parsed(type, { ...requiredOf(type.schema), ...beside })
    const place = pathOf(type)
    const text =
      path.length > 0
        ? textOf(changed(document, [...place, ...path], value))
        : textOf(document).replaceAll(`"${place.at(-1)}":`, `"${value}":`)
    const errors = errorsOf(text)
    expect(errors.map(({ code }) => code)).toEqual(['QC2001'])
    expect(errors[0]?.line).toMatch(/nobody|"[a-z_]+": \[/)
  })
})

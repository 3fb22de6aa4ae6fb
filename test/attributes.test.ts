import { describe, expect, test } from 'vitest'
import { canonicalFallback } from '../src/engine/attributes.ts'
import { hasErrors } from '../src/model/diagnostics.ts'
import type { ResourceType } from '../src/model/resource.ts'
import { isOfRules } from '../src/model/rules.ts'
import type { Attribute, Value } from '../src/model/schema.ts'
import { documentOf, exampleAddress, examplesOf, requiredOf, type Written } from './documents.ts'
import {
  actionsOf,
  configure,
  inWorld,
  isWrite,
  type ReadyPlan,
  registry,
  type World,
  withWorld,
  wordsOf,
  writesOf,
} from './world.ts'

/** What is found in a plan, but for rules, which are about the files alone. */
const saidOf = ({ plan }: ReadyPlan) => plan.findings.filter(({ code }) => !isOfRules(code))

/** One attribute, or one key of an object attribute, changed from one value to another. */
interface Row {
  readonly title: string
  readonly type: ResourceType
  readonly attribute: Attribute
  /** Of the difference. */
  readonly path: string
  readonly from: Written
  readonly to: Written
}

const isMap = (value: Value | undefined): value is Written =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The stronger over the weaker, maps key by key. */
const over = (weaker: Written, stronger: Written): Written =>
  Object.fromEntries(
    [...new Set([...Object.keys(weaker), ...Object.keys(stronger)])].map((key) => {
      const [one, two] = [weaker[key], stronger[key]]
      return [key, (isMap(one) && isMap(two) ? over(one, two) : (two ?? one)) ?? null]
    }),
  )

/** What a row's attributes need beside them. */
function companionsOf(type: ResourceType, attribute: Attribute): Written {
  const names = attribute.together ?? []
  return Object.fromEntries(
    names.flatMap((name) => {
      const other = type.schema[name]
      return other ? [[name, examplesOf(other)[0]]] : []
    }),
  )
}

function rowsOf(type: ResourceType): readonly Row[] {
  return Object.entries(type.schema).flatMap(([name, attribute]) => {
    const row = (label: string, path: string, leaf: Attribute, one: Value, two: Value): Row => {
      const { [name]: _, ...others } = { ...requiredOf(type.schema), ...companionsOf(type, attribute) }
      const beside = over(others, leaf.beside ?? attribute.beside ?? {})
      const whole = leaf === attribute
      return {
        title: `${type.name} ${label}`,
        type,
        attribute: { ...attribute, ...leaf },
        path,
        from: whole ? { ...beside, [name]: one } : over(beside, { [name]: one }),
        to: whole ? { ...beside, [name]: two } : over(beside, { [name]: two }),
      }
    }
    if (attribute.fields && !attribute.many)
      return Object.entries(attribute.fields).flatMap(([key, leaf]) =>
        valuePairs(leaf).map(([label, one, two]) =>
          row(`${name}.${key}${label}`, `/${name}/${key}`, leaf, { [key]: one }, { [key]: two }),
        ),
      )
    return valuePairs(attribute).map(([label, one, two]) =>
      row(name + label, `/${name}`, attribute, one, two),
    )
  })
}

/** From the first example to the second, and to and from the word `none`. */
function valuePairs(attribute: Attribute): readonly (readonly [string, Value, Value])[] {
  const [one, two] = examplesOf(attribute)
  const pairs: (readonly [string, Value, Value])[] = [['', one, two]]
  if (attribute.words?.includes('none')) pairs.push([' to none', one, 'none'], [' from none', 'none', one])
  if (attribute.many === 'loose') pairs.push([' to several', one, [one, two]])
  if (attribute.many && !attribute.minimum && attribute.many !== 'single')
    pairs.push([' to nothing', one, []])
  return pairs
}

/** The documents of a row: both declare whatever either names. */
const documentsOf = ({ type, from, to }: Row): readonly [string, string] => [
  documentOf(type, from, [to]),
  documentOf(type, to, [from]),
]

/** What Quay takes only after somebody has clicked on a link in a mail, which no API does. */
const person = /address is not authorized/

async function needsPerson(world: World, document: string): Promise<boolean> {
  const { outcomes } = await world.apply(await world.plan(document))
  const bad = [...outcomes.values()].map(wordsOf).filter((words) => words !== 'done')
  for (const words of bad) expect(words).toMatch(person)
  return bad.length > 0
}

const rows = [...registry.values()].flatMap(rowsOf)
/** Does the change make another object of it? */
const renames = ({ type, from, to }: Row): boolean =>
  exampleAddress(type, from).text !== exampleAddress(type, to).text
const plain = rows.filter(
  (row) =>
    !row.attribute.replaces &&
    !row.attribute.serverOwned &&
    !row.attribute.writeOnly &&
    !row.attribute.supersedes &&
    !renames(row),
)

test('every attribute of every type is in the table, with two values that differ', () => {
  const known = new Set(rows.map(({ type, path }) => `${type.name} ${path.split('/')[1]}`))
  const all = [...registry.values()].flatMap(({ name, schema }) =>
    Object.keys(schema).map((key) => `${name} ${key}`),
  )
  expect([...known]).toEqual(all)
  for (const { title, from, to } of rows) expect(from, title).not.toEqual(to)
})

describe('an attribute that can be changed', () => {
  test.each(plain)('$title plans as that one update, converges, and plans to nothing', async (row) => {
    const [from, to] = documentsOf(row)
    await inWorld(from, async (world) => {
      if (await needsPerson(world, from)) return
      await world.converge(from)
      const changed = await world.converge(to)
      expect(actionsOf(changed)).toEqual([`update ${exampleAddress(row.type, row.to).text}`])
      expect(changed.plan.changes[0]?.fields.map((field) => field.path)).toEqual([row.path])
      expect(actionsOf(await world.plan(to))).toEqual([])
    })
  })
})

describe('an attribute that names its entry', () => {
  const whole = rows.filter((row) =>
    documentsOf(row).every((text) => !hasErrors(configure(text).diagnostics)),
  )
  test.each(whole.filter(renames))(
    '$title: another entry is made, and an exact block loses the old one',
    async (row) => {
      const [from, to] = documentsOf(row)
      const [old, young] = [exampleAddress(row.type, row.from).text, exampleAddress(row.type, row.to).text]
      await inWorld(from, async (world) => {
        await world.converge(from)
        const changed = await world.converge(to)
        expect(actionsOf(changed)).toEqual([`create ${young}`, ...(row.type.exact ? [`delete ${old}`] : [])])
        const { plan } = await world.plan(to)
        expect(plan.changes).toEqual([])
        expect(plan.unmanaged.filter(({ type }) => type === row.type.name)).toMatchObject(
          row.type.exact ? [] : [{ count: 1 }],
        )
      })
    },
  )
})

describe('an attribute that names what the object takes the place of', () => {
  test.each(rows.filter(({ attribute }) => attribute.supersedes))(
    '$title',
    async ({ type, from, attribute }) => {
      const [name] = Object.entries(type.schema).find(([, { supersedes }]) => supersedes) ?? ['']
      const [former] = examplesOf(attribute)
      const before = documentOf({ ...type, exampleName: String(former) }, requiredOf(type.schema))
      const after = documentOf(type, from)
      const old = exampleAddress({ ...type, exampleName: String(former) }).text
      await withWorld(async (world) => {
        await world.converge(before)
        const changed = await world.converge(after)
        expect(actionsOf(changed)).toEqual([`create ${exampleAddress(type).text}`, `delete ${old}`])
        expect(changed.steps.at(-1)?.dependsOn).toEqual([exampleAddress(type).text])
        expect(from[name]).toBe(former)
        expect(actionsOf(await world.plan(after))).toEqual([])
      })
    },
  )
})

describe('an attribute that Quay cannot change', () => {
  test.each(rows.filter(({ attribute }) => attribute.replaces))(
    '$title is a counted warning until a replace is allowed',
    async (row) => {
      const { type, path } = row
      const address = exampleAddress(type).text
      const [from, to] = documentsOf(row)
      const allowing = documentOf(type, { ...row.to, lifecycle: { replace: 'allow' } }, [row.from])
      await inWorld(from, async (world) => {
        await world.converge(from)
        const kept = await world.plan(to)
        expect(actionsOf(kept)).toEqual([])
        expect(saidOf(kept).map(({ code, severity }) => `${code} ${severity}`)).toEqual(['QC4004 warning'])

        const allowed = await world.plan(allowing)
        expect(actionsOf(allowed)).toEqual([`replace ${address}`])

        const replaced = await world.converge(to, { replace: [address] })
        expect(actionsOf(replaced)).toEqual([`replace ${address}`])
        expect(replaced.plan.changes[0]?.fields).toMatchObject([{ path, forces_replace: true }])
        expect(saidOf(replaced)).toEqual([])
        const after = await world.plan(to)
        expect([actionsOf(after), saidOf(after)]).toEqual([[], []])
      })
    },
  )
})

describe('an attribute that Quay changes or never returns', () => {
  const quiet = rows.filter(({ attribute }) => attribute.serverOwned || attribute.writeOnly)
  test.each(quiet)('$title plans nothing', async (row) => {
    const [from, to] = documentsOf(row)
    await inWorld(from, async (world) => {
      const { sent } = await world.apply(await world.plan(from))
      expect(sent.filter(isWrite)).not.toEqual([])
      const { plan } = await world.plan(to)
      expect([plan.changes, plan.findings]).toEqual([[], []])
    })
  })

  const forward = quiet.filter(({ attribute }) => attribute.serverOwned === 'forward')
  test.each(forward)('$title: a later one is sent', async (row) => {
    const [from, to] = documentsOf(row)
    await inWorld(from, async (world) => {
      await world.converge(to)
      const later = await world.converge(from)
      expect(
        later.plan.changes.map(({ action, fields }) => [action, fields.map((field) => field.path)]),
      ).toEqual([['update', [row.path]]])
      expect(actionsOf(await world.plan(from))).toEqual([])
    })
  })
})

describe('a fallback', () => {
  const types = [...registry.values()].filter(({ schema }) =>
    Object.values(schema).some(({ fallback }) => fallback !== undefined),
  )
  test.each(types)('of a $name is what Quay has after a create without it', async (type) => {
    const fallbacks = Object.entries(type.schema).filter(([, { fallback }]) => fallback !== undefined)
    await withWorld(async (world) => {
      const created = await world.converge(documentOf(type, requiredOf(type.schema)))
      const address = exampleAddress(type)
      const fields = created.plan.changes.find((change) => change.address === address.text)?.fields ?? []
      expect(fields.filter(({ fallback }) => fallback).map(({ path }) => path.slice(1))).toEqual(
        fallbacks.map(([name]) => name),
      )

      const written = Object.fromEntries(fallbacks.map(([name, { fallback }]) => [name, fallback ?? '']))
      expect(
        actionsOf(await world.plan(documentOf(type, { ...requiredOf(type.schema), ...written }))),
      ).toEqual([])

      const parent = address.parent && { address: address.parent, attributes: {} }
      const live = await world.session((client) => type.find({ address, parent }, client))
      for (const [name, attribute] of fallbacks)
        if (!attribute.words?.some((word) => word === attribute.fallback))
          expect(live?.attributes[name], name).toEqual(canonicalFallback(attribute))
    })
  })
})

test.each([...registry.values()].filter(({ schema }) => Object.keys(schema).length > 0))(
  'a create of a $name sends each of its writes once',
  async (type) => {
    const document = documentOf(type, requiredOf(type.schema))
    await inWorld(document, async (world) => {
      const { sent } = await world.apply(await world.plan(document))
      expect(writesOf(sent)).not.toEqual([])
      expect(new Set(writesOf(sent)).size).toBe(writesOf(sent).length)
    })
  },
)

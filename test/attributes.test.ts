import { describe, expect, test } from 'vitest'
import { canonicalFallback } from '../src/engine/attributes.ts'
import { addressOf } from '../src/model/address.ts'
import type { ResourceType } from '../src/model/resource.ts'
import type { Attribute, Value } from '../src/model/schema.ts'
import { documentOf, exampleAddress, examplesOf, requiredOf, type Written } from './documents.ts'
import { actionsOf, isWrite, registry, withWorld, writesOf } from './world.ts'

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
    const beside = { ...requiredOf(type.schema), ...companionsOf(type, attribute) }
    const row = (label: string, path: string, leaf: Attribute, one: Value, two: Value): Row => ({
      title: `${type.name} ${label}`,
      type,
      attribute: { ...attribute, ...leaf },
      path,
      from: { ...beside, [name]: one },
      to: { ...beside, [name]: two },
    })
    if (attribute.fields)
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

const rows = [...registry.values()].flatMap(rowsOf)
const plain = rows.filter(
  ({ attribute: { replaces, serverOwned, writeOnly } }) => !replaces && !serverOwned && !writeOnly,
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
  test.each(plain)(
    '$title plans as that one update, converges, and plans to nothing',
    async ({ type, path, from, to }) => {
      await withWorld(async (world) => {
        await world.converge(documentOf(type, from))
        const changed = await world.converge(documentOf(type, to))
        expect(actionsOf(changed)).toEqual([`update ${exampleAddress(type).text}`])
        expect(changed.plan.changes[0]?.fields.map((field) => field.path)).toEqual([path])
        expect(actionsOf(await world.plan(documentOf(type, to)))).toEqual([])
      })
    },
  )
})

describe('an attribute that Quay cannot change', () => {
  test.each(rows.filter(({ attribute }) => attribute.replaces))(
    '$title is a counted warning until a replace is allowed',
    async ({ type, path, from, to }) => {
      const address = exampleAddress(type).text
      await withWorld(async (world) => {
        await world.converge(documentOf(type, from))
        const kept = await world.plan(documentOf(type, to))
        expect(actionsOf(kept)).toEqual([])
        expect(kept.plan.findings.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
          'QC4004 warning',
        ])

        const allowed = await world.plan(documentOf(type, { ...to, lifecycle: { replace: 'allow' } }))
        expect(actionsOf(allowed)).toEqual([`replace ${address}`])

        const replaced = await world.converge(documentOf(type, to), { replace: [address] })
        expect(actionsOf(replaced)).toEqual([`replace ${address}`])
        expect(replaced.plan.changes[0]?.fields).toMatchObject([{ path, forces_replace: true }])
        expect(replaced.plan.findings).toEqual([])
        const after = await world.plan(documentOf(type, to))
        expect([actionsOf(after), after.plan.findings]).toEqual([[], []])
      })
    },
  )
})

describe('an attribute that Quay changes or never returns', () => {
  const quiet = rows.filter(({ attribute }) => attribute.serverOwned || attribute.writeOnly)
  test.each(quiet)('$title plans nothing', async ({ type, from, to }) => {
    await withWorld(async (world) => {
      const { sent } = await world.apply(await world.plan(documentOf(type, from)))
      expect(sent.filter(isWrite)).not.toEqual([])
      const { plan } = await world.plan(documentOf(type, to))
      expect([plan.changes, plan.findings]).toEqual([[], []])
    })
  })

  const forward = quiet.filter(({ attribute }) => attribute.serverOwned === 'forward')
  test.each(forward)('$title: a later one is sent', async ({ type, path, from, to }) => {
    await withWorld(async (world) => {
      await world.converge(documentOf(type, to))
      const later = await world.converge(documentOf(type, from))
      expect(
        later.plan.changes.map(({ action, fields }) => [action, fields.map((field) => field.path)]),
      ).toEqual([['update', [path]]])
      expect(actionsOf(await world.plan(documentOf(type, from)))).toEqual([])
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
      const live = await world.session((client) =>
        type.find({ address: addressOf(type, address.parent, address.name), parent }, client),
      )
      for (const [name, attribute] of fallbacks)
        if (!attribute.words?.some((word) => word === attribute.fallback))
          expect(live?.attributes[name], name).toEqual(canonicalFallback(attribute))
    })
  })
})

test('a create sends each of its writes once', async () => {
  await withWorld(async (world) => {
    for (const type of [...registry.values()].filter(({ schema }) => Object.keys(schema).length > 0)) {
      const { sent } = await world.apply(await world.plan(documentOf(type, requiredOf(type.schema))))
      expect(new Set(writesOf(sent)).size).toBe(writesOf(sent).length)
    }
  })
})

import fc from 'fast-check'
import { globOf } from '../src/engine/patterns.ts'
import { type Address, addressOf } from '../src/model/address.ts'
import { hasErrors } from '../src/model/diagnostics.ts'
import { kinds } from '../src/model/kinds.ts'
import type { ResourceType } from '../src/model/resource.ts'
import type { Attribute, Attributes, Schema, Value } from '../src/model/schema.ts'
import { parseSubject } from '../src/model/subject.ts'
import type { Written } from './documents.ts'
import { configure, registry } from './world.ts'

/** Documents that hold together: every reference is declared, and nothing is said twice. Made from the schemas. */
export type Estate = readonly Written[]

const types = [...registry.values()]
const roots = types.filter(({ document }) => document)
/** What stands in the Registry document, and belongs to nobody. */
const accounts = types.filter(({ parents, document }) => parents.length === 0 && !document)
const childrenOf = (type: ResourceType) => types.filter(({ parents }) => parents.includes(type.name))

/** The token's user, whose namespace is just there. */
const SELF = 'admin'
/** Stands for the root that a subject is written below. */
const HERE = 'here'

/** Names that every type takes, and some that only a few do; two differ only in what Quay's ILIKE takes for the same. */
const names = ['one', 'a_b', 'a-b', 'team/app', 'team/mirror', 'Upper']
const globs = ['*', 'team/*', 'a?b']

export function namesOf(type: ResourceType): readonly string[] {
  const { keyPattern, checkName, parents, document, removable, exampleName = '' } = type
  if (type.named) return subjectsOf(type.named)
  if (document && !removable) return [SELF]
  const own = parents.length === 0 && !document ? [exampleName, `${exampleName}.two`] : names
  const all = type.patternOf ? globs : own
  return all.filter((name) => new RegExp(keyPattern ?? '').test(name) && !checkName?.(name))
}

/** Subjects of these kinds. Users there are, or will be: those of the Registry document. */
function subjectsOf(subjects: readonly string[]): readonly string[] {
  return subjects.flatMap((kind) => {
    const type = registry.get(kind)
    if (kind === 'user') return [`user:${SELF}`, 'user:mallory', ...accountNames(kind)]
    if (type?.document) return [`${kind}:${HERE}`]
    return (type ? namesOf(type) : []).map((name) => `${kind}:${name}`)
  })
}
const accountNames = (kind: string) =>
  accounts
    .filter(({ name }) => name === kind)
    .flatMap((type) => namesOf(type).map((name) => `${kind}:${name}`))

const texts = ['', 'one', 'two', 'Two\nlines: "ünï" ☃ #1', ' blanks ']
const pools: Partial<Record<Attribute['kind'], readonly Value[]>> = {
  duration: ['1d', '24h', '1w', '604800s'],
  size: ['1 B', '10 GiB', '10240MiB', '1 TiB'],
  map: [{}, { a: 1 }, { a: { b: ['x', true] }, c: '' }],
  time: ['2020-01-01T00:00:00Z', '2026-11-21T09:00:00Z', '2031-01-01T00:00:00Z'],
  keep: [1, '30d', '2w'],
}

/** One value as a user writes it. */
function one(attribute: Attribute, type: ResourceType): fc.Arbitrary<Value> {
  const { kind, choices, pattern, refers, reference, subjects, supersedes } = attribute
  const examples = (attribute.examples?.flat() ?? []) as Value[]
  const target = refers && registry.get(refers)
  if (target) return fc.constantFrom(...namesOf(target))
  if (supersedes) return fc.constantFrom(...namesOf(type))
  if (subjects) return fc.constantFrom(...subjectsOf(subjects))
  if (kind === 'percent') return fc.integer({ min: 1, max: 100 })
  const free =
    kind === 'text' ? texts.filter((text) => new RegExp(pattern ?? '').test(text)) : (pools[kind] ?? [])
  const usual = kind === 'text' && (pattern || examples.length > 0) ? [] : kinds[kind].examples
  const secrets = reference ? kinds.secret.examples : []
  const all = [...examples, ...free, ...usual, ...secrets]
  return fc.constantFrom(...(choices ?? all.filter((value) => isWithin(attribute, value))))
}

function isWithin({ kind, minimum, maximum, many }: Attribute, value: Value): boolean {
  const amount = many ? 0 : kinds[kind].parse(value)
  return (
    typeof amount !== 'number' ||
    many !== undefined ||
    (amount >= (minimum ?? amount) && amount <= (maximum ?? amount))
  )
}

function written(attribute: Attribute, type: ResourceType): fc.Arbitrary<Value> {
  const single: fc.Arbitrary<Value> = attribute.fields
    ? fieldsOf(attribute.fields, type)
    : one(attribute, type)
  const some = fc.array(single, { minLength: attribute.minimum && attribute.many ? 1 : 0, maxLength: 3 })
  const value: fc.Arbitrary<Value> =
    attribute.many === 'set' ? some : attribute.many === 'loose' ? fc.oneof(single, some) : single
  return attribute.words
    ? fc.oneof({ weight: 3, arbitrary: value }, fc.constantFrom(...attribute.words))
    : value
}

/** Some keys of an object, mostly few of them. */
function fieldsOf(fields: Schema, type: ResourceType): fc.Arbitrary<Value> {
  const few = Object.entries(fields).map(([name, field]) =>
    written(field, type).map((value) => ({ [name]: value })),
  )
  const some = fc
    .array(fc.oneof(...few), { minLength: 1, maxLength: 2 })
    .map((all) => Object.assign({}, ...all))
  const whole = attributesOf(fields, type).filter((all) => Object.keys(all).length > 0)
  return Object.values(fields).some(({ required }) => required) ? whole : fc.oneof(some, whole)
}

function attributesOf(schema: Schema, type: ResourceType): fc.Arbitrary<Written> {
  const required = Object.keys(schema).filter((name) => schema[name]?.required)
  const model = Object.fromEntries(
    Object.entries(schema).map(([name, attribute]) => [name, written(attribute, type)]),
  )
  return fc.record(model, { requiredKeys: required }) as fc.Arbitrary<Written>
}

/** What is written, as a type's own rules see it. */
function canonical(schema: Schema, attributes: Written): Attributes {
  const value = (attribute: Attribute, inner: Value): Value => {
    if (attribute.words?.some((word) => word === inner))
      return inner === 'none' ? (attribute.many ? [] : null) : inner
    if (Array.isArray(inner)) {
      const { many: _, ...single } = attribute
      return inner.map((item) => value(single, item))
    }
    if (attribute.many === 'loose' || attribute.many === 'single') return [kinds[attribute.kind].parse(inner)]
    return attribute.fields
      ? (canonical(attribute.fields, mapOf(inner)) as Value)
      : kinds[attribute.kind].parse(inner)
  }
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, inner]) =>
      schema[name] ? [[name, value(schema[name], inner)] as const] : [],
    ),
  )
}

/** Does an object hold together below such a parent? */
function isSound(type: ResourceType, parent: ResourceType | null, attributes: Written): boolean {
  const at = { at: { file: '', line: 1, column: 1, end: 1, length: 1 } }
  const address = addressOf(type, parent && addressBelow(parent), 'name')
  const remarks = type.check?.({
    address,
    attributes: canonical(type.schema, attributes),
    origin: at,
    origins: {},
    absent: false,
    replaceAllowed: false,
  } as Parameters<NonNullable<ResourceType['check']>>[0])
  return !hasErrors((remarks ?? []).map((remark) => ({ ...remark, at: null })))
}
const addressBelow = (type: ResourceType): Address => {
  const parent = type.parents.map((name) => registry.get(name)).find((other) => other)
  return addressOf(type, parent ? addressBelow(parent) : null, HERE)
}

const sound = new Map<string, fc.Arbitrary<Written>>()

/** Attributes that hold together. Where few do by chance, those few are looked for once. */
function soundOf(type: ResourceType, parent: ResourceType | null): fc.Arbitrary<Written> {
  const key = `${type.name} ${parent?.name}`
  const known = sound.get(key)
  if (known) return known
  const any = attributesOf(type.schema, type)
  const good = (attributes: Written) => isSound(type, parent, attributes)
  const samples = type.check ? fc.sample(any, { numRuns: 50, seed: 1 }) : []
  const few = samples.filter(good).length * 2 < samples.length
  const made = few
    ? fc.constantFrom(...fc.sample(any, { numRuns: 4_000, seed: 1 }).filter(good).slice(0, 100))
    : any.filter(good)
  sound.set(key, made)
  return made
}

/** An object with what stands below it. */
function objectOf(type: ResourceType, parent: ResourceType | null): fc.Arbitrary<Value> {
  if (type.patternOf) return patternOf(type, type.patternOf.named)
  const attributes = soundOf(type, parent)
  const { value } = type
  if (value !== undefined) return attributes.map((all) => all[value] ?? '')
  const freq = parent ? 2 : 3
  const blocks = Object.fromEntries(
    childrenOf(type).map((child) => [child.block, fc.option(blockOf(child, type), { nil: undefined, freq })]),
  )
  return fc
    .tuple(attributes, fc.record(blocks, { requiredKeys: [] }) as fc.Arbitrary<Written>)
    .map(([own, below]) => ({ ...own, ...present(below) }))
}

const present = (object: Written): Written =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))

/** What stands in a pattern is the block of its only child. */
function patternOf(type: ResourceType, named: readonly string[]): fc.Arbitrary<Value> {
  const [child] = childrenOf(type)
  return child
    ? fc.dictionary(fc.constantFrom(...subjectsOf(named)), objectOf(child, type), {
        minKeys: 1,
        maxKeys: 2,
        noNullPrototype: true,
      })
    : fc.constant({})
}

function blockOf(type: ResourceType, parent: ResourceType | null): fc.Arbitrary<Value> {
  if (type.identity === 'key')
    return fc.dictionary(fc.constantFrom(...namesOf(type)), objectOf(type, parent), {
      maxKeys: 2,
      noNullPrototype: true,
    })
  const object = objectOf(type, parent)
  if (type.identity === 'list')
    return fc.uniqueArray(object, { maxLength: 2, selector: (entry) => entryName(type, entry) })
  const some = object.filter((entry) => Object.keys(mapOf(entry)).length > 0)
  // What takes all repositories with it is rare.
  return fc.oneof(
    { weight: type.provides ? 1 : 4, arbitrary: some },
    { weight: type.provides ? 3 : 1, arbitrary: fc.constant('none') },
  )
}

const entryName = (type: ResourceType, entry: Value): string =>
  type.nameOf?.(canonical(type.schema, mapOf(entry))) ?? ''

/** What may stand in `removed` below a root: names, and of what is not below the root itself the name of its parent before. */
function removable(type: ResourceType, root: ResourceType): fc.Arbitrary<readonly string[]> {
  const own =
    type.identity === 'list'
      ? fc.sample(soundOf(type, root), { numRuns: 5, seed: 2 }).map((entry) => entryName(type, entry))
      : namesOf(type)
  const above = childrenOf(root).filter(({ name }) => type.parents.includes(name) && name !== 'grant')
  const all = [
    ...(type.parents.includes(root.name) ? own : []),
    ...above.flatMap((parent) =>
      namesOf(parent).flatMap((name) => own.map((key) => `${name}${type.separator}${key}`)),
    ),
  ]
  return fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    fc.subarray([...new Set(all)], { maxLength: Math.min(2, all.length) }),
  )
}

function documentOf(root: ResourceType): fc.Arbitrary<Written> {
  const below = types.filter((type) => type.parents.some((name) => isBelow(name, root)))
  const prune = fc.subarray(below.filter((type) => type.prunable).map(({ block }) => block))
  const removed = Object.fromEntries(
    below.filter((type) => type.removable).map((type) => [type.block, removable(type, root)]),
  )
  return fc
    .tuple(objectOf(root, null), prune, fc.record(removed), fc.constantFrom(...namesOf(root)))
    .map(([object, pruned, gone, name]) => {
      const body = settled(root, name, mapOf(object))
      return {
        apiVersion: 'quayctl/v1',
        kind: root.document?.kind ?? '',
        name,
        ...body,
        prune: Object.fromEntries(pruned.filter((block) => block in body).map((block) => [block, 'all'])),
        removed: removals(gone, body, below),
      }
    })
}

const isBelow = (name: string, root: ResourceType): boolean => {
  const type = registry.get(name)
  return name === root.name || (type?.parents.some((parent) => isBelow(parent, root)) ?? false)
}

const entry: Value = { reason: 'a law', until: '2026-12-31' }

/** Without what is declared: at the root, or one below. */
function removals(
  gone: { readonly [block: string]: readonly string[] },
  body: Written,
  below: readonly ResourceType[],
): Written {
  return Object.fromEntries(
    Object.entries(gone).flatMap(([block, keys]) => {
      const type = below.find((other) => other.block === block)
      if (!type) return []
      const declared = declaredKeys(type, body)
      const left = keys.filter((key) => !declared.has(key))
      return [[block, Object.fromEntries(left.map((key) => [key, entry]))]]
    }),
  )
}

function declaredKeys(type: ResourceType, body: Written): ReadonlySet<string> {
  const keysOf = (block: Value | undefined) =>
    Array.isArray(block) ? block.map((item) => entryName(type, item)) : Object.keys(mapOf(block))
  const found = new Set(keysOf(body[type.block]))
  for (const parent of types.filter(({ name }) => type.parents.includes(name)))
    for (const [name, object] of Object.entries(mapOf(body[parent.block])))
      for (const key of keysOf(mapOf(object)[type.block])) found.add(`${name}${type.separator}${key}`)
  for (const { patternOf, block } of types)
    for (const [glob, inner] of Object.entries(mapOf(patternOf && body[block])))
      for (const name of names.filter(globOf(glob)))
        for (const subject of Object.keys(mapOf(inner))) found.add(`${name}:${subject}`)
  // What its mirror's robot may do comes with the mirror.
  for (const [name, object] of Object.entries(mapOf(body.repositories)))
    found.add(`${name}:robot:${mapOf(mapOf(object).mirror).robot}`)
  for (const [, object] of Object.entries(mapOf(body[type.block])))
    for (const [name, { supersedes }] of Object.entries(type.schema))
      if (supersedes && mapOf(object)[name] !== undefined) found.add(String(mapOf(object)[name]))
  return found
}

/** Takes out what contradicts itself, and declares what is referred to. */
function settled(root: ResourceType, name: string, body: Written): Record<string, Value> {
  const wanted: [ResourceType, string][] = []
  const fixed = consistent(root, compatible(root, body), { root, name, wanted })
  for (const [type, key] of wanted) fixed[type.block] = { [key]: leastOf(type), ...mapOf(fixed[type.block]) }
  for (const child of childrenOf(root)) if (child.identity === 'key') apart(child, fixed)
  return fixed
}

/** What must be written of a type, and nothing else. */
const leastOf = ({ schema }: ResourceType): Value =>
  Object.fromEntries(
    Object.entries(schema).flatMap(([name, { required, choices = [] }]) =>
      required ? [[name, choices[0] ?? '']] : [],
    ),
  )

/** Nobody takes the place of one that stays, and no two that of one. */
function apart(type: ResourceType, body: Record<string, Value>): void {
  const supersedes = Object.keys(type.schema).filter((name) => type.schema[name]?.supersedes)
  if (supersedes.length === 0 || body[type.block] === undefined) return
  const taken = new Set(Object.keys(mapOf(body[type.block])))
  body[type.block] = mapValues(mapOf(body[type.block]), (object) => {
    const left = { ...mapOf(object) }
    for (const name of supersedes) {
      const value = left[name]
      if (value !== undefined && taken.has(String(value))) delete left[name]
      else if (value !== undefined) taken.add(String(value))
    }
    return left
  })
}

/** Without what one of its types excludes; objects that Quay makes itself are left to it. */
function compatible(root: ResourceType, body: Written): Written {
  let left = body
  for (const type of childrenOf(root)) {
    if (left[type.block] === undefined || left[type.block] === 'none') continue
    for (const { type: name, parent } of type.excludes ?? []) left = without(root, left, name, parent)
    const made = type.provides && registry.get(type.provides)
    if (made) left = without(root, left, made.name, undefined)
  }
  return left
}

function without(type: ResourceType, object: Written, name: string, parent: string | undefined): Written {
  const left: Record<string, Value> = { ...object }
  for (const child of childrenOf(type)) {
    const block = left[child.block]
    if (block === undefined || block === 'none') continue
    if (child.name === name && (!parent || parent === type.name)) delete left[child.block]
    else if (child.identity === 'key' && !child.value && !child.patternOf)
      left[child.block] = mapValues(mapOf(block), (inner) => without(child, mapOf(inner), name, parent))
  }
  return left
}

interface Context {
  readonly root: ResourceType
  readonly name: string
  readonly wanted: [ResourceType, string][]
}

function consistent(type: ResourceType, object: Written, context: Context): Record<string, Value> {
  const fixed: Record<string, Value> = { ...object }
  for (const [name, attribute] of Object.entries(type.schema)) {
    const { refers, together, writeOnly } = attribute
    const target = refers && registry.get(refers)
    if (target && name in fixed) context.wanted.push([target, String(fixed[name])])
    const value = fixed[name]
    if (value !== undefined) fixed[name] = fitting(attribute, value, context)
    if (writeOnly && together?.some((other) => !fixed[other] || fixed[other] === 'none')) delete fixed[name]
  }
  for (const child of childrenOf(type)) {
    const block = fixed[child.block]
    if (block === undefined) continue
    for (const owned of child.ownsOfParent ?? []) if (block !== 'none') delete fixed[owned]
    if (block !== 'none') fixed[child.block] = consistentBlock(child, block, context)
  }
  return strengthened(type, fixed)
}

/** With no less than what one of its children has Quay give. */
function strengthened(type: ResourceType, object: Record<string, Value>): Record<string, Value> {
  const fixed = { ...object }
  for (const child of childrenOf(type))
    for (const [name, { gives, refers }] of Object.entries(child.schema)) {
      const subject = `${refers}:${mapOf(fixed[child.block])[name]}`
      const block = registry.get(gives?.type ?? '')?.block ?? ''
      if (gives && subject in mapOf(fixed[block]))
        fixed[block] = { ...mapOf(fixed[block]), [subject]: gives.value }
    }
  return fixed
}

function consistentBlock(child: ResourceType, block: Value, context: Context): Value {
  if (Array.isArray(block)) {
    const entries = block.map((item) => consistent(child, mapOf(item), context))
    return entries.filter(
      (item, index) =>
        entries.findIndex((other) => entryName(child, other) === entryName(child, item)) === index,
    )
  }
  if (child.identity === 'singleton') return consistent(child, mapOf(block), context)
  if (child.patternOf)
    return mapValues(mapOf(block), (inner) => named(inner, child.patternOf?.named ?? [], context))
  if (child.named) return named(block, child.named, context)
  return mapValues(mapOf(block), (inner) => consistent(child, mapOf(inner), context))
}

/** A map of subjects, those that its root can have. */
const named = (block: Value, kindsOf: readonly string[], context: Context): Value =>
  Object.fromEntries(
    Object.entries(mapOf(block)).map(([subject, value]) => [subjectHere(subject, kindsOf, context), value]),
  )

/** A value whose subjects are such as its root can have, declared. */
function fitting(attribute: Attribute, value: Value, context: Context): Value {
  const { subjects, fields } = attribute
  if (Array.isArray(value)) return value.map((item) => fitting(attribute, item, context))
  if (fields)
    return typeof value === 'object'
      ? mapValues(mapOf(value), (inner, key) => (fields[key] ? fitting(fields[key], inner, context) : inner))
      : value
  return subjects && typeof value === 'string' ? subjectHere(value, subjects, context) : value
}

function subjectHere(text: string, kindsOf: readonly string[], { root, name, wanted }: Context): string {
  const subject = parseSubject(text)
  const type = registry.get(subject.kind)
  if (text === `user:${name}`) return 'user:mallory'
  if (!kindsOf.includes(subject.kind) || !type || type.name === 'user') return text
  if (type.document) return type.name === root.name ? `${subject.kind}:${name}` : 'user:mallory'
  if (!type.parents.includes(root.name)) return 'user:mallory'
  wanted.push([type, subject.name])
  return text
}

const mapOf = (value: Value | undefined): Written =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Written) : {}

const mapValues = <T>(
  map: { readonly [key: string]: T },
  change: (value: T, key: string) => Value,
): Written => Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]))

/** What belongs to nobody: the Registry document. */
function registryDocument(): fc.Arbitrary<Written> {
  const blocks = Object.fromEntries(accounts.map((type) => [type.block, blockOf(type, null)]))
  const gone = Object.fromEntries(
    types
      .filter((type) => type.parents.length === 0 && type.removable && type.identity === 'key')
      .map((type) => [type.block, fc.subarray([...namesOf(type)], { maxLength: 1 })]),
  )
  return fc
    .tuple(fc.record(blocks, { requiredKeys: [] }) as fc.Arbitrary<Written>, fc.record(gone))
    .map(([body, removed]) => ({ apiVersion: 'quayctl/v1', kind: 'Registry', ...body, removed }))
}

/** The Registry document of these others: what they name is declared, and nothing of it removed. */
function withAccounts(document: Written, others: Estate): Written {
  const text = JSON.stringify(others)
  const users = accounts.flatMap((type) =>
    accountNames(type.name)
      .filter((subject) => text.includes(`"${subject}"`))
      .map((subject) => [type, parseSubject(subject).name] as const),
  )
  const body: Record<string, Value> = { ...document }
  for (const [type, name] of users) body[type.block] = { [name]: {}, ...mapOf(body[type.block]) }
  const declared = (block: string) => [
    ...Object.keys(mapOf(body[block])),
    ...others.filter(({ kind }) => registryBlock(kind) === block).map(({ name }) => String(name)),
  ]
  return {
    ...distinct(body),
    removed: mapValues(mapOf(document.removed), (keys, block) =>
      Object.fromEntries(
        (keys as readonly string[])
          .filter((key) => !declared(block).includes(key))
          .map((key) => [key, entry]),
      ),
    ),
  }
}
const registryBlock = (kind: Value | undefined): string | undefined =>
  roots.find(({ document }) => document?.kind === kind)?.block

/** No two users or organizations have one e-mail address. */
const addressed = (name: string, object: Written): Written =>
  typeof object.email === 'string' ? { ...object, email: `${name}.${object.email}` } : object

const distinct = (body: Written): Written =>
  mapValues(body, (block, key) =>
    accounts.some((type) => type.block === key && type.identity === 'key')
      ? mapValues(mapOf(block), (object, name) => addressed(name, mapOf(object)))
      : block,
  )

/** Up to two documents and one of the token's user, each of a name of its own, and what the Registry holds. */
const anyEstates: fc.Arbitrary<Estate> = fc
  .tuple(
    fc.uniqueArray(
      fc.oneof(...roots.map((root) => ({ weight: root.removable ? 4 : 1, arbitrary: documentOf(root) }))),
      {
        minLength: 1,
        maxLength: 2,
        selector: ({ name }) => String(name),
      },
    ),
    registryDocument(),
  )
  .map(([documents, accountsOf]) => [
    ...documents.map((document) => addressed(String(document.name), document)),
    withAccounts(accountsOf, documents),
  ])

/** Estates for a Quay as tests have it: without mail, and without a directory of users. */
export const estates: fc.Arbitrary<Estate> = anyEstates.map((estate) =>
  estate.map((document) => kept(document, (key, value) => isOffered(key, value, document))),
)

/** The same for a Quay that has its users from LDAP: nobody makes accounts there. */
export const estatesOfDirectory: fc.Arbitrary<Estate> = anyEstates
  .map((estate) =>
    estate.map((document) => {
      const known = JSON.stringify(document).replaceAll(/"user:alice[.a-z]*"/g, '"user:mallory"')
      const { users: _, ...rest } = kept(mapOf(JSON.parse(known)), (key, value) =>
        key === 'sync' ? value === 'none' || 'group_dn' in mapOf(value) : isOffered(key, value, document),
      )
      return rest
    }),
  )
  .filter((estate) => !hasErrors(configure(filesOf(estate)).diagnostics))

/** What a server without mail and directory refuses before the first write. */
const isOffered = (key: string, value: Value, { kind }: Written): boolean =>
  key === 'sync'
    ? value === 'none'
    : mapOf(value).method !== 'email' || (kind !== 'User' && mapOf(value).config === 'none')

/** Without the keys that are not wanted, at any depth. */
function kept(object: Written, wants: (key: string, value: Value) => boolean): Written {
  const inner = (value: Value): Value =>
    Array.isArray(value)
      ? value.map(inner)
      : typeof value === 'object' && value !== null
        ? kept(mapOf(value), wants)
        : value
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]) =>
      wants(key, value) ? [[key, inner(value)] as const] : [],
    ),
  )
}

/** One file a document. */
export const filesOf = (estate: Estate): Readonly<Record<string, string>> =>
  Object.fromEntries(estate.map((document, index) => [`${index}.yaml`, JSON.stringify(document, null, 1)]))

import fc from 'fast-check'
import { kinds } from '../src/model/kinds.ts'
import type { ResourceType } from '../src/model/resource.ts'
import type { Attribute, Schema, Value } from '../src/model/schema.ts'
import type { Written } from './documents.ts'
import { registry } from './world.ts'

/** Documents that hold together: every reference is declared, and nothing is said twice. Made from the schemas. */
export type Estate = readonly Written[]

/** What a file may make and take away; a user's namespace is just there. */
const roots = [...registry.values()].filter(({ document, removable }) => document && removable)
const childrenOf = (type: ResourceType) =>
  [...registry.values()].filter(({ parents }) => parents.includes(type.name))

/** Names that every type takes, and some that only a few do; two differ only in what Quay's ILIKE takes for the same. */
const names = ['one', 'a_b', 'a-b', 'team/app', 'team/mirror', 'Upper']
const namesOf = ({ keyPattern, checkName }: ResourceType) =>
  names.filter((name) => new RegExp(keyPattern ?? '').test(name) && !checkName?.(name))

const texts = ['', 'one', 'two', 'Two\nlines: "ünï" ☃ #1', ' blanks ']
const pools: Partial<Record<Attribute['kind'], readonly Value[]>> = {
  duration: ['1d', '24h', '1w', '604800s'],
  size: ['1 B', '10 GiB', '10240MiB', '1 TiB'],
  map: [{}, { a: 1 }, { a: { b: ['x', true] }, c: '' }],
  time: ['2020-01-01T00:00:00Z', '2026-11-21T09:00:00Z', '2031-01-01T00:00:00Z'],
}

/** One value as a user writes it. */
function one(attribute: Attribute): fc.Arbitrary<Value> {
  const { kind, choices, pattern, refers, reference } = attribute
  const examples = (attribute.examples?.flat() ?? []) as Value[]
  const target = refers && registry.get(refers)
  if (target) return fc.constantFrom(...namesOf(target))
  if (kind === 'percent') return fc.integer({ min: 1, max: 100 })
  const free =
    kind === 'text' ? texts.filter((text) => new RegExp(pattern ?? '').test(text)) : (pools[kind] ?? [])
  const usual = kind === 'text' && (pattern || examples.length > 0) ? [] : kinds[kind].examples
  const secrets = reference ? kinds.secret.examples : []
  return fc.constantFrom(...(choices ?? [...examples, ...free, ...usual, ...secrets]))
}

function written(attribute: Attribute): fc.Arbitrary<Value> {
  if (attribute.fields)
    return attributesOf(attribute.fields).filter((fields) => Object.keys(fields).length > 0)
  const single = one(attribute)
  const some = fc.array(single, { minLength: attribute.minimum && attribute.many ? 1 : 0, maxLength: 3 })
  const value: fc.Arbitrary<Value> =
    attribute.many === 'set' ? some : attribute.many === 'loose' ? fc.oneof(single, some) : single
  return attribute.words
    ? fc.oneof({ weight: 3, arbitrary: value }, fc.constantFrom(...attribute.words))
    : value
}

function attributesOf(schema: Schema): fc.Arbitrary<Written> {
  const required = Object.keys(schema).filter((name) => schema[name]?.required)
  const model = Object.fromEntries(
    Object.entries(schema).map(([name, attribute]) => [name, written(attribute)]),
  )
  return fc.record(model, { requiredKeys: required }) as fc.Arbitrary<Written>
}

/** An object with what stands below it. */
function objectOf(type: ResourceType): fc.Arbitrary<Written> {
  const blocks = Object.fromEntries(childrenOf(type).map((child) => [child.block, blockOf(child)]))
  return fc
    .tuple(attributesOf(type.schema), fc.record(blocks, { requiredKeys: [] }) as fc.Arbitrary<Written>)
    .map(([attributes, below]) => ({ ...attributes, ...below }))
}

function blockOf(type: ResourceType): fc.Arbitrary<Value> {
  if (type.identity === 'key')
    return fc.dictionary(fc.constantFrom(...namesOf(type)), objectOf(type), {
      maxKeys: 3,
      noNullPrototype: true,
    })
  return fc.oneof(
    { weight: 4, arbitrary: objectOf(type).filter((object) => Object.keys(object).length > 0) },
    fc.constant('none'),
  )
}

function documentOf(type: ResourceType): fc.Arbitrary<Written> {
  const prunable = childrenOf(type).filter((child) => child.prunable)
  const prune = fc.subarray(prunable.map(({ block }) => block))
  const removed = Object.fromEntries(
    childrenOf(type)
      .filter((child) => child.removable)
      .map((child) => [child.block, fc.subarray(namesOf(child), { maxLength: 2 })]),
  )
  return fc
    .tuple(objectOf(type), prune, fc.record(removed), fc.constantFrom(...namesOf(type)))
    .map(([object, pruned, gone, name]) => {
      const body = settled(type, object)
      return {
        apiVersion: 'quayctl/v1',
        kind: type.document?.kind ?? '',
        name,
        ...body,
        prune: Object.fromEntries(pruned.filter((block) => block in body).map((block) => [block, 'all'])),
        removed: mapValues(gone, (keys, block) => removals(keys, body[block])),
      }
    })
}

const removals = (names: readonly string[], declared: Value | undefined): Value =>
  Object.fromEntries(
    names
      .filter((name) => !(name in mapOf(declared)))
      .map((name) => [name, { reason: 'a law', until: '2026-12-31' }]),
  )

/** Takes out what contradicts itself, and declares what is referred to. */
function settled(root: ResourceType, body: Written): Written {
  const wanted: [ResourceType, string][] = []
  const fixed = consistent(root, body, wanted)
  for (const [type, name] of wanted) fixed[type.block] = { [name]: {}, ...mapOf(fixed[type.block]) }
  return fixed
}

function consistent(
  type: ResourceType,
  object: Written,
  wanted: [ResourceType, string][],
): Record<string, Value> {
  const fixed: Record<string, Value> = { ...object }
  for (const [name, { refers, together }] of Object.entries(type.schema)) {
    const target = refers && registry.get(refers)
    if (target && name in fixed) wanted.push([target, String(fixed[name])])
    if (together?.some((other) => !fixed[other] || fixed[other] === 'none')) delete fixed[name]
  }
  for (const child of childrenOf(type)) {
    const block = fixed[child.block]
    if (block === undefined) continue
    for (const owned of child.ownsOfParent ?? []) if (block !== 'none') delete fixed[owned]
    if (block === 'none') continue
    fixed[child.block] =
      child.identity === 'singleton'
        ? consistent(child, mapOf(block), wanted)
        : mapValues(mapOf(block), (entry) => consistent(child, mapOf(entry), wanted))
  }
  return fixed
}

const mapOf = (value: Value | undefined): Written =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Written) : {}

const mapValues = <T>(
  map: { readonly [key: string]: T },
  change: (value: T, key: string) => Value,
): Written => Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value, key)]))

/** Up to two documents, each of a name of its own. */
export const estates: fc.Arbitrary<Estate> = fc.uniqueArray(fc.oneof(...roots.map(documentOf)), {
  minLength: 1,
  maxLength: 2,
  selector: ({ name }) => String(name),
})

/** One file a document. */
export const filesOf = (estate: Estate): Readonly<Record<string, string>> =>
  Object.fromEntries(estate.map((document, index) => [`${index}.yaml`, JSON.stringify(document, null, 1)]))

/** What else happens to a Quay. */
export interface Event {
  readonly what: keyof typeof happenings
  readonly organization: string
  readonly repository: string
  readonly robot: string
  readonly percent: number
}

type Call = (method: string, path: string, body?: unknown) => Promise<unknown>
interface Actor {
  readonly call: Call
  /** The worker's turn, after this many hours. */
  tick(hours: number): void
}

/** What people, other tools and Quay's workers do; much of it fails, because what it is about does not exist. */
export const happenings = {
  'a foreign robot': ({ call }, { organization, robot }) =>
    call('PUT', `/organization/${organization}/robots/${robot}`, { description: 'foreign' }),
  'a robot goes': ({ call }, { organization, robot }) =>
    call('DELETE', `/organization/${organization}/robots/${robot}`),
  'a foreign repository': ({ call }, { organization, repository }) =>
    call('POST', '/repository', {
      namespace: organization,
      repository,
      visibility: 'public',
      description: 'foreign',
      repo_kind: 'image',
    }),
  'a repository goes': ({ call }, at) => call('DELETE', repositoryPath(at)),
  'a repository is described': ({ call }, at) => call('PUT', repositoryPath(at), { description: 'changed' }),
  'a repository is shown': ({ call }, at) =>
    call('POST', `${repositoryPath(at)}/changevisibility`, { visibility: 'public' }),
  'a repository is frozen': ({ call }, at) =>
    call('PUT', `${repositoryPath(at)}/changestate`, { state: 'READ_ONLY' }),
  'a mirror goes dormant': ({ call }, at) =>
    call('PUT', `${repositoryPath(at)}/changestate`, { state: 'NORMAL' }),
  'a mirror is created without robot': ({ call }, at) =>
    call('POST', `${repositoryPath(at)}/mirror`, bareMirror),
  'a mirror is created without proxies': ({ call }, at) =>
    call('POST', `${repositoryPath(at)}/mirror`, {
      ...bareMirror,
      robot_username: `${at.organization}+${at.robot}`,
    }),
  'a mirror is retagged': ({ call }, at) =>
    call('PUT', `${repositoryPath(at)}/mirror`, {
      root_rule: { rule_kind: 'tag_glob_csv', rule_value: [' x ', 'x'] },
    }),
  'a mirror is disabled': ({ call }, at) =>
    call('PUT', `${repositoryPath(at)}/mirror`, { is_enabled: false }),
  'a mirror is synchronised': ({ call }, at) => call('POST', `${repositoryPath(at)}/mirror/sync-now`),
  'a quota appears': ({ call }, { organization }) =>
    call('POST', `/organization/${organization}/quota`, { limit_bytes: 4096 }),
  'a warning appears': (actor, at) => limit(actor, at, 'Warning'),
  'a reject appears': (actor, at) => limit(actor, at, 'Reject'),
  'the organization changes': ({ call }, { organization }) =>
    call('PUT', `/organization/${organization}`, { invoice_email: true, email: 'other@example.com' }),
  'the workers have a turn': async ({ tick }) => tick(0),
  'a day passes': async ({ tick }) => {
    tick(24)
    tick(0)
  },
} satisfies Record<string, (actor: Actor, at: Event) => Promise<unknown>>

const bareMirror = {
  external_reference: 'quay.io/foreign/image',
  sync_interval: 3600,
  sync_start_date: '2026-01-01T00:00:00Z',
  root_rule: { rule_kind: 'tag_glob_csv', rule_value: ['foreign'] },
  skopeo_timeout_interval: 300,
}

const repositoryPath = ({ organization, repository }: Event): string =>
  `/repository/${organization}/${repository}`

async function limit({ call }: Actor, { organization, percent }: Event, type: string): Promise<void> {
  const quotas = (await call('GET', `/organization/${organization}/quota`)) as { body: string | object }
  const id = /"id": *(\d+)/.exec(
    typeof quotas.body === 'string' ? quotas.body : JSON.stringify(quotas.body),
  )?.[1]
  if (id)
    await call('POST', `/organization/${organization}/quota/${id}/limit`, {
      type,
      threshold_percent: percent,
    })
}

const named = (name: string): readonly string[] => {
  const type = registry.get(name)
  return type ? namesOf(type) : []
}

export const events: fc.Arbitrary<readonly Event[]> = fc.array(
  fc.record({
    what: fc.constantFrom(...(Object.keys(happenings) as Event['what'][])),
    organization: fc.constantFrom(...named('organization')),
    repository: fc.constantFrom(...named('repository')),
    robot: fc.constantFrom(...named('robot')),
    percent: fc.integer({ min: 1, max: 100 }),
  }),
  { maxLength: 12 },
)

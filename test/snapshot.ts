import { superseded } from '../src/engine/deletions.ts'
import { globOf } from '../src/engine/patterns.ts'
import { rootOf } from '../src/model/address.ts'
import type { ApiPath, Reader } from '../src/model/api.ts'
import { canonicalJson } from '../src/model/canonical.ts'
import type { Live } from '../src/model/change.ts'
import type { ResourceType } from '../src/model/resource.ts'
import type { Attribute } from '../src/model/schema.ts'
import { list } from '../src/model/shape.ts'
import { readPages } from '../src/quay/pages.ts'
import { shaped } from '../src/quay/reader.ts'
import { server } from './engine/pure.ts'
import { type Estate, filesOf, namesOf } from './estates.ts'
import { configure, type ReadyPlan, registry, TOKEN, type World } from './world.ts'

/** Everything in Quay, by address. */
export type Snapshot = ReadonlyMap<string, Live>

/** A reader without a network. */
function readerOf({ emulator }: Pick<World, 'emulator'>): Reader {
  const memory = new Map<string, { readonly status: number; readonly body?: unknown }>()
  const answer = (path: ApiPath) => {
    const known = memory.get(path)
    if (known) return known
    const request = {
      method: 'GET',
      target: `/api/v1${path}`,
      headers: { authorization: `Bearer ${TOKEN}` },
      body: '',
    }
    const outcome = emulator.handle(request)
    if (typeof outcome === 'string') throw new Error(`${path}: ${outcome}`)
    memory.set(path, outcome.answer)
    return outcome.answer
  }
  const body = async (path: ApiPath): Promise<unknown> => {
    const { status, body: found } = answer(path)
    if (status >= 300) throw new Error(`GET ${path} -> ${status}`)
    return structuredClone(found)
  }
  const reader: Reader = {
    get: async (path, shape) => shaped('GET', path, await body(path), shape),
    find: async (path, shape) =>
      answer(path).status === 404 ? null : shaped('GET', path, await body(path), shape),
    async list(path, key, shape) {
      const all: unknown[] = []
      for await (const page of readPages(body, path, key)) all.push(...page)
      return shaped('GET', path, all, list(shape))
    },
    async *pages(path, key, shape) {
      for await (const page of readPages(body, path, key)) yield shaped('GET', path, page, list(shape))
    },
    because: () => reader,
  }
  return reader
}

/** All that every type can read, as if all of it were declared. */
export async function snapshot(world: Pick<World, 'emulator'>): Promise<Snapshot> {
  const reader = readerOf(world)
  const { accounts, organizations, deleted } = world.emulator.ground
  const there = (rows: ReadonlyMap<string, unknown>) => [...rows.keys()].filter((name) => !deleted.has(name))
  const roots: Readonly<Record<string, readonly string[]>> = {
    organization: there(organizations),
    user: there(accounts),
  }
  const found = new Map<string, Live>()
  const visit = async (type: ResourceType, parent: Live | null): Promise<void> => {
    const read = (names: readonly string[]) =>
      type.read(
        {
          parent,
          server,
          names,
          declares: () => true,
          declared: () => null,
          leaves: () => false,
          whole: true,
          matched: false,
          below: () => true,
          above: null,
          beside: () => null,
        },
        reader,
      )
    const names = parent ? namesOf(type) : (roots[type.name] ?? namesOf(type))
    const first = await read(names)
    const all = parent
      ? await read([...new Set([...names, ...first.map(({ address }) => address.name)])])
      : first
    for (const live of all) {
      found.set(live.address.text, live)
      for (const child of registry.values())
        if (child.parents.includes(type.name) && !child.patternOf) await visit(child, live)
    }
  }
  for (const type of registry.values()) if (type.parents.length === 0) await visit(type, null)
  return found
}

/** What differs between two states of Quay though no file asks for it, nor does Quay do it by itself. */
export function disturbed(
  before: Snapshot,
  after: Snapshot,
  estate: Estate,
  { plan }: ReadyPlan,
): readonly string[] {
  const { expanded } = configure(filesOf(estate))
  const declared = new Map(expanded.desired.map((desired) => [desired.address.text, desired]))
  const leaving = new Set(
    [...expanded.removed, ...superseded(expanded, registry)].map(({ address }) => address.text),
  )
  const pruned = new Set(
    expanded.blocks.flatMap(({ type, parent, pruneAt }) => (pruneAt ? [`${type} ${parent.text}`] : [])),
  )
  const done = (...actions: readonly string[]) =>
    new Set(plan.changes.flatMap(({ action, address }) => (actions.includes(action) ? [address] : [])))
  const [made, gone, anew] = [done('create'), done('delete'), done('create', 'replace')]
  const subjects = [...gone].flatMap((text) => {
    const live = before.get(text)
    return live ? [[rootOf(live.address).text, `${live.address.type}:${live.address.name}`] as const] : []
  })
  const heirs = expanded.desired.flatMap(({ address, attributes }) =>
    attributes.previously === undefined
      ? []
      : [[rootOf(address).text, `${address.type}:${address.name}`] as const],
  )
  const names = (live: Live, list: readonly (readonly [string, string])[]): boolean =>
    list.some(
      ([root, subject]) =>
        (rootOf(live.address).text === root || subject.startsWith('user:')) &&
        (live.address.name === subject || Object.values(live.attributes).includes(subject)),
    )
  const implied = ({ address }: Live) =>
    expanded.patterns.some(
      ({ address: { name, parent } }) =>
        name === address.name &&
        rootOf(address).text === rootOf(parent ?? address).text &&
        globOf(parent?.name ?? '')(address.parent?.name ?? ''),
    )
  /** The rights of a mirror's robot come with the mirror. */
  const mirrors = ({ address }: Live) =>
    expanded.desired.some(
      ({ address: { type, parent }, attributes }) =>
        type === 'mirror' &&
        parent?.text === address.parent?.text &&
        address.name === `robot:${attributes.robot}`,
    )
  const within = (live: Live, texts: ReadonlySet<string>): boolean => {
    for (let at = live.address.parent; at; at = at.parent) if (texts.has(at.text)) return true
    return false
  }
  /** What Quay does with a deleted quota or mirror of the same organization. */
  const follows = ({ address }: Live, type: string) =>
    [...gone].some(
      (text) =>
        before.get(text)?.address.type === type &&
        rootOf(before.get(text)?.address ?? address).text === rootOf(address).text,
    )

  const without = (value: unknown): unknown =>
    Array.isArray(value) ? value.filter((item) => !subjects.some(([, subject]) => item === subject)) : value
  const owned = (text: string) =>
    expanded.desired
      .filter((object) => object.address.parent?.text === text)
      .flatMap((object) => registry.get(object.address.type)?.ownsOfParent ?? [])

  const complaints: string[] = []
  for (const text of new Set([...before.keys(), ...after.keys()])) {
    const [was, is] = [before.get(text), after.get(text)]
    const live = was ?? is
    if (!live || canonicalJson(was ?? null) === canonicalJson(is ?? null)) continue
    const { address } = live
    const desired = declared.get(text)
    if (
      desired?.absent ||
      leaving.has(text) ||
      pruned.has(`${address.type} ${address.parent?.text}`) ||
      anew.has(text)
    )
      continue
    if (within(live, made) || within(live, gone) || implied(live)) continue
    if (!was || !is) {
      if (desired) continue
      // A repository in another state is no mirror any more.
      if (!is && address.type === 'mirror' && declared.get(address.parent?.text ?? '')?.attributes.state)
        continue
      if (!is && (names(live, subjects) || (address.type === 'notification' && follows(live, 'quota'))))
        continue
      if (!was && (names(live, heirs) || mirrors(live))) continue
      complaints.push(`${text} ${was ? 'is gone' : 'appeared'}: ${JSON.stringify(live.attributes)}`)
      continue
    }
    const changed = (name: string) =>
      canonicalJson(was.attributes[name] ?? null) !== canonicalJson(is.attributes[name] ?? null)
    const skip = new Set([...Object.keys(desired?.attributes ?? {}), ...owned(text)])
    for (const [name, attribute] of Object.entries(registry.get(address.type)?.schema ?? {}))
      if (besides(attribute).some((other) => changed(other))) skip.add(name)
    if (follows(live, 'organization_mirror')) skip.add('state')
    if (!desired && (names(live, heirs) || mirrors(live))) continue
    // The members of the one whose place it takes come along.
    if (desired?.attributes.previously !== undefined) skip.add('members')
    for (const name of new Set([...Object.keys(was.attributes), ...Object.keys(is.attributes)])) {
      if (skip.has(name)) continue
      const [one, other] = [was.attributes[name], is.attributes[name]]
      if (canonicalJson(without(one) ?? null) !== canonicalJson(without(other) ?? null))
        complaints.push(`${text} ${name}: ${JSON.stringify(one)} -> ${JSON.stringify(other)}`)
    }
    if (!desired && (was.surplus !== is.surplus || was.obscure !== is.obscure))
      complaints.push(`${text} surplus: ${was.surplus} ${was.obscure} -> ${is.surplus} ${is.obscure}`)
  }
  return complaints
}

/** What an attribute, or a key of it, can only stand beside: with another of that it goes. */
const besides = ({ beside = {}, fields = {} }: Attribute): readonly string[] => [
  ...Object.keys(beside),
  ...Object.values(fields).flatMap(besides),
]

import { type Address, chainOf, rootOf } from '../model/address.ts'
import type { Desired } from '../model/change.ts'
import type { Registry } from '../model/resource.ts'
import type { Value } from '../model/schema.ts'
import { child, plain } from '../model/tree.ts'
import type { UnitRemoval } from '../model/unit.ts'
import { grouped } from './expand.ts'
import { API_VERSION } from './load.ts'
import type { Settings } from './settings.ts'

/** It is not the date that keeps it from being done. */
const ENTRY = { reason: 'destroyed by Terraform', until: '9999-12-31' }

type Document = { [key: string]: Value }

/** The documents that remove these objects: those that `removed` takes and that are in none that it does, too. They say themselves for which Quay, and how safely: no other file is needed when they are applied. */
export function removalOf(
  desired: readonly Desired[],
  { url, tree }: Pick<Settings, 'url' | 'tree'>,
  registry: Registry,
): UnitRemoval | null {
  const mayGo = new Set(
    desired
      .filter(
        ({ address, absent, mustExist }) => !absent && !mustExist && registry.get(address.type)?.removable,
      )
      .map(({ address }) => address.text),
  )
  const tops = desired
    .map(({ address }) => address)
    .filter(({ text, parent }) => mayGo.has(text) && !isIn(parent, mayGo))
  if (tops.length === 0) return null
  const safety = child(tree, 'safety')
  const main: Document = {
    apiVersion: API_VERSION,
    kind: 'Registry',
    ...(url && { url: url.text }),
    ...(safety && { safety: plain(safety) }),
    ...removedOf(
      tops.filter(({ parent }) => !parent),
      registry,
    ),
  }
  const below = grouped(
    tops.filter(({ parent }) => parent),
    (address) => rootOf(address).text,
  )
  return {
    documents: [main, ...[...below.values()].map((list) => documentOf(list, registry))],
    deletes: tops.length,
  }
}

const isIn = (parent: Address | null, others: ReadonlySet<string>): boolean =>
  parent !== null && chainOf(parent).some(({ text }) => others.has(text))

/** A document about a root that is there, and stays. */
function documentOf(list: readonly Address[], registry: Registry): Document {
  const [{ type, name }] = list.map(rootOf) as [Address]
  const { kind, part } = registry.get(type)?.document ?? { kind: '' }
  const head = part === undefined ? { kind, name } : { kind: part, [type]: name }
  return { apiVersion: API_VERSION, ...head, ...removedOf(list, registry) }
}

function removedOf(list: readonly Address[], registry: Registry): Document {
  const removed: Record<string, Record<string, Value>> = {}
  for (const { type, name, parent } of list) {
    const { block = '', separator = '' } = registry.get(type) ?? {}
    const key = parent?.parent ? `${parent.name}${separator}${name}` : name
    removed[block] = { ...removed[block], [key]: ENTRY }
  }
  return list.length === 0 ? {} : { removed }
}

import { changed, type LogEntry, type Logged, told } from '../../model/log.ts'
import type { Attribute } from '../../model/schema.ts'
import { schema } from './schema.ts'

/** Attributes by what Quay calls them in its log: the leaf of the body. */
const ATTRIBUTES: ReadonlyMap<unknown, string> = new Map([
  ...Object.entries<Attribute>(schema).map(
    ([name, { quay = name }]) => [quay.split('.').at(-1), name] as const,
  ),
  ...Object.keys(schema.proxy.fields).map((leaf) => [leaf, 'proxy'] as const),
  ['mirror_rule', 'tags'],
])

/** An entry is about one leaf, or about a sync, which changes no attribute. */
export function loggedOf(entry: LogEntry): Logged | null {
  const attribute = ATTRIBUTES.get(entry.metadata.changed)
  if (attribute === undefined) return null
  return told(entry, { repo_mirror_config_changed: changed(attribute) }, [entry.metadata.repo])
}

import { changed, gone, type LogEntry, type Logged, made, told } from '../../model/log.ts'
import type { Attribute } from '../../model/schema.ts'
import { schema } from './schema.ts'

/** An entry names the members of the body, each of which holds an attribute or several. */
export function loggedOf(entry: LogEntry): Logged | null {
  const { updated_fields: sent } = entry.metadata
  const members = new Set<unknown>(Array.isArray(sent) ? sent : [])
  const attributes = Object.entries<Attribute>(schema).flatMap(([name, { quay = name }]) =>
    members.has(quay.split('.')[0]) ? [name] : [],
  )
  const kinds = {
    org_mirror_enabled: made,
    ...(attributes.length > 0 && { org_mirror_config_changed: changed(...attributes) }),
    org_mirror_disabled: gone,
  }
  return told(entry, kinds, [])
}

import type { ResourceType } from '../model/resource.ts'
import type { Value } from '../model/schema.ts'
import { expand } from './expand.ts'
import { type Draft, draftOf } from './export-draft.ts'
import type { Item } from './export-items.ts'
import { documentOf, type Language } from './export-sift.ts'
import { isEqual, tellAnyway } from './export-templates.ts'
import type { Document } from './load.ts'

/** The draft for a place where a Registry document is there already: what its defaults say is left out, and what its defaults, overrides and upstreams would make otherwise is written. */
export function underSettings(draft: Draft, settings: readonly Document[], language: Language): Draft {
  if (settings.length === 0) return draft
  const body = draft.body.clone()
  const { head, external } = draft
  const documents = [...settings, documentOf({ head, body, external })]
  const expanded = expand(documents, language.registry, new Set())
  const filled = new Map(expanded.desired.map(({ address, attributes }) => [address.text, attributes]))
  for (const item of body.all()) {
    const { type, live } = item
    const attributes = live && filled.get(live.address.text)
    if (!type || !attributes) continue
    const defaults = expanded.settings.defaults.get(type.name)?.attributes ?? {}
    for (const name of Object.keys(type.schema)) settle(item, type, name, attributes[name], defaults[name])
  }
  return { ...draftOf(body, language.registry), head }
}

function settle(
  item: Item,
  type: ResourceType,
  name: string,
  filled: Value | undefined,
  unsaid: Value | undefined,
): void {
  const attribute = type.schema[name]
  if (!attribute || attribute.serverOwned || attribute.writeOnly) return
  if (item.attributes.has(name)) {
    if (unsaid !== undefined && isEqual(attribute, unsaid, item, name)) item.attributes.delete(name)
  } else if (
    filled !== undefined &&
    !isEqual(attribute, filled, item, name) &&
    !tellAnyway(item, attribute, name)
  )
    item.notes.push(`${name}: it is not what the Registry document says, and no file can say so`)
}

import type { Registry, ResourceType } from '../model/resource.ts'
import { type Draft, draftOf } from './export-draft.ts'
import { Item } from './export-items.ts'
import { childrenOf, partBlocks } from './jsonschema-objects.ts'

/** How a document lies in files: in one, in one for each block, or in one for each object that holds blocks itself. */
export type Split = 'whole' | 'block' | 'object'

export const MAIN_FILE = 'quayctl.yaml'

/** A document, and the file that it is alone in. */
export interface Filed {
  /** Relative, with `/`. */
  readonly path: string
  readonly draft: Draft
}

/** The files of one document. Parts of it go to files of their own where it may have parts. */
export function filesOf(draft: Draft, split: Split, registry: Registry): readonly Filed[] {
  const { body, templated } = draft
  const { type, name } = body
  if (!type) return [{ path: MAIN_FILE, draft }]
  if (split === 'whole' || !type.document?.part) return [{ path: `${type.block}/${name}.yaml`, draft }]
  const folder = `${type.block}/${name}`
  const divided = new Set(
    partBlocks(type, registry).filter(
      (below) => split === 'block' || childrenOf(below.name, registry).length > 0,
    ),
  )
  const goes = (below: ResourceType, { live }: Item) =>
    divided.has(below) && templated?.has(live?.address.text ?? '') !== true
  const rest = new Map(
    [...body.blocks].flatMap(([below, items]) => {
      const kept = items.filter((item) => !goes(below, item))
      return kept.length > 0 || items.length === 0 ? [[below, kept] as const] : []
    }),
  )
  const parts = [...body.blocks].flatMap(([below, items]) =>
    partsOf(
      body,
      below,
      items.filter((item) => goes(below, item)),
      split,
      folder,
    ),
  )
  const isLeft = body.as !== 'part' || rest.size + body.notes.length + body.unseen.length > 0
  const main = { ...draft, body: body.with(rest) }
  return [
    ...(isLeft ? [{ path: `${folder}/${type.name}.yaml`, draft: main }] : []),
    ...parts.map(({ path, part }, index) => {
      const { head } = draftOf(part, registry)
      // What is referred to and declared nowhere is said once for all parts.
      const external = !isLeft && index === 0 ? draft.external : new Map()
      return { path, draft: { head, body: part, external } }
    }),
  ]
}

function partsOf(body: Item, below: ResourceType, items: readonly Item[], split: Split, folder: string) {
  const part = (list: readonly Item[]) => {
    const made = new Item(body.type, body.live, 'part')
    made.name = body.name
    made.blocks.set(below, [...list])
    return made
  }
  if (split === 'block')
    return items.length > 0 ? [{ path: `${folder}/${below.block}.yaml`, part: part(items) }] : []
  return items.map((item) => ({
    // No name has a +, and a folder of a name such as node_modules would not be read.
    path: `${folder}/${below.block}/${item.name.replaceAll('/', '+')}.yaml`,
    part: part([item]),
  }))
}

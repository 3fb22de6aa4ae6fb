import type { Registry, ResourceType } from '../model/resource.ts'
import { type Draft, draftOf } from './export-draft.ts'
import { Item } from './export-items.ts'
import { childrenOf, partBlocks } from './jsonschema-objects.ts'

/** How the documents of one organization lie in files: a file for all, for each block, or for each of what holds blocks. */
export type Split = 'organization' | 'block' | 'repository'

export const MAIN_FILE = 'quayctl.yaml'

/** A document, and the file that it is alone in. */
export interface Filed {
  /** Relative, with `/`. */
  readonly path: string
  readonly draft: Draft
}

/** The files of one document. Parts of it go to files of their own where it may have parts. */
export function filesOf(draft: Draft, split: Split, registry: Registry): readonly Filed[] {
  const { body } = draft
  const { type, name } = body
  if (!type) return [{ path: MAIN_FILE, draft }]
  if (split === 'organization' || !type.document?.part) return [{ path: `${type.block}/${name}.yaml`, draft }]
  const folder = `${type.block}/${name}`
  const own = partBlocks(type, registry).filter(
    (below) => body.blocks.has(below) && (split === 'block' || childrenOf(below.name, registry).length > 0),
  )
  const parts = own.flatMap((below) => partsOf(body, below, split, folder))
  for (const below of own) body.blocks.delete(below)
  const isLeft = body.as !== 'part' || body.blocks.size + body.notes.length > 0
  return [
    ...(isLeft ? [{ path: `${folder}/${type.name}.yaml`, draft }] : []),
    ...parts.map(({ path, part }, index) => {
      const { head } = draftOf(part, registry)
      // What is referred to and declared nowhere is said once for all parts.
      const external = !isLeft && index === 0 ? draft.external : new Map()
      return { path, draft: { head, body: part, external } }
    }),
  ]
}

function partsOf(body: Item, below: ResourceType, split: Split, folder: string) {
  const items = body.blocks.get(below) ?? []
  const part = (list: Item[]) => {
    const made = new Item(body.type, body.live, 'part')
    made.name = body.name
    made.blocks.set(below, list)
    return made
  }
  return split === 'block'
    ? [{ path: `${folder}/${below.block}.yaml`, part: part(items) }]
    : items.map((item) => ({
        // No name has a +, and a folder of a name such as node_modules would not be read.
        path: `${folder}/${below.block}/${item.name.replaceAll('/', '+')}.yaml`,
        part: part([item]),
      }))
}

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
  const { body } = draft
  const { type, name } = body
  if (!type) return [{ path: MAIN_FILE, draft }]
  if (split === 'whole' || !type.document?.part) return [{ path: `${type.block}/${name}.yaml`, draft }]
  const folder = `${type.block}/${name}`
  const parts = partBlocks(type, registry)
    .filter((below) => split === 'block' || childrenOf(below.name, registry).length > 0)
    .flatMap((below) => partsOf(draft, below, split, folder))
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

/** Takes a block out of a body, but for what templates speak of as well. */
function partsOf({ body, templated }: Draft, below: ResourceType, split: Split, folder: string) {
  const all = body.blocks.get(below) ?? []
  const stays = ({ live }: Item) => templated?.has(live?.address.text ?? '') === true
  const [kept, items] = [all.filter(stays), all.filter((item) => !stays(item))]
  if (items.length === 0) return []
  if (kept.length > 0) body.blocks.set(below, kept)
  else body.blocks.delete(below)
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

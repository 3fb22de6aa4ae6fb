import type { Live } from '../model/change.ts'
import type { Registry, ResourceType } from '../model/resource.ts'
import type { Value } from '../model/schema.ts'
import type { Server } from '../model/server.ts'
import { supports } from './compare.ts'
import type { Block, Found } from './crawl.ts'
import type { Secrets } from './export-secrets.ts'
import { saying } from './export-values.ts'

/** A live object as files would have it; a document's body without an object of its own has no type. */
export class Item {
  readonly type: ResourceType | null
  readonly live: Live | null
  readonly as: Found['as']
  /** As written. */
  readonly attributes = new Map<string, Value>()
  /** Written blocks, an empty one too. */
  readonly blocks = new Map<ResourceType, Item[]>()
  /** What is there and cannot be written, in words. */
  readonly notes: string[] = []
  /** What the token may not see of it. */
  readonly unseen: ResourceType[] = []
  /** The names of all that was found directly below it, by type; of what was not asked for, or not shown, nothing. */
  readonly found = new Map<string, ReadonlySet<string>>()
  name: string
  /** Whose block it stands in. */
  parent: Item | null = null

  constructor(type: ResourceType | null, live: Live | null, as: Found['as']) {
    this.type = type
    this.live = live
    this.as = as
    this.name = live?.address.name ?? ''
  }

  /** Another one with the same content, and these blocks instead of its own. */
  with(blocks: ReadonlyMap<ResourceType, readonly Item[]>): Item {
    const copy = new Item(this.type, this.live, this.as)
    copy.name = this.name
    copy.notes.push(...this.notes)
    copy.unseen.push(...this.unseen)
    for (const [type, names] of this.found) copy.found.set(type, names)
    for (const [name, value] of this.attributes) copy.attributes.set(name, value)
    for (const [type, items] of blocks) {
      copy.blocks.set(type, [...items])
      for (const item of items) item.parent = copy
    }
    return copy
  }

  /** Another one with the same content, all below it too. */
  clone(): Item {
    return this.with(
      new Map([...this.blocks].map(([type, items]) => [type, items.map((item) => item.clone())])),
    )
  }

  /** Itself, and all below it. */
  *all(): Generator<Item> {
    yield this
    for (const items of this.blocks.values()) for (const item of items) yield* item.all()
  }
}

/** What an item is made from besides itself. */
interface Context {
  readonly registry: Registry
  readonly server: Server
  readonly secrets: Secrets
}

/** An object and all below it, as far as files can say it; whatever else there is stands in notes. */
export function itemOf(found: Found, context: Context): Item {
  const made = new Set(
    found.below.flatMap(({ type, found: objects }) =>
      objects?.length && type.provides ? [type.provides] : [],
    ),
  )
  return itemWith(found, context, made)
}

function itemWith(found: Found, context: Context, made: ReadonlySet<string>): Item {
  const { type, live, as, below } = found
  const isMade = made.has(type.name)
  const item = new Item(type, live, as)
  item.notes.push(...(live.notes ?? []))
  if (as === 'whole' && !isMade) tellAttributes(item, type, live, context)
  for (const block of below) fill(item, block, context, made, isMade)
  for (const [name, owner] of ownersOf(type, context.registry)) {
    const isRead = below.some((block) => block.type === owner && block.found)
    const isOwn = type.schema[name]?.choices?.includes(String(item.attributes.get(name)))
    if (item.blocks.has(owner) || (!isRead && !isOwn)) item.attributes.delete(name)
  }
  return item
}

/** The attributes that are another type's to decide where it stands below: what only that makes is not said where it was not read. */
const ownersOf = (type: ResourceType, registry: Registry): readonly (readonly [string, ResourceType])[] =>
  [...registry.values()]
    .filter(({ parents }) => parents.includes(type.name))
    .flatMap((owner) => (owner.ownsOfParent ?? []).map((name) => [name, owner] as const))

/** The body of what has no document of its own. */
export function bodyOf(blocks: readonly Block[], context: Context): Item {
  const item = emptyBody()
  for (const block of blocks) fill(item, block, context, new Set(), false)
  return item
}

export const emptyBody = (): Item => new Item(null, null, 'place')

function fill(item: Item, block: Block, context: Context, made: ReadonlySet<string>, isMade: boolean): void {
  const { type, found } = block
  if (!found) {
    item.unseen.push(type)
    return
  }
  item.found.set(type.name, new Set(found.map(({ live }) => live.address.name)))
  const odd = found.flatMap(({ live }) => oddity(live) ?? [])
  item.notes.push(...odd)
  if (type.exact && odd.length > 0) return
  const items = found
    .filter(({ live }) => oddity(live) === null)
    .map((inside) => itemWith(inside, context, made))
    .filter((inside) => (inside.as === 'whole' && !made.has(type.name) ? true : says(inside)))
  for (const inside of items) inside.parent = item
  if (items.length > 0 || (type.exact && type.comesAlong && !isMade)) item.blocks.set(type, items)
}

/** Is there a reason to write a mere place? */
const says = ({ blocks, notes, unseen }: Item): boolean => blocks.size + notes.length + unseen.length > 0

/** Why an object cannot be declared, whatever it is. */
function oddity({ address, obscure, surplus }: Live): string | null {
  if (obscure !== undefined) return `${address.text}: ${obscure}`
  return surplus ? `${address.text}: Quay has it ${surplus + 1} times, and a plan would make it one` : null
}

function tellAttributes(item: Item, type: ResourceType, live: Live, { server, secrets }: Context): void {
  for (const [name, attribute] of Object.entries(type.schema)) {
    if (!supports(attribute, server)) continue
    const said = saying(attribute, live.attributes[name], `/${name}`, live.hidden ?? [], (pointer, at) =>
      secrets.refer(live, type, pointer, at),
    )
    if (said && 'value' in said) item.attributes.set(name, said.value)
    else if (said) item.notes.push(`${name}: ${said.problem}`)
  }
}

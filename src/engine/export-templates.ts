import { byText } from '../model/address.ts'
import { canonicalJson } from '../model/canonical.ts'
import type { Desired } from '../model/change.ts'
import type { ResourceType } from '../model/resource.ts'
import { type Attribute, isReference, type Value } from '../model/schema.ts'
import { grouped } from './expand.ts'
import type { Item } from './export-items.ts'
import { saying } from './export-values.ts'
import { blockOf } from './siblings.ts'

/** What templates say of one organization: by address, and by block. */
export class Given {
  readonly #objects: ReadonlyMap<string, Desired>
  readonly #blocks: ReadonlyMap<string, readonly Desired[]>

  constructor(desired: readonly Desired[]) {
    this.#objects = new Map(desired.map((object) => [object.address.text, object]))
    this.#blocks = grouped(desired, ({ address }) => blockOf(address))
  }

  at(item: Item): Desired | null {
    return (item.live && this.#objects.get(item.live.address.text)) ?? null
  }

  /** The entries of a block that they write below an object. */
  below(item: Item, type: ResourceType): readonly Desired[] {
    return this.#blocks.get(`${type.name} ${item.live?.address.text}`) ?? []
  }

  get objects(): readonly Desired[] {
    return [...this.#objects.values()]
  }
}

/** Takes out of a body what templates say for it, and writes what they say otherwise. False where a body cannot say that something is not as in the templates. */
export function leaveOut(item: Item, given: Given, types: readonly ResourceType[]): boolean {
  const said = given.at(item)
  if (said && !said.absent && !attributesLeft(item, said)) return false
  for (const type of types.filter(({ parents }) => item.type && parents.includes(item.type.name))) {
    const fits =
      type.exact || type.identity === 'list'
        ? listLeft(item, type, given.below(item, type))
        : (item.blocks.get(type) ?? []).every((inside) => leaveOut(inside, given, types))
    if (!fits) return false
    const rest = item.blocks.get(type)?.filter((inside) => type.exact || isLeft(inside, given.at(inside)))
    if (rest && rest.length === 0 && !type.exact && type.identity !== 'list') item.blocks.delete(type)
    else if (rest) item.blocks.set(type, rest)
  }
  return true
}

/** Does it still say more than the templates? */
const isLeft = ({ attributes, blocks, notes }: Item, said: Desired | null): boolean =>
  !said || said.absent || attributes.size + blocks.size + notes.length > 0

/** What of the templates an organization has not, by the names that `except` takes; of what hangs together only the uppermost. */
export function exceptions(body: Item, given: Given, types: readonly ResourceType[]): readonly string[] {
  const there = new Set([...body.all()].map(({ live }) => live?.address.text))
  const isLoose = (name: string) =>
    types.some((type) => type.name === name && !type.exact && type.identity !== 'list')
  const missing = given.objects.filter(
    ({ address: { text, type, parent }, absent }) =>
      !absent && parent && isLoose(type) && !there.has(text) && there.has(parent.text),
  )
  return missing.map(({ address }) => exceptionOf(address)).sort(byText)
}

/** `robot.ci`, `repository.redis`; a singleton by its type. */
function exceptionOf({ type, place }: Desired['address']): string {
  const name = place.replace(/^[^/+:#]+[/+:#]?/, '')
  return name === '' ? type : `${type}.${name}`
}

/** Of a set or a list the strongest layer gives all: it is the same, or all of it is written. */
function listLeft(item: Item, type: ResourceType, given: readonly Desired[]): boolean {
  if (given.length === 0) return true
  const own = item.blocks.get(type) ?? []
  const isSame =
    own.length === given.length &&
    given.every(({ address, attributes }) => {
      const found = own.find(({ live }) => live?.address.text === address.text)
      return (
        found &&
        Object.keys(type.schema).every((name) => isEqual(type.schema[name], attributes[name], found, name))
      )
    })
  if (isSame) item.blocks.delete(type)
  else if (!item.blocks.has(type)) item.blocks.set(type, [])
  return isSame || !item.unseen.includes(type)
}

function attributesLeft(item: Item, { attributes }: Desired): boolean {
  const { type } = item
  return Object.entries(type?.schema ?? {}).every(([name, attribute]) => {
    const wanted = attributes[name]
    if (wanted === undefined || attribute.serverOwned || attribute.writeOnly) {
      if (wanted !== undefined && item.attributes.has(name) && attribute.writeOnly)
        item.attributes.delete(name)
      return true
    }
    if (isEqual(attribute, wanted, item, name)) item.attributes.delete(name)
    else if (!item.attributes.has(name)) return tellAnyway(item, attribute, name)
    return true
  })
}

/** Writes an attribute that was left out, as a new object has the same; false where no file can say it. */
export function tellAnyway(item: Item, attribute: Attribute, name: string): boolean {
  const present = item.live?.attributes[name]
  let isSecret = false
  const said = saying({ ...attribute, required: true }, present, `/${name}`, [], () => {
    isSecret = true
    return { from_env: '' }
  })
  if (!said || !('value' in said) || isSecret) return false
  item.attributes.set(name, said.value)
  return true
}

/** Is what the template wants what is there? A secret that both only refer to is. */
export function isEqual(
  attribute: Attribute | undefined,
  wanted: Value | undefined,
  item: Item,
  name: string,
): boolean {
  const written = item.attributes.get(name)
  const present = item.live?.attributes[name]
  if (wanted === undefined) return written === undefined
  if (isReference(attribute, wanted)) return written !== undefined && isReference(attribute, written)
  if (attribute?.fields && !attribute.many && wanted !== null) {
    const said = saying({ ...attribute, required: true }, wanted, '', [], () => ({ from_env: '*' }))
    return (
      written !== undefined &&
      said !== null &&
      'value' in said &&
      canonicalJson(said.value) === canonicalJson(written)
    )
  }
  return canonicalJson(wanted) === canonicalJson(present ?? null)
}

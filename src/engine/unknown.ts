import { type Address, addressOf, byText } from '../model/address.ts'
import { sameValue } from '../model/canonical.ts'
import type { Change, Desired, Difference, Live } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import { type Registry, schemaOf } from '../model/resource.ts'
import type { Unknown } from '../model/revisions.ts'
import { type Expanded, grouped } from './expand.ts'
import { isUnseen } from './fields.ts'
import type { Block } from './prune.ts'
import { organizationOf } from './select.ts'
import { blockOf } from './siblings.ts'

/** What a comparison of files has to go by. */
export interface Supposition extends Pick<Expanded, 'patterns' | 'blocks' | 'removed'> {
  readonly before: Expanded
  /** What the files declare now, what patterns come to included. */
  readonly desired: readonly Desired[]
  /** What Quay is supposed to have. */
  readonly there: ReadonlyMap<string, Live>
  readonly changes: readonly Change[]
  /** Organizations of which the files say something else. */
  readonly changed: ReadonlySet<string>
  /** Changes of which Quay would be asked what they put at stake. */
  readonly asked: ReadonlySet<string>
  readonly registry: Registry
  /** `YYYY-MM-DD` in UTC. */
  readonly today: string
}

/** The paths of an update of which nobody but Quay knows what they are now. A secret that goes along goes only if the others do. */
export function unknownPaths(
  { action, address, differences, live }: Change,
  registry: Registry,
): ReadonlySet<string> {
  const type = registry.get(address.type)
  if (action !== 'update' || !live || !type) return new Set()
  const open = differences.filter((entry) => !entry.resent && !isUnseen(entry, type) && !isTold(live, entry))
  const along = differences.filter((entry) => !entry.resent && isUnseen(entry, type))
  const all = open.length + along.length === differences.length ? differences : open
  return new Set(all.map(({ path }) => path))
}

/** Does anybody know what the value is now? */
function isTold({ attributes }: Live, { attribute, path }: Difference): boolean {
  const value = attributes[attribute]
  const key = path.split('/')[2]
  if (key === undefined || value === null || typeof value !== 'object') return value !== undefined
  return (value as Readonly<Record<string, unknown>>)[key] !== undefined
}

/** What only Quay knows of a change of files, as far as something of it turns on that. */
export function unknownsOf(all: Supposition, findings: readonly Diagnostic[]): readonly Unknown[] {
  const found: readonly (readonly [Unknown['about'], string, readonly string[]])[] = [
    ['values', 'what these have now, where the base does not say it', valuesOf(all)],
    ['times', 'whether this time is later than its own, and so sent', timesOf(all)],
    ['present', 'whether these are there already: Quay makes some by itself', presentOnes(all)],
    ['unlisted', 'what of these no file lists: it goes', unlistedOnes(all)],
    ['removed', 'whether these, which the base does not declare, are there: they go', removedOnes(all)],
    ['grants', 'which repositories that no file declares these hold for', grantsOf(all)],
    ['stakes', 'what these put at stake: tags, images, clients, storage in use', [...all.asked]],
    [
      'administrators',
      'who administers by these: the last ones and the user of the token stay',
      adminsOf(all, findings),
    ],
  ]
  return found.flatMap(([about, message, addresses]) =>
    addresses.length > 0 ? [{ about, message, addresses: [...new Set(addresses)].sort(byText) }] : [],
  )
}

/** Those of updates, and those that no update could change. */
function valuesOf(all: Supposition): readonly string[] {
  const { desired, there, changes, registry } = all
  const open = changes
    .filter((change) => unknownPaths(change, registry).size > 0)
    .map(({ address }) => address.text)
  const silent = desired.flatMap(({ address, attributes, absent }) => {
    const live = there.get(address.text)
    const isOpen = Object.entries(schemaOf(address, registry)).some(
      ([name, { replaces, supersedes, writeOnly }]) => {
        const isSaid = attributes[name] !== undefined && !writeOnly
        return isSaid && (replaces || supersedes) && live?.attributes[name] === undefined
      },
    )
    return live && !absent && isOpen ? [address.text] : []
  })
  return [...open, ...silent, ...likeOnes(all)]
}

/** Of several that go from one block, or may go, and several that come, nobody knows which are alike but for the name. */
function likeOnes(all: Supposition): readonly string[] {
  const open = new Set(newlyWhole(all).map(({ type, parent }) => `${type} ${parent.text}`))
  return [...grouped(all.changes, ({ address }) => blockOf(address))].flatMap(([key, block]) => {
    const gone = block.filter(({ action }) => action === 'delete')
    const made = block.filter(({ action }) => action === 'create')
    const isOpen = made.length > 0 && (open.has(key) || gone.length + made.length > 2)
    return isOpen ? gone.map(({ address }) => address.text) : []
  })
}

function timesOf({ desired, there, before, registry }: Supposition): readonly string[] {
  const past = new Map(before.desired.map((object) => [object.address.text, object.attributes]))
  return desired.flatMap(({ address, attributes, absent }) => {
    const isOpen = Object.entries(schemaOf(address, registry)).some(([name, attribute]) => {
      const value = attributes[name]
      const isTime = typeof value === 'string' && !attribute.words?.some((word) => word === value)
      return (
        attribute.serverOwned === 'forward' && isTime && !sameValue(past.get(address.text)?.[name], value)
      )
    })
    return there.has(address.text) && !absent && isOpen ? [address.text] : []
  })
}

/** What comes along with a new object, where the base listed none of it. */
function presentOnes({ changes, there, before, registry }: Supposition): readonly string[] {
  const listed = wholeOf(before.blocks)
  return changes.flatMap(({ action, address }) => {
    const { type, parent, text } = address
    const isOpen = parent && there.has(parent.text) && !listed.has(`${type} ${parent.text}`)
    return action === 'create' && registry.get(type)?.comesAlong && isOpen ? [text] : []
  })
}

function unlistedOnes(all: Supposition): readonly string[] {
  return newlyWhole(all).flatMap(({ type: name, parent }) => {
    const type = all.registry.get(name)
    return type ? [addressOf(type, parent, '**').text] : []
  })
}

/** Blocks that are whole now, and were not. */
function newlyWhole({ before, blocks, there }: Supposition): readonly Block[] {
  const listed = wholeOf(before.blocks)
  const isNew = ({ type, parent }: Block) => there.has(parent.text) && !listed.has(`${type} ${parent.text}`)
  return blocks.filter((block) => isWhole(block) && isNew(block))
}

const isWhole = ({ pruneAt, dropped }: Block): boolean => pruneAt !== null && !dropped
const wholeOf = (blocks: readonly Block[]): ReadonlySet<string> =>
  new Set(blocks.filter(isWhole).map(({ type, parent }) => `${type} ${parent.text}`))

/** What the base had removed is gone. */
function removedOnes({ before, removed, there, today }: Supposition): readonly string[] {
  const past = new Set(before.removed.map(({ address }) => address.text))
  const isOpen = ({ text }: Address) => !there.has(text) && !past.has(text)
  return removed
    .filter(({ address, until }) => isOpen(address) && until >= today)
    .map(({ address }) => address.text)
}

/** Only of what they did not ask for before: that an apply has given. */
function grantsOf({ before, patterns }: Supposition): readonly string[] {
  const past = new Map(before.patterns.map(({ address, attributes }) => [address.text, attributes]))
  const isNew = ({ address, attributes }: Desired) =>
    Object.entries(attributes).some(([name, value]) => !sameValue(past.get(address.text)?.[name], value))
  return patterns.filter(isNew).map(({ address }) => address.text)
}

/** Objects by which somebody administers, or does not any more, and what is kept because of it. */
function adminsOf(
  { changes, desired, there, registry, changed }: Supposition,
  findings: readonly Diagnostic[],
): readonly string[] {
  const kept = new Set(findings.flatMap(({ code, address }) => (code === KEPT && address ? [address] : [])))
  const isSame = (about: Address | undefined) => about && !changed.has(organizationOf(about, registry))
  const touched = new Set([...changes.map(({ address }) => address.text), ...kept])
  const written = new Map(desired.map((object) => [object.address.text, object]))
  return [...touched].filter((text) => {
    const [now, live] = [written.get(text), there.get(text)]
    const about = (now ?? live)?.address
    const type = registry.get(about?.type ?? '')
    const isSeat = [now, live].some(
      (object) => object && type?.admins?.(object.attributes, null, false)?.length !== 0,
    )
    if (isSame(about)) return false
    return kept.has(text) || (type?.admins !== undefined && live !== undefined && isSeat)
  })
}

/** Something stays though the files say otherwise. */
const KEPT = 'QC4010'

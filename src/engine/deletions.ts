import { type Address, addressOf, byText } from '../model/address.ts'
import { type Change, type Live, originOf, type Reason } from '../model/change.ts'
import type { Diagnostic, Place } from '../model/diagnostics.ts'
import type { Registry } from '../model/resource.ts'
import { type Attributes, placeTaking } from '../model/schema.ts'
import type { Expanded } from './expand.ts'
import type { Selected } from './select.ts'
import type { Siblings } from './siblings.ts'

interface Context {
  readonly expanded: Expanded
  readonly selected: Selected
  readonly live: ReadonlyMap<string, Live>
  readonly registry: Registry
  readonly siblings: Siblings
  readonly findings: Diagnostic[]
  /** What `superseded` says of the files. */
  readonly taken: readonly Succession[]
  /** `YYYY-MM-DD` in UTC. */
  readonly today: string
}

/** What the files want away besides what they write as `none`, and what they leave alone. */
export function deletions(context: Context, creates: readonly Change[]) {
  const { expanded, selected, live, registry, siblings } = context
  const replaced = successions(context)
  const removed = removals(context)
  const listed = new Set<string>()
  for (const objects of [
    selected.desired,
    expanded.desired,
    expanded.removed,
    expanded.external,
    replaced,
    removed,
  ])
    for (const { address } of objects) listed.add(address.text)
  const unlisted = [...live.values(), ...brought(creates, registry)]
    .filter(({ address: { text } }) => !listed.has(text))
    .sort((a, b) => byText(a.address.text, b.address.text))
  const pruned = unlisted.flatMap((object) => {
    const block = siblings.pruning(object.address)
    if (!block || !selected.complete || !selected.includes(object.address)) return []
    const change = deletion(object, block.exact ? 'config' : 'pruned', block.at)
    return [block.via ? { ...change, via: block.via } : change]
  })
  return {
    changes: [...replaced, ...removed, ...pruned]
      .filter((change) => mayGo(change, context))
      .map((change) => {
        const looks = registry.get(change.address.type)?.keepsFromDelete
        return looks ? { ...change, siblings: siblings.block(change.address) } : change
      }),
    unmanaged: unlisted.flatMap(({ address }) =>
      siblings.pruning(address) || !live.has(address.text) ? [] : [address],
    ),
  }
}

export function deletion(live: Live, reason: Reason, at: Place): Change {
  return {
    address: live.address,
    action: 'delete',
    reason,
    desired: null,
    live,
    differences: [],
    values: {},
    at,
  }
}

/** What cannot be told from others, and what a type keeps whatever the files say, with a warning. */
function mayGo({ address, live, at }: Change, { registry, siblings, findings }: Context): boolean {
  const about = { severity: 'warning', at, address: address.text } as const
  const why = live && registry.get(address.type)?.keepsFromDelete?.(live, siblings.around(address))
  if (live?.obscure !== undefined)
    findings.push({ ...about, code: 'QC4009', message: `${address.text} is left alone: ${live.obscure}` })
  else if (why) findings.push({ ...about, code: 'QC4010', message: `${address.text} stays: ${why}` })
  else return true
  return false
}

/** What Quay makes together with a new object. */
const brought = (creates: readonly Change[], registry: Registry): readonly Live[] =>
  creates.flatMap(({ address, action }) =>
    action !== 'create'
      ? []
      : (registry.get(address.type)?.brings ?? []).flatMap(({ type: name, name: key, attributes }) => {
          const type = registry.get(name)
          return type ? [{ address: addressOf(type, address, key), attributes }] : []
        }),
  )

/** An object whose place another takes. */
export interface Succession {
  readonly address: Address
  readonly successor: Address
  /** What the files say of that. */
  readonly heir: Attributes
  readonly at: Place
}

/** Objects whose place another takes, by a name of its own. */
export function superseded(
  { desired }: Pick<Expanded, 'desired'>,
  registry: Registry,
): readonly Succession[] {
  const types = new Map(
    [...registry.values()].flatMap((type) => {
      const name = placeTaking(type.schema)
      return name === undefined ? [] : [[type.name, { type, name }] as const]
    }),
  )
  return desired.flatMap(({ address, attributes, origins, origin, absent }) => {
    const taking = types.get(address.type)
    const value = taking && attributes[taking.name]
    if (!taking || absent || typeof value !== 'string') return []
    const { type, name } = taking
    const about = { address: addressOf(type, address.parent, value), successor: address, heir: attributes }
    return [{ ...about, at: originOf({ origins, origin }, name).at }]
  })
}

function successions({ taken, selected, live, findings }: Context): readonly Change[] {
  return taken.flatMap(({ address, successor, heir, at }) => {
    if (!selected.includes(successor)) return []
    const found = live.get(address.text)
    if (found) return [{ ...deletion(found, 'config', at), successor, heir }]
    const message = live.has(successor.text)
      ? `${address.text} is already gone: delete this line`
      : `there is no ${address.text} that ${successor.text} could take the place of`
    findings.push({ code: 'QC4002', severity: 'note', message, at, address: successor.text })
    return []
  })
}

function removals({ expanded, selected, live, findings, today }: Context): readonly Change[] {
  return expanded.removed.flatMap(({ address, at, until, reason }) => {
    if (!selected.includes(address)) return []
    const found = live.get(address.text)
    const about = { at, address: address.text }
    if (!found) {
      findings.push({
        ...about,
        code: 'QC4002',
        severity: 'note',
        message: `${address.text} is already gone: delete this line`,
      })
      return []
    }
    if (until < today) {
      findings.push({
        ...about,
        code: 'QC4001',
        severity: 'warning',
        message: `${address.text} is still there, and its removal ended on ${until}: nothing is deleted`,
        hint: `set a later "until", or remove the line; its reason: ${reason}`,
      })
      return []
    }
    return [deletion(found, 'removed', at)]
  })
}

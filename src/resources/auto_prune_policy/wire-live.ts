import { createHash } from 'node:crypto'
import { type Address, addressOf } from '../../model/address.ts'
import { canonicalJson } from '../../model/canonical.ts'
import type { Live } from '../../model/change.ts'
import type { Infer } from '../../model/schema.ts'
import { either, flag, name, number, optional, orNull, record, type Told, text } from '../../model/shape.ts'
import type { schema } from './schema.ts'

export type AutoPrunePolicy = Omit<Infer<typeof schema>, 'value'> & { readonly value?: number | string }

/** Up to 3.12 without a pattern. */
export const policyView = record({
  uuid: name,
  method: name,
  value: either(number, text),
  tagPattern: optional(orNull(text)),
  tagPatternMatches: optional(orNull(flag)),
})
export type PolicyView = Told<typeof policyView>

/** Its method; with a pattern also a digest of that and of whether it must match. */
export function nameOf({ method, tag_pattern, tag_pattern_matches }: AutoPrunePolicy): string | null {
  if (method === undefined) return null
  if (tag_pattern === undefined) return method
  const digest = createHash('sha256').update(canonicalJson([tag_pattern, tag_pattern_matches ?? true]))
  return `${method}-${digest.digest('hex').slice(0, 8)}`
}

/** Whether a pattern must match is kept where there is none, and means nothing then (data/model/autoprune.py). */
export function fromQuay({ method, value, tagPattern, tagPatternMatches }: PolicyView): AutoPrunePolicy {
  const pattern = tagPattern?.trim()
  return {
    method,
    value,
    ...(pattern && { tag_pattern: pattern, tag_pattern_matches: tagPatternMatches ?? true }),
  }
}

/** Stands between an owner and the name. */
export const step = { name: 'auto_prune_policy', separator: '#' }

/** Policies of one name are one: what the strictest of them says holds, so it comes first. */
export function folded(owner: Address, views: readonly PolicyView[]): readonly Live<AutoPrunePolicy>[] {
  const byName = new Map<string, PolicyView[]>()
  for (const view of views) {
    const name = nameOf(fromQuay(view)) ?? ''
    byName.set(
      name,
      [...(byName.get(name) ?? []), view].sort((a, b) => reach(a.value) - reach(b.value)),
    )
  }
  return [...byName].flatMap(([name, equal]) =>
    equal.slice(0, 1).map((first) => ({
      address: addressOf(step, owner, name),
      attributes: fromQuay(first),
      remote: equal.map(({ uuid }) => uuid),
      ...(equal.length > 1 && { surplus: equal.length - 1 }),
    })),
  )
}

const seconds: Readonly<Record<string, number>> = {
  s: 1,
  m: 60,
  h: 3600,
  d: 86400,
  w: 604800,
  y: 31536000,
}

/** How much is kept, tags or seconds. Quay has taken `0d`, `-7d` and `7 d` too; what cannot be read may keep nothing. */
export function reach(value: number | string | undefined): number {
  if (typeof value === 'number') return value
  const [, count, unit = ''] = /^\s*([+-]?\d+)\s*([smhdwy])$/.exec(value ?? '') ?? []
  return count === undefined ? Number.NEGATIVE_INFINITY : Number(count) * (seconds[unit] ?? 1)
}

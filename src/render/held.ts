import { type Held, heldBecause, type Plan } from '../model/plan.ts'
import { firstOf, plural, type Style, wrapText } from './style.ts'

const words: Readonly<Record<Held, string>> = {
  paused: 'Paused, and not applied',
  blocked: 'Held, and not applied',
  unreviewed: 'Not reviewed, and not applied',
  unallowed: 'Not allowed, and not applied',
}

/** What stands at a change that is only shown. */
export const heldNote = (held: Held): string => `not applied: ${heldBecause[held]}`

/** Which organizations wait, and with how many changes. */
export function heldLines(plan: Plan, { width }: Style): readonly string[] {
  return (['paused', 'blocked', 'unreviewed', 'unallowed'] as const).flatMap((as) => {
    const list = [...heldBy(plan, as)].map(([name, count]) => `${name} (${plural(count, 'change')})`)
    return list.length > 0 ? [wrapText(`${words[as]}: ${list.join(', ')}.`, width, '  ')] : []
  })
}

/** How many changes of which organizations are held for one reason. */
function heldBy({ changes }: Plan, as: Held): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { held, organization } of changes) {
    const name = organization === '-' ? 'what is in no organization' : organization
    if (held === as) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

/** Do guards hold some of a plan, and nothing stops the rest? */
export const goesOn = ({ changes }: Plan): boolean =>
  changes.some(({ held }) => held === 'blocked') && changes.some(({ held }) => !held)

const MOST_NAMED = 3

/** `1 held: globex`: what guards hold of a plan that goes on. */
export function heldWords(plan: Plan): string {
  const counts = heldBy(plan, 'blocked')
  const sum = [...counts.values()].reduce((all, count) => all + count, 0)
  return `${sum} held: ${firstOf([...counts.keys()], MOST_NAMED)}`
}

/** What guards come to, at the head of what they say: all of it is stopped, or some is held. */
export const stopWords = (plan: Plan): string =>
  goesOn(plan)
    ? `${plural(plan.changes.length, 'change')}, ${heldWords(plan)}; the rest goes on`
    : 'It is stopped'

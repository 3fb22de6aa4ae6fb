import type { Held, Plan } from '../model/plan.ts'
import { plural, type Style, wrapText } from './style.ts'

const words: Readonly<Record<Held, string>> = {
  paused: 'Paused, and not applied',
  blocked: 'Held, and not applied',
  unreviewed: 'Not reviewed, and not applied',
  unallowed: 'Not allowed, and not applied',
}

/** What stands at a change that is only shown. */
export const heldNote: Readonly<Record<Held, string>> = {
  paused: 'not applied: its organization is paused',
  blocked: 'not applied: a guard holds its organization',
  unreviewed: 'not applied: no review has seen all that is planned for its organization',
  unallowed: 'not applied: nobody has allowed all that is planned for its organization',
}

/** Which organizations wait, and with how many changes. */
export function heldLines({ changes }: Plan, { width }: Style): readonly string[] {
  return (['paused', 'blocked', 'unreviewed', 'unallowed'] as const).flatMap((as) => {
    const counts = new Map<string, number>()
    for (const { held, organization } of changes)
      if (held === as) counts.set(organization, (counts.get(organization) ?? 0) + 1)
    const list = [...counts].map(
      ([name, count]) => `${name === '-' ? 'what is in no organization' : name} (${plural(count, 'change')})`,
    )
    return list.length > 0 ? [wrapText(`${words[as]}: ${list.join(', ')}.`, width, '  ')] : []
  })
}

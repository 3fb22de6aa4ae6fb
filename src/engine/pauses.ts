import type { Address } from '../model/address.ts'
import type { Diagnostic, Place } from '../model/diagnostics.ts'
import { child, type MapTree, textOf } from '../model/tree.ts'
import { badDate, isDate, looksLikeDate } from './dates.ts'

/** A line that lets an organization be as it is for a while. */
export interface Pause {
  readonly address: Address
  readonly reason: string
  /** `YYYY-MM-DD`, the last day. */
  readonly until: string
  readonly at: Place
}

/** `paused` of a document. */
export function pauseOf(
  tree: MapTree,
  address: Address,
): { readonly pause: Pause | null; readonly diagnostics: readonly Diagnostic[] } {
  const paused = child(tree, 'paused')
  const [reason, until] = [textOf(child(paused, 'reason')), textOf(child(paused, 'until'))]
  if (!paused || !reason || !until) return { pause: null, diagnostics: [] }
  if (isDate(until)) return { pause: { address, reason, until, at: paused.at }, diagnostics: [] }
  const at = child(paused, 'until')?.at ?? paused.at
  return { pause: null, diagnostics: looksLikeDate(until) ? [badDate(until, at)] : [] }
}

/** Does it still hold? The last day counts. */
export const isPaused = ({ until }: Pause, today: string): boolean => until >= today

/** What a plan says of a pause: how long it holds, or that it is over. */
export function pauseFinding(pause: Pause, today: string): Diagnostic {
  const { address, until, reason, at } = pause
  const about = { at, address: address.text }
  return isPaused(pause, today)
    ? {
        ...about,
        code: 'QC4013',
        severity: 'note',
        message: `${address.text} is paused until ${until}: ${reason}`,
        hint: 'its changes are shown, and not applied',
      }
    : {
        ...about,
        code: 'QC4014',
        severity: 'warning',
        message: `the pause of ${address.text} ended on ${until}: it is applied again`,
        hint: `remove the line, or set a later "until"; its reason: ${reason}`,
      }
}

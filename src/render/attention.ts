import type { Impact } from '../model/change.ts'
import type { PlannedAccess } from '../model/plan.ts'
import type { Entry } from './group.ts'
import { firstOf } from './style.ts'

/** What a change can cost, and that nobody sees by its fields alone. */
export interface Risk {
  /** The worst first. */
  readonly impacts: readonly Impact[]
  readonly entry: Entry
}

/** What cannot be undone stands first. */
const IMPACTS: readonly Impact[] = ['data', 'public', 'credential', 'access']

/** What each entry can cost, the worst first, but the access that `gainsAndLosses` tells, and what is only shown. What a guard holds may be let go by another change of the files, which shows no more of it than this one. */
export function risksOf(entries: readonly Entry[]): readonly Risk[] {
  const risks = entries.flatMap((entry) => {
    const { impacts, action, held } = entry.change
    const isSaid = entry.access.length > 0 || action === 'create'
    const own = IMPACTS.filter((impact) => impacts.includes(impact) && (impact !== 'access' || !isSaid))
    return own.length === 0 || (held && held !== 'blocked') ? [] : [{ impacts: own, entry }]
  })
  return IMPACTS.flatMap((worst) => risks.filter(({ impacts: [first] }) => first === worst))
}

/** Who gains or loses access, and by which entry. */
export interface Gain {
  readonly entry: Entry
  readonly access: PlannedAccess
}

/** Of all entries, the gains first. */
export function gainsAndLosses(entries: readonly Entry[]): readonly Gain[] {
  const all = entries.flatMap((entry) => entry.access.map((access) => ({ entry, access })))
  const of = (effect: PlannedAccess['effect']) => all.filter(({ access }) => access.effect === effect)
  return [...of('broadens'), ...of('narrows')]
}

/** The object that gives it, and whom, where its address does not say that. */
export const whereOf = ({ entry, access: { subject } }: Gain): readonly string[] => {
  const { address } = entry.change
  return address.endsWith(`:${subject}`) ? [address] : [address, subject]
}

/** Whom it is about, with the organization of a name that others have, too. */
export function whoOf({ entry, access: { subject } }: Gain): string {
  const { change, organizations } = entry
  const isOwn = organizations.length === 0 && /^(team|robot):/.test(subject)
  return isOwn ? `${subject} of ${change.organization}` : subject
}

/** For how many an entry stands, where that is more than one. */
export const manyOf = ({ organizations, matches }: Entry): string =>
  organizations.length > 0
    ? ` in ${organizations.length} organizations`
    : matches.length > 0
      ? ` (${matches.length} of them)`
      : ''

/** What else is to be known of an entry where neither its section nor its notes are seen. */
export const markOf = ({ change: { earlier, held } }: Entry): string =>
  `${earlier ? ' (differed before)' : ''}${held ? ' (held)' : ''}`

/** How many are named where they are one of many things that are said. */
const MOST_NAMED = 20

/** For which an entry stands: the first of them, and how many more; empty where that is one. */
export function namesOf({ organizations, matches }: Entry, most: number = MOST_NAMED): string {
  return firstOf(organizations.length > 0 ? organizations : matches, most)
}

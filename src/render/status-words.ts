import { percentOf, type Standing, type Sync, sizeText, type Use, type Vitals } from '../model/vitals.ts'

/** The parts of a status, in order, and which objects each tells of. An object may be in several. */
export const parts: readonly {
  readonly title: string
  has(standing: Standing): boolean
}[] = [
  { title: 'Mirrors', has: ({ vitals }) => vitals.sync !== undefined },
  { title: 'Quotas', has: ({ vitals }) => vitals.use !== undefined },
  { title: 'Notifications', has: ({ vitals }) => vitals.failures !== undefined },
  {
    title: 'Missing',

    has: ({ vitals: { sync, use, failures }, troubles }) =>
      troubles.length > 0 && !sync && !use && failures === undefined,
  },
]

/** `2026-11-21 02:00Z` */
export const shortTime = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)}Z`

/** The same, without the day where that is today. */
export const timeOn = (day: string, iso: string): string =>
  iso.slice(0, 10) === day.slice(0, 10) ? shortTime(iso).slice(11) : shortTime(iso)

/** `success after 2026-11-20 02:00Z`; what has never ended says only what it is at. */
export const resultWords = ({ result, since }: Sync, today = ''): string =>
  `${result.replaceAll('_', ' ')}${since ? ` after ${timeOn(today, since)}` : ''}`

/** When Quay begins the next one; nothing where it begins none by itself. */
export const nextOf = ({ enabled, result, next }: Sync): string | null =>
  enabled && result !== 'cancel' && result !== 'syncing' ? next : null

export const useWords = ({ used, limit }: Use): string =>
  used === null ? `${sizeText(limit)}, not counted` : `${sizeText(used)} of ${sizeText(limit)}`

const BAR = 20

/** `[#######.............]  35%` of plain characters; full bars are for what is full. */
export function barOf(use: Use): string {
  const percent = percentOf(use)
  if (percent === null) return `[${' '.repeat(BAR)}]    ?`
  const filled = Math.min(BAR, Math.floor((percent * BAR) / 100))
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR - filled)}] ${`${percent}%`.padStart(4)}`
}

/** How old something is, as far as Quay tells. */
export const ageWords = ({ created, last_used, last_pushed }: Vitals): string =>
  [
    ...(created ? [`created ${created.slice(0, 10)}`] : []),
    ...(last_used === undefined ? [] : [last_used ? `last used ${last_used.slice(0, 10)}` : 'never used']),
    ...(last_pushed === undefined
      ? []
      : [last_pushed ? `last pushed ${last_pushed.slice(0, 10)}` : 'without tags']),
  ].join(', ')

/** The largest of what lies below the place of a quota. */
export const largest = (
  quota: Standing,
  standings: readonly Standing[],
): readonly (Standing & { readonly size: number })[] =>
  standings
    .flatMap((one) => {
      const { address, vitals } = one
      const isBelow = address.parent && address.parent.place === quota.address.place
      return isBelow && vitals.size ? [{ ...one, size: vitals.size }] : []
    })
    .sort((a, b) => b.size - a.size)

/** `robots of acme`, `organization.acme as a whole`: what the token may not see. */
export const unseenWords = ({ type, below }: { readonly type: string; readonly below: string }): string =>
  below === ''
    ? `all of type ${type}`
    : below.startsWith(`${type}.`)
      ? `${below} as a whole`
      : `${type} of ${below}`

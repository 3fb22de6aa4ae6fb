import { someOf, type Tally } from '../model/tally.ts'
import { type Style, wrapText } from './style.ts'

/** What has to do with an object, of one kind; null where the token is not shown it. */
interface Used {
  readonly kind: string
  readonly tally: Tally | null
}

/** How it went with one secret. */
export interface Rotated {
  readonly address: string
  readonly status: 'rotated' | 'failed' | 'skipped'
  readonly uses: readonly Used[]
}

/** Kinds that the old secret is of no matter to, and why. */
const spared: Readonly<Record<string, string>> = {
  mirrors: 'Quay takes the new token itself',
  organization_mirror: 'Quay takes the new token itself',
  federation: 'gets in without the token',
}

const wordsOf = ({ kind, tally }: Used): string => {
  if (!tally) return 'not shown to this token'
  const why = spared[kind]
  return `${someOf(tally)}${why ? ` (${why})` : ''}`
}

const counts = ({ tally }: Used): boolean => !tally || tally.names.length > 0 || tally.more === true

/** Who uses what is about to get a new secret, as far as Quay knows. */
export function usesText(address: string, uses: readonly Used[], { bold, width }: Style): string {
  const shown = uses.filter(counts)
  const labels = shown.map(({ kind }) => kind.replaceAll('_', ' '))
  const column = Math.max(...labels.map((label) => label.length)) + 2
  const rows = shown.map((used, i) => {
    const label = `  ${(labels[i] ?? '').padEnd(column)}`
    return label + wrapText(wordsOf(used), width - label.length, ' '.repeat(label.length)).trimStart()
  })
  return [bold(address), ...(rows.length > 0 ? rows : ['  on no team, and no permission names it'])].join(
    '\n',
  )
}

/** What was done. */
export function rotationText(all: readonly Rotated[], { good, width }: Style): string {
  const done = all.filter(({ status }) => status === 'rotated').map(({ address }) => address)
  const left = all.filter(({ status }) => status !== 'rotated').map(({ address }) => address)
  const lines = [
    ...(done.length > 0
      ? [
          `${good('Rotated')} ${done.join(', ')}: ${done.length === 1 ? 'the old token works' : 'the old tokens work'} no more. Whoever has ${done.length === 1 ? 'it needs the new one' : 'one needs its new one'}.`,
        ]
      : []),
    ...(left.length > 0 ? [`Not rotated: ${left.join(', ')}.`] : []),
  ]
  return lines.map((line) => wrapText(line, width, '  ')).join('\n')
}

/** The same for programs; no secret is in it. */
export const rotationJson = (
  all: readonly Rotated[],
  about: {
    readonly url: string
    readonly registry: string
    readonly output: string
    readonly format: string
  },
): string => {
  const objects = all.map(({ address, status, uses }) => ({
    address,
    status,
    uses: uses.map(({ kind, tally }) => ({
      kind,
      names: tally?.names ?? null,
      ...(tally?.more && { more: true }),
    })),
  }))
  return JSON.stringify({ format_version: '1.0', kind: 'quayctl.rotation', ...about, objects }, null, 2)
}

/** What there is to think of before saying yes to so many. */
export const warning = (count: number): string =>
  count === 1
    ? 'The old token stops working at once, for whoever has it.'
    : `The old tokens of these ${count} stop working at once, for whoever has one.`

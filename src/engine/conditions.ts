import type { Registry } from '../model/resource.ts'
import { type Hit, levelOf, type Standing } from '../model/vitals.ts'
import { missing } from './status.ts'

/** What a status may be asked to fail on. */
export interface Condition {
  readonly text: string
  /** Of which alone it can hold; null: of any type. */
  readonly types: ReadonlySet<string> | null
  holds(standing: Standing): boolean
}

const QUOTA = /^quota>(100|[1-9]?[0-9])%$/

/** Every condition there is, and when it holds. */
export const conditionsOf = (registry: Registry): Readonly<Record<string, string>> => ({
  failing: 'something is failing',
  warning: 'something is failing, or may soon',
  ...Object.assign({}, ...[...registry.values()].map(({ ailments }) => ailments ?? {})),
  'quota>N%': 'more than that part of a quota is in use',
  ...missing,
  unmanaged: 'Quay has it, and no file lists it',
})

/** Null where there is no such condition. */
export function conditionOf(text: string, registry: Registry): Condition | null {
  const percent = QUOTA.exec(text)?.[1]
  if (percent !== undefined)
    return {
      text,
      types: new Set(text.split('>', 1)),
      holds: ({ vitals }) => isAbove(vitals, Number(percent)),
    }
  const types = null
  if (text === 'failing') return { text, types, holds: (standing) => levelOf(standing) === 'failing' }
  if (text === 'warning')
    return { text, types, holds: (standing) => ['failing', 'warning'].includes(levelOf(standing)) }
  if (text === 'unmanaged') return { text, types, holds: ({ managed }) => !managed }
  return Object.hasOwn(conditionsOf(registry), text) && !text.includes('>')
    ? {
        text,
        types: ailing(text, registry),
        holds: ({ troubles }) => troubles.some(({ kind }) => kind === text),
      }
    : null
}

/** The types that it ails. */
function ailing(text: string, registry: Registry): ReadonlySet<string> | null {
  const types = [...registry.values()].filter(({ ailments = {} }) => Object.hasOwn(ailments, text))
  return types.length > 0 ? new Set(types.map(({ name }) => name)) : null
}

const isAbove = ({ use }: Standing['vitals'], percent: number): boolean =>
  use?.used != null && use.used * 100 > use.limit * percent

/** The conditions that hold, and for which objects. */
export const hitsOf = (conditions: readonly Condition[], standings: readonly Standing[]): readonly Hit[] =>
  conditions.flatMap((condition) => {
    const hit = standings.filter((standing) => condition.holds(standing))
    return hit.length === 0
      ? []
      : [{ condition: condition.text, addresses: hit.map(({ address }) => address.text) }]
  })

/** What an answer must be like to be understood; whatever else it holds is let be. */
export interface Shape<T> {
  /** Words for "where … was due". */
  readonly due: string
  /** Null where the value fits. */
  misfit(value: unknown): Misfit | null
  /** Of the type only. */
  readonly told?: T
}

/** A place in an answer where something else stands than is due. */
export interface Misfit {
  /** `robots/0/name`; empty for the answer itself. */
  readonly at: string
  readonly due: string
}

/** The type of what fits a shape. */
export type Told<S> = S extends Shape<infer T> ? T : never

function plain<T>(due: string, fits: (value: unknown) => boolean): Shape<T> {
  const misfit = { at: '', due }
  return { due, misfit: (value) => (fits(value) ? null : misfit) }
}

export const text = plain<string>('a text', (value) => typeof value === 'string')
export const flag = plain<boolean>('true or false', (value) => typeof value === 'boolean')
/** JSON has numbers that are none here: `1e999`. */
export const number = plain<number>('a number', (value) => Number.isFinite(value))
export const count = plain<number>(
  'a whole number',
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
)
/** Not looked at. */
export const anything = plain<unknown>('anything', () => true)
/** The name of something, which stands in paths and addresses. */
export const name = plain<string>('a name', (value) => typeof value === 'string' && value !== '')

export const oneOf = <T extends string>(...words: readonly T[]): Shape<T> =>
  plain(words.join(' or '), (value) => words.some((word) => word === value))

/** One or the other. */
export const either = <A, B>(one: Shape<A>, other: Shape<B>): Shape<A | B> => ({
  due: `${one.due} or ${other.due}`,
  misfit: (value) =>
    one.misfit(value) && other.misfit(value) ? { at: '', due: `${one.due} or ${other.due}` } : null,
})

/** Null, too. */
export const orNull = <T>(shape: Shape<T>): Shape<T | null> => ({
  due: `${shape.due} or null`,
  misfit: (value) => (value === null ? null : shape.misfit(value)),
})

export const list = <T>(item: Shape<T>): Shape<readonly T[]> => ({
  due: 'a list',
  misfit(value) {
    if (!Array.isArray(value)) return { at: '', due: 'a list' }
    for (const [index, inner] of value.entries()) {
      const found = item.misfit(inner)
      if (found) return below(String(index), found)
    }
    return null
  },
})

/** Values of one shape by any key. */
export const mapOf = <T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> => ({
  due: 'a map',
  misfit(value) {
    if (!isMap(value)) return { at: '', due: 'a map' }
    for (const inner of Object.values(value)) {
      const found = item.misfit(inner)
      if (found) return below('*', found)
    }
    return null
  },
})

/** A value that may be missing. An alias: declarations write it out where it has no name. */
type Optional<T> = { readonly optional: Shape<T> }
export const optional = <T>(shape: Shape<T>): Optional<T> => ({ optional: shape })

type Fields = Readonly<Record<string, Shape<unknown> | Optional<unknown>>>
type OptionalKeys<F> = { [K in keyof F]: F[K] extends Optional<unknown> ? K : never }[keyof F]
type ToldBy<F> = {
  readonly [K in Exclude<keyof F, OptionalKeys<F>>]: Told<F[K]>
} & { readonly [K in OptionalKeys<F>]?: F[K] extends Optional<infer T> ? T : never }

/** These keys, and any others. */
export function record<F extends Fields>(fields: F): Shape<ToldBy<F>> {
  const entries = Object.entries(fields)
  return {
    due: 'a map',
    misfit(value) {
      if (!isMap(value)) return { at: '', due: 'a map' }
      for (const [key, field] of entries) {
        const inner = Object.hasOwn(value, key) ? value[key] : undefined
        if ('optional' in field && inner === undefined) continue
        const found = ('optional' in field ? field.optional : field).misfit(inner)
        if (found) return below(key, found)
      }
      return null
    },
  }
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const below = (key: string, { at, due }: Misfit): Misfit => ({ at: at === '' ? key : `${key}/${at}`, due })

import type { Address } from '../model/address.ts'
import type { Reader } from '../model/api.ts'
import type { Live } from '../model/change.ts'
import { ServerError } from '../model/errors.ts'
import type { Scope } from '../model/reading.ts'
import type { ResourceType } from '../model/resource.ts'

/** What a list of everything has shown, by place: the parent's address, at the root the object's name. */
export type Shown = ReadonlyMap<string, readonly Live[]>

/** So many places are read one by one: others may have so much that a list of everything is far longer. */
export const FEW = 3

/** So many objects are met at a stretch. */
const SLICE = 10

const placeOf = ({ parent, name }: Address): string => parent?.text ?? name

/** Reads many places by one list of everything that the token is shown, where that should take fewer requests; given up where it takes more after all, so never more than twice as many are sent. What it meets goes to `meet` at once, and is shown as that returns it. */
export async function survey(
  type: ResourceType,
  all: readonly Scope[],
  reader: Reader,
  meet: (object: Live) => Live,
): Promise<Shown> {
  const scopes = all.filter((scope) => type.survey?.admits(scope))
  const counts = scopes.map(({ names }) => names.length)
  const { narrow, wide } = costs(type, counts)
  const shown = new Map<string, Live[]>()
  if (!type.survey || scopes.length <= FEW || wide + 1 >= narrow) return shown
  for (const scope of scopes) shown.set(keyOf(scope), [])
  try {
    let pages = 0
    for await (const page of type.survey.pages(scopes, reader)) {
      // One more is under way by now.
      if (pages + 2 >= narrow) return new Map()
      pages += 1
      for (const [at, object] of page.entries()) {
        // A page leads to many requests: those that are under way must not wait for all of it.
        if (at % SLICE === SLICE - 1) await new Promise((resolve) => setImmediate(resolve))
        const met = meet(object)
        shown.get(placeOf(object.address))?.push(met)
      }
    }
  } catch (error) {
    // A server may be too weak for so long a list, or too old.
    if (error instanceof ServerError) return new Map()
    throw error
  }
  const { proves } = type.survey
  return new Map(
    scopes.flatMap((scope) => {
      const objects = shown.get(keyOf(scope)) ?? []
      return proves(scope, objects) ? [[keyOf(scope), objects] as const] : []
    }),
  )
}

const keyOf = ({ parent, names: [name = ''] }: Scope): string => parent?.address.text ?? name

/** Requests at least, by how many objects are declared at each place: place by place, and by the list of everything. */
export function costs({ listings, parents }: ResourceType, counts: readonly number[]) {
  const pages = (covers: string, count: number) => {
    const page = listings.find((listing) => listing.covers === covers)?.page
    return page ? Math.max(1, Math.ceil(count / page)) : 1
  }
  const sum = (numbers: readonly number[]) => numbers.reduce((all, number) => all + number, 0)
  return {
    narrow: parents.length === 0 ? counts.length : sum(counts.map((count) => pages('parent', count))),
    wide: pages('everything', sum(counts)),
  }
}

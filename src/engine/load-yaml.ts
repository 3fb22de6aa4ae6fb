import { type Document, parseAllDocuments } from 'yaml'
import type { Diagnostic } from '../model/diagnostics.ts'
import type { Mask } from '../model/excerpt.ts'
import type { MapTree } from '../model/tree.ts'
import { excessIn, TooMuch, tooDeep } from './load-excess.ts'
import { placesIn } from './load-places.ts'
import { Walk } from './load-walk.ts'
import { firstOfLines } from './load-words.ts'

/** A text as trees, and what is to be said of it. */
export interface Parsed {
  readonly trees: readonly MapTree[]
  readonly problems: readonly Diagnostic[]
  readonly masks: Mask[]
  readonly broken: boolean
}

/** YAML 1.2, strict: text to trees with places, and every problem on the way. */
export function readYaml(file: string, text: string, secretKeys: ReadonlySet<string>): Parsed {
  const places = placesIn(file, text)
  const walk = new Walk(places, secretKeys)
  const given = (problem: Diagnostic): Parsed => ({
    trees: [],
    problems: [...walk.problems, problem],
    masks: [],
    broken: true,
  })
  const excess = excessIn(places)
  if (excess) return given(excess)
  try {
    return parse(walk, places.source)
  } catch (error) {
    if (error instanceof TooMuch) return given(error.problem)
    if (!(error instanceof RangeError)) throw error
    return given(tooDeep(places.at([0, 1])))
  }
}

function parse(walk: Walk, source: string): Parsed {
  // uniqueKeys is quadratic in the library; the walk finds duplicates with a map.
  const parsed = parseAllDocuments(source, {
    uniqueKeys: false,
    version: '1.2',
    stringKeys: false,
  })
  const documents = Array.isArray(parsed) ? (parsed as Document.Parsed[]) : []
  const broken = documents.some((document) => document.errors.length > 0)
  if (broken) {
    const problems = documents.flatMap((document) =>
      document.errors.map((error) => walk.syntax(error, document)),
    )
    return { trees: walk.quietly(documents), problems: firstOfLines(problems), masks: [], broken }
  }
  const trees = documents.flatMap((document) => walk.document(document))
  return { trees, problems: walk.problems, masks: walk.masks, broken }
}

import { type Diagnostic, type Place, problemAt } from '../model/diagnostics.ts'
import type { Document } from './load.ts'

interface Registries {
  readonly main: Document | undefined
  readonly overlay: Document | undefined
  readonly diagnostics: readonly Diagnostic[]
}

const KIND = 'Registry'
const place = 'a file of registries/ holds one Registry document and nothing else'

/** The Registry document, that of `--registry`, and what neither may hold. */
export function registriesOf(documents: readonly Document[]): Registries {
  const mains = documents.filter(({ kind, overlay }) => kind === KIND && !overlay)
  const overlays = documents.filter(({ kind, overlay }) => kind === KIND && overlay)
  const strangers = documents.filter(({ kind, overlay }) => kind !== KIND && overlay)
  const twice = [mains, overlays].flatMap(([first, ...more]) =>
    more.map(({ tree }) => {
      const also = first && [{ at: first.tree.at, text: 'and here' }]
      return problemAt('QC1203', 'the Registry document is written twice', tree, also && { also })
    }),
  )
  return {
    main: mains[0],
    overlay: overlays[0],
    diagnostics: [
      ...twice,
      ...mains.flatMap((document) =>
        misplaced(document, 'overrides', 'write it into registries/NAME.yaml, for --registry NAME'),
      ),
      ...overlays.flatMap((document) =>
        misplaced(document, 'include', 'the main Registry document says which files there are'),
      ),
      ...strangers.map(({ tree, kind }) => {
        const at: Place = tree.entries.get('kind')?.value.at ?? tree.at
        return problemAt(
          'QC1210',
          `a document of kind ${kind || 'none'} is in a registry's file`,
          { at },
          { hint: place },
        )
      }),
    ],
  }
}

function misplaced({ tree }: Document, key: string, hint: string): readonly Diagnostic[] {
  const entry = tree.entries.get(key)
  return entry ? [problemAt('QC1210', `"${key}" cannot stand here`, { at: entry.key }, { hint })] : []
}

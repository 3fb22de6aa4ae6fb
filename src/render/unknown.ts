import type { Revision, Revisions } from '../model/revisions.ts'
import { plural, type Style, visible, wrapText } from './style.ts'

/** What a diff compares, and with what it does not. */
export function diffHead({ base, head }: Revisions, files: number): readonly string[] {
  return [
    `Diff ${revisionText(base)}${isPath(base) || isPath(head) ? ' to ' : '..'}${revisionText(head)}`,
    `${plural(files, 'file')}, as if Quay held what they said before; it was not asked`,
  ]
}

const revisionText = ({ name, commit }: Revision): string =>
  commit?.slice(0, 7) ?? visible(name ?? 'working tree')

const isPath = ({ name, commit }: Revision): boolean => name !== null && commit === undefined

const MOST_NAMED = 5

/** What no files tell, and a plan does. */
export function unknownLines({ unknown }: Revisions, style: Style): readonly string[] {
  if (unknown.length === 0) return []
  const lines = unknown.map(({ message, addresses }) => {
    const more = addresses.length - MOST_NAMED
    const named = addresses.slice(0, MOST_NAMED).join(', ')
    return wrapText(` ? ${message}: ${named}${more > 0 ? ` and ${more} more` : ''}`, style.width, '     ')
  })
  return [[style.bold('Only Quay knows'), ...lines].join('\n')]
}

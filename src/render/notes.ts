import type { PlannedChange } from '../model/plan.ts'
import { heldNote } from './held.ts'
import { visible } from './style.ts'

const because: Readonly<Partial<Record<PlannedChange['reason'], string>>> = {
  pruned: 'no file lists it, and its block is pruned',
  removed: 'the files say that it is to be removed',
}

/** What is to be said of a change besides its fields: why it is, what it brings about, and why it waits. */
export const notesOf = (change: PlannedChange): readonly string[] => {
  const { consequences, reason, removal, held } = change
  const line = removal ? `: ${removal.reason} (until ${removal.until})` : ''
  const why = because[reason] && `${because[reason]}${line}`
  return [
    ...(why ? [why] : []),
    ...consequences,
    ...earlierNotes(change),
    ...(held ? [heldNote(held)] : []),
  ].map(visible)
}

/** What these files have not brought about. */
function earlierNotes({ earlier, earlier_fields: fields = [] }: PlannedChange): readonly string[] {
  const names = fields.map((path) => path.slice(1).replaceAll('/', '.'))
  return earlier
    ? ['Quay differed from the base in this already']
    : names.length > 0
      ? [`Quay differed from the base already in ${names.join(', ')}`]
      : []
}

import type { PlannedChange } from '../model/plan.ts'
import { heldNote } from './held.ts'
import { visible } from './style.ts'

const because: Readonly<Partial<Record<PlannedChange['reason'], string>>> = {
  pruned: 'no file lists it, and its block is pruned',
  removed: 'the files say that it is to be removed',
}

/** What is to be said of a change besides its fields: why it is, what it brings about, and why it waits. */
export const notesOf = ({ consequences, reason, held }: PlannedChange): readonly string[] => {
  const why = because[reason]
  return [...(why ? [why] : []), ...consequences, ...(held ? [heldNote[held]] : [])].map(visible)
}

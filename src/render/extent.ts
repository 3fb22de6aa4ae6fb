/** How much of a plan is written out; of each step the next one leaves something away. */
export interface Extent {
  /** What stands at changes in words, and links to their lines. */
  readonly notes: boolean
  /** Of a create: all it sets, a line, or nothing but how many there are. */
  readonly creates: 'whole' | 'line' | 'count'
  /** Organizations in which something goes are open. */
  readonly opens: boolean
  readonly details: boolean
  /** Each object, or how many there are of each kind. */
  readonly lists: boolean
}

const whole: Extent = { notes: true, creates: 'whole', opens: true, details: true, lists: true }
/** From all of it to what no plan can be too large for. */
export const extents: readonly Extent[] = [
  whole,
  { ...whole, notes: false },
  { ...whole, notes: false, creates: 'line' },
  { ...whole, notes: false, creates: 'line', opens: false },
  { ...whole, notes: false, creates: 'count', opens: false },
  { ...whole, notes: false, details: false },
  { ...whole, notes: false, details: false, lists: false },
]

/** How much of a plan is written out; of each step the next one leaves something away. */
export interface Extent {
  /** What stands at changes in words, and links to their lines. */
  readonly notes: boolean
  /** Of a create: all it sets, a line, or nothing but how many there are. */
  readonly creates: 'whole' | 'line' | 'count'
  /** Organizations in which something goes are open. */
  readonly opens: boolean
  readonly details: boolean
  /** Each note and each thing that only Quay knows, or how many. */
  readonly asides: boolean
  /** Each gain and loss, or how many of each kind. */
  readonly access: boolean
  /** How many characters each list of what needs attention may have: what has no room is counted by its kind. */
  readonly attention: number
}

const whole: Extent = {
  notes: true,
  creates: 'whole',
  opens: true,
  details: true,
  asides: true,
  access: true,
  attention: Number.POSITIVE_INFINITY,
}
const bare: Extent = { ...whole, notes: false, creates: 'count', opens: false, details: false }
/** From all of it to what no plan can be too large for. */
export const extents: readonly Extent[] = [
  whole,
  { ...whole, notes: false },
  { ...whole, notes: false, creates: 'line' },
  { ...whole, notes: false, creates: 'line', opens: false },
  { ...whole, notes: false, creates: 'count', opens: false },
  bare,
  { ...bare, asides: false },
  ...[Number.POSITIVE_INFINITY, 15_000, 4000, 1000, 0].map((attention) => ({
    ...bare,
    asides: false,
    access: false,
    attention,
  })),
]

import type { Tally } from './tally.ts'

/** What in Quay has to do with an object, by kind; each is read when it is asked for. Null where the token is not shown it. */
export type Uses = Readonly<Record<string, () => Promise<Tally | null>>>

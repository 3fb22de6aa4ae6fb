import type { QuayctlError } from './errors.ts'

/** What is asked of mirrors. */
export type SyncAction = 'sync' | 'cancel'

/** What came of asking one mirror. `already`: there was nothing to ask for. `unfinished`: it was waited for, and goes on. */
export interface SyncRow {
  readonly address: string
  readonly outcome: 'done' | 'already' | 'failed' | 'unfinished'
  /** In Quay's word, when it was last looked at; null where nobody could look. */
  readonly status: string | null
  /** What there is to know besides, in words. */
  readonly notes: readonly string[]
  readonly error: QuayctlError | null
}

export const syncOutcomes = ['done', 'already', 'failed', 'unfinished'] as const

/** What a checkup looks at, in this order. */
export const checks = [
  'files',
  'url',
  'proxy',
  'reachable',
  'tls',
  'quay',
  'version',
  'registry_state',
  'clock',
  'rate_limits',
  'token',
  'scopes',
  'superuser',
  'organizations',
  'admin_team',
  'features',
  'tag_expiration',
  'private_hosts',
] as const
export type Check = (typeof checks)[number]

/** `warning`: works, and may not for long or not well. `failed`: an apply would stop there. `skipped`: could not be looked at. */
export type Status = 'ok' | 'warning' | 'failed' | 'skipped'

/** What was found about one thing, and what to do about it. Never holds a secret. */
export interface Row {
  readonly check: Check
  readonly status: Status
  readonly finding: string
  readonly fix?: string
  /** What `explain` knows more about. */
  readonly code?: string
  /** `file:line:column` of the line that needs what is missing. */
  readonly source?: string
  /** The code with which an apply would end because of it; of a failed row only. */
  readonly exit?: number
}

/** All that was looked at, and where. */
export interface Checkup {
  readonly server: {
    readonly url: string | null
    readonly version: string | null
    readonly user: string | null
  }
  readonly rows: readonly Row[]
}

export const fine = (check: Check, finding: string): Row => ({ check, status: 'ok', finding })

export const doubtful = (check: Check, finding: string, fix: string, more: Partial<Row> = {}): Row => ({
  check,
  status: 'warning',
  finding,
  fix,
  ...more,
})

export const skipped = (check: Check, finding: string): Row => ({ check, status: 'skipped', finding })

/** All checks in order; of those without a row is said that they were not made, and because of what. */
export const complete = (rows: readonly Row[], because: string): readonly Row[] =>
  checks.flatMap((check) => {
    const own = rows.filter((row) => row.check === check)
    return own.length > 0 ? own : [skipped(check, `not looked at: ${because}`)]
  })

/** How many rows have a status. */
export const countOf = ({ rows }: Checkup, status: Status): number =>
  rows.filter((row) => row.status === status).length

import type { Check, Row } from '../model/checkup.ts'
import { doubtful, fine, skipped } from '../model/checkup.ts'
import { type Diagnostic, placeText } from '../model/diagnostics.ts'
import type { TokenScope } from '../model/scopes.ts'
import type { Server } from '../model/server.ts'
import { failed, failedAt } from './checkup-rows.ts'
import type { Scopes } from './checkup-token.ts'
import { exitCodes } from './exit.ts'

/** What the files take of the token, as far as they can be read. */
export interface Takes {
  /** What an apply would stop at: QC3005 where it is a superuser that is missing. */
  readonly lacking: readonly Diagnostic[]
  readonly scopes: ReadonlySet<TokenScope>
  /** The first line about an organization that is there: to read one takes the scope org:admin. */
  readonly reads: Diagnostic['at']
}

const SUPERUSER = 'QC3005'
/** Is a superuser what is missing? */
export const isRank = ({ code }: Diagnostic): boolean => code === SUPERUSER

/** The scopes that are there, those that the files need and the token lacks, and the others. */
export function scopeRows({ there, missing, untold }: Scopes, takes: Takes | null): readonly Row[] {
  const needed = new Set([...(takes?.scopes ?? []), ...(takes?.reads ? (['org:admin'] as const) : [])])
  const stopping = (takes?.lacking ?? []).filter((one) => !isRank(one)).map((one) => failedAt('scopes', one))
  const spare = missing.filter((scope) => !needed.has(scope))
  const reason = takes ? 'no line of the files needs it' : 'whether the files need it is not known'
  return [
    fine('scopes', there.join(' ')),
    ...(takes?.reads && missing.includes('org:admin') ? [unread(takes.reads)] : []),
    ...stopping,
    ...(spare.length > 0
      ? [
          doubtful(
            'scopes',
            `not there: ${spare.join(' ')}; ${reason}`,
            `none while that is so; else make a token with it: ${spare.join(' ')}`,
          ),
        ]
      : []),
    ...[...untold].map(([scope, why]) => skipped('scopes', `${scope} cannot be told: ${why}`)),
  ]
}

const unread = (at: NonNullable<Takes['reads']>): Row =>
  failed(
    'scopes',
    'QC7403',
    exitCodes.auth,
    'to read an organization takes the scope org:admin, which the token lacks',
    'make a token with the scope org:admin: a token cannot be given another one later',
    { source: placeText(at) },
  )

/** Is the user a superuser, and does anything need one? */
export function superuserRows(
  { user }: Server,
  isSuperuser: boolean,
  lacking: readonly Diagnostic[] | null,
): readonly Row[] {
  const check: Check = 'superuser'
  if (isSuperuser) return [fine(check, `${user} is one, and the token has the scope super:user`)]
  const rows = (lacking ?? []).filter(isRank).map((one) => failedAt(check, one))
  if (rows.length > 0) return rows
  const needs = lacking ? 'no line of the files needs one' : 'quotas, users and messages need one'
  return [fine(check, `${user} is none, or the token lacks the scope super:user; ${needs}`)]
}

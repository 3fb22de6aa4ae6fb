import type { Check, Row } from '../model/checkup.ts'
import { doubtful, fine, skipped } from '../model/checkup.ts'
import { type Diagnostic, type Place, placeText } from '../model/diagnostics.ts'
import type { TokenScope } from '../model/scopes.ts'
import type { Server } from '../model/server.ts'
import { failed, failedAt } from './checkup-rows.ts'
import type { Scopes } from './checkup-token.ts'
import { exitCodes } from './exit.ts'

/** What the files take of the token. */
export interface Takes {
  /** What an apply would stop at: QC3005 where it is a superuser that is missing. */
  readonly lacking: readonly Diagnostic[]
  /** What the writes take. */
  readonly scopes: ReadonlySet<TokenScope>
  /** What the reads take, and the first line that does. */
  readonly reads: ReadonlyMap<TokenScope, Place>
}

const SUPERUSER = 'QC3005'
/** Is a superuser what is missing? */
export const isRank = ({ code }: Diagnostic): boolean => code === SUPERUSER

/** The scopes that are there, those that the files need and the token lacks, and the others. */
export function scopeRows(
  { there, missing, untold }: Scopes,
  takes: Takes | null,
  { session, user }: Server,
): readonly Row[] {
  const unread = [...(takes?.reads ?? [])].filter(([scope]) => missing.includes(scope))
  const stopping = (takes?.lacking ?? []).filter((one) => !isRank(one)).map((one) => failedAt('scopes', one))
  const spare = missing.filter((scope) => !takes?.scopes.has(scope) && !takes?.reads.has(scope))
  const isNarrow = takes !== null && spare.length > 0
  if (session) return [fine('scopes', `all: who has signed in may do what ${user} may`), ...stopping]
  return [
    fine('scopes', `${there.join(' ')}${isNarrow ? `; not there, and not needed: ${spare.join(' ')}` : ''}`),
    ...unread.map(([scope, at]) => unreadable(scope, at)),
    ...stopping,
    ...(takes === null && spare.length > 0
      ? [
          doubtful(
            'scopes',
            `not there: ${spare.join(' ')}; whether files need it is not known`,
            `name the files with -f PATH, or make a token with it: ${spare.join(' ')}`,
          ),
        ]
      : []),
    ...[...untold].map(([scope, why]) => skipped('scopes', `${scope} cannot be told: ${why}`)),
  ]
}

const unreadable = (scope: TokenScope, at: Place): Row =>
  failed(
    'scopes',
    'QC7403',
    exitCodes.auth,
    `to read what this line declares takes the scope ${scope}, which the token lacks`,
    `make a token with the scope ${scope}: a token cannot be given another one later`,
    { source: placeText(at) },
  )

/** Is the user a superuser, and does anything need one? */
export function superuserRows(
  { user, session = false }: Server,
  isSuperuser: boolean,
  lacking: readonly Diagnostic[] | null,
): readonly Row[] {
  const check: Check = 'superuser'
  if (isSuperuser)
    return [
      fine(check, session ? `${user} is one` : `${user} is one, and the token has the scope super:user`),
    ]
  const rows = (lacking ?? []).filter(isRank).map((one) => failedAt(check, one))
  if (rows.length > 0) return rows
  const needs = lacking ? 'no line of the files needs one' : 'quotas, users and messages need one'
  return [
    fine(
      check,
      `${user} is no superuser${session ? '' : ', or the token lacks the scope super:user'}; ${needs}`,
    ),
  ]
}

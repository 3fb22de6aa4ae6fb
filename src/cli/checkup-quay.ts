import { doubtful, fine, type Row, skipped } from '../model/checkup.ts'
import { UnavailableError } from '../model/errors.ts'
import type { Server } from '../model/server.ts'
import type { Heard } from '../quay/client.ts'
import { failed, failedBy } from './checkup-rows.ts'
import { exitCodes } from './exit.ts'
import type { Sighting } from './server.ts'

/** An answer, and when it was there by this machine's clock. */
export interface HeardAt extends Heard {
  readonly at: number
}

/** Only shown: what a server can do is told by discovery. */
export const versionRow = ({ version }: Server): Row =>
  fine(
    'version',
    version ? `${version}, as it says itself` : 'it does not say: it is older than 3.16, or hides it',
  )

/** Does it take writes? */
export function stateRows({ readOnly }: Server, { recovers }: Sighting): readonly Row[] {
  const shut = failed(
    'registry_state',
    'QC7503',
    exitCodes.unavailable,
    'read-only: the server refuses every write',
    "wait, or have the operator of Quay end it with REGISTRY_STATE: normal in Quay's config.yaml; plan works meanwhile",
  )
  const ill = doubtful(
    'registry_state',
    'in its mode of account recovery: images can be neither pushed nor pulled',
    "ACCOUNT_RECOVERY_MODE: false in Quay's config.yaml",
  )
  const rows = [...(readOnly ? [shut] : []), ...(recovers ? [ill] : [])]
  return rows.length > 0 ? rows : [fine('registry_state', 'normal')]
}

const TOLERANCE = 60

/** The server's clock beside this machine's, by the quickest answer. */
export function clockRow(heard: readonly HeardAt[]): Row {
  const dated = heard.filter(({ date }) => date !== null && !Number.isNaN(Date.parse(date)))
  const [best] = [...dated].sort((a, b) => a.milliseconds - b.milliseconds)
  if (!best?.date) return skipped('clock', 'the server does not tell its time')
  // The header has whole seconds; the answer was on its way for about half of the time.
  const theirs = Date.parse(best.date) + 500
  const seconds = Math.round((theirs - (best.at - best.milliseconds / 2)) / 1000)
  if (Math.abs(seconds) <= TOLERANCE)
    return fine('clock', `the server's is this machine's, within ${Math.max(1, Math.abs(seconds))} s`)
  const side = seconds > 0 ? 'ahead of' : 'behind'
  return doubtful(
    'clock',
    `the server's is ${spoken(Math.abs(seconds))} ${side} this machine's: "until" of removed lines, sync_start_date and the dates of certificates are taken otherwise than meant`,
    'let both be set by NTP; timedatectl shows whether this machine is',
  )
}

function spoken(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} d`
}

/** Does it limit how often it may be asked? */
export function rateRow(
  server: Server | null,
  failure: unknown,
  heard: readonly HeardAt[],
  { concurrency, http2 }: { readonly concurrency: number; readonly http2: boolean },
): Row | null {
  const refused = heard.filter(({ status }) => status === 429).length
  const gentle = http2 ? 8 : 2
  const fix = `--concurrency ${gentle}; over HTTP/2 Quay takes 50 requests a second, over HTTP/1.1 5`
  if (failure instanceof UnavailableError && failure.code === 'QC7429')
    return failedBy('rate_limits', failure, `${fix}; or try again later`)
  if (server === null) return null
  const isLimited = server.feature('RATE_LIMITS')
  const says = isLimited ? 'on (FEATURE_RATE_LIMITS)' : 'not known to be on'
  if (refused > 0)
    return doubtful(
      'rate_limits',
      `${says}, and ${refused} of ${heard.length} requests were refused (429)`,
      fix,
    )
  if (isLimited && concurrency > gentle)
    return doubtful('rate_limits', `${says}: requests are repeated until they pass, which takes time`, fix)
  return fine(
    'rate_limits',
    isLimited
      ? `${says}; --concurrency ${concurrency} is gentle, and no request was refused`
      : `${says}, and no request was refused`,
  )
}

import { serverError } from './answers.ts'

const dateForm = /^(\d{4})-(\d{1,2})-(\d{1,2})T(\d{1,2}):(\d{1,2}):(\d{1,2})Z$/

/**
 * A `sync_start_date` as it will be served, `undefined` for what is none. Leading zeros may lack, a fraction of a second
 * is refused, though the server writes one itself (endpoints/api/mirror.py:722).
 */
export function syncDate(text: string): string | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] =
    dateForm.exec(text)?.slice(1).map(Number) ?? []
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  date.setUTCHours(hour, minute, second)
  const parts = [date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes()]
  const isSame = parts.join() === [month, day, hour, minute].join() && date.getUTCSeconds() === second
  return year === 0 || !isSame ? undefined : `${date.toISOString().slice(0, 19)}Z`
}

/** With six digits after the second, as Python prints a time that was never rounded. */
export const withMicroseconds = (date: Date): string => date.toISOString().replace('Z', '573Z')

const afterSeconds = (now: Date, seconds: number): Date => new Date(now.getTime() + seconds * 1000)

/** When a worker's claim ends, seconds from now. */
export const claimEnd = (now: Date, seconds: number): string => withMicroseconds(afterSeconds(now, seconds))

/** The start of the first interval after now; it takes over now's fraction of a second (data/model/repo_mirror.py:143). */
export function nextSlot(startDate: string, interval: number, now: Date): string {
  const passed = Math.floor((now.getTime() - Date.parse(startDate)) / 1000)
  const intoInterval = ((passed % interval) + interval) % interval
  return withMicroseconds(afterSeconds(now, interval - intoInterval))
}

/** The largest number that the database's column takes; a larger one is not caught. */
export function checkInterval(seconds: number): void {
  if (seconds > 2147483647) throw serverError()
}

/** Encrypted text has 29 bytes more, in base 64, after a mark of four. */
const encryptedLength = (text: string): number => 4 + 4 * Math.ceil((Buffer.byteLength(text) + 29) / 3)

/** What the columns of the encrypted texts take; anything longer is not caught. */
export function checkCredentials(
  username: string | null | undefined,
  password: string | null | undefined,
): void {
  if (encryptedLength(username ?? '') > 4096 || encryptedLength(password ?? '') > 9000) throw serverError()
}

import { nearest } from './canonical.ts'

/** What an excerpt is made from: lines, and what of them no message may show. */
export interface SourceText {
  readonly lines: readonly string[]
  readonly masks: Mask[]
  /** Not parsed, so secrets in it are found by the look of a line. */
  readonly broken: boolean
}

/** A stretch of text that is not shown. Lines and columns count from 1; the end is exclusive. */
export interface Mask {
  readonly from: Position
  readonly to: Position
}

export interface Position {
  readonly line: number
  readonly column: number
}

const secretWord = /pass|pwd|token|secret|key|cred|auth/i

/** What `looksSecret` found: a large estate has few different keys, and asks for each of them a thousand times. */
const judged = new Map<string, boolean>()

/** Might a key of this name, misspelt perhaps, hold a secret? */
export function looksSecret(key: string): boolean {
  const known = judged.get(key)
  if (known !== undefined) return known
  const secret = secretWord.test(key) || nearest(key, ['password', 'passwd', 'token', 'secret']) !== undefined
  judged.set(key, secret)
  return secret
}

/** A source of numbers from 0 to 1, without 1. */
export type Random = () => number

const pick = (random: Random, alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('')

/** As many upper-case letters and digits. */
export const secret = (random: Random, length: number): string =>
  pick(random, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', length)

/** A version-4 UUID. */
export function uuid(random: Random): string {
  const hex = pick(random, '0123456789abcdef', 30)
  const variant = pick(random, '89ab', 1)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-${variant}${hex.slice(15, 18)}-${hex.slice(18)}`
}

/** The same numbers for the same seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

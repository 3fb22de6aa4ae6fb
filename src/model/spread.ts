/** The next start that belongs to an address, in UTC and whole seconds: a hash of it over the interval, so that not all start together. */
export function spread(address: string, interval: number, now: Date): string {
  let hash = 2166136261
  for (const char of address) hash = Math.imul(hash ^ Number(char.codePointAt(0)), 16777619) >>> 0
  const seconds = Math.floor(now.getTime() / 1000)
  const start = Math.floor(seconds / interval) * interval + (hash % interval)
  return new Date((start > seconds ? start : start + interval) * 1000).toISOString().replace('.000Z', 'Z')
}

import type { Answer } from './answers.ts'

/** The cookies of one session with one server. */
export interface Jar {
  /** Takes what an answer sets or takes away. */
  take(answer: Answer): void
  /** As the header `Cookie`. */
  text(): string
  values(): Iterable<string>
}

/** `now`: which cookies are over already. */
export function createJar(now: () => number): Jar {
  const cookies = new Map<string, string>()
  return {
    take(answer) {
      for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
        const [, name, value, attributes = ''] = /^\s*([^=;\s]+)\s*=([^;]*)(.*)$/s.exec(line) ?? []
        if (name === undefined || value === undefined) continue
        if (isOver(attributes, now())) cookies.delete(name)
        else cookies.set(name, value.trim())
      }
    },
    text: () => [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
    values: () => cookies.values(),
  }
}

/** `Max-Age` counts before `Expires`; a date that is none ends nothing. */
function isOver(attributes: string, now: number): boolean {
  const [, age] = /;\s*max-age=\s*(-?\d+)/i.exec(attributes) ?? []
  if (age !== undefined) return Number(age) <= 0
  const [, date = ''] = /;\s*expires=([^;]*)/i.exec(attributes) ?? []
  return Date.parse(date) <= now
}

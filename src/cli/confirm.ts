import { createInterface } from 'node:readline/promises'
import type { Impact } from '../model/change.ts'
import type { Plan } from '../model/plan.ts'

/** Words to accept an apply with, and what to ask for them. */
interface Question {
  readonly ask: string
  accepts(answer: string): boolean
}

/** A plain yes; where something is at stake that cannot be brought back, the names of the organizations. */
export function question(plan: Plan, open: ReadonlyMap<Impact, readonly unknown[]>): Question {
  const risky: readonly Impact[] = [...open.keys()].filter((impact) => impact !== 'access')
  if (risky.length === 0)
    return { ask: 'Apply this? Type yes to go on: ', accepts: (answer) => /^y(es)?$/i.test(answer) }
  const organizations = [
    ...new Set(
      plan.changes
        .filter(({ impacts }) => impacts.some((impact) => risky.includes(impact)))
        .map(({ organization }) => organization),
    ),
  ]
  const names = organizations.length === 1 ? 'the organization name' : 'the organization names'
  return {
    ask: `This has impact on: ${risky.join(', ')}. Type ${names} to go on (${organizations.join(' ')}): `,
    accepts: (answer) =>
      answer
        .split(/[\s,]+/)
        .sort()
        .join(' ') === [...organizations].sort().join(' '),
  }
}

/** Asks on the terminal; an end of input is a no. */
export async function ask({ ask: text, accepts }: Question, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    process.stderr.write('\n')
    const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
    return accepts((await Promise.race([terminal.question(text, { signal }), closed])).trim())
  } catch {
    return false
  } finally {
    terminal.close()
  }
}

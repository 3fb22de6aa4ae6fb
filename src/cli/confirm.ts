import { createInterface } from 'node:readline/promises'
import type { Address } from '../model/address.ts'
import type { Impact } from '../model/change.ts'
import { BlockedError, UsageError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'
import { harmless, wrapText } from '../render/style.ts'
import { exitCodes } from './exit.ts'

const WIDTH = 80
const MOST_NAMED = 3

/** Impacts that still need a word, with what has them. */
export type Open = ReadonlyMap<Impact, readonly { readonly address: Address }[]>

/** What to ask, and which words are a yes. */
export interface Question {
  /** Lines above the prompt; may be empty. */
  readonly explain: string
  readonly prompt: string
  accepts(answer: string): boolean
}

/** How a question ended: answered, or by a signal. */
type Reply = 'yes' | 'no' | 'SIGINT' | 'SIGTERM'

/** Those that more than a plain yes is needed for. */
const risksOf = (open: Open): readonly Impact[] => [...open.keys()].filter((impact) => impact !== 'access')

/** Why `--yes` alone is no yes to this plan, if it is none; a few addresses stand for many. */
function uncovered(open: Open): BlockedError | null {
  const risks = risksOf(open)
  if (risks.length === 0) return null
  const named = risks.map((impact) => {
    const all = open.get(impact) ?? []
    const more = all.length > MOST_NAMED ? ` and ${all.length - MOST_NAMED} more` : ''
    const few = all.slice(0, MOST_NAMED).map(({ address }) => address.text)
    return `${impact}: ${few.join(', ')}${more}`
  })
  return new BlockedError('QC4103', `--yes does not cover ${named.join('; ')}`, [
    `if that is meant: --allow ${narrowest(open, risks)}`,
    'nothing was changed',
  ])
}

/** The allowance that covers just this, where that is a few objects; of many, their impacts. */
function narrowest(open: Open, risks: readonly Impact[]): string {
  const all = risks.flatMap((impact) =>
    (open.get(impact) ?? []).map(({ address }) => `${impact}:${address.text}`),
  )
  const text = all.length > MOST_NAMED ? risks.join(',') : all.join(',')
  return /^[\w./:,@%+-]+$/.test(text) ? text : `'${text}'`
}

/** A plain yes; where something is at stake that cannot be brought back, the names of the organizations, and of users. */
export function question(plan: Plan, open: Open): Question {
  const risks = risksOf(open)
  if (risks.length === 0)
    return {
      explain: '',
      prompt: 'Apply this? Type yes to go on: ',
      accepts: isYes,
    }
  const awaited = plan.changes.filter(({ held }) => !held)
  const organizations = [
    ...new Set(
      awaited
        .filter(({ impacts }) => impacts.some((impact) => risks.includes(impact)))
        .map(({ organization, address }) =>
          organization === '-' ? address.slice(address.indexOf('.') + 1) : organization,
        ),
    ),
  ]
  const one = organizations.length === 1
  const users = awaited.some(
    ({ organization, impacts }) => organization === '-' && impacts.some((impact) => risks.includes(impact)),
  )
  const text = `This has impact on: ${risks.join(', ')}. ${users ? 'Of' : one ? 'Organization' : 'Organizations'}: ${organizations.join(' ')}`
  return {
    explain: `${wrapText(text, WIDTH, '  ')}\n`,
    prompt: users
      ? `Type ${one ? 'this name' : `these ${organizations.length} names`} to go on: `
      : one
        ? 'Type the name of the organization to go on: '
        : `Type the names of these ${organizations.length} organizations to go on: `,
    accepts: (answer) =>
      answer
        .split(/[\s,]+/)
        .sort()
        .join(' ') === [...organizations].sort().join(' '),
  }
}

/** Asks on the terminal; an end of input is a no. What follows begins on a line of its own. */
async function ask({ explain, prompt, accepts }: Question): Promise<Reply> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const signals = new AbortController()
  process.stderr.write(harmless(`\n${explain}`))
  const typed = terminal.question(prompt).then(
    (answer): Reply => (accepts(answer.trim()) ? 'yes' : 'no'),
    () => null,
  )
  const ended = new Promise<Reply | null>((resolve) => {
    terminal.once('SIGINT', () => resolve('SIGINT'))
    terminal.once('close', () => resolve(null))
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      const heard = () => resolve(name)
      process.once(name, heard)
      signals.signal.addEventListener('abort', () => process.off(name, heard))
    }
  })
  const answered = typed.then((reply) => ({ reply, line: reply !== null }))
  const { reply, line } = await Promise.race([answered, ended.then((reply) => ({ reply, line: false }))])
  signals.abort()
  terminal.close()
  if (!line) process.stderr.write('\n')
  return reply ?? 'no'
}

/** A yes of the flags or of a person; otherwise nothing is sent. The exit code where a signal was the answer. */
export async function consent(
  plan: Plan,
  open: Open,
  yes: boolean,
  tell: (text: string) => void,
): Promise<number | null> {
  if (yes) {
    const refusal = uncovered(open)
    if (refusal) throw refusal
    return null
  }
  return agreed(question(plan, open), tell)
}

/** A plain yes. */
export const isYes = (answer: string): boolean => /^y(es)?$/i.test(answer)

/** Null where somebody at the terminal says yes; the exit code where a signal was the answer. Throws where it is no, or nobody is there. */
export async function agreed(asked: Question, tell: (text: string) => void): Promise<number | null> {
  if (!process.stdin.isTTY)
    throw new UsageError('QC6405', 'nobody can answer: standard input is no terminal', ['pass --yes'])
  const reply = await ask(asked)
  if (reply === 'no') throw new BlockedError('QC4104', 'declined: nothing was changed')
  if (reply === 'yes') return null
  tell('Interrupted: nothing was changed.')
  return reply === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated
}

import { existsSync, readFileSync } from 'node:fs'
import { scopeTexts } from '../emulator/auth.ts'
import type { Accounts } from '../emulator/ground.ts'
import { nearest } from '../model/canonical.ts'
import { ConfigError } from '../model/errors.ts'
import { flag, list, mapOf, optional, record, type Shape, text } from '../model/shape.ts'

const user = {
  superuser: optional(flag),
  password: optional(text),
  email: optional(text),
  enabled: optional(flag),
  prompts: optional(list(text)),
}
const token = { user: text, scopes: text, expired: optional(flag) }
const accounts: Shape<Accounts> = record({ users: mapOf(record(user)), tokens: mapOf(record(token)) })

/** Who there is, from a YAML file. */
export async function readAccounts(path: string): Promise<Accounts> {
  if (!existsSync(path)) throw new ConfigError('QC1009', `there is no file ${path}`)
  const { plainYaml } = await import('../engine/load-plain.ts')
  const read = plainYaml(path, readFileSync(path, 'utf8'))
  if (isAccounts(read)) {
    const problem = mistakeIn(read)
    if (problem === null) return read
    throw wrong(path, problem)
  }
  const { at = '', due = '' } = accounts.misfit(read) ?? {}
  throw wrong(path, `${at === '' ? 'it' : at.replaceAll('/', '.')} is not ${due}`)
}

const isAccounts = (value: unknown): value is Accounts => accounts.misfit(value) === null

const wrong = (path: string, problem: string): ConfigError =>
  new ConfigError('QC3112', `${path} does not say who there is: ${problem}`, [
    'users: {alice: {}}, and tokens: {TEXT: {user: alice, scopes: "repo:read"}}',
  ])

/** A key that there is not, a user that nobody is, or a scope that Quay does not know: it would void them all. */
function mistakeIn({ users, tokens }: Accounts): string | null {
  const maps = [
    ...Object.entries(users).map(([name, entry]) => [`users.${name}`, entry, user] as const),
    ...Object.entries(tokens).map(([name, entry]) => [`tokens.${name}`, entry, token] as const),
  ]
  for (const [at, entry, known] of maps)
    for (const key of Object.keys(entry))
      if (!Object.hasOwn(known, key))
        return `${at} has no ${key}${didYouMean(nearest(key, Object.keys(known)))}`
  for (const [name, entry] of Object.entries(tokens)) {
    if (!Object.hasOwn(users, entry.user)) return `tokens.${name}: there is no user ${entry.user}`
    const scopes = Object.keys(scopeTexts)
    const odd = entry.scopes.split(/[\s,]+/).find((scope) => scope !== '' && !scopes.includes(scope))
    if (odd !== undefined)
      return `tokens.${name}: Quay has no scope ${odd}${didYouMean(nearest(odd, scopes))}`
  }
  return null
}

const didYouMean = (guess: string | null | undefined): string => (guess ? `; did you mean ${guess}?` : '')

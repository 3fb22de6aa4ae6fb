import { type Address, chainOf, rootOf } from '../model/address.ts'
import type { Reader } from '../model/api.ts'
import type { Change, Live } from '../model/change.ts'
import { type Diagnostic, tallied } from '../model/diagnostics.ts'
import type { Registry } from '../model/resource.ts'
import { hasScope, type Need, type TokenScope } from '../model/scopes.ts'
import type { Server } from '../model/server.ts'
import { organizationOf } from './select.ts'

/** One question to Quay, and the changes that depend on its answer. */
interface Question {
  readonly scope: TokenScope
  readonly namespace: string
  readonly repository: string
  readonly asked: { readonly change: Change; readonly attribute: string | undefined }[]
}

/** Scopes that the token lacks for these changes, found by a few reads before the first write: once each, not once a change. What a plan reads anyway needs no question. */
export async function missingScopes(
  changes: readonly Change[],
  live: ReadonlyMap<string, Live>,
  registry: Registry,
  reader: Reader,
  server: Server,
): Promise<readonly Diagnostic[]> {
  const questions = new Map<string, Question>()
  for (const change of changes)
    for (const { scope, attribute } of needsOf(change, registry, server)) {
      const namespace = placeToAsk(rootOf(change.address), scope, live, server)
      const key = keyOf(scope, namespace)
      const repository = holderOf(change.address, registry).name
      const question = questions.get(key) ?? { scope, namespace, repository, asked: [] }
      question.asked.push({ change, attribute })
      questions.set(key, question)
    }
  const isOpen = ({ scope, namespace }: Question) =>
    scope !== 'repo:read' || !questions.has(keyOf('repo:admin', namespace))
  const answers = await Promise.all(
    [...questions.values()]
      .filter(isOpen)
      .map(async (question) =>
        (await hasScope(question.scope, question, reader, server)) ? [] : lacking(question, registry, server),
      ),
  )
  return answers.flat()
}

const keyOf = (scope: TokenScope, namespace: string): string => `${scope} ${namespace}`

/** All scopes that these changes take. */
export const scopesOf = (
  changes: readonly Change[],
  registry: Registry,
  server: Server,
): ReadonlySet<TokenScope> =>
  new Set(changes.flatMap((change) => needsOf(change, registry, server).map(({ scope }) => scope)))

function needsOf(change: Change, registry: Registry, server: Server): readonly Need[] {
  const [, ...above] = chainOf(change.address)
  const inherited = above.flatMap(({ type }) => registry.get(type)?.scopeBelow ?? [])
  return [
    ...inherited.map((scope) => ({ scope })),
    ...(registry.get(change.address.type)?.scopes?.(change, server) ?? []),
  ]
}

/** What stands below it takes a scope of its own: a repository. */
const holderOf = (address: Address, registry: Registry): Address =>
  chainOf(address).find(({ type }) => registry.get(type)?.scopeBelow) ?? address

/** In their own namespace everybody has all rights, so only the token can be too weak. Who reaches a live organization without being its administrator may reach its repositories or not. */
function placeToAsk(
  root: Address,
  scope: TokenScope,
  live: ReadonlyMap<string, Live>,
  { user, administers }: Server,
): string {
  const foreign = scope.startsWith('repo:') && live.has(root.text) && !administers(root.name)
  // An existing repository is what shows whether it can be written to.
  return scope === 'repo:write' || foreign ? root.name : (user ?? root.name)
}

function lacking(
  { scope, namespace, asked }: Question,
  registry: Registry,
  { user, session = false }: Server,
): readonly Diagnostic[] {
  const [first, ...more] = asked
  if (!first) return []
  const { change, attribute } = first
  const { action, address, desired, at } = change
  const origin = (attribute && desired?.origins[attribute]) || desired?.origin
  const what = `to ${action} ${address.text}`
  const superuser = scope === 'super:user'
  const role = superuser ? 'its user must be a superuser' : `its user needs the role admin in ${namespace}`
  const either = superuser || (scope.startsWith('repo:') && namespace !== user)
  const lack = session
    ? `${what} takes a superuser, and ${user} is none`
    : either
      ? `${what} takes the scope ${scope}, and ${role}: one of the two is missing`
      : `${what} takes the scope ${scope}, which the token lacks`
  const tally = {
    key: keyOf(scope, namespace),
    organization: organizationOf(address, registry),
    others: more.length,
    words: [lack, '; changes besides that take it: #', ''] as const,
    ...(scope === 'repo:read' && { unless: keyOf('repo:admin', namespace) }),
  }
  return [
    {
      code: superuser ? 'QC3005' : 'QC3007',
      severity: 'error',
      address: address.text,
      at: origin?.at ?? at,
      ...(origin?.via && { via: [origin.via] }),
      message: tallied(tally),
      tally,
      hint: superuser
        ? "use a superuser's token with the scope super:user, or sign in as one"
        : `make a token with the scope ${scope}: a token cannot be given another one later`,
    },
  ]
}

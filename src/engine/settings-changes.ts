import type { Change } from '../model/change.ts'
import type { Diagnostic, Place } from '../model/diagnostics.ts'
import { globMatches, lastMatch } from '../model/glob.ts'
import { levels, ruleNames, rules } from '../model/rules.ts'
import { child } from '../model/tree.ts'
import type { Base } from './base.ts'
import type { Expanded } from './expand.ts'
import { takesAway } from './guard-budgets.ts'
import { NO_ORGANIZATION, type Selected, saidOf } from './select.ts'
import type { Include, Line, Settings } from './settings.ts'

/** What files were held to at another time, and what that is called. */
export type Earlier = Pick<Base, 'ref' | 'settings' | 'ignored'>

/** One setting that is another one; `lax`: more passes by it. */
interface Moved {
  readonly words: string
  readonly lax: boolean
  readonly at: Place | null
}

/** What is to be said of a Registry document that holds plans to something else than it did. */
export function settingsChanges({ ref, settings: then }: Earlier, now: Settings): readonly Diagnostic[] {
  const at = (...keys: readonly string[]): Place | null => {
    const trees = keys.map((_, index) => keys.slice(0, index + 1).reduce(child, now.tree))
    return (trees.findLast((tree) => tree) ?? now.tree)?.at ?? null
  }
  const limits = [
    ['max_deletes', then.maxDeletes, now.maxDeletes, 1],
    ['max_delete_percent', then.maxDeletePercent, now.maxDeletePercent, 1],
    ['max_revokes', then.maxRevokes, now.maxRevokes, 1],
    ['min_org_admins', then.minOrgAdmins, now.minOrgAdmins, -1],
  ] as const
  const levelOf = (name: (typeof ruleNames)[number], { rules: said }: Settings) =>
    levels.indexOf(said.get(name) ?? rules[name].level)
  const moved: readonly Moved[] = [
    ...(then.file ? valueMoves('url', then.url?.text, now.url?.text, ref, true, at('url')) : []),
    ...limits.flatMap(([name, { limit: was }, { limit: is }, laxer]) =>
      valueMoves(`safety.${name}`, was, is, ref, (is - was) * laxer > 0, at('safety', name)),
    ),
    ...protectMoves(then.protect, now.protect, ref, at('safety', 'protect')),
    ...ruleNames.flatMap((name) => {
      const [was, is] = [levelOf(name, then), levelOf(name, now)]
      return valueMoves(`rules.${name}`, levels[was], levels[is], ref, is > was, at('rules', name))
    }),
    ...listMoves(
      'secrets',
      besides(then.secrets, now.secrets),
      besides(now.secrets, then.secrets),
      ref,
      at('secrets'),
    ),
    ...bindingMoves(then.include, now.include, ref, at('include')),
  ]
  return moved.map(({ words, lax, at: place }) => ({
    code: 'QC4061',
    severity: lax ? 'warning' : 'note',
    message: words,
    at: place,
  }))
}

/** The same, and what else is to be said beside the changes of objects: exceptions that are new, and what its protection no longer keeps. */
export function sinceThen(
  then: Earlier,
  { expanded, ignored }: { readonly expanded: Expanded; readonly ignored: readonly Diagnostic[] },
  changes: readonly Change[],
  selected: Selected,
): readonly Diagnostic[] {
  const known = new Set(then.ignored.map(exceptionOf))
  const exceptions = ignored.filter((one) => !known.has(exceptionOf(one)))
  return [
    ...saidOf(exceptions, expanded, selected),
    ...(selected.tells(NO_ORGANIZATION) ? settingsChanges(then, expanded.settings) : []),
    ...unprotectedOnes(then, expanded.settings, changes),
  ]
}

const exceptionOf = ({ address, message }: Diagnostic): string => `${address} ${message}`

/** Deletes and replaces of what the files protect no longer. */
function unprotectedOnes(
  { ref, settings: then }: Earlier,
  now: Settings,
  changes: readonly Change[],
): readonly Diagnostic[] {
  return changes
    .filter((change) => takesAway({ change }) && !lastMatch(now.protect, change.address))
    .flatMap(({ address, action }) => {
      const line = lastMatch(then.protect, address)
      if (!line) return []
      return [
        {
          code: 'QC4062',
          severity: 'warning',
          message: `${address.text} was protected by "${line.text}" at ${ref}, and would be ${action}d`,
          at: null,
          address: address.text,
        },
      ]
    })
}

function valueMoves(
  name: string,
  was: string | number | undefined,
  is: string | number | undefined,
  ref: string,
  lax: boolean,
  at: Place | null,
): readonly Moved[] {
  const words = `${name} was ${was ?? '(none)'} at ${ref}, is now ${is ?? '(none)'}`
  return was === is ? [] : [{ words, lax, at }]
}

/** What comes lets more through, unless `lax` says otherwise. */
function listMoves(
  name: string,
  was: readonly string[],
  is: readonly string[],
  ref: string,
  at: Place | null,
  lax: (text: string, comes: boolean) => boolean = (_, comes) => comes,
): readonly Moved[] {
  const gone = was.filter((text) => !is.includes(text))
  const come = is.filter((text) => !was.includes(text))
  return [
    ...gone.map((text) => ({ words: `${name} had "${text}" at ${ref}, not now`, lax: lax(text, false), at })),
    ...come.map((text) => ({ words: `${name} has "${text}" now, not at ${ref}`, lax: lax(text, true), at })),
  ]
}

/** Those that no glob of others covers. */
const besides = (globs: readonly string[], others: readonly string[]): readonly string[] =>
  globs.filter((text) => !others.some((glob) => globMatches(glob, text)))

/** An exception that comes, a line that goes, or another order: the last match wins. */
function protectMoves(
  then: readonly Line[],
  now: readonly Line[],
  ref: string,
  at: Place | null,
): readonly Moved[] {
  const [was, is] = [then.map(({ text }) => text), now.map(({ text }) => text)]
  const name = 'safety.protect'
  const moves = listMoves(name, was, is, ref, at, (text, comes) => text.startsWith('!') === comes)
  const stay = (list: readonly string[], others: readonly string[]) =>
    JSON.stringify(list.filter((text) => others.includes(text)))
  if (stay(was, is) === stay(is, was)) return moves
  return [...moves, { words: `${name} has another order than at ${ref}: the last match wins`, lax: true, at }]
}

/** What files of an entry may hold and refer to, where any entry binds. */
function bindingMoves(
  then: readonly Include[],
  now: readonly Include[],
  ref: string,
  at: Place | null,
): readonly Moved[] {
  if (![...then, ...now].some(isBinding)) return []
  const [was, is] = [then.map(boundText), now.map(boundText)]
  const isLax = new Set(now.filter((entry) => then.some(isBinding) && isLaxer(entry, then)).map(boundText))
  return listMoves('include', was, is, ref, at, (text, comes) => comes && isLax.has(text))
}

/** Less is asked of its files than of those of the same entry; than of any, where there was none. */
function isLaxer({ text, onlyOrganization, secrets }: Include, then: readonly Include[]): boolean {
  const same = then.filter((entry) => entry.text === text)
  const isWithin = (entry: Include) =>
    (onlyOrganization || !entry.onlyOrganization) &&
    (entry.secrets === null || (secrets !== null && besides(secrets, entry.secrets).length === 0))
  return same.length > 0 ? !same.every(isWithin) : !then.filter(isBinding).some(isWithin)
}

const isBinding = ({ onlyOrganization, secrets }: Include): boolean => onlyOrganization || secrets !== null

const boundText = ({ text, onlyOrganization, secrets }: Include): string =>
  [
    text,
    ...(onlyOrganization ? ['only_organization'] : []),
    ...(secrets ? [`secrets ${secrets.join(' ') || 'none'}`] : []),
  ].join(', ')

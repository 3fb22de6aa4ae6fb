import type { Action } from '../model/change.ts'
import type { Plan, PlannedChange, Source, Stop } from '../model/plan.ts'
import { fieldLines } from './fields.ts'
import { type Entry, grouped, groupedFindings, type Said } from './group.ts'
import { heldLines, heldNote } from './held.ts'
import { plural, type Style, visible, wrapText } from './style.ts'

const WIDTH = 80
const INDENT = ' '.repeat(12)
const signs: Readonly<Record<Action, string>> = { create: ' +', update: ' ~', replace: '-+', delete: ' -' }

/** A plan as a person reads it: what changes, what needs attention, and the counts last. */
export function renderPlan(plan: Plan, style: Style): string {
  const head = [
    `Plan ${plan.plan_id.slice(0, 12)}${plan.server.sandbox ? ' (sandbox)' : ''}`,
    serverLine(plan),
  ]
  const entries = grouped(plan.changes)
  const sections = [
    head.join('\n'),
    ...scopeLines(plan),
    ...partialLines(plan),
    ...entries.map((section) => section.map((entry) => entryLines(entry, style)).join('\n')),
    ...attention(plan, entries.flat(), style),
    summary(plan),
  ]
  return sections.join('\n\n')
}

function serverLine({ server, config: { files, base } }: Plan): string {
  const as = server.user ? ` as ${server.user}` : ''
  return `${server.url}${as}, ${plural(files, 'file')}${base ? `, base ${base.slice(0, 12)}` : ''}`
}

function scopeLines({ scope }: Plan): readonly string[] {
  const parts = [
    scope.select.length > 0 ? `Only ${scope.select.join(', ')}.` : '',
    scope.exclude.length > 0 ? `Left alone: ${scope.exclude.join(', ')}.` : '',
    scope.pulled_in.length > 0 ? `Needed besides: ${scope.pulled_in.join(', ')}.` : '',
    scope.select.length > 0 ? 'Nothing else is changed.' : '',
  ].filter((part) => part !== '')
  return scope.complete || parts.length === 0 ? [] : [wrapText(visible(parts.join(' ')), WIDTH, '')]
}

/** A run over some of an organization's files says what it does not do. */
function partialLines({ scope: { partial = [] } }: Plan): readonly string[] {
  if (partial.length === 0) return []
  const text = `Not all files of ${partial.join(', ')} were loaded: nothing there is deleted.`
  return [wrapText(text, WIDTH, '')]
}

function entryLines({ change, organizations, matches: names }: Entry, style: Style): string {
  const paint = change.action === 'delete' || change.action === 'replace' ? style.care : style.good
  const verb = change.action.padEnd(7)
  const left = `${signs[change.action]} ${verb} ${change.address}`
  const painted = `${paint(`${signs[change.action]} ${verb}`)} ${style.bold(change.address)}`
  const source = sourceText(change.source)
  const gap = Math.max(2, 48 - left.length)
  const fits = left.length + gap + source.length <= WIDTH
  const first =
    source === ''
      ? painted
      : fits
        ? `${painted}${' '.repeat(gap)}${style.faint(source)}`
        : `${painted}\n${INDENT}${style.faint(source)}`
  return [
    first.trimEnd(),
    ...fieldLines(change, INDENT, WIDTH),
    ...notes(change),
    ...listed(organizations, INDENT),
    ...matched(names, INDENT),
  ].join('\n')
}

/** Where an entry happens, when that is more than one organization. */
function listed(organizations: readonly string[], indent: string): readonly string[] {
  if (organizations.length === 0) return []
  const text = `${indent}in ${organizations.length} organizations: ${organizations.join(', ')}`
  return [wrapText(text, WIDTH, `${indent}   `)]
}

/** What a pattern matched, when that is more than one. */
function matched(names: readonly string[], indent: string): readonly string[] {
  if (names.length === 0) return []
  const text = `${indent}for ${names.length} of them: ${names.join(', ')}`
  return [wrapText(text, WIDTH, `${indent}   `)]
}

function notes({ consequences, reason, held }: PlannedChange): readonly string[] {
  const why =
    reason === 'pruned'
      ? ['no file lists it, and its block is pruned']
      : reason === 'removed'
        ? ['the files say that it is to be removed']
        : []
  const waits = held ? [heldNote[held]] : []
  return [...why, ...consequences, ...waits].map((text) =>
    wrapText(`${INDENT}note: ${visible(text)}`, WIDTH, `${INDENT}      `),
  )
}

function attention(plan: Plan, all: readonly Entry[], style: Style): readonly string[] {
  const entries = all.filter(({ change }) => !change.held)
  const impacts = entries.flatMap(
    ({ change: { impacts: list, action, address }, organizations, matches: names }) =>
      list
        .filter((impact) => impact !== 'access' || action === 'delete')
        .map((impact) => {
          const many =
            organizations.length > 0
              ? ` in ${organizations.length} organizations`
              : names.length > 0
                ? ` (${names.length} of them)`
                : ''
          return ` ! ${impact.padEnd(10)} ${action.padEnd(7)} ${address}${many}`
        }),
  )
  const given = entries
    .filter(({ change: { impacts: list, action } }) => list.includes('access') && action !== 'delete')
    .map(({ organizations, matches: names }) => Math.max(1, organizations.length, names.length))
    .reduce((sum, count) => sum + count, 0)
  const lines = [
    ...impacts,
    ...(given > 0 ? [` ! access     ${plural(given, 'change says', 'changes say')} who may do what`] : []),
    ...groupedFindings(plan.findings).map(findingLines),
    ...plan.safety.stops.map((stop) => stopLines(stop)),
  ]
  return lines.length > 0 ? [[style.bold('Attention'), ...lines].join('\n')] : []
}

function findingLines({ finding, organizations }: Said): string {
  const { severity, code, source, message, hint } = finding
  const lines = attentionLines(severity, code, source, message, hint)
  return [lines, ...listed(organizations, ' '.repeat(5))].join('\n')
}

function stopLines({ code, message, hint, source }: Stop): string {
  return attentionLines('stopped', code, source, message, hint)
}

function attentionLines(
  word: string,
  code: string,
  source: Source | undefined,
  message: string,
  hint: string | undefined,
): string {
  const texts = [`     ${visible(message)}`, ...(hint ? [`     = ${visible(hint)}`] : [])]
  return [
    ` ! ${word.padEnd(10)} ${code}  ${sourceText(source ?? null)}`.trimEnd(),
    ...texts.map((text) => wrapText(text, WIDTH, text.startsWith('     = ') ? '       ' : '     ')),
  ].join('\n')
}

function summary(plan: Plan): string {
  const { summary: counts, safety, findings, changes } = plan
  const actions = (['create', 'update', 'replace', 'delete'] as const).filter((action) => counts[action] > 0)
  const warnings = findings.filter(({ severity }) => severity === 'warning').length
  const deletes = safety.limits.find(({ name, value }) => name === 'max_deletes' && value > 0)
  const matching = actions.length > 0 ? `${counts.unchanged} unchanged` : matches(counts.unchanged)
  const rest = [
    ...(counts.unchanged > 0 || actions.length === 0 ? [matching] : []),
    ...(counts.unmanaged > 0 ? [`${counts.unmanaged} unmanaged`] : []),
  ].join(', ')
  const more = [
    ...(rest === '' ? [] : [`${rest}.`]),
    ...(warnings > 0 ? [`${plural(warnings, 'warning')}.`] : []),
    ...(deletes ? [`Deletes ${deletes.value} of ${deletes.limit} allowed.`] : []),
  ].join(' ')
  if (actions.length === 0) return `No changes. ${more}`
  const goesOn = changes.some(({ held }) => held === 'blocked') && changes.some(({ held }) => !held)
  const stopped = safety.blocked && !goesOn ? ['Stopped: nothing of this can be applied as it stands.'] : []
  const last = [...heldLines(plan), ...stopped].map((line) => `\n${line}`).join('')
  const head = `Plan: ${actions.map((action) => `${counts[action]} ${action}`).join(', ')}.`
  return `${head}${more === '' ? '' : `\n      ${more}`}${last}`
}

/** What is said of a plan that was saved. */
export function savedLine(file: string, { status, changes }: Plan): string {
  const path = visible(file)
  const goesOn = status === 'changes' || changes.some(({ held }) => held === 'blocked')
  const next = /^[\w./@+-]+$/.test(path) ? path : `'${path}'`
  const then = goesOn
    ? `Next: quayctl apply ${next}`
    : status === 'clean'
      ? 'There is nothing to apply.'
      : 'It is stopped, and cannot be applied.'
  return `Saved ${path}. ${then}`
}

const matches = (count: number): string => plural(count, 'object matches', 'objects match')

const sourceText = (source: Source | null): string =>
  source ? visible(`${source.file}:${source.line}${source.via ? ` via ${source.via}` : ''}`) : ''

import type { Action } from '../model/change.ts'
import type { Plan, PlannedChange } from '../model/plan.ts'
import { type Gain, gainsAndLosses, manyOf, markOf, namesOf, risksOf, whereOf } from './attention.ts'
import { fieldLines } from './fields.ts'
import { findingLines, listed, sourceText, stopLines } from './findings.ts'
import { type Entry, grouped } from './group.ts'
import { groupedFindings } from './group-findings.ts'
import { goesOn, heldLines } from './held.ts'
import { notesOf } from './notes.ts'
import { plural, type Style, visible, wrapText } from './style.ts'
import { shardWords } from './title.ts'
import { diffHead, unknownLines } from './unknown.ts'

const INDENT = ' '.repeat(12)
const signs: Readonly<Record<Action, string>> = { create: ' +', update: ' ~', replace: '-+', delete: ' -' }

/** A plan as a person reads it: what changes, what needs attention, and the counts last. */
export function renderPlan(plan: Plan, style: Style): string {
  const head = plan.diff ? diffHead(plan.diff, plan.config.files) : [headOf(plan), serverLine(plan)]
  const heads = head.map((line) => wrapText(line, style.width, '  '))
  const entries = grouped(plan)
  const sections = [
    heads.join('\n'),
    ...scopeLines(plan, style),
    ...partialLines(plan, style),
    ...entries.map((section) => section.map((entry) => entryLines(entry, style)).join('\n')),
    ...accessLines(entries.flat(), style),
    ...attention(plan, entries.flat(), style),
    ...(plan.diff ? unknownLines(plan.diff, style) : []),
    summary(plan, style),
  ]
  return sections.join('\n\n')
}

function headOf({ plan_id: id, shard, server }: Plan): string {
  return `Plan ${id.slice(0, 12)}${shard ? `, ${shardWords(shard)}` : ''}${server.sandbox ? ' (sandbox)' : ''}`
}

function serverLine({ server, config: { files, base } }: Plan): string {
  const as = server.user ? ` as ${server.user}` : ''
  return `${server.url}${as}, ${plural(files, 'file')}${base ? `, base ${base.slice(0, 12)}` : ''}`
}

function scopeLines({ scope }: Plan, { width }: Style): readonly string[] {
  const parts = [
    scope.select.length > 0 ? `Only ${scope.select.join(', ')}.` : '',
    scope.exclude.length > 0 ? `Left alone: ${scope.exclude.join(', ')}.` : '',
    scope.pulled_in.length > 0 ? `Needed besides: ${scope.pulled_in.join(', ')}.` : '',
    scope.select.length > 0 ? 'Nothing else is changed.' : '',
  ].filter((part) => part !== '')
  return scope.complete || parts.length === 0 ? [] : [wrapText(visible(parts.join(' ')), width, '')]
}

/** A run over some of an organization's files says what it does not do. */
function partialLines({ scope: { partial = [] } }: Plan, { width }: Style): readonly string[] {
  if (partial.length === 0) return []
  const text = `Not all files of ${partial.join(', ')} were loaded: nothing there is deleted.`
  return [wrapText(text, width, '')]
}

function entryLines({ change, organizations, matches: names }: Entry, style: Style): string {
  const paint = change.action === 'delete' || change.action === 'replace' ? style.care : style.good
  const verb = change.action.padEnd(7)
  const left = `${signs[change.action]} ${verb} ${change.address}`
  const painted = `${paint(`${signs[change.action]} ${verb}`)} ${style.bold(change.address)}`
  const source = sourceText(change.source)
  const gap = Math.max(2, 48 - left.length)
  const fits = left.length + gap + source.length <= style.width
  const first =
    source === ''
      ? painted
      : fits
        ? `${painted}${' '.repeat(gap)}${style.faint(source)}`
        : `${painted}\n${INDENT}${style.faint(source)}`
  return [
    first.trimEnd(),
    ...fieldLines(change, INDENT, style.width),
    ...notes(change, style),
    ...listed(organizations, INDENT, style),
    ...matched(names, INDENT, style),
  ].join('\n')
}

/** What a pattern matched, when that is more than one. */
function matched(names: readonly string[], indent: string, { width }: Style): readonly string[] {
  if (names.length === 0) return []
  const text = `${indent}for ${names.length} of them: ${names.join(', ')}`
  return [wrapText(text, width, `${indent}   `)]
}

const notes = (change: PlannedChange, { width }: Style): readonly string[] =>
  notesOf(change).map((text) => wrapText(`${INDENT}note: ${text}`, width, `${INDENT}      `))

/** Who gains access and who loses some, the gains first. */
function accessLines(entries: readonly Entry[], style: Style): readonly string[] {
  const lines = gainsAndLosses(entries).map((gain) => accessLine(gain, style))
  return lines.length > 0 ? [[style.bold('Access'), ...lines].join('\n')] : []
}

function accessLine(gain: Gain, { width }: Style): string {
  const { before, after, effect } = gain.access
  const who = visible(`${whereOf(gain).join('  ')}${manyOf(gain.entry)}${markOf(gain.entry)}`).padEnd(46)
  const text = `${who}  ${before ?? '(none)'} -> ${after ?? '(none)'}`
  return wrapText(` ${effect === 'broadens' ? '+ gains' : '- loses'}  ${text}`, width, INDENT)
}

function attention(plan: Plan, entries: readonly Entry[], style: Style): readonly string[] {
  const lines = [
    ...risksOf(entries).map(({ impacts, entry }) => {
      const { action, address } = entry.change
      const text = ` ! ${impacts.join(', ').padEnd(10)} ${action.padEnd(7)} ${address}${manyOf(entry)}${markOf(entry)}`
      const names = namesOf(entry)
      const lines = [text, ...(names === '' ? [] : [INDENT + names])]
      return lines.map((line) => wrapText(line, style.width, INDENT)).join('\n')
    }),
    ...groupedFindings(plan.findings).map((said) => findingLines(said, style)),
    ...plan.safety.stops.map((stop) => stopLines(stop, goesOn(plan) ? 'held' : 'stopped', style)),
  ]
  return lines.length > 0 ? [[style.bold('Attention'), ...lines].join('\n')] : []
}

function summary(plan: Plan, style: Style): string {
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
  const wrapped = (text: string) => wrapText(text, style.width, '      ')
  if (actions.length === 0) return wrapped(`No changes. ${more}`)
  const stopped = !safety.blocked
    ? []
    : goesOn(plan)
      ? ['The rest goes on.']
      : ['Stopped: nothing of this can be applied as it stands.']
  const last = [...heldLines(plan, style), ...stopped.map(wrapped)].map((line) => `\n${line}`).join('')
  const perhaps = changes.filter((change) => change.perhaps).length
  const counted = actions.map((action) => `${counts[action]} ${action}`).join(', ')
  const head = wrapped(
    `${plan.diff ? 'Diff' : 'Plan'}: ${counted}${perhaps > 0 ? `; ${perhaps} of them perhaps` : ''}.`,
  )
  return `${head}${more === '' ? '' : `\n${wrapped(`      ${more}`)}`}${last}`
}

/** What is said of a plan that was saved. */
export function savedLine(file: string, plan: Plan): string {
  const { status } = plan
  const path = visible(file)
  const next = /^[\w./@+-]+$/.test(path) ? path : `'${path}'`
  const then = plan.shard
    ? 'Next, with the other shards: quayctl plan merge'
    : status === 'changes' || goesOn(plan)
      ? `Next: quayctl apply ${next}`
      : status === 'clean'
        ? 'There is nothing to apply.'
        : 'It is stopped, and cannot be applied.'
  return `Saved ${path}. ${then}`
}

const matches = (count: number): string => plural(count, 'object matches', 'objects match')

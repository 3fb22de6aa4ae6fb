import type { Action } from '../model/change.ts'
import type { Finding, Plan, PlannedChange, Source, Stop } from '../model/plan.ts'
import { fieldLines } from './fields.ts'
import { plural, type Style, wrapText } from './style.ts'

const WIDTH = 80
const INDENT = ' '.repeat(12)
const signs: Readonly<Record<Action, string>> = { create: ' +', update: ' ~', replace: '-+', delete: ' -' }

/** A plan as a person reads it: what changes, what needs attention, and the counts last. */
export function renderPlan(plan: Plan, style: Style): string {
  const head = [
    `Plan ${plan.plan_id.slice(0, 12)}${plan.server.sandbox ? ' (sandbox)' : ''}`,
    serverLine(plan),
  ]
  const sections = [
    head.join('\n'),
    ...scopeLines(plan),
    ...organizations(plan).map((changes) => changes.map((change) => changeLines(change, style)).join('\n')),
    ...attention(plan, style),
    summary(plan),
  ]
  return sections.join('\n\n')
}

function serverLine({ server, config }: Plan): string {
  return `${server.url}${server.user ? ` as ${server.user}` : ''}, ${plural(config.files, 'file')}`
}

function scopeLines({ scope }: Plan): readonly string[] {
  const parts = [
    scope.select.length > 0 ? `Only ${scope.select.join(', ')}.` : '',
    scope.exclude.length > 0 ? `Without ${scope.exclude.join(', ')}.` : '',
    scope.pulled_in.length > 0 ? `Needed besides: ${scope.pulled_in.join(', ')}.` : '',
    scope.complete ? '' : 'Nothing outside of this is changed.',
  ].filter((part) => part !== '')
  return scope.complete ? [] : [wrapText(parts.join(' '), WIDTH, '')]
}

function organizations({ changes }: Plan): readonly (readonly PlannedChange[])[] {
  const groups = new Map<string, PlannedChange[]>()
  for (const change of changes) {
    const list = groups.get(change.organization) ?? []
    list.push(change)
    groups.set(change.organization, list)
  }
  return [...groups.values()]
}

function changeLines(change: PlannedChange, style: Style): string {
  const paint = change.action === 'delete' || change.action === 'replace' ? style.care : style.good
  const verb = change.action.padEnd(7)
  const left = `${signs[change.action]} ${verb} ${change.address}`
  const painted = `${paint(`${signs[change.action]} ${verb}`)} ${style.bold(change.address)}`
  const source = sourceText(change.source)
  const gap = Math.max(2, 48 - left.length)
  const fits = left.length + gap + source.length <= WIDTH
  const first = fits
    ? `${painted}${' '.repeat(gap)}${style.faint(source)}`
    : `${painted}\n${INDENT}${style.faint(source)}`
  return [first.trimEnd(), ...fieldLines(change, INDENT, WIDTH), ...notes(change)].join('\n')
}

function notes({ consequences, reason }: PlannedChange): readonly string[] {
  const why =
    reason === 'pruned'
      ? ['no file lists it, and its block is pruned']
      : reason === 'removed'
        ? ['the files say that it is to be removed']
        : []
  return [...why, ...consequences].map((text) => wrapText(`${INDENT}note: ${text}`, WIDTH, `${INDENT}      `))
}

function attention(plan: Plan, style: Style): readonly string[] {
  const impacts = plan.changes.flatMap(({ impacts: list, action, address }) =>
    list.map((impact) => ` ! ${impact.padEnd(10)} ${action.padEnd(7)} ${address}`),
  )
  const lines = [
    ...impacts,
    ...plan.findings.map(findingLines),
    ...plan.safety.stops.map((stop) => stopLines(stop)),
  ]
  return lines.length > 0 ? [[style.bold('Attention'), ...lines].join('\n')] : []
}

function findingLines({ severity, code, source, message, hint }: Finding): string {
  const text = [message, hint ? `(${hint})` : ''].join(' ').trimEnd()
  return `${` ! ${severity.padEnd(10)} ${code}  ${sourceText(source ?? null)}`.trimEnd()}\n${wrapText(`     ${text}`, WIDTH, '     ')}`
}

function stopLines({ code, message, hint, source }: Stop): string {
  const where = source ? `  ${sourceText(source)}` : ''
  return ` ! ${'stopped'.padEnd(10)} ${code}${where}\n${wrapText(`     ${message}. ${hint}`, WIDTH, '     ')}`
}

function summary({ summary: counts, safety }: Plan): string {
  const actions = (['create', 'update', 'replace', 'delete'] as const).filter((action) => counts[action] > 0)
  const rest = [
    `${counts.unchanged} unchanged`,
    ...(counts.unmanaged > 0 ? [`${counts.unmanaged} unmanaged`] : []),
  ].join(', ')
  if (actions.length === 0)
    return `No changes. ${plural(counts.unchanged, 'object matches', 'objects match')}${counts.unmanaged > 0 ? `, ${counts.unmanaged} unmanaged` : ''}.`
  const deletes = safety.limits.find(({ name, value }) => name === 'max_deletes' && value > 0)
  const budget = deletes ? ` Deletes ${deletes.value} of ${deletes.limit} allowed.` : ''
  return `Plan: ${actions.map((action) => `${counts[action]} ${action}`).join(', ')}.\n      ${rest}.${budget}`
}

const sourceText = (source: Source | null): string =>
  source ? `${source.file}:${source.line}${source.via ? ` via ${source.via}` : ''}` : ''

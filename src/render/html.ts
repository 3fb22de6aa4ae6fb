import type { Action } from '../model/change.ts'
import type { Plan } from '../model/plan.ts'
import type { Review, ReviewedStep } from '../model/review.ts'
import type { Revisions } from '../model/revisions.ts'
import { manyOf } from './attention.ts'
import { fieldLines } from './fields.ts'
import type { Entry } from './group.ts'
import { accessHtml, attentionHtml, notesHtml, sourceHtml } from './html-attention.ts'
import { codeHtml, htmlPage, linkHtml, listHtml, sectionHtml, tableHtml } from './html-page.ts'
import { htmlText } from './markdown.ts'
import { notesOf } from './notes.ts'
import { countsOf, earlierTexts, outlineOf, ownerOf, summaryOf } from './title.ts'
import { diffHead } from './unknown.ts'

/** A plan, or what came of it, as one page to be looked at. */
export function renderHtml(review: Review): string {
  const { plan, steps } = review
  const { title, sections, earlier, entries } = outlineOf(review)
  return htmlPage(title, [
    `<h1>${htmlText(title)}</h1>`,
    plan ? aboutHtml(plan, review) : '',
    plan && plan.changes.length > 0 ? countsHtml(plan) : '',
    steps && steps.length > 0 ? stepsHtml(steps) : '',
    attentionHtml(review, entries),
    accessHtml(review, entries),
    sectionHtml(
      'Changes',
      sections.map((section) => changesHtml(section, review, opensOf(section, sections.length))).join('\n'),
    ),
    earlier.length > 0
      ? sectionHtml(
          earlierTexts.heading,
          [
            `<p>${earlierTexts.text}</p>`,
            ...earlier.map((section) => changesHtml(section, review, false)),
          ].join('\n'),
        )
      : '',
    plan?.diff ? unknownHtml(plan.diff) : '',
    notesHtml(review),
    plan ? footHtml(plan, review) : '',
  ])
}

function aboutHtml({ server, config, plan_id: id, diff }: Plan, { run }: Review): string {
  if (diff) return `<p class="soft">${htmlText(`${diffHead(diff, config.files).join('. ')}.`)}</p>`
  const parts = [
    `Plan ${codeHtml(id.slice(0, 12))}${run?.commit ? ` of ${codeHtml(run.commit.slice(0, 12))}` : ''}`,
    `for ${codeHtml(server.url)}${server.sandbox ? ' (sandbox)' : ''}`,
    ...(server.user ? [`as ${codeHtml(server.user)}`] : []),
    ...(config.base ? [`since ${codeHtml(config.base.slice(0, 12))}`] : []),
  ]
  return `<p class="soft">${parts.join(' ')}</p>`
}

const countsHtml = (plan: Plan): string =>
  listHtml(
    summaryOf(plan).map(([name, count]) => `<b>${count}</b> ${name.toLowerCase()}`),
    'counts',
  )

const signs: Readonly<Record<Action, string>> = { create: '+', update: '~', replace: '-+', delete: '-' }
const isCare = (action: Action): boolean => action === 'delete' || action === 'replace'

/** One alone is open, and so is where something goes. */
const opensOf = (section: readonly Entry[], of: number): boolean =>
  of === 1 || section.some(({ change: { action } }) => isCare(action))

function changesHtml(section: readonly Entry[], review: Review, opens: boolean): string {
  const owner = ownerOf(section)
  const name = owner === null ? 'Several organizations' : owner === '-' ? 'Of the registry' : htmlText(owner)
  return [
    `<details${opens ? ' open' : ''}>`,
    `<summary><h3>${name}</h3><span class="soft">${countsOf(section)}</span></summary>`,
    listHtml(
      section.map((entry) => entryHtml(entry, review)),
      'changes',
    ),
    '</details>',
  ].join('\n')
}

function entryHtml(entry: Entry, review: Review): string {
  const { change, organizations, matches } = entry
  const { action, address, source } = change
  const names = organizations.length > 0 ? organizations : matches
  const fields = fieldLines(change, '', Number.POSITIVE_INFINITY)
  const notes = [...(names.length > 0 ? [names.join(', ')] : []), ...notesOf(change)]
  return [
    `<p><span class="${isCare(action) ? 'care' : 'good'}">${signs[action]} ${action}</span> <b>${codeHtml(address)}</b>${manyOf(entry)} ${sourceHtml(source, review)}</p>`,
    ...(fields.length > 0 ? [`<pre>${fields.map(htmlText).join('\n')}</pre>`] : []),
    ...notes.map((note) => `<p class="soft">${htmlText(note)}</p>`),
  ].join('')
}

const isBroken = ({ status }: ReviewedStep): boolean => status !== 'done' && status !== 'already'

/** What did not end well comes first. */
function stepsHtml(steps: readonly ReviewedStep[]): string {
  const rows = [...steps.filter(isBroken), ...steps.filter((step) => !isBroken(step))].map((step) => {
    const { status, action, address, because, error, ended_at: ended } = step
    const why = error ? `${error.code ?? ''} ${error.message}`.trim() : (because ?? '')
    return [
      `<span class="${isBroken(step) ? 'care' : 'good'}">${status}</span>`,
      `${action} ${codeHtml(address)}${why === '' ? '' : `<p>${htmlText(why)}</p>`}`,
      ended === undefined
        ? ''
        : `<time datetime="${htmlText(ended)}">${htmlText(ended.slice(11, 19))}</time>`,
    ]
  })
  const head = ['Status', 'Step', 'Ended (UTC)']
  return sectionHtml('Steps', tableHtml('What came of each step', head, rows))
}

function unknownHtml({ unknown }: Revisions): string {
  const items = unknown.map(
    ({ message, addresses }) => `${htmlText(message)}: ${addresses.map(codeHtml).join(', ')}`,
  )
  return items.length === 0 ? '' : sectionHtml('Only Quay knows', listHtml(items, 'changes'))
}

function footHtml({ tool }: Plan, { run }: Review): string {
  const parts = [
    `quayctl ${htmlText(tool.version)}`,
    ...(run ? [`<time datetime="${htmlText(run.started_at)}">${htmlText(run.started_at)}</time>`] : []),
    ...(run?.by ? [`by ${htmlText(run.by)}`] : []),
    ...(run?.url ? [linkHtml('the run', run.url)] : []),
  ]
  return ['<footer>', `<p>${parts.join(', ')}</p>`, '</footer>'].join('\n')
}

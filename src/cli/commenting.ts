import { readFileSync } from 'node:fs'
import { readPlan } from '../engine/planfile.ts'
import { labelsFor, seenIn } from '../engine/reviewed.ts'
import { bodyOf, failedText, quietText, short } from '../forge/body.ts'
import type { Forge, Patience } from '../forge/forge.ts'
import { openGitHub } from '../forge/github.ts'
import { openGitLab } from '../forge/gitlab.ts'
import { outdate, type Page, type Published, publish } from '../forge/sticky.ts'
import { ConfigError, UsageError } from '../model/errors.ts'
import type { Run } from '../model/plan.ts'
import { renderMarkdown } from '../render/markdown-review.ts'
import { plural } from '../render/style.ts'
import { headOf, type PlaceFlags, placeOf } from './comment-place.ts'
import { atDoor, type DoorFlags } from './door.ts'
import { linksOf } from './links.ts'
import { planFileText } from './outputs.ts'
import { attribution } from './runs.ts'
import { loadPlanValidator } from './validators.ts'
import type { Surroundings } from './world.ts'

interface CommentFlags extends PlaceFlags, DoorFlags {
  readonly reviewed?: string | undefined
  readonly key?: string | undefined
  readonly outdated?: boolean
  readonly failed?: string | undefined
  readonly always?: boolean
  readonly labels?: boolean
  readonly 'dry-run'?: boolean
}

/** How long a plan may be; where that is refused as too long, how long then. */
const sizes = { whole: 60_000, small: 10_000 }

/** Comments, or prints what would be commented; returns what is to be said of it. */
export async function comment(
  path: string | undefined,
  flags: CommentFlags,
  surroundings: Surroundings,
  tell: (text: string) => void,
): Promise<string> {
  const { failed, reviewed } = flags
  if ([path, failed, reviewed, flags.outdated || undefined].filter((one) => one !== undefined).length !== 1)
    throw new UsageError('QC6450', 'comment takes one of a saved plan, --failed, --outdated and --reviewed', [
      'quayctl comment plan.json',
    ])
  const key = flags.key ?? null
  const idle = flags.outdated ? '--outdated' : reviewed === undefined ? null : '--reviewed'
  if (idle && flags['dry-run']) throw new UsageError('QC6450', `${idle} has nothing to print for --dry-run`)
  if (reviewed !== undefined) {
    const { reviewsSince } = await import('./reviews.ts')
    return reviewsSince(reviewed, { server: serverIn(surroundings.env), key }, flags, surroundings, tell)
  }
  if (flags.outdated) {
    return opened(flags, surroundings, tell, async (forge) => {
      const marked = await outdate(forge, { server: serverIn(surroundings.env), key })
      return marked === 0
        ? `No comment on ${forge.place} is outdated.`
        : `Marked ${plural(marked, 'comment')} on ${forge.place} as outdated.`
    })
  }
  const head = headOf(flags, surroundings.env)
  const page = { ...(await pageOf(path, flags, surroundings)), key }
  if (flags['dry-run']) return previewOf({ ...page, head: head ?? 'HEAD' }, tell)
  if (head === null)
    throw new UsageError('QC6452', 'of which commit the plan is, is not known', ['pass --head COMMIT'])
  return opened(flags, surroundings, tell, async (forge, patience) =>
    told(await publish(forge, { ...page, head }, patience), forge),
  )
}

/** What it would be, as far as that is known without asking anybody. */
function previewOf(page: Page, tell: (text: string) => void): string {
  const { head, made } = page
  const isOther = made !== null && head !== 'HEAD' && !made.startsWith(head)
  if (isOther)
    tell(
      `The plan was made at ${short(made)}. Whether that is a merge of the head ${short(head)} was not compared.`,
    )
  return bodyOf(page, page.text({ last: null }, 'whole', isOther ? made : head) ?? '')
}

function told(published: Published, { place }: Forge): string {
  if (typeof published === 'object') {
    const { moved, of, shown } = published
    const what = shown ? `Commented on ${place} as outdated: the plan` : `Not commented on ${place}: this`
    return `${what} is of ${short(of)}, and the head is ${short(moved.head)}.`
  }
  return {
    created: `Commented on ${place}.`,
    updated: `Updated the comment on ${place}.`,
    unchanged: `The comment on ${place} says so already.`,
    nothing: `No changes and no warnings, so ${place} gets no comment; --always makes one.`,
  }[published]
}

/** What is to be said of a commit: a plan, or why there is none. */
async function pageOf(
  path: string | undefined,
  flags: CommentFlags,
  { env, cwd }: Surroundings,
): Promise<Omit<Page, 'head' | 'key'>> {
  if (path === undefined) {
    const said = readText(flags.failed ?? '')
    const isMarkdown = /\.md$/i.test(flags.failed ?? '')
    const text: Page['text'] = (existing, size, commit) =>
      failedText(commit, { said, isMarkdown }, size === 'small' ? null : (existing?.last ?? null))
    return { server: serverIn(env), plan: null, made: null, state: 'failed', seen: [], text }
  }
  const { run, ...plan } = readPlan(planFileText(path), path, await loadPlanValidator())
  const review = {
    name: 'plan',
    plan,
    findings: plan.findings,
    ...(flags.labels && { labels: labelsFor(plan) }),
    ...linksOf({ env, cwd }),
  }
  const isClean = plan.status === 'clean'
  const isQuiet = isClean && plan.findings.every(({ severity }) => severity === 'note')
  const seen = seenIn(plan)
  return {
    server: new URL(plan.server.url).host,
    plan: plan.plan_id.slice(0, 12),
    made: run && !isOwn(run, env) ? hashIn(run) : null,
    state: 'plan',
    seen,
    text(existing, size, commit) {
      if (isQuiet && !existing && !flags.always) return null
      if (isClean && plan.findings.length === 0) return quietText(commit)
      const text = renderMarkdown(
        { ...review, ...(run && { run: ofCommit(run, commit) }) },
        Math.max(sizes[size] - seen.join('.').length, sizes.small),
      )
      // Its heading says the same.
      return isClean ? `${quietText(commit)}\n${text.replace(/^.*\n/, '')}` : text
    },
  }
}

/** The commit that people know, and a link that can be one: no digest of the plan covers these. */
function ofCommit({ url, commit: _, ...run }: Run, commit: string): Run {
  const isLink = url !== undefined && /^https?:\/\/[^\s()<>[\]]+$/.test(url)
  return { ...run, ...(commit !== 'HEAD' && { commit }), ...(isLink && { url }) }
}

/** Whoever wrote the file may have put anything there. */
const hashIn = ({ commit = '' }: Run): string | null => (/^[0-9a-f]{7,64}$/.test(commit) ? commit : null)

/** Was it made by this run? Then it is of what this run is of, whatever commit that was merged to. */
function isOwn({ url, commit }: Run, env: Surroundings['env']): boolean {
  const own = attribution(env)
  return env.GITLAB_CI === 'true' ? commit === own.commit : own.url !== undefined && url === own.url
}

/** Without a plan, as far as it is known which of several comments is meant. */
const serverIn = ({ QUAY_URL: url }: Surroundings['env']): string | null =>
  url && URL.canParse(url) ? new URL(url).host : null

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ConfigError('QC1009', `--failed: ${path} cannot be read: ${why}`)
  }
}

async function opened<T>(
  flags: CommentFlags,
  surroundings: Surroundings,
  tell: (text: string) => void,
  use: (forge: Forge, patience: Patience) => Promise<T>,
): Promise<T> {
  const { number, ...home } = placeOf(flags, surroundings.env)
  const open = home.platform === 'github' ? openGitHub : openGitLab
  return atDoor(home, flags, surroundings, tell, (door) => use(open({ ...door, number }), door.patience))
}

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { readPlan } from '../engine/planfile.ts'
import { bodyOf, failedText, quietText, short } from '../forge/body.ts'
import type { Forge, Patience, Way } from '../forge/forge.ts'
import { openGitHub } from '../forge/github.ts'
import { openGitLab } from '../forge/gitlab.ts'
import { outdate, type Page, publish } from '../forge/sticky.ts'
import { createConcealer } from '../model/conceal.ts'
import { ConfigError, UsageError } from '../model/errors.ts'
import type { Run } from '../model/plan.ts'
import { checkToken } from '../quay/client.ts'
import { type Connection, connect } from '../quay/connection.ts'
import { effectOfFailure, failureError } from '../quay/failures.ts'
import { passwordsOf } from '../quay/proxy.ts'
import { renderMarkdown } from '../render/markdown-review.ts'
import { plural } from '../render/style.ts'
import { commentToken, headOf, type PlaceFlags, placeOf } from './comment-place.ts'
import { linksOf } from './links.ts'
import { planFileText } from './outputs.ts'
import { loadPlanValidator, type Surroundings, wayTo } from './world.ts'

export interface CommentFlags extends PlaceFlags {
  readonly key?: string | undefined
  readonly outdated?: boolean
  readonly failed?: string | undefined
  readonly always?: boolean
  readonly 'dry-run'?: boolean
  readonly 'token-file'?: string | undefined
  readonly 'ca-file'?: string | undefined
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
  if ([path, flags.failed, flags.outdated || undefined].filter((one) => one !== undefined).length !== 1)
    throw new UsageError('QC6450', 'comment takes one of a saved plan, --failed and --outdated', [
      'quayctl comment plan.json',
    ])
  const key = flags.key ?? null
  if (flags.outdated) {
    if (flags['dry-run']) throw new UsageError('QC6450', '--outdated has nothing to print for --dry-run')
    return opened(flags, surroundings, tell, async (forge) => {
      const marked = await outdate(forge, { server: serverIn(surroundings.env), key })
      return marked === 0
        ? `No comment on ${forge.place} is outdated.`
        : `Marked ${plural(marked, 'comment')} on ${forge.place} as outdated.`
    })
  }
  const head = headOf(flags, surroundings.env)
  const page = { ...(await pageOf(path, flags, surroundings, head)), key }
  if (flags['dry-run'])
    return bodyOf({ ...page, head: head ?? 'HEAD' }, page.text({ last: null }, 'whole') ?? '')
  if (head === null)
    throw new UsageError('QC6452', 'of which commit the plan is, is not known', ['pass --head COMMIT'])
  return opened(flags, surroundings, tell, async (forge, patience) =>
    told(await publish(forge, { ...page, head }, patience), forge, head),
  )
}

function told(published: Awaited<ReturnType<typeof publish>>, { place }: Forge, head: string): string {
  if (typeof published === 'object')
    return `Not commented on ${place}: this is of ${short(head)}, and the head is ${short(published.moved.head)}.`
  return {
    created: `Commented on ${place}.`,
    updated: `Updated the comment on ${place}.`,
    unchanged: `The comment on ${place} says so already.`,
    nothing: `No changes, so ${place} gets no comment; --always makes one.`,
  }[published]
}

/** What is to be said of a commit: a plan, or why there is none. */
async function pageOf(
  path: string | undefined,
  flags: CommentFlags,
  { env, cwd }: Surroundings,
  head: string | null,
): Promise<Omit<Page, 'head' | 'key'>> {
  const commit = head ?? 'HEAD'
  if (path === undefined) {
    const said = readText(flags.failed ?? '')
    const isMarkdown = /\.md$/i.test(flags.failed ?? '')
    const text: Page['text'] = (existing, size) =>
      failedText(commit, { said, isMarkdown }, size === 'small' ? null : (existing?.last ?? null))
    return { server: serverIn(env), plan: null, state: 'failed', text }
  }
  const { run, ...plan } = readPlan(planFileText(path), path, await loadPlanValidator())
  const review = {
    name: 'plan',
    plan,
    findings: plan.findings,
    ...(run && { run: ofHead(run, head) }),
    ...linksOf({ env, cwd }),
  }
  const isQuiet = plan.status === 'clean'
  return {
    server: new URL(plan.server.url).host,
    plan: plan.plan_id.slice(0, 12),
    state: 'plan',
    text(existing, size) {
      if (isQuiet && !existing && !flags.always) return null
      if (isQuiet && plan.findings.length === 0) return quietText(commit)
      return renderMarkdown(review, sizes[size])
    },
  }
}

/** The commit that people know, and a link that can be one: no digest of the plan covers these. */
function ofHead({ url, commit: _, ...run }: Run, head: string | null): Run {
  const isLink = url !== undefined && /^https?:\/\/[^\s()<>[\]]+$/.test(url)
  return { ...run, ...(head && { commit: head }), ...(isLink && { url }) }
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
  const { platform, api, repository, number } = placeOf(flags, surroundings.env)
  const token = commentToken(flags['token-file'], platform, surroundings)
  checkToken(token, api)
  const connection = connect(wayTo(api.origin, flags, surroundings.env), 1)
  const patience = { now: Date.now, sleep: (ms: number) => sleep(ms), tell }
  const open = platform === 'github' ? openGitHub : openGitLab
  try {
    const way = wayOver(connection, [token, ...passwordsOf(surroundings.env)])
    const prefix = api.pathname.replace(/\/$/, '')
    const { version } = surroundings
    return await use(open({ way, prefix, repository, number, token, version, patience }), patience)
  } finally {
    await connection.close()
  }
}

/** The connection that Quay is reached by serves here, too: proxies, authorities and time limits are the same. */
export function wayOver(connection: Connection, secrets: readonly string[]): Way {
  const { add, conceal } = createConcealer()
  add(secrets)
  const { host } = connection
  return {
    host,
    async send(message) {
      try {
        return { answer: await connection.exchange(message) }
      } catch (error) {
        const { method, path } = message
        const asked = { method, path, host, attempts: 1, effect: 'none', conceal } as const
        return { failure: failureError(asked, error), acted: effectOfFailure(error) !== 'none' }
      }
    },
  }
}

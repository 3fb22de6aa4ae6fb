import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { AuthError, ConfigError, UsageError } from '../model/errors.ts'
import type { Surroundings } from './world.ts'

export type Platform = 'github' | 'gitlab'

export interface PlaceFlags {
  readonly platform?: Platform | undefined
  readonly repository?: string | undefined
  readonly 'pull-request'?: number | undefined
  readonly head?: string | undefined
  readonly branch?: string | undefined
}

/** Where requests are. */
export interface Home {
  readonly platform: Platform
  readonly api: URL
  readonly repository: string
}

/** Where to comment: one pull or merge request. */
interface Place extends Home {
  readonly number: number
}

type Environment = Surroundings['env']

/** What GitHub says of the event that set a run off, as far as it names a pull request. */
interface Event {
  readonly pull_request?: { readonly number?: unknown; readonly head?: { readonly sha?: unknown } }
  readonly workflow_run?: {
    readonly head_sha?: unknown
    readonly pull_requests?: readonly { readonly number?: unknown }[]
  }
}

/** By flags, else by what the CI system says of its run. */
export function placeOf(flags: PlaceFlags, env: Environment): Place {
  const home = homeOf(flags, env)
  const number =
    flags['pull-request'] ??
    (home.platform === 'github' ? numberIn(eventOf(env)) : Number(env.CI_MERGE_REQUEST_IID))
  if (!number) throw unknown('which pull or merge request: this run is of none', '--pull-request NUMBER')
  return { ...home, number }
}

/** The same without a request. */
export function homeOf(flags: PlaceFlags, env: Environment): Home {
  const platform = platformOf(flags, env)
  if (!platform) throw unknown('which platform', '--platform github or --platform gitlab')
  const isGitHub = platform === 'github'
  const repository =
    flags.repository ??
    (isGitHub ? env.GITHUB_REPOSITORY : env.CI_MERGE_REQUEST_PROJECT_ID || env.CI_PROJECT_ID)
  if (!repository || (isGitHub && !/^[^/\s]+\/[^/\s]+$/.test(repository)))
    throw unknown(
      'which repository',
      `--repository ${isGitHub ? 'OWNER/NAME' : 'with the path or id of the project'}`,
    )
  return { platform, api: apiOf(isGitHub, env), repository }
}

/** The commit that a plan is of: the head of the branch, not what CI systems merge to try it. */
export function headOf(flags: PlaceFlags, env: Environment): string | null {
  const isGitHub = platformOf(flags, env) === 'github'
  const event = isGitHub ? eventOf(env) : {}
  const own = isGitHub
    ? (event.pull_request?.head?.sha ?? event.workflow_run?.head_sha)
    : env.CI_MERGE_REQUEST_SOURCE_BRANCH_SHA || env.CI_COMMIT_SHA
  const head = flags.head ?? own
  if (head === undefined) return null
  if (typeof head === 'string' && /^[0-9a-f]{7,64}$/i.test(head)) return head.toLowerCase()
  throw new UsageError('QC6452', `--head ${head}: that is no hash of a commit`, [
    'give at least 7 digits of it',
  ])
}

/** The branch that is applied, where flags or the run say so: a run of a request is of none. */
export function branchOf(flags: PlaceFlags, env: Environment): string | null {
  const [, own] = /^refs\/heads\/(.+)$/.exec(env.GITHUB_REF ?? '') ?? []
  return flags.branch || (platformOf(flags, env) === 'github' ? own : env.CI_COMMIT_BRANCH) || null
}

/** The token to comment with; never an argument. */
export function commentToken(
  file: string | undefined,
  platform: Platform,
  { cwd, env }: Surroundings,
): string {
  const variable = platform === 'github' ? 'GITHUB_TOKEN' : 'GITLAB_TOKEN'
  const token = file === undefined ? env.QUAYCTL_COMMENT_TOKEN || env[variable] : readToken(file, cwd)
  if (token?.trim()) return token.trim()
  const hint =
    platform === 'github'
      ? 'in GitHub Actions give the step GITHUB_TOKEN, of github.token, and the job permissions: pull-requests: write'
      : 'make an access token of the project, with scope api and role Reporter; CI_JOB_TOKEN cannot comment'
  throw new AuthError(
    'QC7702',
    file === undefined
      ? `there is no token to comment with: neither QUAYCTL_COMMENT_TOKEN nor ${variable} is set`
      : `there is no token to comment with: ${file} is empty`,
    [hint, 'a pipeline of a fork is often given none: --dry-run prints the comment instead'],
  )
}

function readToken(file: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8')
  } catch {
    throw new ConfigError('QC3109', `--token-file: ${file} cannot be read`)
  }
}

const platformOf = ({ platform }: PlaceFlags, env: Environment): Platform | undefined =>
  platform ?? (env.GITHUB_ACTIONS === 'true' ? 'github' : env.GITLAB_CI === 'true' ? 'gitlab' : undefined)

/** Only a variable says so: no flag or file leads a token elsewhere. */
function apiOf(isGitHub: boolean, env: Environment): URL {
  const [variable, common] = isGitHub
    ? (['GITHUB_API_URL', 'https://api.github.com'] as const)
    : (['CI_API_V4_URL', 'https://gitlab.com/api/v4'] as const)
  const text = env[variable] || common
  const url = URL.canParse(text) ? new URL(text) : null
  if (url && /^https?:$/.test(url.protocol) && url.username + url.password + url.search === '') return url
  throw new ConfigError('QC3140', `${variable} is not the address of an API`, [`it looks like ${common}`])
}

function eventOf({ GITHUB_EVENT_PATH: path }: Environment): Event {
  try {
    const event = path ? JSON.parse(readFileSync(path, 'utf8')) : {}
    return typeof event === 'object' && event !== null ? event : {}
  } catch {
    return {}
  }
}

/** A run after another one knows the pull request only where that comes from no fork. */
function numberIn({ pull_request: own, workflow_run: run }: Event): number | undefined {
  const number = own?.number ?? run?.pull_requests?.[0]?.number
  return typeof number === 'number' ? number : undefined
}

const unknown = (what: string, flag: string): UsageError =>
  new UsageError('QC6451', `where is the comment to go? It is not known ${what}`, [`pass ${flag}`])

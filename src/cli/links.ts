import { readFileSync } from 'node:fs'
import { posix, relative, resolve, sep } from 'node:path'
import type { Source } from '../model/plan.ts'
import type { Surroundings } from './world.ts'

/** Where the pages of a commit's files are, and the folder that they are named from. */
interface Site {
  readonly pages: string
  readonly root: string
}

/** To where a line of a file can be read by everybody, as far as a CI system says where that is. */
export function linksOf({ env, cwd }: Pick<Surroundings, 'env' | 'cwd'>): (source: Source) => string | null {
  const site = siteOf(env)
  return ({ file, line }) => {
    if (!site) return null
    const path = relative(site.root, resolve(cwd, file)).split(sep).join('/')
    if (path.startsWith('../') || posix.isAbsolute(path) || file.includes(':')) return null
    return `${site.pages}/${path.split('/').map(encodeURIComponent).join('/')}#L${line}`
  }
}

function siteOf(env: Surroundings['env']): Site | null {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_WORKSPACE } = env
  const { CI_PROJECT_URL, CI_PROJECT_DIR } = env
  const commit = headOf(env)
  if (GITHUB_SERVER_URL && GITHUB_REPOSITORY && GITHUB_WORKSPACE && commit)
    return { pages: `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/blob/${commit}`, root: GITHUB_WORKSPACE }
  return CI_PROJECT_URL && CI_PROJECT_DIR && commit
    ? { pages: `${CI_PROJECT_URL}/-/blob/${commit}`, root: CI_PROJECT_DIR }
    : null
}

/** On a review the commit of the run may be a merge that nobody has made; its head is told besides. */
function headOf(env: Surroundings['env']): string | undefined {
  const { GITHUB_EVENT_PATH, GITHUB_SHA, CI_COMMIT_SHA, CI_MERGE_REQUEST_SOURCE_BRANCH_SHA } = env
  const own = GITHUB_SHA ?? (CI_MERGE_REQUEST_SOURCE_BRANCH_SHA || CI_COMMIT_SHA)
  try {
    const { pull_request: request } = JSON.parse(readFileSync(GITHUB_EVENT_PATH ?? '', 'utf8'))
    return typeof request.head.sha === 'string' ? request.head.sha : own
  } catch {
    return own
  }
}

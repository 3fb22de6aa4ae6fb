import { readFileSync } from 'node:fs'
import { posix, relative, resolve, sep } from 'node:path'
import type { Review } from '../model/review.ts'
import { urlPath } from '../render/markdown.ts'
import type { Surroundings } from './world.ts'

/** Where a repository is, and where the pages of a commit's files are. */
interface Site {
  readonly root: string
  readonly pages: string | null
}

/** How the files are called in their repository, and where their lines can be read by everybody: as far as a CI system says so. */
export function linksOf({ env, cwd }: Pick<Surroundings, 'env' | 'cwd'>): Pick<Review, 'link' | 'path'> {
  const { root, pages } = siteOf(env) ?? { root: cwd, pages: null }
  const path = (file: string): string | null => {
    const found = relative(root, resolve(cwd, file)).split(sep).join('/')
    return found.startsWith('../') || posix.isAbsolute(found) || file.includes(':') ? null : found
  }
  const link: Review['link'] = ({ file, line }) => {
    const found = pages === null ? null : path(file)
    return found === null ? null : `${pages}/${urlPath(found)}#L${line}`
  }
  return { path, link }
}

function siteOf(env: Surroundings['env']): Site | null {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_WORKSPACE } = env
  const { CI_PROJECT_URL, CI_PROJECT_DIR } = env
  const commit = headOf(env)
  if (GITHUB_WORKSPACE) {
    const isKnown = GITHUB_SERVER_URL && GITHUB_REPOSITORY && commit
    const pages = isKnown ? `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/blob/${commit}` : null
    return { root: GITHUB_WORKSPACE, pages }
  }
  if (!CI_PROJECT_DIR) return null
  const pages = CI_PROJECT_URL && commit ? `${CI_PROJECT_URL}/-/blob/${commit}` : null
  return { root: CI_PROJECT_DIR, pages }
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

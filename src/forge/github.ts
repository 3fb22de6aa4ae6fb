import { AuthError } from '../model/errors.ts'
import { count, list, name, orNull, record, text } from '../model/shape.ts'
import { createApi, type Kind } from './api.ts'
import type { Door, Forge, Merged, Opening } from './forge.ts'

const kind: Kind = {
  name: 'GitHub',
  headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
  tokenHints: ['in GitHub Actions give the step a variable GITHUB_TOKEN, of github.token'],
  rightHints: [
    'in GitHub Actions give the job: permissions: pull-requests: write',
    'another token needs the repository, with write access to pull requests',
  ],
}
const forkHints = [
  'a pull_request run of a fork gets a token that can only read, whatever permissions says',
  'comment from a workflow_run workflow that takes the saved plan as an artifact and runs nothing of the fork',
  'or show it in the run: quayctl comment PLAN --dry-run >> "$GITHUB_STEP_SUMMARY"',
]

const self = record({ login: name })
const repository = record({ full_name: name })
const pullRequest = record({
  head: record({ sha: name, repo: orNull(repository) }),
  base: record({ repo: repository }),
})
const comments = list(
  record({ id: count, body: orNull(text), user: orNull(record({ login: name, type: text })) }),
)

const associated = list(
  record({
    number: count,
    merged_at: orNull(text),
    head: record({ sha: name }),
    labels: list(record({ name: text })),
  }),
)

const repoPath = (path: string): string => `/repos/${path.split('/').map(encodeURIComponent).join('/')}`

/** The pull requests that were merged with this commit. */
export async function mergedInGitHub(door: Door, commit: string): Promise<readonly Merged[]> {
  const path = `${repoPath(door.repository)}/commits/${commit}/pulls`
  return (await createApi(door, kind).list(path, associated))
    .filter(({ merged_at: merged }) => merged !== null)
    .map(({ number, head, labels }) => ({
      number,
      head: head.sha,
      labels: labels.map((label) => label.name),
    }))
}

/** A pull request of GitHub, or of GitHub Enterprise. */
export function openGitHub(opening: Opening): Forge {
  const { repository: path, number } = opening
  const api = createApi(opening, kind)
  const repo = repoPath(path)

  /** Null: the token is an app's, as that of GitHub Actions is; these are shown no user. */
  async function login(): Promise<string | null> {
    try {
      return (await api.get('/user', self)).login
    } catch (error) {
      if (error instanceof AuthError && error.status === 403) return null
      throw error
    }
  }

  return {
    place: `${path}#${number}`,
    forkHints,
    async pull() {
      const { head, base } = await api.get(`${repo}/pulls/${number}`, pullRequest)
      return { head: head.sha, fork: head.repo?.full_name !== base.repo.full_name }
    },
    async comments() {
      const me = await login()
      const all = await api.list(`${repo}/issues/${number}/comments`, comments)
      return all
        .filter(({ user }) => (me === null ? user?.type === 'Bot' : user?.login === me))
        .map(({ id, body }) => ({ id, body: body ?? '' }))
        .sort((a, b) => a.id - b.id)
    },
    create: (body) => api.post(`${repo}/issues/${number}/comments`, { body }),
    async edit(id, body) {
      await api.send('PATCH', `${repo}/issues/comments/${id}`, { body })
    },
    remove: (id) => api.remove(`${repo}/issues/comments/${id}`),
  }
}

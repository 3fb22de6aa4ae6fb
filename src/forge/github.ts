import { AuthError } from '../model/errors.ts'
import { count, list, name, orNull, record, text } from '../model/shape.ts'
import { createApi, type Kind } from './api.ts'
import type { Door, Forge, History, Opening } from './forge.ts'

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

const self = record({ id: count })
const viewer = record({ data: record({ viewer: record({ databaseId: count }) }) })
const repository = record({ full_name: name })
const pullRequest = record({
  head: record({ sha: name, repo: orNull(repository) }),
  base: record({ repo: repository }),
})
const object = record({ parents: list(record({ sha: name })) })
const comments = list(record({ id: count, body: orNull(text), user: orNull(record({ id: count })) }))

const associated = list(
  record({
    number: count,
    merged_at: orNull(text),
    head: record({ sha: name }),
    base: record({ ref: name }),
    labels: list(record({ name: text })),
  }),
)

const owned = record({ default_branch: name })

const repoPath = (path: string): string => `/repos/${path.split('/').map(encodeURIComponent).join('/')}`

/** The repository, as far as it tells what was merged to a branch of it. */
export function gitHubHistory(door: Door): History {
  const api = createApi(door, kind)
  const repo = repoPath(door.repository)
  return {
    async branch() {
      return (await api.get(repo, owned)).default_branch
    },
    async merged(commit) {
      const all = await api.list(`${repo}/commits/${commit}/pulls`, associated)
      return all
        .filter(({ merged_at: merged }) => merged !== null)
        .map(({ number, head, base, labels }) => ({
          number,
          head: head.sha,
          target: base.ref,
          labels: labels.map((label) => label.name),
        }))
    },
  }
}

/** A pull request of GitHub, or of GitHub Enterprise. */
export function openGitHub(opening: Opening): Forge {
  const { repository: path, number } = opening
  const api = createApi(opening, kind)
  const repo = repoPath(path)

  /** An app's token, as that of GitHub Actions is, is shown no user by this API; the other one tells whose comments it makes. */
  async function own(): Promise<number> {
    try {
      return (await api.get('/user', self)).id
    } catch (error) {
      if (!(error instanceof AuthError && error.status === 403)) throw error
    }
    const queries = createApi({ ...opening, prefix: opening.prefix.replace(/\/v\d+$/, '') }, kind)
    const { data } = await queries.ask('/graphql', { query: '{viewer{databaseId}}' }, viewer)
    return data.viewer.databaseId
  }

  return {
    place: `${path}#${number}`,
    forkHints,
    async pull() {
      const { head, base } = await api.get(`${repo}/pulls/${number}`, pullRequest)
      return { head: head.sha, fork: head.repo?.full_name !== base.repo.full_name }
    },
    async parents(commit) {
      const found = await api.find(`${repo}/git/commits/${commit}`, object)
      return found?.parents.map(({ sha }) => sha) ?? []
    },
    async comments() {
      const me = await own()
      const all = await api.list(`${repo}/issues/${number}/comments`, comments)
      return all
        .filter(({ user }) => user?.id === me)
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

import { count, flag, list, name, orNull, record, text } from '../model/shape.ts'
import { createApi, type Kind } from './api.ts'
import type { Door, Forge, History, Opening } from './forge.ts'

const kind: Kind = {
  name: 'GitLab',
  headers: { accept: 'application/json' },
  tokenHints: [
    'set GITLAB_TOKEN to an access token of the project, of scope api; CI_JOB_TOKEN cannot comment',
  ],
  rightHints: ['the token needs the scope api, and its user at least the role Reporter in the project'],
}
const forkHints = [
  'a pipeline of a fork runs there, without the variables and tokens of this project',
  'a member runs it in this project: Run pipeline on the page of the merge request',
  'or show it in the log: quayctl comment PLAN --dry-run',
]

const self = record({ id: count })
const mergeRequest = record({ sha: text, source_project_id: orNull(count), target_project_id: count })
const object = record({ parent_ids: list(name) })
const notes = list(record({ id: count, body: text, system: flag, author: record({ id: count }) }))

const owned = record({ default_branch: name })
const associated = list(
  record({ iid: count, state: text, sha: text, target_branch: name, labels: list(text) }),
)

const projectPath = (repository: string): string => `/projects/${encodeURIComponent(repository)}`

/** The project, as far as it tells what was merged to a branch of it. */
export function gitLabHistory(door: Door): History {
  const api = createApi(door, kind)
  const project = projectPath(door.repository)
  return {
    async branch() {
      return (await api.get(project, owned)).default_branch
    },
    async merged(commit) {
      const all = await api.list(`${project}/repository/commits/${commit}/merge_requests`, associated)
      return all
        .filter(({ state }) => state === 'merged')
        .map(({ iid, sha, target_branch: target, labels }) => ({ number: iid, head: sha, target, labels }))
    },
  }
}

/** A merge request of GitLab, on gitlab.com or elsewhere. */
export function openGitLab(opening: Opening): Forge {
  const { repository, number } = opening
  const api = createApi(opening, kind)
  const project = projectPath(repository)
  const request = `${project}/merge_requests/${number}`

  return {
    place: `${repository}!${number}`,
    forkHints,
    async pull() {
      const {
        sha,
        source_project_id: source,
        target_project_id: target,
      } = await api.get(request, mergeRequest)
      return { head: sha, fork: source !== target }
    },
    async parents(commit) {
      return (await api.find(`${project}/repository/commits/${commit}`, object))?.parent_ids ?? []
    },
    async comments() {
      const me = await api.get('/user', self)
      const all = await api.list(`${request}/notes`, notes, 'sort=asc&order_by=created_at&')
      return all
        .filter(({ system, author }) => !system && author.id === me.id)
        .map(({ id, body }) => ({ id, body }))
        .sort((a, b) => a.id - b.id)
    },
    create: (body) => api.post(`${request}/notes`, { body }),
    async edit(id, body) {
      await api.send('PUT', `${request}/notes/${id}`, { body })
    },
    remove: (id) => api.remove(`${request}/notes/${id}`),
  }
}

import {
  type Call,
  type Fake,
  headOf,
  numbered,
  pageOf,
  type Reply,
  rowsOn,
  type State,
  serveFake,
  TOKEN,
  usual,
} from './fake.ts'

/** "REST API troubleshooting": status codes and bodies. */
const error = (status: number, message: unknown): Reply => ({ status, body: { message } })
const notFound = error(404, '404 Not found')

/** "User and IP rate limits", with the headers of its table "Response headers". */
export const limited = (after: number): Reply => ({
  status: 429,
  body: { message: { error: 'This endpoint has been requested too many times. Try again later.' } },
  headers: { 'retry-after': String(after), 'ratelimit-remaining': '0', 'ratelimit-limit': '300' },
})

/** GitLab, as far as its documents say ("Notes API", "Merge requests API", "Commits API", "Users API"): project 42, acme/quay, has merge request 7, and others where they are said. */
export function gitlab(prefix = '/api/v4', more: Partial<State> = {}): Promise<Fake> {
  const me = 'project_42_bot'
  const state: State = { ...usual(me, 1_000_000), ...more }
  let next = 300
  const idOf = numbered()

  const view = ({ id, body, author }: State['rows'][number]) => ({
    id,
    type: null,
    body,
    author: { id: idOf(author), username: author, name: author, state: 'active' },
    created_at: '2026-11-29T12:00:00.000Z',
    updated_at: '2026-11-29T12:00:00.000Z',
    system: author === 'system',
    noteable_id: 70,
    noteable_type: 'MergeRequest',
    project_id: 42,
    noteable_iid: 7,
    resolvable: false,
    confidential: false,
    internal: false,
  })

  /** "Pagination" of the REST API: 20 a page unless asked for others; `x-next-page` is empty on the last one. */
  function listed({ query }: Call, number: number): Reply {
    const all = rowsOn(state, number)
    const rows = query.get('sort') === 'asc' ? all : [...all].reverse()
    const { rows: some, page, size, last } = pageOf(rows, query, 20)
    const headers = {
      'x-page': String(page),
      'x-per-page': String(size),
      'x-next-page': page < last ? String(page + 1) : '',
      'x-total-pages': String(last),
    }
    return { status: 200, body: some.map(view), headers }
  }

  function answer(call: Call): Reply {
    const { method, path, headers, body } = call
    // "Authentication": access tokens as Bearer, too; CI_JOB_TOKEN for some routes only, which these are not.
    if (headers.authorization !== `Bearer ${TOKEN}`) return error(401, '401 Unauthorized')
    if (path === '/user') return { status: 200, body: { id: idOf(state.me), username: state.me } }
    const project = /^\/projects\/(42|acme%2Fquay)(\/|$)/.exec(path)?.[0]
    // A private project is not there for whom it does not know.
    if (state.right === 'none' || project === undefined) return error(404, '404 Project Not Found')
    const below = path.slice(project.length)
    // "Get a single project", and "Get a single commit".
    if (method === 'GET' && below === '')
      return { status: 200, body: { id: 42, default_branch: state.defaultBranch } }
    const object = /^repository\/commits\/([0-9a-f]{40})$/.exec(below)?.[1]
    const parents = state.parents.get(object ?? '')
    if (method === 'GET' && parents) return { status: 200, body: { id: object, parent_ids: parents } }
    // "List merge requests associated with a commit".
    const commit = /^repository\/commits\/([0-9a-f]{40})\/merge_requests$/.exec(below)?.[1]
    if (method === 'GET' && commit !== undefined)
      return {
        status: 200,
        body: (state.brought.get(commit) ?? []).map(({ number, head, merged, labels, target = 'main' }) => ({
          iid: number,
          target_branch: target,
          state: merged ? 'merged' : 'opened',
          sha: head,
          labels,
        })),
      }
    const [start = '', iid = ''] = /^merge_requests\/(\d+)/.exec(below) ?? []
    const number = Number(iid)
    const sha = headOf(state, number)
    if (sha === undefined) return notFound
    const rest = below.slice(start.length)
    if (method === 'GET' && rest === '') {
      const source = state.fork ? 99 : 42
      return {
        status: 200,
        body: { id: 70, iid: number, project_id: 42, sha, source_project_id: source, target_project_id: 42 },
      }
    }
    if (method === 'GET' && rest === '/notes') return listed(call, number)
    const row = state.rows.find(({ id }) => `/notes/${id}` === rest)
    if (!(method === 'POST' && rest === '/notes') && !row) return notFound
    if (state.right === 'read') return error(403, '403 Forbidden')
    if (method === 'DELETE' && row) {
      state.rows.splice(state.rows.indexOf(row), 1)
      return { status: 204 }
    }
    if (String(body.body).length > state.limit)
      return error(400, '400 Bad request - Note {:note=>["is too long (maximum is 1000000 characters)"]}')
    if (method === 'PUT' && row) {
      row.body = String(body.body)
      return { status: 200, body: view(row) }
    }
    if (method !== 'POST') return { status: 405, body: { error: '405 Not Allowed' } }
    next += 1
    const created = { id: next, body: String(body.body), author: state.me, on: number }
    state.rows.push(created)
    return { status: 201, body: view(created) }
  }

  return serveFake(prefix, state, answer)
}

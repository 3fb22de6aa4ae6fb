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

const DOCS = 'https://docs.github.com/rest'

/** The bodies of errors: "Troubleshooting the REST API". */
const error = (status: number, message: string, more: object = {}): Reply => ({
  status,
  body: { message, ...more, documentation_url: DOCS, status: String(status) },
})

/** "Resource not accessible", in the same document; the header names the permissions that would do. */
const forbidden = (rights: string): Reply => ({
  ...error(403, 'Resource not accessible by integration'),
  headers: { 'x-accepted-github-permissions': rights },
})

/** "404 Not Found for an existing resource": what a token may not see is not there. */
const notFound = error(404, 'Not Found')

/** GitHub, as far as its documents say ("REST API endpoints for issue comments", "... for pull requests", "... for commits", "... for users"): acme/quay has pull request 7, and others where they are said. */
export function github(prefix = '', more: Partial<State> = {}): Promise<Fake> {
  // The token of GitHub Actions is an app's: comments by it are of github-actions[bot], a Bot.
  const me = 'github-actions[bot]'
  const state: State = { ...usual(me, 65_536), ...more }
  let next = 1000
  const idOf = numbered()

  const view = ({ id, body, author }: State['rows'][number], api: string) => ({
    id,
    node_id: `IC_${id}`,
    url: `${api}/repos/acme/quay/issues/comments/${id}`,
    html_url: `https://github.com/acme/quay/pull/7#issuecomment-${id}`,
    body,
    user: { login: author, id: idOf(author), type: author.endsWith('[bot]') ? 'Bot' : 'User' },
    created_at: '2026-11-29T12:00:00Z',
    updated_at: '2026-11-29T12:00:00Z',
    author_association: 'NONE',
  })

  /** "Validation Failed", as issue comments answer it. */
  const tooLong: Reply = error(422, 'Validation Failed', {
    errors: [
      {
        resource: 'IssueComment',
        code: 'unprocessable',
        field: 'data',
        message: 'Body is too long (maximum is 65536 characters)',
      },
    ],
  })

  /** "Using pagination in the REST API": Link, and none where all is on one page; 30 a page unless asked for others. */
  function listed({ query }: Call, api: string, number: number): Reply {
    const { rows, page, size, last } = pageOf(rowsOn(state, number), query, 30)
    const to = (at: number, rel: string) =>
      `<${api}/repositories/1300192/issues/${number}/comments?per_page=${size}&page=${at}>; rel="${rel}"`
    const links = [
      ...(page > 1 ? [to(page - 1, 'prev')] : []),
      ...(page < last ? [to(page + 1, 'next'), to(last, 'last')] : []),
      ...(page > 1 ? [to(1, 'first')] : []),
    ]
    const body = rows.map((row) => view(row, api))
    return { status: 200, body, headers: links.length > 0 ? { link: links.join(', ') } : {} }
  }

  function answer(call: Call, api: string): Reply {
    const { method, path, headers, body } = call
    // "User agent required", and "Authenticating to the REST API".
    if (!headers['user-agent']) return error(403, 'Request forbidden by administrative rules.')
    if (headers.authorization !== `Bearer ${TOKEN}`) return error(401, 'Bad credentials')
    if (path === '/user') {
      // "Get the authenticated user" takes tokens of users only.
      return state.me.endsWith('[bot]')
        ? forbidden('')
        : { status: 200, body: { login: state.me, id: idOf(state.me), type: 'User' } }
    }
    // "Forming calls with GraphQL"; an app's token is answered, too, and databaseId is the id of the REST API.
    if (method === 'QUERY' && body.query === '{viewer{databaseId}}')
      return { status: 200, body: { data: { viewer: { databaseId: idOf(state.me) } } } }
    if (state.right === 'none' || !/^\/repos\/acme\/quay(\/|$)/.test(path)) return notFound
    // "Get a repository".
    if (method === 'GET' && path === '/repos/acme/quay')
      return { status: 200, body: { full_name: 'acme/quay', default_branch: state.defaultBranch } }
    // "Get a commit object".
    const object = /^\/repos\/acme\/quay\/git\/commits\/([0-9a-f]{40})$/.exec(path)?.[1]
    const parents = state.parents.get(object ?? '')
    if (method === 'GET' && parents)
      return { status: 200, body: { sha: object, parents: parents.map((sha) => ({ sha })) } }
    const one = /^\/repos\/acme\/quay\/issues\/comments\/(\d+)$/.exec(path)?.[1]
    const row = state.rows.find(({ id }) => id === Number(one))
    // "List pull requests associated with a commit": merged ones have a time at which they were.
    const commit = /^\/repos\/acme\/quay\/commits\/([0-9a-f]{40})\/pulls$/.exec(path)?.[1]
    if (method === 'GET' && commit !== undefined)
      return {
        status: 200,
        body: (state.brought.get(commit) ?? []).map(({ number, head, merged, labels, target = 'main' }) => ({
          number,
          state: merged ? 'closed' : 'open',
          merged_at: merged ? '2026-11-29T12:00:00Z' : null,
          head: { sha: head },
          base: { ref: target },
          labels: labels.map((name, id) => ({ id, name })),
        })),
      }
    const number = Number(
      /^\/repos\/acme\/quay\/(?:pulls|issues)\/(\d+)(?:\/comments)?$/.exec(path)?.[1] ?? 7,
    )
    const sha = headOf(state, number)
    if (sha === undefined) return notFound
    if (method === 'GET' && path === `/repos/acme/quay/pulls/${number}`) {
      const repo = { full_name: state.fork ? 'mallory/quay' : 'acme/quay', fork: state.fork }
      const base = { sha: '0'.repeat(40), ref: 'main', repo: { full_name: 'acme/quay', fork: false } }
      return {
        status: 200,
        body: { number, state: 'open', head: { sha, ref: 'x', repo }, base },
      }
    }
    const isList = path === `/repos/acme/quay/issues/${number}/comments`
    if (method === 'GET' && isList) return listed(call, api, number)
    if (!(isList && method === 'POST') && !row) return notFound
    if (state.right === 'read') return forbidden('issues=write; pull_requests=write')
    if (method === 'DELETE' && row) {
      state.rows.splice(state.rows.indexOf(row), 1)
      return { status: 204 }
    }
    if (String(body.body).length > state.limit) return tooLong
    if (method === 'PATCH' && row) {
      row.body = String(body.body)
      return { status: 200, body: view(row, api) }
    }
    if (method !== 'POST') return notFound
    next += 1
    const created = { id: next, body: String(body.body), author: state.me, on: number }
    state.rows.push(created)
    return { status: 201, body: view(created, api) }
  }

  return serveFake(prefix, state, answer)
}

/** "Rate limits for the REST API", primary: 403, nothing remains, and when there is more again, in seconds since 1970. */
export const primaryLimit = (reset: number): Reply => ({
  ...error(403, 'API rate limit exceeded for installation ID 1.'),
  headers: { 'x-ratelimit-limit': '1000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(reset) },
})

/** The same document, secondary: 403 or 429, by its message, with `retry-after` or without. */
export const secondaryLimit = (status: number, after?: number): Reply => ({
  ...error(
    status,
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
  ),
  headers: {
    'x-ratelimit-remaining': '4987',
    ...(after === undefined ? {} : { 'retry-after': String(after) }),
  },
})

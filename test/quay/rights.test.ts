import { expect, test } from 'vitest'
import type { Reader } from '../../src/model/api.ts'
import { ApiError, AuthError, UnavailableError } from '../../src/model/errors.ts'
import { hasScope, type TokenScope } from '../../src/model/scopes.ts'
import type { Shape } from '../../src/model/shape.ts'
import { rightFor } from '../../src/quay/rights.ts'
import { server } from '../engine/pure.ts'

test.each([
  ['GET', '/user/robots', 'the token must have the scope user:admin'],
  ['POST', '/organization/', 'the token must have the scope user:admin'],
  ['POST', '/superuser/users/', 'the token must have the scope super:user, and its user must be a superuser'],
  ['POST', '/messages', 'the token must have the scope super:user, and its user must be a superuser'],
  [
    'PUT',
    '/organization/acme/quota/1',
    'the token must have the scope super:user, and its user must be a superuser',
  ],
  [
    'GET',
    '/organization/acme/robots?token=false',
    'the token must have the scope org:admin, and its user must be on a team of role admin in acme',
  ],
  [
    'POST',
    '/repository',
    'the token must have the scope repo:create, and its user must be allowed to create there',
  ],
  [
    'GET',
    '/repository/acme/a/b?includeTags=false',
    'the token must have the scope repo:read, and its user needs the role read on acme/a/b',
  ],
  [
    'PUT',
    '/repository/acme/api',
    'the token must have the scope repo:write, and its user needs the role write on acme/api',
  ],
  [
    'DELETE',
    '/repository/acme/api',
    'the token must have the scope repo:admin, and its user needs the role admin on acme/api',
  ],
  [
    'GET',
    '/repository/acme/a/b/permissions/user/',
    'the token must have the scope repo:admin, and its user needs the role admin on acme/a/b',
  ],
  [
    'POST',
    '/repository/acme/api/changevisibility',
    'the token must have the scope repo:admin, and its user needs the role admin on acme/api',
  ],
  ['GET', '/discovery', null],
])('%s %s', (method, path, words) => {
  expect(rightFor(method, path)).toBe(words)
})

const failed = (status: number) => ({
  method: 'GET',
  path: '/x',
  status,
  errorType: '',
  said: '',
  effect: 'none' as const,
  says: () => false,
})
const forbidden = new AuthError('QC7403', 'forbidden', [], failed(403))
const absent = new ApiError('QC7400', 'absent', [], failed(404))
const invalid = new ApiError('QC7400', 'invalid', [], failed(400))
const down = new UnavailableError('QC7600', 'down', [], failed(502))

/** Answers by the end of a path; all else is refused. */
function reader(answers: Readonly<Record<string, unknown>>): Reader {
  const find = async <T>(path: string, _: Shape<T>): Promise<T | null> => {
    const answer = Object.entries(answers).find(([end]) => path.endsWith(end))?.[1] ?? forbidden
    if (answer instanceof Error) throw answer
    return answer as T
  }
  const reader: Reader = {
    find,
    get: async () => Promise.reject(down),
    list: async () => Promise.reject(down),
    pages: async function* () {},
    because: () => reader,
  }
  return reader
}

const permissions = '/permissions/user/'
const view = '?includeTags=false'
const plain = { ...server, superuser: null }

test.each<[TokenScope, string, typeof server, Readonly<Record<string, unknown>>, boolean]>([
  ['org:admin', 'nobody is asked for where nobody is known', { ...server, user: null }, {}, true],
  ['user:admin', 'the server has told who it is', server, {}, true],
  ['user:admin', 'the server has told nothing', plain, {}, false],
  ['super:user', 'known', server, {}, true],
  ['super:user', 'asked for', plain, { '/superuser/users/admin': {} }, true],
  ['super:user', 'refused', plain, {}, false],
  ['org:admin', 'there is no such organization, it says', server, { '/prototypes': invalid }, true],
  ['org:admin', 'refused', server, {}, false],
  ['repo:create', 'it tells', server, { '&limit=1': {} }, true],
  ['repo:admin', 'there is no such repository, it says', server, { [permissions]: absent }, true],
  ['repo:admin', 'refused', server, {}, false],
  ['repo:read', 'it may even administer', server, { [permissions]: {} }, true],
  ['repo:read', 'it may only look', server, { [view]: {} }, true],
  ['repo:read', 'refused', server, {}, false],
  ['repo:write', 'it may even administer', server, { [permissions]: {} }, true],
  ['repo:write', 'the view says so', server, { [view]: { can_write: true } }, true],
  ['repo:write', 'the view does not say so', server, { [view]: { can_write: false } }, false],
  ['repo:write', 'refused', server, {}, false],
])('has a token the scope %s: %s', async (scope, _, of, answers, has) => {
  const near = { namespace: 'admin', repository: 'none' }
  expect(await hasScope(scope, near, reader(answers), of)).toBe(has)
})

test('a server that is down tells nothing of scopes', async () => {
  const near = { namespace: 'admin', repository: 'none' }
  await expect(hasScope('org:admin', near, reader({ '/prototypes': down }), server)).rejects.toBe(down)
})

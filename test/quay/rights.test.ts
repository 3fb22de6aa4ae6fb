import { expect, test } from 'vitest'
import { rightFor } from '../../src/quay/rights.ts'

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

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { accountsModules } from '../../src/emulator/accounts.ts'
import { documented, isNested } from '../../src/quay/documented.ts'
import { routes } from '../../src/quay/routes.ts'
import { modules } from '../../src/resources/registry.ts'
import { root } from '../commands/run.ts'

const calls = Object.entries(routes).flatMap(([path, methods]) =>
  methods.split(' ').map((method) => `${method} ${path}`),
)
/** With what names are called left out. */
const nameless = (call: string): string => call.replace('{ns}/{repo*}', '{}').replaceAll(/\{\w+\}/g, '{}')
const known = new Set(calls.map(nameless))

describe('the table of calls', () => {
  test('has every route of the sandbox', async () => {
    const emulated = await Promise.all(modules.map(async (module) => (await module.emulator()).emulator))
    const served = [...accountsModules, ...emulated].flatMap((module) =>
      module.routes.filter(({ root }) => !root),
    )
    expect(served.length).toBeGreaterThan(200)
    expect(served.map(({ operation }) => nameless(operation)).filter((call) => !known.has(call))).toEqual([])
  })

  const digest = join(root, '..', 'shared', 'quay-api', 'discovery-digest.json')
  test.skipIf(!existsSync(digest))('has every call that a real server has said it has', () => {
    const { paths } = JSON.parse(readFileSync(digest, 'utf8')) as {
      paths: Readonly<Record<string, Readonly<Record<string, object>>>>
    }
    const told = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace('/api/v1', '')}`),
    )
    expect(told.length).toBeGreaterThan(200)
    expect(told.map(nameless).filter((call) => !known.has(call))).toEqual([])
  })

  test('each of its calls is found, with names in it', () => {
    for (const call of calls) {
      const [method = '', path = ''] = call
        .replace('{repository}', 'acme/shop/api')
        .replaceAll(/\{\w+\}/g, 'x')
        .split(' ')
      expect(documented(method, path), call).toMatchObject({ kind: 'call', path })
    }
  })
})

describe('a call', () => {
  test.each([
    ['POST', '/organization', '/organization/'],
    ['GET', '/organization/acme/', '/organization/acme'],
    ['POST', '/repository/', '/repository'],
    ['DELETE', '/repository/acme/api/', '/repository/acme/api'],
    ['GET', '/repository/acme/api/tag', '/repository/acme/api/tag/'],
    ['POST', '/repository/acme/shop/api/build', '/repository/acme/shop/api/build/'],
  ])("%s %s is Quay's %s", (method, path, theirs) => {
    expect(documented(method, path)).toMatchObject({ kind: 'call', path: theirs })
  })

  test.each([
    // Names that are words of routes, where they stand for themselves.
    ['DELETE', '/repository/acme/mirror'],
    ['DELETE', '/repository/mirror/tag'],
    ['DELETE', '/repository/acme/shop/api'],
    ['GET', '/repository/acme/tag/tag/'],
    ['PUT', '/repository/acme/mirror/mirror'],
    ['DELETE', '/repository/acme/api/permissions/user/acme+ci'],
    ['DELETE', '/organization/acme/robots/mirror'],
  ])('%s %s is one', (method, path) => {
    expect(documented(method, path)).toMatchObject({ kind: 'call', path })
  })

  test.each([
    ['DELETE', '/repository/acme/api/mirror', '/repository/{repository}/mirror'],
    ['DELETE', '/repository/acme/api/mirror/', '/repository/{repository}/mirror'],
    ['DELETE', '/repository/acme/api%2Fmirror', '/repository/{repository}/mirror'],
    ['DELETE', '/repository/acme/api/%6Dirror', '/repository/{repository}/mirror'],
    ['PUT', '/repository/acme/api/notification/7', '/repository/{repository}/notification/{uuid}'],
    ['DELETE', '/repository/acme/api/tag', '/repository/{repository}/tag/'],
    ['PUT', '/repository/acme/api/changevisibility', '/repository/{repository}/changevisibility'],
    ['DELETE', '/organization/acme/robots', '/organization/{orgname}/robots'],
  ])('%s %s is none: that path has other methods', (method, path, template) => {
    expect(documented(method, path)).toMatchObject({ kind: 'method', template })
  })

  test.each([
    ['DELETE', '/repository/acme/api/tag/latest/restor', 'acme/api/tag/latest/restor', 'tag'],
    ['PUT', '/repository/acme/api/mirror/rules', 'acme/api/mirror/rules', 'mirror'],
    ['DELETE', '/repository/acme/api/permissions/acme+ci', 'acme/api/permissions/acme+ci', 'permissions'],
    ['DELETE', '/repository/acme/api%2Ftag%2Fx/y', 'acme/api/tag/x/y', 'tag'],
  ])('%s %s would be a repository', (method, path, repository, word) => {
    expect(documented(method, path)).toEqual({ kind: 'below', repository, word })
  })

  test.each([
    ['POST', '/organization/acme/foo'],
    ['DELETE', '/organization'],
    ['PUT', '/repository/acme//api'],
    ['DELETE', '/repository/%E0%A4%A'],
    ['POST', '/superuser/shutdown'],
    ['GET', '/'],
  ])('%s %s is unknown', (method, path) => {
    expect(documented(method, path).kind).not.toBe('call')
  })

  test.each([
    ['DELETE', '/repository/acme/api/tags/latest', '/repository/{repository}', 'acme/api/tags/latest', true],
    ['DELETE', '/repository/acme/api%2Fx', '/repository/{repository}', 'acme/api/x', true],
    ['PUT', '/repository/acme/shop/api/mirror', '/repository/{repository}/mirror', 'acme/shop/api', false],
  ])('%s %s is of a repository', (method, path, template, repository, nested) => {
    const below = { template, repository }
    expect(documented(method, path)).toMatchObject({ kind: 'call', below })
    expect(isNested(below)).toBe(nested)
  })

  test.each([
    ['POST', '/organization/'],
    ['POST', '/repository'],
    ['DELETE', '/repository/acme/api'],
  ])('%s %s is not below one', (method, path) => {
    expect(documented(method, path)).toEqual({ kind: 'call', path, below: null })
  })
})

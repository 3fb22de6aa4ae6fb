import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import {
  type Login,
  type LoginFormat,
  loginFormats,
  loginText,
  loginUse,
  nameFor,
} from '../src/render/logins.ts'
import { execute, folder, root } from './commands/run.ts'

const TOKEN = 'V6Y1QZ0K4M'
const login: Login = {
  address: 'robot.acme+ci',
  registry: 'quay.example.com:8443',
  username: 'acme+ci',
  token: TOKEN,
}
const text = (format: LoginFormat, one: Login = login, secret = {}) => loginText(format, [one], secret) ?? ''
const auth = (one: Login) => Buffer.from(`${one.username}:${one.token}`).toString('base64')
const ajv = new Ajv({ strict: false, allErrors: true })

/** What docker, podman and helm read of such a file (config.json, containers-auth.json(5)): an entry a host, its `auth` base64 of `user:password`. */
const registriesFile = ajv.compile({
  type: 'object',
  additionalProperties: false,
  required: ['auths'],
  properties: {
    auths: {
      type: 'object',
      minProperties: 1,
      propertyNames: { pattern: '^[a-z0-9.:[\\]-]+$' },
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['auth'],
        properties: { auth: { type: 'string', pattern: '^[A-Za-z0-9+/]+={0,2}$' } },
      },
    },
  },
})
/** A Secret of that type, by the API of Kubernetes. */
const secret = ajv.compile({
  type: 'object',
  additionalProperties: false,
  required: ['apiVersion', 'kind', 'metadata', 'type', 'data'],
  properties: {
    apiVersion: { const: 'v1' },
    kind: { const: 'Secret' },
    metadata: {
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      properties: {
        name: { type: 'string', maxLength: 253, pattern: '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$' },
        namespace: { type: 'string', maxLength: 63, pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?$' },
      },
    },
    type: { const: 'kubernetes.io/dockerconfigjson' },
    data: {
      type: 'object',
      additionalProperties: false,
      required: ['.dockerconfigjson'],
      properties: { '.dockerconfigjson': { type: 'string', pattern: '^[A-Za-z0-9+/]+={0,2}$' } },
    },
  },
})
const published = ajv.compile(JSON.parse(readFileSync(join(root, 'schemas/credentials.schema.json'), 'utf8')))

const valid = (schema: ReturnType<typeof ajv.compile>, value: unknown) => {
  schema(value)
  expect(schema.errors ?? []).toEqual([])
}

test.each(['docker-config', 'podman', 'helm'] as const)('%s is a file of registries', (format) => {
  const file = JSON.parse(text(format))
  valid(registriesFile, file)
  expect(file).toEqual({ auths: { 'quay.example.com:8443': { auth: auth(login) } } })
})

describe('kubernetes', () => {
  test.each([
    [{}, { name: 'acme-ci-pull-secret' }],
    [
      { name: 'pull', namespace: 'shop' },
      { name: 'pull', namespace: 'shop' },
    ],
    [
      { name: '123', namespace: '1e5' },
      { name: '123', namespace: '1e5' },
    ],
    [
      { name: 'null', namespace: 'true' },
      { name: 'null', namespace: 'true' },
    ],
  ])('%j is a Secret of %j', (names, metadata) => {
    const manifest = parse(text('kubernetes', login, names))
    valid(secret, manifest)
    expect(manifest.metadata).toEqual(metadata)
    const file = JSON.parse(Buffer.from(manifest.data['.dockerconfigjson'], 'base64').toString())
    valid(registriesFile, file)
    expect(file.auths[login.registry].auth).toBe(auth(login))
  })

  test.each(['acme+ci', 'a_b+c.d-e_f', 'user+ab'])('the name for %s is one that it takes', (username) => {
    valid(secret, parse(text('kubernetes', { ...login, username })))
    expect(nameFor({ ...login, username })).toMatch(/-pull-secret$/)
  })

  const kubectl = (() => {
    try {
      execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })()
  test.skipIf(!kubectl)('kubectl reads it, where there is one', async () => {
    const cwd = folder({ 'secret.yaml': text('kubernetes', login, { namespace: 'shop' }) })
    const args = ['label', '--local', '-f', 'secret.yaml', 'a=b', '-o', 'json']
    const { code, stdout } = await execute('kubectl', args, { cwd })
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { kind: 'Secret', metadata: { name: 'acme-ci-pull-secret', namespace: 'shop' } },
    ])
  })
})

test('json holds any number, by address, as the published schema says', () => {
  const other = { ...login, address: 'robot.acme+sync', username: 'acme+sync' }
  const file = JSON.parse(loginText('json', [login, other], {}) ?? '')
  valid(published, file)
  const { registry, username, token } = login
  expect(file['robot.acme+ci']).toEqual({ registry, username, token })
  expect(Object.keys(file)).toEqual(['robot.acme+ci', 'robot.acme+sync'])
})

test('nothing to do is said of json only; a path is quoted for a shell', () => {
  expect(loginUse('json', 'a.json', login, {})).toBe('')
  expect(loginUse('docker-login', "it's here.sh", login, {})).toBe("sh 'it'\\''s here.sh'")
  for (const format of loginFormats)
    if (format !== 'json') expect(loginUse(format, 'a', login, {})).not.toBe('')
})

/** All that may stand in a token or a name that a client can send. */
const printable = (from: number, except = '') =>
  fc
    .string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      minLength: 1,
    })
    .filter((value) => value.length >= from && !Array.from(except).some((char) => value.includes(char)))
const hostile = fc.record({
  address: fc.constant('robot.acme+ci'),
  registry: fc.constantFrom('quay.example.com', '127.0.0.1:8080', '[::1]:8080'),
  username: fc.oneof(
    printable(1, ':'),
    fc.constantFrom('$(id)', "'", '`id`', '-u', '--', '"$HOME"', '!!', '\\'),
  ),
  token: fc.oneof(
    printable(1),
    fc.constantFrom('TOKEN', 'END', '$HOME', '`id`', "'", '\\', '$(id)', 'EOF', '~', '*', '#'),
  ),
})

describe('whatever stands in a name or a token', () => {
  /** A docker that writes down its arguments and its standard input, one run after another. */
  const docker = `#!/bin/sh
{ for argument; do printf '%s\\0' "$argument"; done; printf '\\n\\0'; cat; printf '\\0\\0'; } >>"$OUT"
`
  test('docker-login hands docker just this, the token on standard input only', async () => {
    const logins = fc.sample(hostile, { numRuns: 300, seed: 7 })
    const cwd = folder()
    writeFileSync(join(cwd, 'docker'), docker, { mode: 0o755 })
    writeFileSync(join(cwd, 'all.sh'), logins.map((one) => text('docker-login', one)).join(''))
    const env = { PATH: `${cwd}:${process.env.PATH}`, OUT: join(cwd, 'out') }
    const { code, stderr } = await execute('sh', ['all.sh'], { cwd, env })
    expect([code, stderr]).toEqual([0, ''])
    const runs = readFileSync(join(cwd, 'out'), 'utf8').split('\0\0').slice(0, -1)
    expect(runs.map((run) => run.split('\0\n\0'))).toEqual(
      logins.map(({ registry, username, token }) => [
        ['login', '--username', username, '--password-stdin', registry].join('\0'),
        `${token}\n`,
      ]),
    )
  })

  test('env is read alike by a shell and by docker, or not written at all', async () => {
    const some = fc.sample(hostile, { numRuns: 300, seed: 8 })
    const made = [...some, login].flatMap((one) => {
      const lines = loginText('env', [one], {})
      return lines === null ? [] : [{ one, lines }]
    })
    expect(made.length).toBeGreaterThan(10)
    const script = `printf '%s\\n' "$QUAY_ROBOT_REGISTRY" "$QUAY_ROBOT_USERNAME" "$QUAY_ROBOT_TOKEN"\n`
    const cwd = folder({ 'all.sh': made.map(({ lines }) => lines + script).join('') })
    const { stdout, stderr } = await execute('sh', ['all.sh'], { cwd })
    const expected = made.map(({ one }) => `${one.registry}\n${one.username}\n${one.token}\n`).join('')
    expect([stdout, stderr]).toEqual([expected, ''])
    // Docker takes what follows the first = as it stands.
    for (const { one, lines } of made) {
      const pairs = lines
        .trimEnd()
        .split('\n')
        .map((line) => line.split(/=(.*)/s).slice(0, 2))
      expect(Object.fromEntries(pairs)).toEqual({
        QUAY_ROBOT_REGISTRY: one.registry,
        QUAY_ROBOT_USERNAME: one.username,
        QUAY_ROBOT_TOKEN: one.token,
      })
    }
  })

  test('files hold it', () => {
    fc.assert(
      fc.property(hostile, (one) => {
        const file = JSON.parse(text('docker-config', one))
        valid(registriesFile, file)
        const [user = '', ...rest] = Buffer.from(file.auths[one.registry].auth, 'base64')
          .toString()
          .split(':')
        expect([user, rest.join(':')]).toEqual([one.username, one.token])
        valid(published, JSON.parse(text('json', one)))
      }),
    )
  })
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { beforeAll, describe, expect, test } from 'vitest'
import { execute, folder, type Quay, quay, quayctl, root, site, unwrapped, writes } from './run.ts'

let server: Quay
beforeAll(async () => {
  server = await quay()
  await server.call('POST', '/organization/', { name: 'acme', email: 'quay@acme.example' })
  await server.call('PUT', '/organization/acme/robots/ci', {})
  await server.call('POST', '/repository', {
    namespace: 'acme',
    repository: 'api',
    visibility: 'private',
    description: '',
  })
})

const api = (args: readonly string[], options: Parameters<typeof quayctl>[1] = {}) =>
  quayctl(['api', ...args], { cwd: folder(), env: server.env, ...options })

describe('an answer', () => {
  test('is printed as it came', async () => {
    const { code, stdout, stderr } = await api(['GET', '/organization/acme'])
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^\{"name":"acme".*\}\n$/)
    expect(JSON.parse(stdout)).toEqual(await server.call('GET', '/organization/acme'))
  })

  test.each([
    'organization/acme',
    '/api/v1/organization/acme',
    'api/v1/organization/acme',
    '/organization/acme/',
  ])('of %s is the same', async (path) => {
    expect(await api(['get', path])).toEqual(await api(['GET', '/organization/acme']))
  })

  test('of a whole URL is the same, where that is the server', async () => {
    const path = '/api/v1/organization/acme'
    expect(await api(['GET', `${server.url}${path}`])).toEqual(await api(['GET', path]))
  })

  test('takes one request', async () => {
    const before = server.seen.length
    await api(['GET', '/organization/acme'])
    expect(server.seen.slice(before).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/v1/organization/acme',
    ])
  })

  test('that is empty prints nothing', async () => {
    await api(['PUT', '/organization/acme/robots/gone'])
    expect(await api(['DELETE', '/organization/acme/robots/gone'])).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    })
  })

  test('holds what was asked for, and never the token of the run', async () => {
    const token = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCD'
    const url = await site((request, response) => {
      response.end(JSON.stringify({ said: request.headers.authorization, token: 'ROBOTTOKEN' }))
    })
    const trace = join(folder(), 'trace.har')
    const env = { QUAY_URL: url, QUAY_TOKEN: token }
    const { stdout, stderr } = await api(['GET', '/user/', '--verbose', '--trace', trace], { env })
    expect(JSON.parse(stdout)).toEqual({ said: 'Bearer ***', token: 'ROBOTTOKEN' })
    for (const text of [stderr, readFileSync(trace, 'utf8')]) {
      expect(text).not.toContain(token)
      expect(text).not.toContain('ROBOTTOKEN')
    }
  })

  test('in JSON has its status, and is as the schema says', async () => {
    const schema = JSON.parse(readFileSync(join(root, 'schemas', 'api.schema.json'), 'utf8'))
    const isValid = new Ajv().compile(schema)
    const made = await api(['PUT', '/organization/acme/robots/json', '--json'])
    const gone = await api(['DELETE', '/organization/acme/robots/json', '--json'])
    for (const { stdout } of [made, gone])
      expect([isValid(JSON.parse(stdout)), isValid.errors]).toEqual([true, null])
    const envelope = { format_version: '1.0', kind: 'quayctl.api', path: '/organization/acme/robots/json' }
    expect(JSON.parse(made.stdout)).toMatchObject({
      ...envelope,
      method: 'PUT',
      status: 201,
      body: { name: 'acme+json' },
    })
    expect(JSON.parse(gone.stdout)).toEqual({ ...envelope, method: 'DELETE', status: 204 })
  })
})

describe('which Quay', () => {
  const files = (url: string) => ({
    'quayctl.yaml': `apiVersion: quayctl/v1\nkind: Registry\nurl: ${url}\ninclude: [broken.yaml]\n`,
    'broken.yaml': 'apiVersion: quayctl/v1\n- [',
  })
  const { env } = { env: { QUAY_TOKEN: 'TESTTOKEN' } }

  test('says the Registry document; no other file counts', async () => {
    const { code, stderr } = await api(['GET', '/user/'], { cwd: folder(files(server.url)), env })
    expect([code, stderr]).toEqual([0, ''])
  })

  test('says --registry', async () => {
    const cwd = folder({
      ...files('https://other.example'),
      'registries/here.yaml': `apiVersion: quayctl/v1\nkind: Registry\nurl: ${server.url}\n`,
    })
    expect(await api(['GET', '/user/', '--registry', 'here'], { cwd, env })).toMatchObject({
      code: 0,
      stderr: '',
    })
  })

  test.each([
    [
      'a Registry document that is broken',
      { 'quayctl.yaml': 'apiVersion: quayctl/v1\nkind: Registry\nurl: [\n' },
      'QC1001 quayctl.yaml:4:1: a [ before this is not closed',
    ],
    ['none', {}, 'QC3108 no server is named'],
  ])('with %s is an error', async (_, written, says) => {
    const { code, stdout, stderr } = await api(['GET', '/user/'], { cwd: folder(written), env })
    expect([code, stdout]).toEqual([3, ''])
    expect(unwrapped(stderr)).toContain(`error ${says}`)
  })

  test('is that of --url, whatever the files say', async () => {
    const cwd = folder({ 'quayctl.yaml': 'apiVersion: quayctl/v1\nkind: Registry\nurl: [\n' })
    expect(await api(['GET', '/user/', '--url', server.url], { cwd, env })).toMatchObject({
      code: 0,
      stderr: '',
    })
  })
})

describe('what is sent', () => {
  test('fields are the body, and of GET the query', async () => {
    await api(['PUT', '/organization/acme', '-F', 'tag_expiration_s=86400', '-F', 'invoice_email=true'])
    expect(await server.call('GET', '/organization/acme')).toMatchObject({
      tag_expiration_s: 86400,
      invoice_email: true,
    })
    await api(['GET', '/repository', '-F', 'namespace=acme', '--raw-field', 'public=true'])
    expect(server.seen.at(-1)).toMatchObject({
      path: '/api/v1/repository',
      query: 'namespace=acme&public=true',
    })
  })

  test('a body from a file, with fields as the query', async () => {
    const cwd = folder({ 'body.json': '{"callback_email": "audit@example.com"}' })
    const args = [
      'POST',
      '/organization/acme/exportlogs',
      '--input',
      'body.json',
      '-F',
      'starttime=11/01/2026',
    ]
    expect(await api(args, { cwd })).toMatchObject({ code: 0, stderr: '' })
    expect(server.seen.at(-1)).toMatchObject({ query: 'starttime=11%2F01%2F2026' })
  })

  test('a body from standard input', async () => {
    const input = '{"name": "globex", "email": "quay@globex.example"}'
    const { code, stdout } = await api(['POST', '/organization/', '--input', '-'], { input })
    expect([code, stdout]).toEqual([0, '"Created"\n'])
  })

  test('a body is the text that it was, and an answer has the numbers that it had', async () => {
    const body = '{ "a": 9007199254740993, "b": 1.10, "c": 1e2 }'
    let seen = ''
    const url = await site(async (request, response) => {
      for await (const chunk of request) seen += chunk
      response.end('{"list": [{"n": 9007199254740993, "t": "9007199254740993 \\" 1.10", "d": -1.10}]}')
    })
    const env = { QUAY_URL: url, QUAY_TOKEN: 'TESTTOKEN' }
    const post = ['POST', '/messages', '--input', '-', '--json']
    const { stdout } = await api(post, { env, input: body })
    expect(seen).toBe(body)
    expect(stdout).toContain('"n": 9007199254740993,\n')
    expect(stdout).toContain('"t": "9007199254740993 \\" 1.10",\n')
    expect((await api(['GET', '/messages', '--paginate'], { env })).stdout).toBe(
      '{"n":9007199254740993,"t":"9007199254740993 \\" 1.10","d":-1.10}\n',
    )
  })

  test('a secret from a file, without the line break at its end, which is told nowhere', async () => {
    const cwd = folder({ password: 'hunter22hunter22\n' })
    await server.call('POST', '/superuser/users/', { username: 'someone', email: 'someone@example.com' })
    const args = [
      'PUT',
      '/superuser/users/someone',
      '-F',
      'password=@password',
      '--trace',
      'trace.har',
      '--verbose',
    ]
    const { code, stdout, stderr } = await api(args, { cwd })
    expect(code).toBe(0)
    for (const text of [stdout, stderr, readFileSync(join(cwd, 'trace.har'), 'utf8')])
      expect(text).not.toContain('hunter22')
    const signsIn = {
      url: server.url,
      QUAY_URL: server.url,
      QUAY_USERNAME: 'someone',
      QUAY_PASSWORD: 'hunter22hunter22',
    }
    expect(await api(['GET', '/user/'], { env: signsIn })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"someone"'),
    })
  })

  test('signs in and out where there is no token', async () => {
    const own = await quay({
      accounts: {
        users: { admin: { superuser: true, email: 'admin@example.com', password: 'hunter22' } },
        tokens: {},
      },
    })
    const env = { QUAY_URL: own.url, QUAY_USERNAME: 'admin', QUAY_PASSWORD: 'hunter22' }
    expect(
      await api(['POST', '/organization/', '-F', 'name=acme', '-F', 'email=a@acme.example'], { env }),
    ).toMatchObject({ code: 0 })
    expect(writes(own.seen)).toEqual([
      'POST /api/v1/signin',
      'POST /api/v1/organization/',
      'POST /api/v1/signout',
    ])
  })
})

describe('pages', () => {
  let many: Quay
  beforeAll(async () => {
    many = await quay()
    await many.call('POST', '/organization/', { name: 'acme', email: 'quay@acme.example' })
    for (let i = 0; i < 120; i++)
      await many.call('POST', '/repository', {
        namespace: 'acme',
        repository: `r${i}`,
        visibility: 'private',
        description: '',
      })
    const row = many.emulator.ground.repositories.get('acme/r0')
    if (row)
      row.tags = new Map(
        Array.from(
          { length: 130 },
          (_, i) => [`t${i}`, { digest: 'sha256:a', size: 1, start: 1_700_000_000 + i }] as const,
        ),
      )
  })
  const lines = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await api([...args, '--paginate'], { env: many.env })
    expect([code, stderr]).toEqual([0, ''])
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  }

  test('by next_page', async () => {
    expect(
      (await lines('GET', '/repository', '-F', 'namespace=acme')).map(({ name }) => name).sort(),
    ).toEqual(Array.from({ length: 120 }, (_, i) => `r${i}`).sort())
    expect(await lines('GET', '/superuser/logs')).toHaveLength(121)
  })

  test('by number', async () => {
    expect(new Set((await lines('GET', '/repository/acme/r0/tag/')).map(({ name }) => name)).size).toBe(130)
    expect(await lines('GET', '/repository/acme/r0/tag/?limit=100&page=2')).toHaveLength(30)
  })

  test('are left where nobody reads any further', async () => {
    const program = `${process.execPath} ${join(root, 'bin', 'run.js')}`
    const line = `${program} api GET /superuser/logs --paginate | head -n 1`
    const { stdout, stderr } = await execute('bash', ['-c', line], { cwd: folder(), env: many.env })
    expect([stdout.split('\n').length, stderr]).toEqual([2, ''])
  })

  test('are counted', async () => {
    const { stderr } = await api(['GET', '/superuser/users/', '--paginate', '--stats'], { env: many.env })
    expect(stderr).toMatch(/^1 request, 0 repetitions\n/)
  })

  test('of a list that is the whole answer', async () => {
    await many.call('POST', '/organization/acme/quota', { limit_bytes: 1024 })
    expect(await lines('GET', '/organization/acme/quota')).toMatchObject([{ limit_bytes: 1024 }])
  })

  test('of a burst of equal entries are no restart', async () => {
    const entry = { kind: 'pull_repo', datetime: 'Mon, 30 Nov 2026 10:00:00 -0000', metadata: {} }
    let asked = 0
    const url = await site((_, response) => {
      const next = ++asked < 3 ? { next_page: `p${asked}` } : {}
      response.end(JSON.stringify({ start_time: '', logs: Array.from({ length: 20 }, () => entry), ...next }))
    })
    const env = { QUAY_URL: url, QUAY_TOKEN: 'TESTTOKEN' }
    const { code, stdout } = await api(['GET', '/superuser/logs', '--paginate'], { env })
    expect([code, stdout.trim().split('\n').length]).toEqual([0, 60])
  })

  test.each([
    ['that starts over', (n: number) => ({ logs: [1, 2, 3], next_page: `p${n}` }), 'QC7612', 8],
    [
      'with names that starts over',
      (n: number) => ({ a: [{ name: n % 2 }, { name: 'x' }], next_page: `p${n}` }),
      'QC7612',
      8,
    ],
    ['without end', () => ({ logs: [], next_page: 'same' }), 'QC7612', 8],
    ['whose number stays', () => ({ tags: [Math.random()], page: 1, has_additional: true }), 'QC7612', 8],
    ['that are two lists', () => ({ a: [], b: [] }), 'QC6459', 64],
    ['that are none', () => ({ a: 1 }), 'QC6459', 64],
  ])('%s are an error', async (_, body, says, exit) => {
    let asked = 0
    const url = await site((__, response) => response.end(JSON.stringify(body(++asked))))
    const env = { QUAY_URL: url, QUAY_TOKEN: 'TESTTOKEN' }
    const { code, stderr } = await api(['GET', '/superuser/logs', '--paginate'], { env })
    expect([code, stderr]).toEqual([exit, expect.stringContaining(says)])
    expect(asked).toBeLessThan(5)
  })
})

describe('what is not sent', () => {
  test.each([
    [
      ['DELETE', '/repository/acme/api/mirror'],
      'QC6455 DELETE /repository/acme/api/mirror is no call that Quay documents: /repository/{repository}/mirror has GET, POST, PUT',
      '= a mirror is never deleted; quayctl api PUT /repository/acme/api/mirror -F is_enabled=false stops it',
    ],
    [['DELETE', '/repository/acme/api%2fmirror'], 'QC6455 DELETE'],
    [
      ['DELETE', '/repository/acme/api/tag/x/y'],
      'QC6455 DELETE',
      'Quay would take acme/api/tag/x/y for the name of a repository, and "tag" in it is a route of its own',
    ],
    [['POST', '/organization/acme/foo'], 'QC6455 POST', '= quayctl api GET /discovery lists'],
    [['POST', '/superuser/shutdown'], 'QC6455 POST'],
    [
      ['/organization/acme'],
      'QC6453 there is no METHOD before /organization/acme',
      '= write one of GET, POST, PUT, DELETE: quayctl api GET /organization/acme',
    ],
    [['GET'], 'QC6453 there is no PATH after GET'],
    [['PATCH', '/user/'], "QC6453 PATCH is no method of Quay's API"],
    [[], 'QC6400 api needs METHOD'],
    [['GET', 'https://quay.io/api/v1/user/'], 'QC6454 https://quay.io is not the Quay that is asked'],
    [
      ['GET', 'https://me:hunter2@quay.io/api/v1/user/'],
      'QC6454 https://quay.io is not the Quay that is asked',
    ],
    [['GET', 'https://quay.io/v2/'], 'QC6454 the URL leads to nothing below /api/v1'],
    [['GET', '/organization/{orgname}'], 'QC6454 {orgname} in the path stands for a name'],
    [['GET', '/organization/<org>'], 'QC6454 <org> in the path stands for a name'],
    [['GET', '/organization/../user/'], 'QC6402 '],
    [['GET', '/organization/a b'], 'QC6402 '],
    [['GET', '/organization/acme#x'], 'QC6402 '],
    [['GET', '/organization/ä'], 'QC6402 '],
    [['PUT', '/organization/acme', '-F', 'hunter2'], 'QC6456 --field takes KEY=VALUE'],
    [['PUT', '/organization/acme', '--raw-field', 'hunter2'], 'QC6456 --raw-field takes KEY=VALUE'],
    [['GET', '/repository', '-F', 'a[]=1'], 'QC6456 the field a[] cannot be'],
    [['PUT', '/organization/acme', '-F', 'a=@nothing'], 'QC6457 nothing cannot be read'],
    [['PUT', '/organization/acme', '--input', 'nothing'], 'QC6457 nothing cannot be read'],
    [['PUT', '/organization/acme', '--input', 'secret'], 'QC6457 --input secret is not JSON'],
    [
      ['PUT', '/organization/acme', '-F', 'a=@-', '-F', 'b=@-'],
      'QC6449 standard input is to be read 2 times',
    ],
    [['POST', '/organization/', '-F', 'a=@-', '--input', '-'], 'QC6449 standard input is to be read 2 times'],
    [['GET', '/user/', '--input', 'secret'], 'QC6458 GET sends no body'],
    [['PUT', '/organization/acme', '--paginate'], 'QC6458 --paginate reads, and PUT does not'],
    [['GET', '/user/', '--paginate', '--json'], 'QC6400 --json and --paginate exclude each other'],
  ])('%j', async (args, ...says) => {
    const before = server.seen.length
    const { code, stdout, stderr } = await api(args, { cwd: folder({ secret: '{hunter2' }) })
    expect([code, stdout]).toEqual([64, ''])
    for (const text of says) expect(unwrapped(stderr)).toContain(text)
    expect(stderr).not.toContain('hunter2')
    expect(server.seen.length).toBe(before)
  })

  test('what is not documented is, with --undocumented: Quay takes it for a nested repository', async () => {
    const own = await quay()
    await own.call('POST', '/organization/', { name: 'acme', email: 'quay@acme.example' })
    for (const repository of ['api', 'api/mirror'])
      await own.call('POST', '/repository', {
        namespace: 'acme',
        repository,
        visibility: 'private',
        description: '',
      })
    const args = ['DELETE', '/repository/acme/api/mirror']
    expect((await api(args, { env: own.env })).code).toBe(64)
    expect([...own.emulator.ground.repositories.keys()]).toContain('acme/api/mirror')
    expect((await api([...args, '--undocumented'], { env: own.env })).code).toBe(0)
    expect([...own.emulator.ground.repositories.keys()]).toEqual(['acme/api'])
  })

  describe('a path that Quay takes for another repository', () => {
    const withRepositories = async (options: Parameters<typeof quay>[0], ...names: readonly string[]) => {
      const own = await quay(options)
      await own.call('POST', '/organization/', { name: 'acme', email: 'quay@acme.example' })
      for (const repository of names)
        await own.call('POST', '/repository', {
          namespace: 'acme',
          repository,
          visibility: 'private',
          description: '',
        })
      own.seen.length = 0
      const asked = () =>
        own.seen.map(({ method, path, query }) => `${method} ${path}${query && `?${query}`}`)
      return { own, asked, stays: () => [...own.emulator.ground.repositories.keys()] }
    }

    test.each([
      ['DELETE', '/repository/acme/api/notifications/123'],
      ['DELETE', '/repository/acme/api/permission/user/bob'],
      ['DELETE', '/repository/acme/api/tags/latest'],
      ['DELETE', '/repository/acme/api%2Ftags/latest?x=1'],
      ['PUT', '/repository/acme/api/state', '-F', 'description=x'],
    ])('%s %s is one that is not there', async (...args) => {
      const { own, asked } = await withRepositories({}, 'api')
      const { code, stdout, stderr } = await api(args, { env: own.env })
      const [route = ''] = args[1]?.split('?') ?? []
      expect([code, stdout]).toEqual([64, ''])
      expect(unwrapped(stderr)).toContain(`QC6455 ${args[0]} ${route} is no call that Quay documents`)
      expect(unwrapped(stderr)).toContain('of the repository acme/api/')
      expect(asked()).toEqual([`GET /api/v1${decodeURIComponent(route)}`])
    })

    test('is sent where that repository is there, after one GET', async () => {
      const { own, asked, stays } = await withRepositories({}, 'api', 'api/x')
      const path = '/repository/acme/api/x'
      expect(await api(['PUT', path, '-F', 'description=x'], { env: own.env })).toMatchObject({ code: 0 })
      expect(await api(['DELETE', path], { env: own.env })).toEqual({ code: 0, stdout: '', stderr: '' })
      expect(asked()).toEqual(['GET', 'PUT', 'GET', 'DELETE'].map((method) => `${method} /api/v1${path}`))
      expect(stays()).toEqual(['acme/api'])
    })

    test('is not where the answer to that GET is about something else', async () => {
      const url = await site((_, response) => response.end('{"namespace": "acme", "name": "other"}'))
      const env = { QUAY_URL: url, QUAY_TOKEN: 'TESTTOKEN' }
      expect(await api(['DELETE', '/repository/acme/api/x'], { env })).toMatchObject({ code: 64 })
    })

    test('takes no more than one request where it is a repository or no repository is near', async () => {
      const { own, asked } = await withRepositories({}, 'api')
      await api(['DELETE', '/repository/acme/api'], { env: own.env })
      await api(['PUT', '/organization/acme/robots/ci'], { env: own.env })
      expect(asked()).toHaveLength(2)
    })

    test.each<[string, Parameters<typeof quay>[0], readonly string[]]>([
      [
        'a release without it',
        { version: '3.11' },
        ['DELETE', '/repository/acme/api/immutabilitypolicy/123'],
      ],
      [
        'a feature that is off',
        { features: { REPO_MIRROR: false } },
        ['PUT', '/repository/acme/api/mirror', '-F', 'description=x'],
      ],
    ])('because the server has %s is not sent', async (_, options, args) => {
      const { own, asked } = await withRepositories(options, 'api')
      const { code, stdout, stderr } = await api(args, { env: own.env })
      expect([code, stdout]).toEqual([3, ''])
      expect(unwrapped(stderr)).toContain(`QC7404 ${args[0]} ${args[1]}: the server has no such API route`)
      expect(asked()).toEqual(['GET /api/v1/discovery?internal=true'])
      await api([...args, '--undocumented'], { env: own.env })
      expect(asked()).toHaveLength(2)
    })

    test('is sent where discovery lists it', async () => {
      const { own, asked } = await withRepositories({}, 'api')
      const path = '/repository/acme/api/changevisibility'
      expect(await api(['POST', path, '-F', 'visibility=public'], { env: own.env })).toMatchObject({
        code: 0,
      })
      expect(asked()).toEqual(['GET /api/v1/discovery?internal=true', `POST /api/v1${path}`])
    })

    test.each([
      ['is refused', 404, '<html><title>Not here</title></html>', 3, 'QC7404'],
      ['has no paths', 200, '{}', 8, 'QC7610'],
    ])('is not sent where discovery %s', async (_, status, body, exit, says) => {
      const seen: unknown[] = []
      const url = await site((request, response) => {
        seen.push(request.method)
        response.statusCode = status
        response.end(body)
      })
      const env = { QUAY_URL: url, QUAY_TOKEN: 'TESTTOKEN' }
      const { code, stderr } = await api(['DELETE', '/repository/acme/api/tag/latest'], { env })
      expect([code, seen]).toEqual([exit, ['GET']])
      expect(unwrapped(stderr)).toContain(`${says} GET /discovery?internal=true`)
    })
  })
})

describe('what Quay refuses', () => {
  test.each([
    [
      ['GET', '/organization/nobody'],
      'TESTTOKEN',
      8,
      'QC7400 GET /organization/nobody -> 404: Quay refused the request. Quay says: Not Found',
    ],
    [
      ['POST', '/organization/', '-F', 'name=acme'],
      'TESTTOKEN',
      8,
      'QC7400 POST /organization/ -> 400: Quay refused the request. Quay says: A user or organization with this name already exists',
    ],
    [['GET', '/superuser/logs'], 'PLAIN', 7, 'QC7403 GET /superuser/logs -> 403: not allowed'],
    [
      ['GET', '/superuser/logs'],
      'DEAD',
      7,
      'QC7401 GET /superuser/logs -> 401: the token is invalid or expired',
    ],
    [
      ['GET', '/nonsense/here'],
      'TESTTOKEN',
      3,
      'QC7404 GET /nonsense/here -> 308: the server has no such API route',
    ],
  ])('%j by %s ends with %i', async (args, token, exit, says) => {
    const { code, stdout, stderr } = await api(args, { env: { ...server.env, QUAY_TOKEN: token } })
    expect([code, stdout, unwrapped(stderr)]).toEqual([exit, '', expect.stringContaining(says)])
  })

  test.each([
    ['a web page', '<html><title>Sign in</title></html>', 200, 'QC7610 GET /user/ -> 200: 127.0.0.1'],
    ['half an answer', '{"a": [', 200, 'QC7610 '],
    [
      'an error of the server',
      '<html><title>Bad Gateway</title></html>',
      501,
      'QC7500 GET /user/ -> 501: server error',
    ],
  ])('%s is an error', async (_, body, status, says) => {
    const url = await site((__, response) => {
      response.statusCode = status
      response.end(body)
    })
    const { code, stdout, stderr } = await api(['GET', '/user/'], {
      env: { QUAY_URL: url, QUAY_TOKEN: 'TESTTOKEN' },
    })
    expect([code, stdout, unwrapped(stderr)]).toEqual([8, '', expect.stringContaining(says)])
  })

  test('a busy server is asked again', async () => {
    let asked = 0
    const url = await site((_, response) => {
      response.statusCode = ++asked === 1 ? 429 : 200
      response.end('{"a": 1}')
    })
    const { code, stdout } = await api(['POST', '/messages', '-F', 'message[content]=x'], {
      env: { QUAY_URL: url, QUAY_TOKEN: 'TESTTOKEN' },
    })
    expect([code, stdout, asked]).toEqual([0, '{"a": 1}\n', 2])
  })
})

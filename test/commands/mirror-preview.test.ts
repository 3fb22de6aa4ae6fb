import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DockerRegistry, hasRegistry, PASSWORD, startRegistry, USER, unlessThere } from '../registry.ts'
import { problemsOf } from '../schemas.ts'
import {
  type Files,
  folder,
  listen,
  organization,
  pem,
  type Quay,
  quay,
  quayctl,
  shipped,
  unwrapped,
} from './run.ts'

/** Files that declare the mirror `mirror.acme/app` of an upstream. */
const files = (reference: string, more: Readonly<Record<string, unknown>> = {}): Files => ({
  'quayctl.yaml': organization(
    'acme',
    `robots: {sync: {}}
repositories:
  app:
    mirror: ${JSON.stringify({
      external_reference: reference,
      tags: ['1.1?', 'latest', '2.*'],
      sync_interval: '1d',
      robot: 'sync',
      verify_tls: false,
      ...more,
    })}
`,
  ),
})

/** A Quay that has the repository with these tags, and no mirror yet. */
async function holding(tags: readonly string[] = []): Promise<Quay> {
  // An older one takes mirrors of any upstream, of this machine, too.
  const server = await quay({ version: '3.12' })
  await server.call('POST', '/organization/', { name: 'acme', email: 'quay@acme.example' })
  await server.call('PUT', '/organization/acme/robots/sync', {})
  const repository = { namespace: 'acme', repository: 'app', visibility: 'private', description: '' }
  await server.call('POST', '/repository', repository)
  const row = server.emulator.ground.repositories.get('acme/app')
  if (row) row.tags = new Map(tags.map((tag) => [tag, { digest: 'sha256:0', size: 1, start: 0 }]))
  return server
}

const preview = async (server: Quay, reference: string, how: How = {}) => {
  const { more = {}, args = [], env = {}, input } = how
  const cwd = folder(files(reference, more))
  return quayctl(['mirror', 'preview', 'mirror.acme/app', ...args], {
    cwd,
    env: { ...server.env, ...env },
    ...(input !== undefined && { input }),
  })
}
interface How {
  readonly more?: Readonly<Record<string, unknown>>
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
}
const told = async (ran: ReturnType<typeof preview>) => {
  const { code, stdout, stderr } = await ran
  expect([code, stderr]).toEqual([0, ''])
  const document = JSON.parse(stdout)
  expect(problemsOf(document)).toEqual([])
  return document
}

describe('against a real registry', () => {
  const tags = [...Array.from({ length: 1199 }, (_, index) => `1.${index}`), 'latest']
  let open: DockerRegistry
  let locked: DockerRegistry
  beforeAll(async () => {
    if (!hasRegistry) return
    ;[open, locked] = await Promise.all([startRegistry(), startRegistry({ locked: true })])
    await Promise.all([open.push('lib/app', tags), locked.push('lib/app', ['1.10', 'latest'])])
  }, 120_000)
  afterAll(async () => {
    await Promise.all([open?.stop(), locked?.stop()])
  })

  test.skipIf(!hasRegistry)(`1,200 tags: what matches, what comes, what goes${unlessThere}`, async () => {
    const server = await holding(['1.10', '0.9', 'Latest'])
    const { code, stdout, stderr } = await preview(server, `${open.host}/lib/app`)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe(`Preview of mirror.acme/app
${open.host}/lib/app has 1,200 tags
note: as the files say: it is not in Quay yet

Globs
 1.1?    10 tags: 1.10, 1.11, 1.12, 1.13, 1.14 and 5 more
 2.*     nothing
 latest  1 tag: latest

The next sync (there now: 3 tags)
 brings  10 tags
 renews  1 tag
 deletes 2 tags: 0.9, Latest
`)
  })

  test.skipIf(!hasRegistry)(
    `over pages, which this registry leaves to one before it${unlessThere}`,
    async () => {
      const front = await paged(open.host, 100)
      const document = await told(preview(await holding(), `${front.host}/lib/app`, { args: ['--json'] }))
      expect(document.upstream).toEqual({ reference: `${front.host}/lib/app`, user: null, tags: 1200 })
      expect(document.matches).toBe(11)
      expect(front.pages).toHaveLength(12)
      expect(front.pages[0]).toBe('/v2/lib/app/tags/list?n=1000')
    },
  )

  test.skipIf(!hasRegistry)(
    `basic authentication, by a password that the files refer to${unlessThere}`,
    async () => {
      const more = { username: USER, password: { from_env: 'QC_UPSTREAM' } }
      const how = { more, args: ['--json'], env: { QC_UPSTREAM: PASSWORD } }
      const document = await told(preview(await holding(), `${locked.host}/lib/app`, how))
      expect([document.upstream.user, document.brings]).toEqual([USER, ['1.10', 'latest']])
    },
  )

  test.skipIf(!hasRegistry).each([
    ['without a user', [], {}, `QC7440 ${'HOST'} lets nobody read lib/app without a user name and password`],
    [
      'with a wrong password',
      ['--username', USER],
      { QUAYCTL_UPSTREAM_PASSWORD: 'wrong' },
      `does not let ${USER} read`,
    ],
  ])(`%s it is locked${unlessThere}`, async (_, args, env, says) => {
    const { code, stdout, stderr } = await preview(await holding(), `${locked.host}/lib/app`, { args, env })
    expect([code, stdout]).toEqual([7, ''])
    expect(unwrapped(stderr)).toContain(says.replace('HOST', locked.host))
  })

  test.skipIf(!hasRegistry)(`with a password on standard input${unlessThere}`, async () => {
    const args = ['--json', '--username', USER, '--password-stdin']
    const document = await told(
      preview(await holding(), `${locked.host}/lib/app`, { args, input: `${PASSWORD}\n` }),
    )
    expect(document.upstream.user).toBe(USER)
  })

  test.skipIf(!hasRegistry)(`a repository that is not there${unlessThere}`, async () => {
    const { code, stderr } = await preview(await holding(), `${open.host}/lib/nothing`)
    expect([code, unwrapped(stderr)]).toEqual([
      3,
      expect.stringContaining(`QC7443 ${open.host} has no repository lib/nothing, or does not show it`),
    ])
  })
})

/** What stands before a registry and gives out its tags in pages, by links that a proxy has turned to another host. */
async function paged(registry: string, size: number) {
  const pages: string[] = []
  const host = await listening(async ({ url = '' }, response) => {
    pages.push(url)
    const { pathname, searchParams } = new URL(url, `http://${registry}`)
    const { name, tags } = (await (await fetch(`http://${registry}${pathname}`)).json()) as {
      readonly name: string
      readonly tags: readonly string[]
    }
    const from = tags.indexOf(searchParams.get('last') ?? '') + 1
    const page = tags.slice(from, from + size)
    const next = `<http://inside.example${pathname}?n=${size}&last=${page.at(-1)}>; rel="next"`
    response.writeHead(200, from + size < tags.length ? { link: next } : {})
    response.end(JSON.stringify({ name, tags: page }))
  })
  return { host, pages }
}

const listening = async (
  listener: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<string> => `127.0.0.1:${await listen(createServer(listener))}`

const list = (response: ServerResponse, tags: unknown) =>
  response.end(JSON.stringify({ name: 'lib/app', tags }))

/** A registry behind TLS, by a certificate for 127.0.0.1. */
const secured = async (
  listener: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<string> =>
  `127.0.0.1:${await listen(createSecureServer({ key: pem('key'), cert: pem('cert') }, listener))}`
const authority = () => ['--upstream-ca-file', `${folder({ 'ca.pem': pem('cert') })}/ca.pem`]
const asBob = { args: ['--json', '--username', 'bob'], env: { QUAYCTL_UPSTREAM_PASSWORD: 'hunter2' } }
const BOB = `Basic ${Buffer.from('bob:hunter2').toString('base64')}`

describe('token authentication', () => {
  /** A registry that takes a token of its own, and what each request has brought. */
  const bearer = async (
    answer: object,
    challenge = (realm: string) => `Bearer realm="${realm}",service="it",scope="repository:lib/app:pull"`,
  ) => {
    const seen: (readonly [string, string | undefined])[] = []
    const host: string = await secured(({ url = '', headers: { authorization } }, response) => {
      seen.push([url, authorization])
      if (url.startsWith('/token')) return response.end(JSON.stringify(answer))
      if (authorization === 'Bearer T0KEN') return list(response, ['1.10', '1.11'])
      response.writeHead(401, { 'www-authenticate': challenge(`https://${host}/token?account=x`) })
      response.end()
    })
    return { host, seen }
  }

  test.each([
    ['token', { token: 'T0KEN' }],
    ['access_token', { access_token: 'T0KEN', expires_in: 300 }],
  ])('by %s, as somebody', async (_, answer) => {
    const { host, seen } = await bearer(answer)
    const how = { ...asBob, args: [...asBob.args, ...authority()], more: { verify_tls: true } }
    const document = await told(preview(await holding(), `${host}/lib/app`, how))
    expect([document.upstream.user, document.brings]).toEqual(['bob', ['1.10', '1.11']])
    const path = '/v2/lib/app/tags/list?n=1000'
    expect(seen).toEqual([
      [path, undefined],
      ['/token?account=x&service=it&scope=repository%3Alib%2Fapp%3Apull', BOB],
      [path, 'Bearer T0KEN'],
    ])
  })

  test('anonymously, beside Basic, and without a scope', async () => {
    const { host, seen } = await bearer(
      { token: 'T0KEN' },
      (realm) => `Basic realm="a, \\"b\\"", Bearer realm="${realm}"`,
    )
    const document = await told(
      preview(await holding(), `${host}/lib/app`, {
        args: ['--json', ...authority()],
        more: { verify_tls: true },
      }),
    )
    expect([document.upstream.user, document.matches]).toEqual([null, 2])
    expect(seen[1]).toEqual(['/token?account=x&scope=repository%3Alib%2Fapp%3Apull', undefined])
  })

  test.each([
    ['a place that is not https', 'http://auth.example/token', 'QC7442'],
    ['no place', 'nowhere', 'QC7441'],
  ])('from %s is not asked for', async (_, realm, code) => {
    const { host, seen } = await bearer({}, () => `Bearer realm="${realm}"`)
    const ran = await preview(await holding(), `${host}/lib/app`, asBob)
    expect(ran.stderr).toContain(code)
    expect(seen.map(([, authorization]) => authorization)).toEqual([undefined, undefined])
  })

  test('the password goes to no other host where certificates are not checked', async () => {
    const asked: (string | undefined)[] = []
    const other = await secured(({ headers: { authorization } }, response) => {
      asked.push(authorization)
      response.end(JSON.stringify({ token: 'T0KEN' }))
    })
    const { host } = await bearer({}, () => `Bearer realm="https://${other}/token"`)
    const { code, stderr } = await preview(await holding(), `${host}/lib/app`, asBob)
    expect([code, asked]).toEqual([3, []])
    expect(unwrapped(stderr)).toContain(`QC7442 the password is not sent to ${other}`)
  })

  test('a token that is none is not taken', async () => {
    const { host } = await bearer({ token: 'two words' })
    const { code, stderr } = await preview(await holding(), `${host}/lib/app`)
    expect([code, unwrapped(stderr)]).toEqual([8, expect.stringContaining('gives no token for it')])
  })
})

describe('a registry that is not as it should be', () => {
  test('redirects: what is secret does not go on to another host', async () => {
    const seen: (string | undefined)[] = []
    const other = await secured(({ headers: { authorization } }, response) => {
      seen.push(authorization)
      list(response, ['latest'])
    })
    const host = await secured(({ url, headers: { authorization } }, response) => {
      if (!authorization) response.writeHead(401, { 'www-authenticate': 'Basic realm="it"' })
      else response.writeHead(307, { location: `https://${other}${url}` })
      response.end()
    })
    const document = await told(preview(await holding(), `${host}/lib/app`, asBob))
    expect([document.brings, seen]).toEqual([['latest'], [undefined]])
  })

  test('and one that wants a password there, gets none', async () => {
    const seen: (string | undefined)[] = []
    const other = await secured(({ headers: { authorization } }, response) => {
      seen.push(authorization)
      response.writeHead(401, { 'www-authenticate': 'Basic realm="it"' })
      response.end()
    })
    const host = await secured(({ url }, response) => {
      response.writeHead(307, { location: `https://${other}${url}` })
      response.end()
    })
    const { code } = await preview(await holding(), `${host}/lib/app`, asBob)
    expect([code, seen]).toEqual([7, [undefined]])
  })

  type Listener = (request: IncomingMessage, response: ServerResponse) => unknown
  const cases: readonly (readonly [string, Listener, string])[] = [
    [
      'redirects to what is not https',
      (_, response) => response.writeHead(302, { location: 'http://quay.example/v2/' }).end(),
      'it redirects to http://quay.example, which is not https',
    ],
    [
      'redirects for ever',
      ({ url }, response) => response.writeHead(302, { location: `${url}x` }).end(),
      'it redirects again and again',
    ],
    [
      'has a list without end',
      ({ url }, response) => {
        response.setHeader('link', `<${url}>; rel="next"`)
        list(response, ['a'])
      },
      'its list of tags does not end',
    ],
    ['answers with a page', (_, response) => response.end('<html>'), 'its answer is no list of tags'],
    ['answers with another list', (_, response) => list(response, [7]), 'its answer is no list of tags'],
    ['is broken', (_, response) => response.writeHead(500).end('hunter2'), 'it answers with status 500'],
    ['has had enough', (_, response) => response.writeHead(429).end(), 'limits the rate of requests (429)'],
    ['says 401 alone', (_, response) => response.writeHead(401).end(), 'it says 401, and not how to sign in'],
    ['breaks off', ({ socket }) => socket.destroy(), 'the connection to'],
  ]
  test.each(cases)('%s', async (_, listener, says) => {
    const host = await listening(listener)
    const { code, stdout, stderr } = await preview(await holding(), `${host}/lib/app`)
    expect([code, stdout]).toEqual([8, ''])
    expect(unwrapped(stderr)).toContain(says)
    expect(stderr).toContain('QC7441')
    expect(stderr).not.toContain('hunter2')
  })

  test('leaves pages empty, for what it does not show', async () => {
    const pages = [['1.10'], [], ['latest']]
    const host = await secured(({ url = '' }, response) => {
      const at = Number(/last=(\d)/.exec(url)?.[1] ?? 0)
      if (at + 1 < pages.length)
        response.setHeader('link', `</v2/lib/app/tags/list?last=${at + 1}>; rel="next"`)
      list(response, pages[at] ?? [])
    })
    const found = await told(preview(await holding(), `${host}/lib/app`, { args: ['--json'] }))
    expect(found.brings).toEqual(['1.10', 'latest'])
  })

  test.each([403, 404])('says %i of what not all may see: a login is shown to it', async (status) => {
    const host = await secured(({ url, headers: { authorization } }, response) => {
      if (authorization) return list(response, ['latest'])
      if (url === '/v2/') response.writeHead(401, { 'www-authenticate': 'Basic realm="it"' })
      else response.writeHead(status)
      return response.end()
    })
    expect((await told(preview(await holding(), `${host}/lib/app`, asBob))).brings).toEqual(['latest'])
    const { code } = await preview(await holding(), `${host}/lib/app`)
    expect(code).toBe(status === 404 ? 3 : 7)
  })

  test('a reference that leads nowhere', async () => {
    const { code, stderr } = await preview(await holding(), 'localhost:99999/p/x')
    expect([code, stderr]).toEqual([3, expect.stringContaining('QC7443 localhost:99999/p/x is no place')])
  })

  test('a file that holds no certificate is named as such', async () => {
    const args = ['--upstream-ca-file', 'quayctl.yaml']
    const { code, stderr } = await preview(await holding(), 'localhost:1/lib/app', { args })
    expect([code, stderr]).toEqual([3, expect.stringContaining('QC3103')])
  })

  test('has a certificate that nobody trusts: it is said with which flag', async () => {
    const host = await secured((_, response) => list(response, []))
    const { code, stderr } = await preview(await holding(), `${host}/lib/app`, { more: { verify_tls: true } })
    expect(code).toBe(8)
    expect(unwrapped(stderr)).toContain('a private authority is trusted with --upstream-ca-file')
  })

  test('speaks plain http although it is to be verified', async () => {
    const host = await listening((_, response) => list(response, []))
    const { code, stderr } = await preview(await holding(), `${host}/lib/app`, { more: { verify_tls: true } })
    expect([code, unwrapped(stderr)]).toEqual([8, expect.stringContaining('no TLS connection to')])
  })

  test('goes by the proxy of the mirror', async () => {
    const asked: string[] = []
    const proxy = createServer()
    proxy.on('connect', (request, socket) => {
      asked.push(String(request.url))
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    })
    const more = { verify_tls: true, proxy: { https_proxy: `http://127.0.0.1:${await listen(proxy)}` } }
    const { code, stderr } = await preview(await holding(), 'registry.example/lib/app', { more })
    expect([code, asked]).toEqual([8, ['registry.example:443']])
    expect(unwrapped(stderr)).toContain('QC7441 the proxy makes no connection to registry.example')
  })
})

describe('what there is to say', () => {
  const upstream = (tags: readonly string[] | null) => listening((_, response) => list(response, tags))

  test('nothing matches: nothing is deleted, and why a glob with a comma does not', async () => {
    const host = await upstream(['v1'])
    const server = await holding(['v0'])
    // The schema of files refuses such a glob; Quay has taken it.
    const { 'quayctl.yaml': text = '' } = files(`${host}/lib/app`)
    expect((await quayctl(['validate'], { cwd: folder({ 'quayctl.yaml': text }) })).code).toBe(0)
    await mirrored(server, `${host}/lib/app`, ['v2,v1', 'w*'])
    const { code, stdout } = await quayctl(['mirror', 'preview', 'mirror.acme/app'], {
      cwd: folder(),
      env: server.env,
    })
    expect([code, stdout]).toEqual([
      0,
      `Preview of mirror.acme/app
${host}/lib/app has 1 tag

Globs
 v2,v1  nothing: Quay takes it as one glob, with its commas and blanks
 w*     nothing

Nothing matches: the next sync ends well all the same, and changes nothing.
`,
    ])
  })

  test('an upstream without tags', async () => {
    const host = await upstream(null)
    const document = await told(preview(await holding(['v0']), `${host}/lib/app`, { args: ['--json'] }))
    expect([document.upstream.tags, document.matches, document.deletes]).toEqual([0, 0, []])
  })

  test('all of the tags that are there count, however many', async () => {
    const host = await upstream(['latest'])
    const server = await holding(Array.from({ length: 1234 }, (_, index) => `v${index}`))
    const document = await told(preview(server, `${host}/lib/app`, { args: ['--json'] }))
    expect([document.repository.tags, document.deletes.length]).toEqual([1234, 1234])
    const { stdout } = await preview(server, `${host}/lib/app`)
    expect(stdout).toContain('and 1134 more, which --json lists\n')
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  test('a repository that is not there yet has no tags', async () => {
    const host = await upstream(['latest'])
    const document = await told(preview(await quay(), `${host}/lib/app`, { args: ['--json'] }))
    expect([document.repository.tags, document.notes]).toEqual([
      0,
      ['as the files say: it is not in Quay yet'],
    ])
  })

  test('that the files say it otherwise, that it is off, and whose password is not known', async () => {
    const host = await upstream(['latest'])
    const server = await holding()
    await mirrored(server, `${host}/lib/app`, ['latest'], { external_registry_username: 'bob' })
    const more = { enabled: false, tags: ['1.*'] }
    const document = await told(preview(server, `${host}/lib/app`, { args: ['--json'], more }))
    expect(document.notes).toEqual([
      'as the files say: Quay has another tags',
      'it is disabled: no sync begins by itself',
      'Quay pulls as bob, whose password no file names: --username reads as somebody',
    ])
  })
})

/** The mirror of the repository, made in Quay by hand. */
async function mirrored(
  server: Quay,
  reference: string,
  globs: readonly string[],
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await server.call('POST', '/repository/acme/app/mirror', {
    external_reference: reference,
    sync_interval: 86400,
    sync_start_date: '2030-01-01T02:00:00Z',
    root_rule: { rule_kind: 'tag_glob_csv', rule_value: globs },
    robot_username: 'acme+sync',
    external_registry_config: { verify_tls: false },
    ...more,
  })
}

describe('a command line', () => {
  test.each([
    [['mirror.acme/app', '--username', 'bob'], 'QC6472 --username bob has no password'],
    [
      ['mirror.acme/app', '--username', 'bob', '--password-stdin', '-f', '-'],
      'QC6472 --password-stdin with -f -',
    ],
    [['mirror.acme/app', '--password-stdin'], 'QC6400'],
    [
      ['organization_mirror.acme'],
      'QC6470 "organization_mirror.acme" is no address that this can be asked of',
    ],
    [['mirror.acme/*'], 'QC6470 "mirror.acme/*" is no address that this can be asked of'],
    [['mirror.acme/ap'], 'QC6473 mirror.acme/ap is not there, and no file declares it'],
  ])('%j', async (args, says) => {
    const server = await holding()
    const { code, stdout, stderr } = await shipped(['mirror', 'preview', ...args], {
      cwd: folder(files('127.0.0.1:1/lib/app')),
      env: server.env,
      input: files('127.0.0.1:1/lib/app')['quayctl.yaml']?.toString() ?? '',
    })
    expect([code, stdout]).toEqual([64, ''])
    expect(unwrapped(stderr)).toContain(says)
  })

  test('a secret of the files that is not there', async () => {
    const more = { username: 'bob', password: { from_env: 'QC_UPSTREAM' } }
    const { code, stderr } = await preview(await holding(), '127.0.0.1:1/lib/app', { more })
    expect(code).toBe(3)
    expect(stderr).toContain('QC1303 the variable QC_UPSTREAM is not set')
    expect(stderr).toContain('set it, and look again')
  })
})

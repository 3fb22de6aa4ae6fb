import type { RequestListener } from 'node:http'
import { describe, expect, test } from 'vitest'
import type { EmulatedRequest, Fault } from '../../src/emulator/request.ts'
import {
  behindTls,
  folder,
  headsOf,
  organization,
  pem,
  type Quay,
  quay,
  quayctl,
  site,
  TOKEN,
  unwrapped,
  writes,
} from './run.ts'

const mirrored = `quota: {limit: 1 GiB}
robots:
  sync: {}
repositories:
  api:
    mirror: {external_reference: quay.io/minio/mc, tags: [latest], sync_interval: 1h, robot: sync}
`
const files = { 'quayctl.yaml': organization('acme', mirrored) }
const plan = (env: Readonly<Record<string, string | undefined>>, args: readonly string[] = []) =>
  quayctl(['plan', ...args], { cwd: folder(files), env: { QUAY_TOKEN: TOKEN, ...env } })

/** A Quay on which one thing goes wrong, as often as said. */
function faulty(fault: Fault, fits: (request: EmulatedRequest) => boolean, times = Infinity): Promise<Quay> {
  let left = times
  return quay({ faults: (request) => (fits(request) && left-- > 0 ? fault : undefined) })
}
const at =
  (path: string) =>
  ({ target }: EmulatedRequest): boolean =>
    target.startsWith(path)
const page = (status: number, title: string): Fault => ({
  status,
  contentType: 'text/html',
  body: `<!doctype html><html><head><title>${title}</title></head><body>${TOKEN}</body></html>`,
})

/** One message that names its subject, nothing planned, no secret. */
function failed(ran: Awaited<ReturnType<typeof plan>>, code: number, ...says: readonly string[]): void {
  expect(ran.stdout).toBe('')
  expect(headsOf(ran.stderr)).toHaveLength(1)
  for (const text of says) expect(unwrapped(ran.stderr)).toContain(text)
  for (const line of ran.stderr.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  expect(ran.stderr).not.toContain(TOKEN)
  expect(ran.code).toBe(code)
}

describe.concurrent('a server that cannot be reached', () => {
  test('whose name does not resolve', async () => {
    const ran = await plan({ QUAY_URL: 'https://quay.invalid' })
    failed(ran, 8, 'QC7602', 'the name of quay.invalid cannot be resolved', '= Check the URL')
  })

  test('that refuses the connection', async () => {
    const ran = await plan({ QUAY_URL: 'http://127.0.0.1:9' })
    failed(ran, 8, 'QC7600', 'cannot connect to 127.0.0.1:9 after 3 attempts (ECONNREFUSED)')
  })

  test('that does not speak TLS', async () => {
    const url = await site((_, response) => response.end())
    failed(await plan({ QUAY_URL: url.replace('http:', 'https:') }), 8, 'QC7601', 'no TLS connection')
  })

  const html = { 'content-type': 'text/html' }
  const json = { 'content-type': 'application/json' }
  test.each<[string, RequestListener, string]>([
    [
      'answers all with a page',
      (_, response) => response.writeHead(200, html).end('<title>It works!</title>'),
      'GET /discovery -> 200: 127.0.0.1:PORT answered with an HTML page (It works!) where JSON was due',
    ],
    [
      'has none of the routes',
      (_, response) => response.writeHead(404, html).end('<title>Not found</title>'),
      'GET /discovery -> 404 (Not found)',
    ],
    [
      'says so in JSON, and wants to know who asks',
      ({ url }, response) =>
        response.writeHead(url?.includes('/user') ? 401 : 404, json).end('{"message":"no such thing"}'),
      'GET /discovery -> 404 (no such thing)',
    ],
    [
      'has the route of the API, and not /config',
      ({ url }, response) => response.writeHead(url === '/config' ? 404 : 200, json).end('{"paths":{}}'),
      'GET /config -> 404',
    ],
    [
      'answers all with JSON',
      (_, response) => response.writeHead(200, json).end('null'),
      "GET /discovery: the answer is not one of Quay's: it is not a map",
    ],
  ])('that is no Quay and %s', async (_, listener, says) => {
    const url = await site(listener)
    const text = says.replace('PORT', new URL(url).port)
    failed(
      await plan({ QUAY_URL: url }),
      8,
      'QC7613',
      `${url} does not look like a Quay: ${text}`,
      '= check the URL',
    )
  })

  test('that redirects: the token does not go there', async () => {
    const tokens: unknown[] = []
    const note: RequestListener = (request, response) => {
      tokens.push(request.headers.authorization)
      response.end('{}')
    }
    const there = await site(note)
    const url = await site((request, response) =>
      response.writeHead(302, { location: `${there}/sso${request.url}x` }).end(),
    )
    failed(await plan({ QUAY_URL: url }), 8, 'QC7611', `redirects to ${there}`)
    expect(tokens).toEqual([])
  })
})

describe('TLS', () => {
  const certified = async () => {
    const here = folder({ ...files, 'cert.pem': pem('cert') })
    const url = `https://127.0.0.1:${await behindTls((await quay()).emulator)}`
    return (args: readonly string[], env = {}) =>
      quayctl(['plan', '--url', url, ...args], { cwd: here, env: { QUAY_TOKEN: TOKEN, ...env } })
  }

  test('a certificate that nobody vouches for, and the three ways to trust it', async () => {
    const run = await certified()
    const [refused, trusted, extra, unchecked] = await Promise.all([
      run([]),
      run(['--ca-file', 'cert.pem']),
      run([], { NODE_EXTRA_CA_CERTS: 'cert.pem' }),
      run(['--insecure-skip-tls-verify']),
    ])
    failed(refused, 8, 'QC7601', 'is not to be trusted (DEPTH_ZERO_SELF_SIGNED_CERT)', '--ca-file')
    expect([trusted.code, trusted.stderr]).toEqual([0, ''])
    expect(trusted.stdout).toContain('Plan: 5 create.')
    expect(extra.stdout).toContain('Plan: 5 create.')
    expect(unchecked.stderr).toBe("warning: the server's certificate is not checked\n")
    expect(unchecked.stdout).toBe(trusted.stdout)
  })

  test('a file of authorities that is none', async () => {
    const here = folder({ ...files, 'ca.pem': 'hello' })
    const env = { QUAY_TOKEN: TOKEN, QUAY_URL: 'https://quay.invalid' }
    failed(await quayctl(['plan', '--ca-file', 'ca.pem'], { cwd: here, env }), 3, 'QC3103', 'no certificate')
    failed(await quayctl(['plan', '--ca-file', 'x.pem'], { cwd: here, env }), 3, 'QC3103', 'no file x.pem')
  })
})

describe.concurrent('a token', () => {
  test.each([
    ['none', undefined, 7, ['QC7402', 'QUAY_TOKEN is not set', 'super:user for quotas']],
    ['of blanks', '  ', 7, ['QC7402', 'QUAY_TOKEN is']],
    ['with a blank in it', 'a b', 3, ['QC3104']],
    ['unknown', 'UNKNOWN', 7, ['QC7401', 'Quay does not accept the token']],
    ['expired', 'DEAD', 7, ['QC7401', 'Quay does not accept the token']],
  ] as const)('%s', async (_, token, code, says) => {
    const { url } = await quay()
    failed(await plan({ QUAY_URL: url, QUAY_TOKEN: token }), code, ...says)
  })

  test('without the scopes', async () => {
    const server = await quay()
    await server.call('POST', '/organization/', { name: 'acme', email: 'a@b.co' })
    failed(await plan({ QUAY_URL: server.url, QUAY_TOKEN: 'NARROW' }), 7, 'QC7403', 'acme')
  })

  test('of somebody who is no administrator', async () => {
    const server = await quay()
    await server.call('POST', '/organization/', { name: 'acme', email: 'a@b.co' })
    failed(await plan({ QUAY_URL: server.url, QUAY_TOKEN: 'PLAIN' }), 7, 'QC7403', 'acme')
  })

  test('in a file', async () => {
    const { url, seen } = await quay()
    const here = folder({ ...files, 'token.txt': `${TOKEN}\n`, empty: '' })
    const run = (file: string) =>
      quayctl(['plan', '--token-file', file], { cwd: here, env: { QUAY_URL: url, QUAY_TOKEN: 'DEAD' } })
    expect((await run('token.txt')).code).toBe(0)
    expect(new Set(seen.flatMap(({ user }) => user ?? []))).toEqual(new Set(['admin']))
    failed(await run('empty'), 7, 'QC7402', 'empty is empty')
    failed(await run('nowhere'), 3, 'QC3109', 'nowhere cannot be read')
  })
})

describe.concurrent('a feature that is off', () => {
  test('is an error at every line that needs it', async () => {
    const server = await quay({ features: { REPO_MIRROR: false, QUOTA_MANAGEMENT: false } })
    const { code, stdout, stderr } = await plan(server.env)
    expect(headsOf(stderr)).toEqual([
      'quayctl.yaml:5:1 error QC3001 this server has no quota: FEATURE_QUOTA_MANAGEMENT is off',
      'quayctl.yaml:10:5 error QC3001 this server has no mirror: FEATURE_REPO_MIRROR is off',
    ])
    expect([code, stdout]).toEqual([3, ''])
  })

  test('of single attributes', async () => {
    const server = await quay({ features: { SUPERUSERS_FULL_ACCESS: false, SPARSE_INDEX: false } })
    const here = folder({
      'quayctl.yaml': organization(
        'acme',
        mirrored
          .replace('1 GiB', '1 GiB, warn_at: 80')
          .replace('robot: sync', 'robot: sync, architectures: [amd64]'),
      ).replace('email:', 'tag_expiration: 3d\nemail:'),
    })
    const { code, stdout, stderr } = await quayctl(['apply', '--yes'], { cwd: here, env: server.env })
    expect(headsOf(stderr).map((line) => line.replace(/^quayctl.yaml:(\d+):\d+ error/, '$1'))).toEqual([
      '4 QC3001 this server does not offer a tag expiration of 3d',
      '6 QC3002 this server lets nobody write warn_at by its API: FEATURE_SUPERUSERS_FULL_ACCESS is off',
      '11 QC3001 this server mirrors whole images only: FEATURE_SPARSE_INDEX is off',
    ])
    expect([code, stdout, writes(server.seen)]).toEqual([3, '', []])
  })
})

describe.concurrent('a server that stumbles', () => {
  test('a few answers 429 are waited for', async () => {
    const server = await faulty({ status: 429, headers: { 'retry-after': '1' } }, () => true, 2)
    const { code, stdout } = await plan(server.env)
    expect(code).toBe(0)
    expect(stdout).toContain('Plan: 5 create.')
    expect(server.seen.filter(({ status }) => status === 429)).toHaveLength(2)
  })

  test('a few answers 503 while it reads are waited for', async () => {
    const server = await faulty(page(503, 'Unavailable'), at('/api/v1/organization/'), 2)
    expect((await plan(server.env)).code).toBe(0)
  })

  test('it answers 429 and asks to wait for an hour', async () => {
    const server = await faulty({ status: 429, headers: { 'retry-after': '3600' } }, () => true)
    failed(await plan(server.env), 8, 'QC7429', 'rate limited', 'lower --concurrency')
  })

  test('it fails for good', async () => {
    const server = await faulty(page(501, 'Not here'), at('/api/v1/organization/'))
    failed(await plan(server.env), 8, 'QC7500', 'GET /organization/acme', '501', 'Not here')
  })

  test('it breaks off in the middle of an answer', async () => {
    const server = await faulty('truncate', at('/api/v1/organization/acme'), 1)
    expect((await plan(server.env)).code).toBe(0)
  })

  test('it answers half a JSON', async () => {
    const half: Fault = { status: 200, contentType: 'text/plain', body: '{"name": "ac' }
    const server = await faulty(half, at('/api/v1/organization/acme'))
    failed(await plan(server.env), 8, 'QC7610', 'GET /organization/acme', 'not complete JSON')
  })

  test('it answers a list without end', async () => {
    const url = await site((request, response) => {
      const path = request.url ?? ''
      const endless = { repositories: [], robots: [], next_page: 'same' }
      const answers: Readonly<Record<string, unknown>> = {
        '/api/v1/user/': { username: 'admin', organizations: [] },
        '/api/v1/discovery': {
          paths: { '/api/v1/organization/{orgname}/quota': {}, '/api/v1/repository/{repository}/mirror': {} },
        },
        '/config': { features: {}, config: {} },
        '/api/v1/organization/acme': { name: 'acme', email: 'quay@acme.example', is_admin: true, teams: {} },
      }
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answers[path] ?? endless))
    })
    failed(await plan({ QUAY_URL: url }), 8, 'QC7612')
  })
})

import { createServer } from 'node:http'
import { createSecureServer } from 'node:http2'
import { connect, createServer as createTcpServer } from 'node:net'
import { rootCertificates } from 'node:tls'
import { expect, test } from 'vitest'
import { path } from '../../src/model/api.ts'
import { ConfigError, MissingRouteError, UnavailableError } from '../../src/model/errors.ts'
import { anything } from '../../src/model/shape.ts'
import { readCertificate } from '../../src/quay/certificate.ts'
import { createClient } from '../../src/quay/client.ts'
import { knock, routeTo } from '../../src/quay/proxy.ts'
import { certificate } from './certificate.ts'
import { clientFor, fakeClock, html, json, listen, quay, recorder, thrown } from './server.ts'

/** A TLS server that speaks both versions of HTTP and says which was used. */
async function tlsServer() {
  const versions: string[] = []
  const server = createSecureServer({ ...certificate, allowHTTP1: true }, (request, response) => {
    versions.push(request.httpVersion)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}')
  })
  return { port: await listen(server), versions }
}

/** A proxy that tunnels everything to one port and notes what for. */
async function proxyTo(port: number) {
  const asked: string[] = []
  const proxy = createServer()
  proxy.on('connect', (request, socket) => {
    asked.push(request.url ?? '')
    const there = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
    there.pipe(socket).pipe(there)
    there.on('error', () => socket.destroy())
    socket.on('error', () => there.destroy())
  })
  return { url: `http://127.0.0.1:${await listen(proxy)}`, asked }
}

test('a certificate nobody vouches for is an error and is not tried again', async () => {
  const { port, versions } = await tlsServer()
  const clock = fakeClock()
  const error = await thrown(clientFor({ url: `https://127.0.0.1:${port}`, clock }).get(path`/x`, anything))
  expect(error).toBeInstanceOf(UnavailableError)
  expect(error).toMatchObject({
    code: 'QC7601',
    message: `GET /x: the certificate of 127.0.0.1:${port} is not to be trusted (DEPTH_ZERO_SELF_SIGNED_CERT)`,
  })
  expect([versions, clock.slept]).toEqual([[], []])
})

test('ca makes it trusted, over HTTP/2; insecureSkipTlsVerify does without', async () => {
  const { port, versions } = await tlsServer()
  const url = `https://127.0.0.1:${port}`
  expect(await clientFor({ url, ca: certificate.cert }).get(path`/x`, anything)).toEqual({ ok: true })
  expect(await clientFor({ url, insecureSkipTlsVerify: true }).get(path`/x`, anything)).toEqual({ ok: true })
  expect(versions).toEqual(['2.0', '2.0'])
})

test('ca does not take away what Node and NODE_EXTRA_CA_CERTS trust', async () => {
  const { port } = await tlsServer()
  const ca = rootCertificates[0]
  const client = clientFor({ url: `https://127.0.0.1:${port}`, ca, extraCa: certificate.cert })
  expect(await client.get(path`/x`, anything)).toEqual({ ok: true })
})

test('a server that does not speak TLS', async () => {
  const { url } = await quay((_, response) => json(response, 200, {}))
  const error = await thrown(clientFor({ url: url.replace('http', 'https') }).get(path`/x`, anything))
  expect(error).toMatchObject({ code: 'QC7601', hints: [expect.stringContaining('may not speak TLS')] })
})

test('a proxy tunnels, and the certificate is that of the server behind it', async () => {
  const { port } = await tlsServer()
  const proxy = await proxyTo(port)
  const env = { HTTPS_PROXY: proxy.url }
  const trusting = clientFor({ url: 'https://quay.test', env, ca: certificate.cert })
  expect(await trusting.get(path`/x`, anything)).toEqual({ ok: true })
  expect(await thrown(clientFor({ url: 'https://quay.test', env }).get(path`/x`, anything))).toMatchObject({
    code: 'QC7601',
  })
  expect(new Set(proxy.asked)).toEqual(new Set(['quay.test:443']))
})

test('a proxy that refuses', async () => {
  const proxy = createServer()
  proxy.on('connect', (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'))
  const env = { HTTPS_PROXY: `http://ann:hunter22@127.0.0.1:${await listen(proxy)}` }
  const error = await thrown(clientFor({ url: 'https://quay.test', env }).get(path`/x`, anything))
  expect(error).toMatchObject({
    code: 'QC7600',
    message: 'GET /x: the proxy makes no connection to quay.test (UND_ERR_ABORTED)',
  })
})

test('NO_PROXY goes around the proxy, and so does this machine', async () => {
  const { seen, listener } = recorder((_, response) => json(response, 200, {}))
  const port = await listen(createServer(listener))
  const proxy = await proxyTo(port)
  const env = { http_proxy: proxy.url, https_proxy: proxy.url }
  // 0.0.0.0 is this machine, too, but not by the name of a loopback.
  const ask = async (host: string, more: Record<string, string>) => {
    const client = createClient({ url: `http://${host}:${port}`, version: '1', env: { ...env, ...more } })
    await client.get(path`/x`, anything)
    await client.close()
    return proxy.asked.length
  }
  expect(await ask('127.0.0.1', {})).toBe(0)
  expect(await ask('0.0.0.0', { no_proxy: '0.0.0.0' })).toBe(0)
  expect(await ask('0.0.0.0', {})).toBe(1)
  expect(seen).toHaveLength(3)
})

const none = 'none: neither HTTPS_PROXY nor HTTP_PROXY is set'
const named = (host: string) => `none: NO_PROXY names ${host}`

test.each<[about: string, url: string, env: Record<string, string>, way: string]>([
  ['no proxy', 'https://quay.test', {}, none],
  [
    'one for https',
    'https://quay.test',
    { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://q' },
    'HTTPS_PROXY http://p:1/',
  ],
  [
    'small letters go first',
    'https://quay.test',
    { https_proxy: 'http://p', HTTPS_PROXY: 'http://q' },
    'https_proxy http://p/',
  ],
  ['an empty one is none', 'https://quay.test', { https_proxy: '', HTTPS_PROXY: 'http://q' }, none],
  ['http for https too', 'https://quay.test', { HTTP_PROXY: 'http://p' }, 'HTTP_PROXY http://p/'],
  ['https for https only', 'http://quay.test', { HTTPS_PROXY: 'http://p' }, none],
  ['no URL', 'https://quay.test', { HTTPS_PROXY: 'proxy' }, 'none: HTTPS_PROXY is not a URL'],
  ['all are exempt', 'https://quay.test', { HTTPS_PROXY: 'http://p', NO_PROXY: '*' }, named('quay.test')],
  [
    'by name',
    'https://quay.test',
    { HTTPS_PROXY: 'http://p', NO_PROXY: 'a.test, QUAY.test' },
    named('quay.test'),
  ],
  [
    'by what it ends in',
    'https://quay.test',
    { HTTPS_PROXY: 'http://p', no_proxy: '.test' },
    named('quay.test'),
  ],
  ['with a star', 'https://quay.test', { HTTPS_PROXY: 'http://p', no_proxy: '*.test' }, named('quay.test')],
  [
    'not by letters alone',
    'https://quay.test',
    { HTTPS_PROXY: 'http://p', no_proxy: 'ay.test' },
    'HTTPS_PROXY http://p/',
  ],
  [
    'by the port of https',
    'https://quay.test',
    { HTTPS_PROXY: 'http://p', no_proxy: 'quay.test:443' },
    named('quay.test'),
  ],
  [
    'by the port of http',
    'http://quay.test',
    { HTTP_PROXY: 'http://p', no_proxy: 'quay.test:80' },
    named('quay.test'),
  ],
  [
    'another port',
    'https://quay.test:8443',
    { HTTPS_PROXY: 'http://p', no_proxy: 'quay.test:443' },
    'HTTPS_PROXY http://p/',
  ],
])('the way to a server: %s', (_, url, env, way) => {
  const route = routeTo(new URL(url), env)
  expect(route.proxy ? `${route.variable} ${route.proxy}` : route.why).toBe(way)
})

test('knocking says whether anything listens', async () => {
  const server = createTcpServer()
  const port = await listen(server)
  expect(await knock(new URL(`http://127.0.0.1:${port}`))).toBeNull()
  await new Promise((resolve) => server.close(resolve))
  expect(await knock(new URL(`http://127.0.0.1:${port}`))).toBe('ECONNREFUSED')
})

test('the certificate that is shown, trusted or not, directly and through a proxy that wants a password', async () => {
  const { port } = await tlsServer()
  const url = `https://quay.test:${port}`
  const asked: (string | undefined)[] = []
  const proxy = createServer()
  proxy.on('connect', ({ headers }, socket) => {
    asked.push(headers['proxy-authorization'])
    if (!headers['proxy-authorization'])
      return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    const there = connect(port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'))
    return there.pipe(socket).pipe(there)
  })
  const address = `127.0.0.1:${await listen(proxy)}`
  const shown = { issuer: 'quay.test', isSelfSigned: true, http2: true }
  const untrusted = { ...shown, distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT' }
  expect(await readCertificate({ url: `https://127.0.0.1:${port}` }, null)).toMatchObject(untrusted)
  const through = (options: object, way: string) => readCertificate({ url, ...options }, new URL(way))
  expect(await through({}, `http://ann:hunter%40@${address}`)).toMatchObject(untrusted)
  const trusted = await through({ ca: certificate.cert }, `http://ann:hunter%40@${address}`)
  expect(trusted).toMatchObject({ ...shown, distrust: null })
  expect(trusted?.names).toContain('quay.test')
  expect(await through({}, `http://${address}`)).toBeNull()
  expect(await through({}, `https://${address}`)).toBeNull()
  const basic = `Basic ${Buffer.from('ann:hunter@').toString('base64')}`
  expect(asked).toEqual([basic, basic, undefined])
})

test('a refused connection is tried again, a POST too', async () => {
  const server = createTcpServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  await new Promise((resolve) => server.close(resolve))
  const clock = fakeClock()
  const error = await thrown(clientFor({ url: `http://127.0.0.1:${port}`, clock }).post(path`/x`))
  expect(error).toMatchObject({
    code: 'QC7600',
    status: null,
    message: `POST /x: cannot connect to 127.0.0.1:${port} after 3 attempts (ECONNREFUSED)`,
  })
  expect(clock.slept).toEqual([250, 500])
})

test('a server that is silent for too long', async () => {
  const { client } = await quay(() => {}, { timeouts: { headers: 1, body: 1 }, attempts: 1 })
  expect(await thrown(client.get(path`/x`, anything))).toMatchObject({ code: 'QC7603', status: null })
})

test('a redirect to the same path with a slash is a missing route, whatever the host', async () => {
  const { client, seen } = await quay(({ url }, response) =>
    html(response, 308, 'Redirecting...', { location: `http://quay.internal${url}/` }),
  )
  const error = await thrown(client.find(path`/organization/${'a+b'}/mirror`, anything))
  expect(error).toBeInstanceOf(MissingRouteError)
  expect(error).toMatchObject({ status: 308 })
  expect(seen).toHaveLength(1)
})

test('any other redirect is an error that names where to; the token does not go there', async () => {
  const other = recorder((_, response) => json(response, 200, {}))
  const there = `http://127.0.0.1:${await listen(createServer(other.listener))}`
  const { client, url } = await quay((_, response) =>
    html(response, 302, 'Found', { location: `${there}/signin?next=x` }),
  )
  const error = await thrown(client.get(path`/x`, anything))
  expect(error).toBeInstanceOf(UnavailableError)
  expect(error).toMatchObject({
    code: 'QC7611',
    message: `GET /x -> 302: ${new URL(url).host} redirects to ${there}`,
  })
  expect(other.seen).toEqual([])
})

test.each([
  ['a token over plain http', { url: 'http://quay.example.com', token: 't' }],
  ['a token with a line end', { url: 'https://quay.example.com', token: 't\n' }],
  ['no URL', { url: 'quay.example.com' }],
  ['another scheme', { url: 'ftp://quay.example.com' }],
  ['a password in the URL', { url: 'https://ann:hunter22@quay.example.com' }],
  ['a path in the URL', { url: 'https://quay.example.com/api/v1' }],
  ['no certificate', { url: 'https://quay.example.com', ca: 'hello' }],
  ['a proxy that is no URL', { url: 'https://quay.example.com', env: { HTTPS_PROXY: '::' } }],
])('%s is refused before anything is sent', (_, options) => {
  const make = () => createClient({ version: '1', ...options })
  expect(make).toThrow(ConfigError)
  expect(make).not.toThrow('hunter22')
})

test('without a token plain http is fine', async () => {
  const { listener, seen } = recorder((_, response) => json(response, 200, {}))
  const port = await listen(createServer(listener))
  const client = createClient({ url: `http://0.0.0.0:${port}`, version: '1' })
  await client.get(path`/discovery`, anything)
  await client.close()
  expect(seen[0]?.headers).not.toHaveProperty('authorization')
})

import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { attack, bound, MINE, SECRET, withPassword } from './attack.ts'
import {
  type Files,
  folder,
  organization,
  quay,
  quayctl,
  registry,
  site,
  TOKEN,
  unwrapped,
  writes,
} from './run.ts'

describe.concurrent('a link', () => {
  test.each([
    ['out of the tree', '../outside/key'],
    ['to a file of somebody else', '../../secrets/key'],
    ['to its own environment', '/proc/self/environ'],
  ])('%s is no secret file', async (_, target) => {
    const outside = folder({ key: SECRET })
    const here = { 'quayctl.yaml': bound, [MINE]: withPassword('{from_file: key}'), 'secrets/key': SECRET }
    const { code, heads, server } = await attack(here, [], {
      'organizations/acme/key': target.replace('../outside', outside),
    })
    expect(heads).toEqual([expect.stringMatching(/^\S+acme\.yaml:14:17 error QC1303 .*key /)])
    expect([code, writes(server.seen)]).toEqual([3, []])
  })

  test('below its own folder is a secret file, as Kubernetes mounts them', async () => {
    const { code, server } = await attack(
      {
        'quayctl.yaml': bound,
        [MINE]: withPassword('{from_file: keys/key}'),
        'organizations/acme/keys/..1/key': 'mine',
      },
      [],
      { 'organizations/acme/keys/key': '..1/key' },
    )
    expect([code, writes(server.seen).length > 0]).toEqual([0, true])
  })

  test.each([
    ['out of the tree', (outside: string) => join(outside, 'leak.yaml')],
    ["into Git's own files", () => '../../.git/config.yaml'],
    ['to what is no YAML', () => '../../secrets/key'],
    ["to another registry's", () => '../../registries/staging.yaml'],
  ])('%s is not read', async (_, targetOf) => {
    const outside = folder({ 'leak.yaml': `apiVersion: quayctl/v1\n${SECRET}\n` })
    const { code, stdout, server } = await attack(
      {
        'quayctl.yaml': bound,
        '.git/config.yaml': `apiVersion: quayctl/v1\n${SECRET}: [\n`,
        'registries/staging.yaml': registry(`url: https://${SECRET}.example\n`),
        'secrets/key': SECRET,
      },
      [],
      { 'organizations/acme/link.yaml': targetOf(outside) },
    )
    expect(stdout).toContain('matches no file')
    expect([code, writes(server.seen)]).toEqual([0, []])
  })
})

test.each([
  'email: a@b.example',
  'quota: {limit: 1 GiB}',
  'use: [standard]',
  'prune: {robots: all}',
  'tag_expiration: 1d',
])('a part that sets %s is refused', async (line) => {
  const { code, heads, server } = await attack({
    'quayctl.yaml': `apiVersion: quayctl/v1\nkind: OrganizationPart\norganization: acme\n${line}\nrobots: {ci: {}}\n`,
  })
  expect(heads).toEqual([`quayctl.yaml:4:1 error QC1002 unknown key "${line.split(':')[0]}"`])
  expect([code, server.seen]).toEqual([3, []])
})

describe.concurrent('where the token goes', () => {
  const thief = async () => {
    const seen: string[] = []
    const url = await site((request, response) => {
      seen.push(`${request.url} ${request.headers.authorization}`)
      response.end('{}')
    })
    return { url, seen }
  }
  const env = { CI: 'true', QUAY_TOKEN: TOKEN }
  const pointing = (url: string) => ({ cwd: folder({ 'quayctl.yaml': registry(`url: ${url}\n`) }) })

  test('a changed url does not choose it in CI', async () => {
    const { url, seen } = await thief()
    const { code, stdout, stderr } = await quayctl(['plan'], { ...pointing(url), env })
    expect(stderr).toContain('error QC3107')
    expect([code, stdout, seen]).toEqual([3, '', []])
  })

  test('a changed url that differs from QUAY_URL is an error with its line', async () => {
    const { url, seen } = await thief()
    const { code, stderr } = await quayctl(['plan'], {
      ...pointing(url),
      env: { ...env, QUAY_URL: 'https://quay.example.com' },
    })
    expect(unwrapped(stderr)).toContain(
      `QUAY_URL is https://quay.example.com, and quayctl.yaml:3:6 says ${url}`,
    )
    expect([code, seen]).toEqual([3, []])
  })

  test('a redirect to another host is not followed', async () => {
    const { url, seen } = await thief()
    const server = await site((request, response) => {
      response.writeHead(302, { location: url + request.url })
      response.end()
    })
    const { code, stdout, stderr } = await quayctl(['plan'], {
      ...pointing(server),
      env: { QUAY_TOKEN: TOKEN },
    })
    expect(stderr).toContain('redirects to')
    expect(stdout + stderr).not.toContain(TOKEN)
    expect([code, seen]).toEqual([8, []])
  })

  test('a plan says sandbox of the sandbox only', async () => {
    const server = await quay()
    const cwd = folder({ 'quayctl.yaml': registry() })
    const inside = { ...server.env, QUAYCTL_SANDBOX: '1' }
    const own = await quayctl(['plan'], { cwd, env: inside })
    expect(own.stdout).toContain('sandbox')
    const other = await quayctl(['plan', '--url', server.url], { cwd, env: inside })
    expect([other.code, other.stdout]).toEqual([0, expect.not.stringContaining('sandbox')])
    const without = { QUAY_TOKEN: TOKEN, QUAYCTL_SANDBOX: '1' }
    const written = await quayctl(['plan'], { ...pointing(server.url), env: without })
    expect([written.code, written.stdout]).toEqual([0, expect.not.stringContaining('sandbox')])
  })

  test('plain http leaves no machine', async () => {
    const { code, stderr } = await quayctl(['plan'], {
      ...pointing('http://quay.example.com'),
      env: { QUAY_TOKEN: TOKEN },
    })
    expect(stderr).toMatch(/error QC310\d/)
    expect(code).toBe(3)
  })
})

describe.concurrent('limits', () => {
  const refusedWith = async (files: Files, words: string, input?: string) => {
    const args = input === undefined ? ['validate'] : ['validate', '-f', '-']
    const start = performance.now()
    const { code, stdout, stderr } = await quayctl(args, {
      cwd: folder(files),
      ...(input !== undefined && { input }),
    })
    expect(unwrapped(stderr)).toContain(words)
    expect([code, stdout]).toEqual([3, ''])
    expect(performance.now() - start).toBeLessThan(30_000)
  }
  const large = organization('acme', `# ${'x'.repeat(4 * 2 ** 20)}\n`)
  const split = 'more than 4 MiB; split it: an organization, or a part of one, may have a file of its own'

  test('a file over 4 MiB', () => refusedWith({ 'quayctl.yaml': large }, split))
  test('standard input over 4 MiB', () => refusedWith({}, split, large))

  test('aliases that expand to millions of values', () => {
    const bomb = Array.from(
      { length: 9 },
      (_, i) => `  x${i}: &a${i} [${Array(10).fill(i ? `*a${i - 1}` : 1)}]\n`,
    )
    const text = organization(
      'acme',
      `robots:\n ci:\n  unstructured_metadata:\n${bomb.join('').replaceAll(/^ {2}/gm, '   ')}`,
    )
    return refusedWith({ 'quayctl.yaml': text }, 'aliases expand to more than 2 million values')
  })

  test('an alias that holds itself', () =>
    refusedWith(
      { 'quayctl.yaml': organization('acme', 'robots: &r\n  ci: {unstructured_metadata: {x: *r}}\n') },
      'quayctl.yaml:6:35 error QC1007 this alias holds itself',
    ))

  test('values nested without end', () =>
    refusedWith(
      { 'quayctl.yaml': organization('acme', `robots: ${'['.repeat(200_000)}`) },
      'error QC1007 values are nested too deeply to be read',
    ))
})

import { mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  type Files,
  folder,
  headsOf,
  organization,
  quay,
  quayctl,
  registry,
  site,
  TOKEN,
  writes,
} from './run.ts'

/** What no output may hold, and nobody may be sent. */
const SECRET = 'hunter3-of-somebody-else'
const stolen = { QC_GLOBEX_KEY: SECRET, QC_ACME_WEB_KEY: SECRET, GITHUB_TOKEN: SECRET, HOME_KEY: SECRET }

const bound = registry(`secrets: [QC_*]
include:
  - {path: "organizations/{organization}/*.yaml", only_organization: true, secrets: ["QC_{ORGANIZATION}_*"]}
`)
const withPassword = (reference: string): string =>
  organization(
    'acme',
    `robots: {sync: {}}
repositories:
  api:
    mirror:
      external_reference: quay.io/minio/mc
      tags: [latest]
      sync_interval: 1h
      robot: sync
      username: thief
      password: ${reference}
`,
  )
const MINE = 'organizations/acme/acme.yaml'
const globex = organization('globex')
const web = organization('acme-web')

/** Applies files to a Quay that counts what it is sent. */
async function attack(
  files: Files,
  args: readonly string[] = [],
  links: Readonly<Record<string, string>> = {},
) {
  const server = await quay()
  const here = folder(files)
  for (const [link, target] of Object.entries(links)) {
    mkdirSync(dirname(join(here, link)), { recursive: true })
    symlinkSync(target, join(here, link))
  }
  const ran = await quayctl(['apply', '--yes', ...args], { cwd: here, env: { ...server.env, ...stolen } })
  expect(ran.stdout + ran.stderr).not.toContain(SECRET)
  expect(ran.stdout + ran.stderr).not.toContain(TOKEN)
  return { ...ran, server, heads: headsOf(ran.stderr) }
}

/** The text of a bound file, and the error at its line. */
const refused: Readonly<Record<string, readonly [text: string, head: string]>> = {
  'names another organization': [globex, '3:7 error QC1205 this file may hold documents of acme only'],
  'holds a part of another': [
    'apiVersion: quayctl/v1\nkind: OrganizationPart\norganization: globex\nrobots: {ci: {}}\n',
    '3:15 error QC1205 this file may hold documents of acme only',
  ],
  'holds a template': [
    'apiVersion: quayctl/v1\nkind: OrganizationTemplate\nname: standard\n',
    '2:7 error QC1205 this file may hold documents of acme only',
  ],
  "refers to another's secret": [
    withPassword('{from_env: QC_GLOBEX_KEY}'),
    '14:17 error QC1302 this file may not refer to QC_GLOBEX_KEY',
  ],
  'refers to the secret of an organization whose name begins alike': [
    withPassword('{from_env: QC_ACME_WEB_KEY}'),
    '14:17 error QC1302 QC_ACME_WEB_KEY belongs to acme-web',
  ],
  "refers to quayctl's own token": [
    withPassword('{from_env: QUAY_TOKEN}'),
    "14:17 error QC1302 QUAY_TOKEN may not be referred to: it is quayctl's own",
  ],
  "refers to CI's token": [
    withPassword('{from_env: GITHUB_TOKEN}'),
    '14:17 error QC1302 the files may not refer to GITHUB_TOKEN',
  ],
  'refers to a file above': [
    withPassword('{from_file: ../x}'),
    '14:17 error QC1304 from_file: ../x leaves the folder of this file',
  ],
  'refers to its own environment': [
    withPassword('{from_file: /proc/self/environ}'),
    '14:17 error QC1304 from_file: /proc/self/environ leaves the folder of this file',
  ],
}

describe.concurrent('a bound file that', () => {
  test.each(Object.entries(refused))('%s', async (_, [text, head]) => {
    const files = { 'quayctl.yaml': bound, [MINE]: text, 'organizations/acme-web/web.yaml': web, x: SECRET }
    for (const args of [[], ['-f', MINE]]) {
      const { code, stdout, heads, server } = await attack(files, args)
      expect(heads).toContain(`${MINE}:${head}`)
      expect([code, stdout, server.seen]).toEqual([3, '', []])
    }
  })

  test('is a Registry document of its own does not set itself free', async () => {
    const free = `${registry('secrets: ["*"]\n')}---\n${withPassword('{from_env: GITHUB_TOKEN}')}`
    for (const args of [[], ['-f', MINE], ['-f', 'organizations']]) {
      const { code, heads, server } = await attack({ 'quayctl.yaml': bound, [MINE]: free }, args)
      expect(heads).toContain(`${MINE}:2:7 error QC1205 this file may hold documents of acme only`)
      expect(heads).toContain(`${MINE}:18:17 error QC1302 the files may not refer to GITHUB_TOKEN`)
      expect([code, server.seen]).toEqual([3, []])
    }
  })
})

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
    expect(stderr).toContain(`QUAY_URL is https://quay.example.com, and quayctl.yaml:3:6 says ${url}`)
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
    expect(stderr).toContain(words)
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

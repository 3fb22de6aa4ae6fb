import { createServer as createHttpServer } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { tlsRow } from '../../src/cli/checkup-way.ts'
import type { EmulatorOptions } from '../../src/emulator/emulator.ts'
import type { EmulatedRequest, Fault } from '../../src/emulator/request.ts'
import { checks, type Row } from '../../src/model/checkup.ts'
import {
  behindTls,
  type Files,
  folder,
  listen,
  organization,
  pem,
  type Quay,
  quay,
  quayctl,
  type Ran,
  registry,
  site,
  TOKEN,
  writes,
} from './run.ts'

const SECRETS = [TOKEN, 'WEAK', 'OLGA', 'DEAD', 'hunter2']
const ALL = 'org:admin repo:admin repo:create repo:read repo:write super:user user:admin user:read'
const without = (...lost: readonly string[]) =>
  ALL.split(' ')
    .filter((scope) => !lost.includes(scope))
    .join(' ')

/** Where doctor runs. */
interface World {
  readonly server?: Quay
  readonly files?: Files
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string | undefined>>
}

/** A world in which one thing is wrong, what doctor must say of it, and its fix, carried out. */
interface Case {
  readonly name: string
  readonly world: () => Promise<World>
  readonly row: Partial<Pick<Row, 'code' | 'source'>> &
    Pick<Row, 'check' | 'status'> & { readonly says: string; readonly fix?: string }
  readonly exit: number
  /** Does what the row's `fix` says. */
  readonly mend: (world: World, fix: string) => Promise<World>
}

const mirrored = `robots: {sync: {}}
repositories:
  api:
    mirror: {external_reference: quay.io/minio/mc, tags: [latest], sync_interval: 1h, robot: sync}
`
const config = (body: string): Files => ({ 'quayctl.yaml': organization('acme', body) })
/** The line of `quayctl.yaml` at which the body of its organization begins. */
const BODY = 5

const accounts = (scopes: string): EmulatorOptions['accounts'] => ({
  users: { admin: { superuser: true }, olga: {} },
  tokens: {
    [TOKEN]: { user: 'admin', scopes: ALL },
    OLGA: { user: 'olga', scopes: ALL },
    WEAK: { user: 'olga', scopes },
    DEAD: { user: 'admin', scopes: ALL, expired: true },
  },
})

/** Files on a Quay that is otherwise as it should be. */
const on = async (
  files: Files,
  options: Partial<EmulatorOptions> = {},
  env: World['env'] = {},
): Promise<World> => {
  const server = await quay({ accounts: accounts(ALL), ...options })
  return { server, files, env: { ...server.env, ...env } }
}

const run = ({ files = {}, env = {}, args = [] }: World, ...more: readonly string[]): Promise<Ran> =>
  quayctl(['doctor', ...args, ...more], { cwd: folder(files), env })

const rowsOf = (ran: Ran): readonly (Row & { readonly exit_code?: number })[] => JSON.parse(ran.stdout).rows

/** Statuses of a check in the table for people. */
const statuses = (stdout: string, check: string): readonly string[] =>
  [...stdout.matchAll(/^ (ok|warning|failed|skipped) +(\S.*?) {2,}/gm)]
    .filter(([, , name]) => name === check.replaceAll('_', ' '))
    .map(([, status = '']) => status)

const discrete = (...runs: readonly Ran[]) => {
  for (const { stdout, stderr } of runs)
    for (const secret of SECRETS) expect(stdout + stderr).not.toContain(secret)
}

const at = (line: number, column: number) => `quayctl.yaml:${line}:${column}`

/** A feature that is off, at the line that needs it; its flag in Quay's configuration mends it. */
const off = (
  feature: string,
  body: string,
  line: number,
  column: number,
  options: Partial<EmulatorOptions> = {},
): Case => ({
  name: `FEATURE_${feature} is off`,
  world: () => on(config(body), { ...options, features: { [feature]: false } }),
  row: {
    check: 'features',
    status: 'failed',
    code: 'QC3001',
    says: `FEATURE_${feature} is off`,
    fix: `FEATURE_${feature}: true in Quay's config.yaml`,
    source: at(line, column),
  },
  exit: 3,
  mend: (world, fix) => {
    const [, flag = '', is] = /FEATURE_([A-Z_]+): (true)/.exec(fix) ?? []
    return on(world.files ?? {}, { ...options, features: { [flag]: is === 'true' } })
  },
})

/** A token without a scope; one that has what the fix names mends it. */
const scopeless = (
  name: string,
  scopes: string,
  files: Files,
  row: Omit<Case['row'], 'check' | 'status'> & Partial<Case['row']>,
  exit: number,
  prepare: (server: Quay) => Promise<unknown> = async () => {},
): Case => {
  const made = async (held: string) => {
    const world = await on(files, { accounts: accounts(held) }, { QUAY_TOKEN: 'WEAK' })
    if (world.server) await prepare(world.server)
    return world
  }
  return {
    name,
    world: () => made(scopes),
    row: { check: 'scopes', status: 'failed', ...row },
    exit,
    mend: (_, fix) => made(`${scopes} ${/[a-z]+:[a-z]+/.exec(fix)?.[0]}`),
  }
}

/** An organization that olga administers. */
const ownedByOlga = async (server: Quay) => {
  await server.call('POST', '/organization/', { name: 'acme', email: 'quay@acme.example' })
  await server.call('PUT', '/organization/acme/team/owners/members/olga')
}

/** Makes the calls that a fix writes out, `PUT /api/v1/x {"json": true}`, as the superuser. */
const byCalls = async (world: World, fix: string): Promise<World> => {
  const calls = [...fix.matchAll(/(POST|PUT) \/api\/v1(\/[\w./-]+)(?: (\{[^}]*\}))?/g)]
  expect(calls.length).toBeGreaterThan(0)
  for (const [, method = '', path = '', body] of calls)
    await world.server?.call(method, path, body === undefined ? undefined : JSON.parse(body))
  return world
}

const shifted = (seconds: number) => () => new Date(Date.now() + seconds * 1000)

/** A Quay behind TLS that nobody vouches for. */
async function certified(): Promise<{ readonly world: World; readonly port: number }> {
  const port = await behindTls((await quay()).emulator)
  const files = { ...config(''), 'ca.pem': pem('cert') }
  return { world: { files, env: { QUAY_TOKEN: TOKEN, QUAY_URL: `https://127.0.0.1:${port}` } }, port }
}

/** Refuses what comes while as many as `most` are on their way; each takes a moment. */
function narrow(most: number): NonNullable<EmulatorOptions['faults']> {
  const started: number[] = []
  return (request: EmulatedRequest): Fault | undefined => {
    if (request.method !== 'GET') return undefined
    const now = Date.now()
    const busy = started.filter((time) => now - time < 100).length
    if (busy >= most) return { status: 429, contentType: 'text/html', body: '<title>Too Many</title>' }
    started.push(now)
    return { delay: 150 }
  }
}

const elsewhere = (url: string): World => ({ files: config(''), env: { QUAY_TOKEN: TOKEN, QUAY_URL: url } })
/** The same files, with the address of a Quay that is one. */
const rightUrl = async ({ files = {} }: World) => on(files)

const cases: readonly Case[] = [
  off('REPO_MIRROR', mirrored, 8, 5),
  off('QUOTA_MANAGEMENT', 'quota: {limit: 1 GiB}', BODY, 1),
  off('PROXY_CACHE', 'proxy_cache: {upstream_registry: docker.io}', BODY, 1),
  off('AUTO_PRUNE', 'auto_prune: [{method: number_of_tags, value: 5}]', BODY, 14),
  off('IMMUTABLE_TAGS', 'immutability: [{tag_pattern: "v.*"}]', BODY, 16),
  off(
    'ORG_MIRROR',
    'organization_mirror: {external_registry_type: quay, external_registry_url: "https://quay.io", external_namespace: a, robot: sync, sync_interval: 1d}\nrobots: {sync: {}}',
    BODY,
    1,
  ),
  off('TEAM_SYNCING', 'teams: {one: {role: member, sync: {group_dn: cn=one}}}', BODY, 35, {
    authentication: 'LDAP',
  }),
  {
    name: 'the latest, without full access: thresholds of a quota',
    world: () =>
      on(config('quota: {limit: 1 GiB, warn_at: 80}'), { features: { SUPERUSERS_FULL_ACCESS: false } }),
    row: {
      check: 'features',
      status: 'failed',
      code: 'QC3002',
      says: 'lets nobody write warn_at',
      fix: "FEATURE_SUPERUSERS_FULL_ACCESS: true in Quay's config.yaml, or leave the thresholds out",
      source: at(BODY, 32),
    },
    exit: 3,
    mend: async ({ server, env }) => ({
      ...(server && { server }),
      files: config('quota: {limit: 1 GiB}'),
      ...(env && { env }),
    }),
  },
  {
    name: '3.11 and an attribute of a later release',
    world: () =>
      on(config('auto_prune: [{method: number_of_tags, value: 5, tag_pattern: "^pr-"}]'), {
        version: '3.11',
      }),
    row: {
      check: 'features',
      status: 'failed',
      code: 'QC3001',
      says: 'Quay 3.13 brought it, and this one is older',
      fix: 'or use Quay 3.13 or newer',
      source: at(BODY, 62),
    },
    exit: 3,
    mend: ({ files = {} }) => on(files),
  },
  {
    name: 'a tag expiration that is not offered',
    world: () => on(config('tag_expiration: 3d')),
    row: {
      check: 'tag_expiration',
      status: 'failed',
      code: 'QC3001',
      says: 'does not offer a tag expiration of 3d',
      fix: 'write one that it offers: 0, 1d, 1w, 2w, 4w, or have the operator',
      source: at(BODY, 17),
    },
    exit: 3,
    mend: async ({ server, env }, fix) => ({
      ...(server && { server }),
      files: config(`tag_expiration: ${/1w/.exec(fix)?.[0]}`),
      ...(env && { env }),
    }),
  },
  scopeless(
    'without user:read',
    'org:admin repo:admin',
    config(''),
    { code: 'QC7401', says: 'neither user:read nor user:admin', fix: 'the scope user:read' },
    7,
    ownedByOlga,
  ),
  scopeless(
    'without user:admin, and an organization to create',
    without('user:admin'),
    config(''),
    {
      code: 'QC3007',
      says: 'to create organization.acme takes the scope user:admin',
      fix: 'make a token with the scope user:admin',
      source: at(3, 7),
    },
    3,
  ),
  scopeless(
    'without org:admin, and an organization to create',
    without('org:admin'),
    config(''),
    { code: 'QC3007', says: 'takes the scope org:admin', fix: 'make a token with the scope org:admin' },
    3,
  ),
  scopeless(
    'without org:admin, and an organization that is there',
    without('org:admin'),
    config(''),
    {
      code: 'QC7403',
      says: 'to read what this line declares takes the scope org:admin',
      fix: 'make a token with the scope org:admin',
      source: at(3, 7),
    },
    7,
    ownedByOlga,
  ),
  scopeless(
    'without repo:admin, and a mirror',
    without('repo:admin'),
    config(mirrored),
    { code: 'QC3007', says: 'takes the scope repo:admin', fix: 'scope repo:admin', source: at(8, 5) },
    3,
  ),
  scopeless(
    'without a scope that reads repositories',
    without('repo:admin', 'repo:write', 'repo:read'),
    config('repositories: {api: {}}'),
    { code: 'QC3007', says: 'takes the scope repo:read', fix: 'scope repo:read', source: at(BODY, 16) },
    3,
  ),
  scopeless(
    'without user:admin, and a robot of the user',
    'user:read org:admin repo:admin',
    { 'quayctl.yaml': 'apiVersion: quayctl/v1\nkind: User\nname: olga\nrobots: {ci: {}}\n' },
    {
      code: 'QC7403',
      says: 'to read what this line declares takes the scope user:admin',
      fix: 'scope user:admin',
      source: at(4, 10),
    },
    7,
  ),
  scopeless(
    'without repo:create, and a repository of the user',
    'user:admin repo:admin',
    { 'quayctl.yaml': 'apiVersion: quayctl/v1\nkind: User\nname: olga\nrepositories: {api: {}}\n' },
    { code: 'QC3007', says: 'takes the scope repo:create', fix: 'scope repo:create', source: at(4, 16) },
    3,
  ),
  {
    name: 'without repo:write, where no repository shows it',
    world: () =>
      on(config(''), { accounts: accounts(without('repo:admin', 'repo:write')) }, { QUAY_TOKEN: 'WEAK' }),
    row: {
      check: 'scopes',
      status: 'skipped',
      says: 'repo:write cannot be told: it shows at a repository only',
    },
    exit: 0,
    mend: async (world) => {
      const own = { namespace: 'olga', repository: 'one', visibility: 'private', description: '' }
      const headers = { authorization: 'Bearer OLGA', 'content-type': 'application/json' }
      await fetch(`${world.server?.url}/api/v1/repository`, {
        method: 'POST',
        headers,
        body: JSON.stringify(own),
      })
      return { ...world, env: { ...world.env, QUAY_TOKEN: 'OLGA' } }
    },
  },
  {
    name: 'without scopes that no line needs',
    world: () => on({}, { accounts: accounts('user:admin org:admin') }, { QUAY_TOKEN: 'WEAK' }),
    row: {
      check: 'scopes',
      status: 'warning',
      says: 'not there: repo:read repo:write repo:admin',
      fix: 'make a token with it: repo:read repo:write repo:admin',
    },
    exit: 0,
    mend: (_, fix) =>
      on({}, { accounts: accounts(`user:admin org:admin ${fix.split(': ')[1]}`) }, { QUAY_TOKEN: 'WEAK' }),
  },
  {
    name: 'a quota, and a token without super:user',
    world: () =>
      on(config('quota: {limit: 1 GiB}'), {
        accounts: {
          users: { admin: { superuser: true } },
          tokens: { [TOKEN]: { user: 'admin', scopes: without('super:user') } },
        },
      }),
    row: {
      check: 'superuser',
      status: 'failed',
      code: 'QC3005',
      says: 'to create quota.acme takes the scope super:user',
      fix: "use a superuser's token with the scope super:user, or sign in as one",
      source: at(BODY, 1),
    },
    exit: 3,
    mend: ({ files = {} }) => on(files),
  },
  {
    name: 'users, and a user who is no superuser',
    world: () => on({ 'quayctl.yaml': registry('users: {zoe: {}}\n') }, {}, { QUAY_TOKEN: 'OLGA' }),
    row: {
      check: 'superuser',
      status: 'failed',
      code: 'QC3005',
      says: 'users are managed by superusers only',
      fix: "a superuser's token",
      source: at(3, 9),
    },
    exit: 3,
    mend: async (world) => ({ ...world, env: { ...world.env, QUAY_TOKEN: TOKEN } }),
  },
  {
    name: 'no token',
    world: () => on(config(''), {}, { QUAY_TOKEN: undefined }),
    row: {
      check: 'token',
      status: 'failed',
      code: 'QC7402',
      says: 'QUAY_TOKEN is not set',
      fix: 'Generate Token',
    },
    exit: 7,
    mend: async (world) => ({ ...world, env: { ...world.env, QUAY_TOKEN: TOKEN } }),
  },
  {
    name: 'no token, and nobody is told anything',
    world: () => on(config(''), { features: { ANONYMOUS_ACCESS: false } }, { QUAY_TOKEN: undefined }),
    row: {
      check: 'token',
      status: 'warning',
      says: 'FEATURE_ANONYMOUS_ACCESS is off',
      fix: 'name a file with --token-file',
    },
    exit: 7,
    mend: async (world) => ({
      ...world,
      files: { ...world.files, 'token.txt': TOKEN },
      args: ['--token-file', 'token.txt'],
    }),
  },
  {
    name: 'a token with a blank in it',
    world: () => on(config(''), {}, { QUAY_TOKEN: 'hunter2 x' }),
    row: {
      check: 'token',
      status: 'failed',
      code: 'QC3104',
      says: 'holds characters that no token has',
      fix: 'copy it again',
    },
    exit: 3,
    mend: async (world) => ({ ...world, env: { ...world.env, QUAY_TOKEN: TOKEN } }),
  },
  {
    name: 'a dead token',
    world: () => on(config(''), {}, { QUAY_TOKEN: 'DEAD' }),
    row: {
      check: 'token',
      status: 'failed',
      code: 'QC7401',
      says: 'it is invalid, expired or revoked, or its user is disabled',
      fix: 'make a new one: in Quay an organization, Applications, Generate Token. A robot token',
    },
    exit: 7,
    mend: async (world) => ({ ...world, env: { ...world.env, QUAY_TOKEN: TOKEN } }),
  },
  {
    name: 'a disabled user',
    world: async () => {
      const world = await on(config(''), {}, { QUAY_TOKEN: 'OLGA' })
      await world.server?.call('PUT', '/superuser/users/olga', { enabled: false })
      return world
    },
    row: {
      check: 'token',
      status: 'failed',
      code: 'QC7401',
      says: 'its user is disabled',
      fix: 'PUT /api/v1/superuser/users/NAME {"enabled": true}',
    },
    exit: 7,
    mend: (world, fix) => byCalls(world, fix.replace('NAME', 'olga')),
  },
  {
    name: 'a clock that is ahead',
    world: () => on(config(''), { now: shifted(600) }),
    row: {
      check: 'clock',
      status: 'warning',
      says: "the server's is 10 min ahead of this machine's",
      fix: 'NTP',
    },
    exit: 0,
    mend: ({ files = {} }) => on(files, { now: shifted(0) }),
  },
  {
    name: 'a clock that is behind',
    world: () => on(config(''), { now: shifted(-3 * 86_400) }),
    row: { check: 'clock', status: 'warning', says: "the server's is 3 d behind this machine's", fix: 'NTP' },
    exit: 0,
    mend: ({ files = {} }) => on(files, { now: shifted(-20) }),
  },
  {
    name: 'a self-signed certificate',
    world: async () => (await certified()).world,
    row: {
      check: 'tls',
      status: 'failed',
      code: 'QC7601',
      says: 'the certificate is self-signed, by quay.test (DEPTH_ZERO_SELF_SIGNED_CERT)',
      fix: 'name it with --ca-file FILE',
    },
    exit: 8,
    mend: async (world) => ({ ...world, args: ['--ca-file', 'ca.pem'] }),
  },
  {
    name: "another host's certificate",
    world: async () => {
      const { world, port } = await certified()
      const env = { ...world.env, QUAY_URL: `https://localhost:${port}` }
      return { ...world, env, args: ['--ca-file', 'ca.pem'] }
    },
    row: {
      check: 'tls',
      status: 'failed',
      code: 'QC7601',
      says: 'the certificate is not for localhost, but for quay.test, 127.0.0.1',
      fix: 'write one of these names into the URL',
    },
    exit: 8,
    mend: async (world) => ({
      ...world,
      env: { ...world.env, QUAY_URL: world.env?.QUAY_URL?.replace('localhost', '127.0.0.1') },
    }),
  },
  {
    name: 'a certificate that is not checked',
    world: async () => ({ ...(await certified()).world, args: ['--insecure-skip-tls-verify'] }),
    row: {
      check: 'tls',
      status: 'warning',
      says: 'not checked',
      fix: 'leave the flag out, and give the authority with --ca-file FILE',
    },
    exit: 0,
    mend: async (world) => ({ ...world, args: ['--ca-file', 'ca.pem'] }),
  },
  {
    name: 'a file of authorities that is not there',
    world: async () => ({ ...(await certified()).world, args: ['--ca-file', 'nowhere.pem'] }),
    row: { check: 'tls', status: 'failed', code: 'QC3103', says: 'there is no file nowhere.pem' },
    exit: 3,
    mend: async (world) => ({ ...world, args: ['--ca-file', 'ca.pem'] }),
  },
  {
    name: 'a port without TLS',
    world: async () => elsewhere((await site((_, response) => response.end())).replace('http:', 'https:')),
    row: { check: 'tls', status: 'failed', code: 'QC7601', says: 'no TLS connection', fix: 'check the URL' },
    exit: 8,
    mend: rightUrl,
  },
  {
    name: 'a host that does not exist',
    world: async () => elsewhere('https://quay.invalid'),
    row: {
      check: 'reachable',
      status: 'failed',
      code: 'QC7602',
      says: 'the name of quay.invalid cannot be resolved',
      fix: 'Check the URL',
    },
    exit: 8,
    mend: rightUrl,
  },
  {
    name: 'a connection that is refused',
    world: async () => elsewhere('http://127.0.0.1:9'),
    row: {
      check: 'reachable',
      status: 'failed',
      code: 'QC7600',
      says: 'cannot connect to 127.0.0.1:9',
      fix: 'Check the URL, and that the server is up',
    },
    exit: 8,
    mend: rightUrl,
  },
  {
    name: 'plain http to another machine',
    world: async () => elsewhere('http://quay.invalid'),
    row: {
      check: 'url',
      status: 'failed',
      code: 'QC3105',
      says: 'the token is not sent to http://quay.invalid',
      fix: 'Write https://quay.invalid',
    },
    exit: 3,
    mend: async (_, fix) => elsewhere(/https:[\w./]+[a-z]/.exec(fix)?.[0] ?? ''),
  },
  {
    name: 'a URL with a path',
    world: async () => elsewhere('https://quay.invalid/api/v1'),
    row: {
      check: 'url',
      status: 'failed',
      code: 'QC3101',
      says: 'has a path',
      fix: 'Write https://quay.invalid',
    },
    exit: 3,
    mend: async (_, fix) => elsewhere(/https:[\w./]+[a-z]/.exec(fix)?.[0] ?? ''),
  },
  {
    name: 'a web page where Quay should be',
    world: async () =>
      elsewhere(
        await site((_, response) =>
          response.writeHead(200, { 'content-type': 'text/html' }).end('<title>It works!</title>'),
        ),
      ),
    row: {
      check: 'quay',
      status: 'failed',
      code: 'QC7613',
      says: 'does not look like a Quay',
      fix: 'check the URL; it is that of Quay itself, without a path',
    },
    exit: 8,
    mend: rightUrl,
  },
  {
    name: 'a server that redirects',
    world: async () => {
      const there = await quay()
      const url = await site((request, response) =>
        response.writeHead(302, { location: `${there.url}/x${request.url}` }).end(),
      )
      return { ...elsewhere(url), server: there }
    },
    row: {
      check: 'quay',
      status: 'failed',
      code: 'QC7611',
      says: 'redirects to http://127.0.0.1:',
      fix: 'set the URL to where Quay itself answers',
    },
    exit: 8,
    mend: async (world) => ({ ...world, args: ['--url', world.server?.url ?? ''] }),
  },
  {
    name: 'a registry that is read-only',
    world: () => on(config(''), { readOnly: true }),
    row: {
      check: 'registry_state',
      status: 'failed',
      code: 'QC7503',
      says: 'read-only',
      fix: "REGISTRY_STATE: normal in Quay's config.yaml",
    },
    exit: 8,
    mend: ({ files = {} }) => on(files, { readOnly: false }),
  },
  {
    name: 'a registry that recovers accounts',
    world: () => on(config(''), { accountRecovery: true }),
    row: {
      check: 'registry_state',
      status: 'warning',
      says: 'account recovery',
      fix: "ACCOUNT_RECOVERY_MODE: false in Quay's config.yaml",
    },
    exit: 0,
    mend: ({ files = {} }) => on(files, { accountRecovery: false }),
  },
  {
    name: 'a server that limits the rate',
    world: () => on(config(''), { features: { RATE_LIMITS: true } }),
    row: {
      check: 'rate_limits',
      status: 'warning',
      says: 'on (FEATURE_RATE_LIMITS)',
      fix: '--concurrency 2',
    },
    exit: 0,
    mend: async (world, fix) => ({ ...world, args: fix.split(';')[0]?.split(' ') ?? [] }),
  },
  {
    name: 'a server that answers 429',
    world: () => on(config(''), { faults: narrow(2) }),
    row: {
      check: 'rate_limits',
      status: 'warning',
      says: 'requests were refused (429)',
      fix: '--concurrency 2',
    },
    exit: 0,
    mend: async (world, fix) => ({ ...world, args: fix.split(';')[0]?.split(' ') ?? [] }),
  },
  {
    name: 'a server that answers nothing but 429',
    world: () => on(config(''), { faults: () => ({ status: 429, headers: { 'retry-after': '3600' } }) }),
    row: {
      check: 'rate_limits',
      status: 'failed',
      code: 'QC7429',
      says: 'rate limited',
      fix: 'try again later',
    },
    exit: 8,
    mend: ({ files = {} }) => on(files),
  },
  {
    name: '3.12 and a superuser who has not taken over',
    world: async () => {
      const world = await on(config('robots: {ci: {}}'), { version: '3.12' })
      await foreign(world)
      return world
    },
    row: {
      check: 'organizations',
      status: 'failed',
      code: 'QC7403',
      says: 'admin is a superuser, and no administrator of acme: before 3.16 full access does not reach it',
      fix: 'POST /api/v1/superuser/takeownership/acme',
      source: at(3, 7),
    },
    exit: 7,
    mend: (world, fix) => byCalls(world, fix.split(',')[0] ?? ''),
  },
  {
    name: 'the latest, and a superuser without full access',
    world: async () => {
      const world = await on(config('robots: {ci: {}}'), { features: { SUPERUSERS_FULL_ACCESS: false } })
      await foreign(world)
      return world
    },
    row: {
      check: 'organizations',
      status: 'failed',
      code: 'QC7403',
      says: 'admin is a superuser, and no administrator of acme: FEATURE_SUPERUSERS_FULL_ACCESS is off',
      fix: 'Take Ownership',
      source: at(3, 7),
    },
    exit: 7,
    mend: (world, fix) => byCalls(world, fix.split(',')[0] ?? ''),
  },
  {
    name: 'an organization that only superusers may create',
    world: () => on(config(''), { features: { SUPERUSERS_ORG_CREATION_ONLY: true } }, { QUAY_TOKEN: 'OLGA' }),
    row: {
      check: 'organizations',
      status: 'failed',
      code: 'QC7403',
      says: 'only superusers may create it',
      fix: 'POST /api/v1/organization/ {"name": "acme"}',
      source: at(3, 7),
    },
    exit: 7,
    mend: byCalls,
  },
  {
    name: 'an organization that restricted users may not create',
    world: () => on(config(''), { features: { RESTRICTED_USERS: true } }, { QUAY_TOKEN: 'OLGA' }),
    row: {
      check: 'organizations',
      status: 'warning',
      says: 'restricted users may not',
      fix: 'RESTRICTED_USERS_WHITELIST, or have a superuser create it',
      source: at(3, 7),
    },
    exit: 0,
    mend: byCalls,
  },
  {
    name: 'an organization of others',
    world: async () => {
      const world = await on(config(''), {}, { QUAY_TOKEN: 'OLGA' })
      await world.server?.call('POST', '/organization/', { name: 'acme', email: 'a@b.co' })
      return world
    },
    row: {
      check: 'organizations',
      status: 'failed',
      code: 'QC7403',
      says: 'olga is no administrator of acme',
      fix: 'PUT /api/v1/organization/acme/team/owners/members/olga',
      source: at(3, 7),
    },
    exit: 7,
    mend: byCalls,
  },
  {
    name: 'a part of an organization that is not there',
    world: () =>
      on({
        'quayctl.yaml':
          'apiVersion: quayctl/v1\nkind: OrganizationPart\norganization: acme\nrobots: {ci: {}}\n',
      }),
    row: {
      check: 'organizations',
      status: 'failed',
      code: 'QC3003',
      says: 'acme is not there, and no file declares it',
      fix: 'declare it in a document of its own',
    },
    exit: 3,
    mend: async (world) => ({ ...world, files: config('robots: {ci: {}}') }),
  },
  {
    name: 'an administrator by grace of a directory',
    world: async () => {
      const world = await on(config(''), { authentication: 'LDAP' }, { QUAY_TOKEN: 'OLGA' })
      if (world.server) await ownedByOlga(world.server)
      await world.server?.call('POST', '/organization/acme/team/owners/syncing', { group_dn: 'cn=owners' })
      return world
    },
    row: {
      check: 'admin_team',
      status: 'warning',
      says: 'olga administers acme by owners only, which a directory fills',
      fix: 'put olga on a team of role admin that is not synchronised',
      source: at(3, 7),
    },
    exit: 0,
    mend: byCalls,
  },
  {
    name: 'an upstream of a private network',
    world: () => on(config(mirrored.replace('quay.io', 'registry.internal:5000'))),
    row: {
      check: 'private_hosts',
      status: 'warning',
      says: 'Quay may refuse the upstream registry.internal',
      fix: "write the registry's public name",
      source: at(8, 34),
    },
    exit: 0,
    mend: async (world) => ({ ...world, files: config(mirrored) }),
  },
  {
    name: 'files that are wrong',
    world: () => on(config('robot: {ci: {}}\nquota: {}')),
    row: {
      check: 'files',
      status: 'failed',
      code: 'QC1002',
      says: '2 errors; the first: ',
      fix: 'quayctl validate shows them all',
      source: at(BODY, 1),
    },
    exit: 3,
    mend: async (world) => ({ ...world, files: config('robots: {ci: {}}') }),
  },
  {
    name: 'files of which validate warns',
    world: () => on(config('robots: {}')),
    row: { check: 'files', status: 'warning', says: 'with 1 warning', fix: 'quayctl validate' },
    exit: 0,
    mend: async (world) => ({ ...world, files: config('') }),
  },
  {
    name: 'no files',
    world: () => on({}),
    row: { check: 'files', status: 'warning', code: 'QC1010', says: 'no quayctl.yaml', fix: '-f PATH' },
    exit: 0,
    mend: async (world) => ({
      ...world,
      files: { 'other.yaml': organization('acme') },
      args: ['-f', 'other.yaml'],
    }),
  },
  {
    name: 'a file that is not there',
    world: async () => ({ ...(await on(config(''))), args: ['-f', 'nowhere.yaml'] }),
    row: { check: 'files', status: 'failed', code: 'QC1009', says: 'nowhere.yaml' },
    exit: 3,
    mend: async (world) => ({ ...world, args: ['-f', 'quayctl.yaml'] }),
  },
  {
    name: 'CI, and a server that only the files name',
    world: async () => {
      const { server, env } = await on({})
      return {
        ...(server && { server }),
        files: { 'quayctl.yaml': registry(`url: ${server?.url}\n`) },
        env: { ...env, QUAY_URL: undefined, CI: 'true' },
      }
    },
    row: {
      check: 'url',
      status: 'failed',
      code: 'QC3107',
      says: 'in CI',
      fix: 'set QUAY_URL, or pass --url',
    },
    exit: 3,
    mend: async (world) => ({ ...world, env: { ...world.env, QUAY_URL: world.server?.url } }),
  },
  {
    name: 'two servers',
    world: () => on({ 'quayctl.yaml': registry('url: https://quay.invalid\n') }),
    row: {
      check: 'url',
      status: 'failed',
      code: 'QC3106',
      says: 'quayctl.yaml:3:6',
      fix: 'choose one with --url',
    },
    exit: 3,
    mend: async (world) => ({ ...world, args: ['--url', world.server?.url ?? ''] }),
  },
  {
    name: 'no server',
    world: () => on(config(''), {}, { QUAY_URL: undefined }),
    row: { check: 'url', status: 'failed', code: 'QC3108', says: 'no server is named', fix: 'set QUAY_URL' },
    exit: 3,
    mend: async (world) => ({ ...world, env: { ...world.env, QUAY_URL: world.server?.url } }),
  },
  {
    name: 'a proxy that does not answer',
    world: async () => {
      const { world, port } = await certified()
      const env = {
        ...world.env,
        QUAY_URL: `https://quay.test:${port}`,
        HTTPS_PROXY: 'http://u:hunter2@127.0.0.1:9',
      }
      return { ...world, env, args: ['--ca-file', 'ca.pem'] }
    },
    row: {
      check: 'proxy',
      status: 'failed',
      code: 'QC7600',
      says: 'http://127.0.0.1:9, from HTTPS_PROXY, does not answer (ECONNREFUSED)',
      fix: 'set NO_PROXY=quay.test',
    },
    exit: 8,
    mend: async (world) => ({
      ...world,
      env: { ...world.env, HTTPS_PROXY: `http://127.0.0.1:${await tunnel()}` },
    }),
  },
  {
    name: 'a proxy that is none',
    world: async () => ({
      ...elsewhere('https://quay.invalid'),
      env: { QUAY_TOKEN: TOKEN, QUAY_URL: 'https://quay.invalid', HTTPS_PROXY: 'proxy.example.com:3128' },
    }),
    row: {
      check: 'proxy',
      status: 'failed',
      code: 'QC3102',
      says: 'is not a URL',
      fix: 'http://proxy.example.com:3128',
    },
    exit: 3,
    mend: async (world) => ({ ...world, env: { ...world.env, HTTPS_PROXY: undefined } }),
  },
]

/** An organization whose only administrator is olga. */
async function foreign({ server }: World): Promise<void> {
  const headers = { authorization: 'Bearer OLGA', 'content-type': 'application/json' }
  const body = JSON.stringify({ name: 'acme', email: 'quay@acme.example' })
  await fetch(`${server?.url}/api/v1/organization/`, { method: 'POST', headers, body })
}

/** A proxy that finds every host on this machine. */
const tunnel = (): Promise<number> =>
  listen(
    createHttpServer().on('connect', (request, client) => {
      const there = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n')
        client.pipe(there).pipe(client)
      })
      for (const socket of [client, there]) socket.on('error', () => socket.destroy())
    }),
  )

describe.concurrent('what is wrong, and the fix that mends it', () => {
  test('the cases are many', () => expect(cases.length).toBeGreaterThanOrEqual(27))

  test.each(cases)('$name', async ({ world, row: expected, exit, mend }) => {
    const broken = await world()
    const before = broken.server?.seen.length ?? 0
    const ran = await run(broken, '--json')
    const rows = rowsOf(ran)
    const { check, status, says, fix = '', ...exact } = expected
    const found = rows.find(
      (row) => row.check === check && row.status === status && row.finding.includes(says),
    )
    expect(found, ran.stdout + ran.stderr).toMatchObject(exact)
    expect(found?.fix ?? '').toContain(fix)
    expect(ran.code).toBe(exit)
    expect([...new Set(rows.map((row) => row.check))]).toEqual([...checks])
    expect(writes(broken.server?.seen.slice(before) ?? [])).toEqual([])

    const mended = await mend(broken, found?.fix ?? '')
    const again = await run(mended, '--no-color')
    const after = statuses(again.stdout, check)
    expect(after, again.stdout + again.stderr).toContain('ok')
    expect(after).not.toContain('failed')
    expect(after).not.toContain('warning')
    for (const line of again.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
    discrete(ran, again)
  })
})

describe.concurrent('doctor', () => {
  const estate: Files = {
    'quayctl.yaml': registry('include: [organizations/*.yaml]\nusers: {zoe: {}}\n'),
    'organizations/acme.yaml': organization(
      'acme',
      `${mirrored}quota: {limit: 1 GiB, warn_at: 80}\nteams: {owners: {role: admin, members: [user:admin]}}\n`,
    ),
    'organizations/globex.yaml': organization('globex', 'tag_expiration: 4w'),
  }
  const healthy = async () => {
    const world = await on(estate)
    await world.server?.call('POST', '/organization/', { name: 'acme', email: 'quay@acme.example' })
    return world
  }

  test('of a Quay that is as it should be', async () => {
    const world = await healthy()
    const before = world.server?.seen.length ?? 0
    const ran = await run(world)
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    const [head, , ...table] = ran.stdout.trimEnd().split('\n')
    expect(head).toBe(`Doctor of ${world.server?.url} as admin`)
    expect(table.at(-1)).toBe('19 ok, 0 warnings, 0 failed, 0 skipped.')
    expect(ran.stdout).toContain(' ok       organizations   administered by admin: acme\n')
    expect(ran.stdout).toContain(' ok       organizations   to be created: globex\n')
    for (const check of checks) expect(new Set(statuses(ran.stdout, check))).toEqual(new Set(['ok']))
    const seen = world.server?.seen.slice(before) ?? []
    expect(writes(seen)).toEqual([])
    expect(seen.length).toBeLessThanOrEqual(12)
    discrete(ran)
  })

  test('what it finds well can be planned and applied', async () => {
    const world = await on(config(mirrored))
    expect((await run(world)).code).toBe(0)
    const cwd = folder(world.files)
    const applied = await quayctl(['apply', '--yes'], { cwd, env: world.env ?? {} })
    expect(applied.code).toBe(0)
  })

  test('as JSON', async () => {
    const world = await healthy()
    const ran = await run(world, '--json')
    const { rows, ...document } = JSON.parse(ran.stdout)
    expect(document).toEqual({
      format_version: '1.0',
      kind: 'quayctl.checkup',
      server: { url: world.server?.url, version: 'Quay v3.11.0', user: 'admin' },
      summary: { ok: 19, warnings: 0, failed: 0, skipped: 0, exit_code: 0 },
    })
    for (const row of rows)
      expect(row).toEqual({ check: row.check, status: 'ok', finding: expect.any(String) })
  })

  test('stops at nothing: one run says all', async () => {
    const world = await on(
      config(`${mirrored.replace('quay.io', 'registry.local')}quota: {limit: 1 GiB}\ntag_expiration: 3d`),
      {
        readOnly: true,
        now: shifted(7200),
        features: { REPO_MIRROR: false, RATE_LIMITS: true },
        accounts: accounts('user:admin repo:read'),
      },
      { QUAY_TOKEN: 'WEAK' },
    )
    const ran = await run(world, '--json')
    const bad = rowsOf(ran).filter(({ status }) => status === 'failed' || status === 'warning')
    expect(bad.map(({ check, status }) => `${status} ${check}`)).toEqual([
      'failed registry_state',
      'warning clock',
      'warning rate_limits',
      'failed scopes',
      'failed scopes',
      'failed superuser',
      'failed features',
      'failed tag_expiration',
      'warning private_hosts',
    ])
    expect(ran.code).toBe(3)
    expect(
      bad.map(({ status, exit_code }) => (status === 'failed') === (exit_code !== undefined)),
    ).not.toContain(false)
    for (const { fix } of bad) expect(fix).toMatch(/\S/)
    discrete(ran)
  })

  test('of a server that is not there: what could not be looked at, and because of what', async () => {
    const ran = await run(elsewhere('http://127.0.0.1:9'))
    const skipped = ran.stdout.match(/^ skipped .*/gm) ?? []
    expect(skipped).toHaveLength(13)
    for (const line of skipped) expect(line).toMatch(/not looked at: the server does not answer$/)
    expect(ran.stdout).toContain('4 ok, 0 warnings, 1 failed, 13 skipped.')
    for (const line of ran.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
  })

  test('hides what somebody wrote into an address', async () => {
    const env = { QUAY_TOKEN: TOKEN, QUAY_URL: 'https://u:hunter2@quay.invalid' }
    const ran = await run({ files: { 'quayctl.yaml': registry('url: https://quay.example.com\n') }, env })
    expect(ran.stdout).toContain('QC3106')
    discrete(ran)
  })

  test('says the status by a word, with color or without', async () => {
    const world = await on(config(''), {}, { FORCE_COLOR: '1', QUAY_TOKEN: undefined })
    const [painted, plain] = await Promise.all([run(world), run(world, '--no-color')])
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')
    const timeless = (text: string) => text.replace(/reachable[\s\S]*? tls/, '').replace(/within \d+ s/, '')
    expect(painted.stdout).toMatch(escapes)
    expect(timeless(painted.stdout.replace(escapes, ''))).toBe(timeless(plain.stdout))
  })

  test('tells private upstreams from public ones by their names', async () => {
    const shady =
      'localhost:5000 r.local r.internal kubernetes.default 10.1.2.3 172.20.0.1:5000 169.254.1.1 harbor'
    const open = 'quay.io 10.example.com r.example.com:5000 8.8.8.8 172.32.0.1 internal.example.com'
    const lines = [...shady.split(' '), ...open.split(' ')].map(
      (host, at) =>
        `  r${at}: {mirror: {external_reference: "${host}/a/b", tags: [latest], sync_interval: 1h, robot: sync}}`,
    )
    const world = await on(config(`robots: {sync: {}}\nrepositories:\n${lines.join('\n')}`))
    const hosts = rowsOf(await run(world, '--json')).filter(({ check }) => check === 'private_hosts')
    expect(hosts.map(({ finding }) => /upstream ([^:]+):/.exec(finding)?.[1]).join(' ')).toBe(
      shady.replaceAll(/:\d+/g, ''),
    )
    expect(hosts.map(({ source }) => source?.split(':')[1])).toEqual(
      shady.split(' ').map((_, at) => String(BODY + 2 + at)),
    )
  })

  test('counts its requests', async () => {
    const ran = await run(await healthy(), '--stats', '--verbose')
    expect(ran.stderr).toMatch(/^GET \/discovery 200 \d+ ms$/m)
    expect(ran.stderr).toMatch(/^\d+ requests, 0 repetitions$/m)
  })
})

describe('a certificate that is trusted', () => {
  const now = new Date('2026-12-01T12:00:00Z')
  const row = (until: string, distrust: string | null = null) =>
    tlsRow(new URL('https://quay.example.com'), {
      certificate: {
        issuer: 'R11',
        isSelfSigned: false,
        names: ['quay.example.com'],
        until: new Date(until),
        distrust,
        http2: true,
      },
      failure: null,
      insecure: false,
      now,
    })

  test('for long', () =>
    expect(row('2027-02-01T00:00:00Z')).toMatchObject({
      status: 'ok',
      finding: 'trusted: issued by R11, good for 61 days',
    }))
  test('and ends in less than three weeks', () =>
    expect(row('2026-12-20T00:00:00Z')).toMatchObject({
      status: 'warning',
      finding: 'issued by R11, good for 18 days',
      fix: expect.stringContaining('renew the certificate'),
    }))
})

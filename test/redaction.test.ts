import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { readServer } from '../src/cli/server.ts'
import { tracing } from '../src/cli/trace.ts'
import { apply } from '../src/engine/apply.ts'
import { planConfiguration } from '../src/engine/pipeline.ts'
import { planText } from '../src/engine/planfile.ts'
import { resolveSecrets } from '../src/engine/secrets.ts'
import { createConcealer } from '../src/model/conceal.ts'
import { secretKeysOf } from '../src/model/secrets.ts'
import { createClient } from '../src/quay/client.ts'
import { renderDiagnostics } from '../src/render/diagnostics.ts'
import { renderOutcomes } from '../src/render/outcome.ts'
import { renderPlan } from '../src/render/plan.ts'
import { reportText } from '../src/render/report.ts'
import { uncolored } from '../src/render/style.ts'
import {
  filesBelow,
  folder,
  organization,
  quay,
  quayctl,
  registry as registryDocument,
} from './commands/run.ts'
import { documentOf } from './documents.ts'
import { type Planted, type SecretField, secretFields, secrets, spellings, traces } from './secrets.ts'
import { configure, planning, registry, TOKEN, unhurried, type World, withWorld } from './world.ts'

vi.setConfig({ testTimeout: 120_000 })

/** Fails with what leaked, and where. */
function holdsNone(outputs: Readonly<Record<string, string>>, planted: readonly Planted[]): void {
  const leaks = Object.entries(outputs).flatMap(([where, text]) =>
    planted.flatMap((secret) =>
      traces(secret)
        .filter((trace) => text.includes(trace))
        .map(
          (trace) =>
            `${where}: ${text.slice(Math.max(0, text.indexOf(trace) - 200), text.indexOf(trace) + 60)}`,
        ),
    ),
  )
  expect(leaks).toEqual([])
}

test('a text of somebody else loses every spelling of a secret', () => {
  fc.assert(
    fc.property(secrets, fc.string(), (planted, between) => {
      const { add, conceal } = createConcealer()
      add([planted.value])
      holdsNone({ text: conceal(spellings(planted.value).join(between)) }, [planted])
    }),
    { numRuns: 200 },
  )
})

test('so it does of each of many, told one after the other', () => {
  const tokens = Array.from({ length: 300 }, (_, i) => createHash('sha256').update(`${i}`).digest('hex'))
  fc.assert(
    fc.property(fc.array(secrets, { minLength: 1, maxLength: 4 }), fc.string(), (planted, between) => {
      const { add, conceal } = createConcealer()
      add(tokens)
      for (const { value } of planted) {
        conceal(value)
        add([value])
      }
      const texts = [...planted.flatMap(({ value }) => spellings(value)), ...tokens]
      holdsNone({ text: conceal(texts.join(between)) }, planted)
      for (const token of tokens) expect(conceal(`of ${token}.`)).not.toContain(token)
    }),
    { numRuns: 50 },
  )
})

/** Everything that a plan and an apply of a document say, with a server that fails every write and repeats all it knows. */
async function said(world: World, document: string, values: ReadonlyMap<string, string>) {
  const place = mkdtempSync(join(tmpdir(), 'quayctl-test-'))
  const told: string[] = []
  const trace = tracing({ verbose: true, trace: join(place, 'trace') }, '0', (text) => told.push(text))
  const secretKeys = secretKeysOf([...registry.values()].map(({ schema }) => schema))
  const client = createClient({
    url: world.url,
    version: '0.0.0',
    token: TOKEN,
    attempts: 1,
    trace,
    secretKeys,
  })
  try {
    const server = await readServer(world.url, client)
    const planned = await planConfiguration(configure(document), registry, client, server, planning)
    if (planned.errors) throw new Error(JSON.stringify(planned.errors))
    const { plan, steps, live } = planned
    const changes = steps.map(({ change }) => change)
    const read = async ({ from_env = '' }: { readonly from_env?: string }) => ({
      value: values.get(from_env) ?? 'beside-it',
    })
    const found = await resolveSecrets(changes, registry, read)
    client.conceal(found.secrets.values())
    const outcomes = await apply(
      steps,
      registry,
      { ...unhurried, api: client, server, now: () => world.now },
      {
        secrets: found.secrets,
        live,
        failFast: false,
        signal: new AbortController().signal,
        report: () => {},
      },
    )
    return {
      statuses: [...outcomes.values()].map(({ status }) => status),
      outputs: {
        plan: renderPlan(plan, uncolored),
        json: planText(plan),
        outcomes: renderOutcomes(plan.plan_id, changes, outcomes, client.stats(), uncolored),
        report: reportText({
          plan,
          user: 'admin',
          changes,
          outcomes,
          times: new Map(),
          run: { started_at: '', requests: 0, repetitions: 0, methods: {} },
          exit: 0,
        }),
        verbose: told.join('\n'),
        trace: readFileSync(join(place, 'trace'), 'utf8'),
      },
    }
  } finally {
    await client.close()
    rmSync(place, { recursive: true })
  }
}

const typeOf = ({ type }: SecretField) => {
  const found = registry.get(type)
  if (!found) throw new Error(type)
  return found
}

/** Writes below this are let through, so that there is something to write to. */
const isParent = (target: string): boolean =>
  /^\/api\/v1\/(organization\/(acme)?|repository|organization\/acme\/robots\/\w+)$/.test(target)

describe('a secret field', () => {
  test('is known of every type that has one', () => {
    const types = new Set(secretFields.map(({ type }) => type))
    expect(secretFields.length).toBeGreaterThan(14)
    for (const { name, schema } of registry.values())
      if (JSON.stringify(schema).includes('"kind":"secret"')) expect(types).toContain(name)
  })

  const referable = secretFields.filter(({ attribute }) => attribute.kind === 'secret' || attribute.reference)
  test.each(referable.map((field) => [field.title, field] as const))(
    '%s is shown nowhere',
    async (_, field) => {
      let echo = ''
      let writes = 0
      await withWorld(
        async (world) => {
          await fc.assert(
            fc.asyncProperty(secrets, async (planted) => {
              echo = spellings(planted.value).join(' ')
              const document = documentOf(typeOf(field), field.write({ from_env: 'QC_PLANTED' }))
              const { outputs, statuses } = await said(
                world,
                document,
                new Map([['QC_PLANTED', planted.value]]),
              )
              expect(statuses).toContain('failed')
              expect(outputs.trace).toContain('"postData":')
              holdsNone(outputs, [planted])
            }),
            { numRuns: 3 },
          )
        },
        {
          faults: ({ method, target, body, headers }) => {
            if (method === 'GET' || isParent(target)) return undefined
            const words = `${echo} ${body} ${headers.authorization}`
            writes++
            return writes % 2 === 0
              ? { status: 500, contentType: 'text/html', body: `<html><title>${words}</title></html>` }
              : { status: 400, body: { message: words, [echo]: { external: echo }, error_type: echo } }
          },
        },
      )
    },
  )

  test.each(secretFields.map((field) => [field.title, field] as const))(
    '%s that is written in the file is not repeated',
    async (_, field) => {
      await withWorld(
        async (world) => {
          await fc.assert(
            fc.asyncProperty(secrets, async (planted) => {
              const text =
                field.attribute.kind === 'secret' || field.attribute.sensitive
                  ? planted.core
                  : `http://u:${planted.core}@proxy.example.com`
              const document = documentOf(typeOf(field), field.write(text))
              const { diagnostics, sources } = configure(document)
              const outputs = { diagnostics: renderDiagnostics(diagnostics, sources, 1, uncolored) }
              holdsNone(outputs, [planted])
              if (diagnostics.some(({ severity }) => severity === 'error')) return
              holdsNone((await said(world, document, new Map())).outputs, [planted])
            }),
            { numRuns: 2 },
          )
        },
        {
          faults: ({ method, target }) =>
            method === 'GET' || isParent(target) ? undefined : { status: 400, body: { message: 'no' } },
        },
      )
    },
  )
})

/** The program as it ships, each command once; another command, or another file that one writes, is one line more. */
const commands: Readonly<Record<string, readonly string[]>> = {
  validate: ['validate'],
  'validate --expand': ['validate', '--expand'],
  plan: ['plan', '--trace', 'plan.har', '-v'],
  'plan --json': ['plan', '--json'],
  'apply --json': [
    ...['apply', '--json', '--yes', '--allow', 'data,credential,public', '--credentials-out', 'none.json'],
  ],
  apply: [
    'apply',
    '--yes',
    '--allow',
    'data,credential,public',
    '--credentials-out',
    'made.json',
    '-v',
    '--trace',
    'apply.har',
  ],
  'plan of what is there': ['plan', '--trace', 'again.har'],
  export: ['export', '--all', '--output', 'exported', '--trace', 'export.har'],
  'export as text': ['export', 'acme', '-v'],
  init: ['init', '--from-live', '--output', 'begun', '--trace', 'init.har'],
  doctor: ['doctor', '--trace', 'doctor.har', '-v'],
  'doctor --json': ['doctor', '--json'],
  explain: ['explain', 'mirror.password'],
  sandbox: ['sandbox', '--seed', 'quayctl.yaml', '--', process.execPath, '-e', '0'],
  'a URL with a password': ['plan', '--url', 'https://u:SECRET@quay.example.com'],
}
/** Where the secrets that Quay makes belong. */
const CREDENTIALS = 'made.json'

test('no command prints or writes a secret', async () => {
  const planted = fc.sample(secrets, 11)
  const [token, other, ...rest] = planted
  let echo = false
  const words = planted.flatMap(({ value }) => spellings(value)).join(' ')
  const authorization = token?.core ?? ''
  const server = await quay({
    accounts: {
      users: { admin: { superuser: true, email: 'admin@example.com' } },
      tokens: {
        [authorization]: {
          user: 'admin',
          scopes: 'org:admin repo:admin repo:create repo:read repo:write super:user user:admin user:read',
        },
      },
    },
    faults: ({ method, body, headers }) =>
      echo && method !== 'GET'
        ? { status: 400, body: { message: `${words} ${body} ${headers.authorization}` } }
        : undefined,
  })
  // Of a proxy what stands before the @ is a secret; a name of a host is none, and is exported.
  const plantedIn = ({ value, core }: Planted, i: number) =>
    i === 7 || i === 8 ? `http://u:${core}@proxy.example.com` : value
  const variables = Object.fromEntries(rest.map((secret, i) => [`QC_S${i}`, plantedIn(secret, i)]))
  const reference = (i: number) => `{from_env: QC_S${i}}`
  const cwd = folder({
    'quayctl.yaml': registryDocument('users: {alice: {email: a@b.example}}\n'),
    'acme.yaml': organization(
      'acme',
      ORGANIZATION.replaceAll(/SECRET_(\d)/g, (_, i) => reference(Number(i))),
    ),
  })
  const env = {
    ...variables,
    QUAY_URL: server.url,
    QUAY_TOKEN: authorization,
    HTTPS_PROXY: `http://user:${other?.core}@127.0.0.1:9`,
  }
  const files = ['-f', 'quayctl.yaml', '-f', 'acme.yaml']
  const outputs: Record<string, string> = {}
  for (const [name, args] of Object.entries(commands)) {
    echo = name === 'apply --json'
    const withFiles = ['validate', 'plan', 'apply', 'doctor'].includes(args[0] ?? '')
      ? [...args, ...files]
      : args
    const ran = await quayctl(
      withFiles.map((arg) => arg.replace('SECRET', other?.core ?? '')),
      { cwd, env },
    )
    outputs[name] = ran.stdout + ran.stderr
    expect([name, ran.code]).toEqual([
      name,
      name === 'apply --json' ? 5 : name.includes('URL') ? 3 : expect.toBeOneOf([0, 8]),
    ])
    if (name === 'apply') expect(ran.stdout).toContain('done and read back')
  }
  const { [CREDENTIALS]: made = '', ...written } = filesBelow(cwd)
  const told = Object.values(JSON.parse(made) as Record<string, Record<string, string>>).flatMap(
    ({ token: robot, password, client_secret: client }) =>
      [robot, password, client].flatMap((value) => value ?? []),
  )
  expect(told.length).toBe(4)
  expect(Object.keys(written).filter((path) => path.endsWith('.har'))).toHaveLength(6)
  holdsNone({ ...outputs, ...written }, [...planted, ...told.map((value) => ({ value, core: value }))])
})

const ORGANIZATION = `robots: {sync: {}, ci: {description: Pushes}}
applications: {dashboards: {}}
proxy_cache: {upstream_registry: docker.io/library, username: SECRET_0, password: SECRET_1}
repositories:
  api:
    notifications:
      hook: {event: repo_push, method: slack, config: {url: SECRET_2}}
      chat: {event: repo_push, method: hipchat, config: {room_id: x, notification_token: SECRET_3}}
      flow: {event: repo_push, method: flowdock, config: {flow_api_token: SECRET_4}}
  mirrored:
    mirror:
      external_reference: quay.io/minio/mc
      tags: [latest]
      sync_interval: 1h
      robot: sync
      username: acme-pull
      password: SECRET_6
      proxy: {http_proxy: SECRET_7, https_proxy: SECRET_8, no_proxy: localhost}
`

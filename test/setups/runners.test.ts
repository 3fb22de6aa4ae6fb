import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { execute, folder, organization, root } from '../commands/run.ts'
import { github } from '../forge/github.ts'
import { ofPull, ofPush, runJob } from './actions.ts'
import { type Estate, estate, LONG, machine, version } from './estate.ts'

type Texts = Readonly<Record<string, string>>
type Place = { readonly name: string; readonly key: string }

interface Container {
  readonly image: string
  readonly command: readonly string[]
  readonly args: readonly [string]
  readonly env: readonly {
    readonly name: string
    readonly value?: string
    readonly valueFrom?: { readonly secretKeyRef?: Place; readonly configMapKeyRef?: Place }
  }[]
  readonly securityContext: object
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[]
}
interface Artifact {
  readonly path: string
  readonly s3: { readonly key: string }
}
interface Template {
  readonly name: string
  readonly steps?: readonly (readonly { readonly template: string; readonly withSequence?: object }[])[]
  readonly suspend?: object
  readonly inputs?: { readonly artifacts?: readonly Artifact[] }
  readonly container?: Container
  readonly outputs?: { readonly artifacts?: readonly Artifact[] }
}
interface Pod {
  readonly securityContext: object
  readonly containers: readonly [Container]
  readonly automountServiceAccountToken: false
}
interface JobSpec {
  readonly completions?: number
  readonly template: { readonly spec: Pod }
}

const folderOf = (kind: string) => join(root, 'examples', 'runners', kind)
const read = (kind: string, name: string): string => readFileSync(join(folderOf(kind), name), 'utf8')
const tokens = { 'quayctl-read': 'TESTTOKEN', 'quayctl-write': 'TESTTOKEN' }

/** What is committed to the main branch: a robot more in two organizations. */
const robots = Object.fromEntries(
  ['acme', 'initech'].map((name) => [`organizations/${name}.yaml`, organization(name, 'robots: {ci: {}}\n')]),
)

/** Runs the script of a container as it stands, with its volumes in folders. */
async function runContainer(
  { there, origin }: Estate,
  { args: [script], env, volumeMounts }: Container,
  mounts: Texts,
  more: Texts = {},
) {
  const settings: Texts = {
    'quayctl/url': there.url,
    'quayctl/repository': origin,
    'quayctl/revision': 'origin/main',
    'quayctl/package': `quayctl@${version}`,
    ...more,
  }
  const moved = (text: string) => {
    const mount = volumeMounts.find(({ mountPath }) => text.startsWith(mountPath))?.mountPath ?? ''
    return (mounts[mount] ?? '') + text.slice(mounts[mount] === undefined ? 0 : mount.length)
  }
  const values = env.flatMap(
    ({ name, value, valueFrom: { secretKeyRef: secret, configMapKeyRef: setting } = {} }) => {
      if (name === 'PATH' || name === 'npm_config_prefix') return []
      if (secret) return [[name, tokens[secret.name as keyof typeof tokens]]]
      const found = setting ? settings[`${setting.name}/${setting.key}`] : value
      if (found === undefined) throw new Error(`nothing for ${name}`)
      const filled = found.replace(/\{\{(.*?)\}\}/g, (_, key: string) => more[key] ?? `no ${key}`)
      return [[name, value === undefined ? filled : moved(filled)]]
    },
  )
  const path = join(folder(), 'script.sh')
  writeFileSync(path, script)
  return execute('bash', ['-euo', 'pipefail', path], {
    env: { ...(await machine()), ...Object.fromEntries(values), ...own(more) },
  })
}

const own = ({ JOB_COMPLETION_INDEX: index }: Texts): Texts =>
  index === undefined ? {} : { JOB_COMPLETION_INDEX: index }

/** All indexes of a job, one after the other, with one shared volume. */
async function runIndexes(
  world: Estate,
  { completions = 1, template }: JobSpec,
  plans: string,
  more: Texts = {},
) {
  const [container] = template.spec.containers
  const codes: (number | null)[] = []
  let said = ''
  for (let index = 0; index < completions; index++) {
    const mounts = { '/scratch': folder(), '/tmp': folder(), '/plans': plans }
    const ran = await runContainer(world, container, mounts, { ...more, JOB_COMPLETION_INDEX: String(index) })
    codes.push(ran.code)
    said += ran.stdout + ran.stderr
  }
  return { codes, said }
}

const job = (name: string): JobSpec => parse(read('kubernetes', `${name}.yaml`)).spec

test('GitHub: shards are planned in a matrix, reviewed as one comment, applied as one plan', {
  timeout: LONG,
}, async () => {
  const fake = await github()
  const world = await estate(fake)
  const secrets = { QUAY_READ_TOKEN: 'TESTTOKEN', QUAY_TOKEN: 'TESTTOKEN' }
  const request = world.propose(7, robots)
  const reviewed = await runJob(world, fake, 'shards/review', ofPull(request), secrets)
  expect(reviewed?.code, reviewed?.said).toBe(0)
  expect(fake.rows.map(({ body }) => body.match(/robot\.\w+\+ci/g)?.length)).toEqual([expect.any(Number)])
  expect(fake.rows[0]?.body).toContain('Quay plan: 2 changes')
  expect(await runJob(world, fake, 'shards/apply', ofPull(request), secrets)).toBe(null)
  const commit = world.merge(request)
  const done = await runJob(world, fake, 'shards/apply', ofPush(commit), secrets)
  expect(done?.code, done?.said).toBe(0)
  // Shards are applied beside each other.
  expect(world.written().toSorted()).toEqual(
    ['acme', 'initech'].map((name) => `PUT /api/v1/organization/${name}/robots/ci`),
  )
  expect(world.applied()).toBe(commit)

  const broken = world.propose(8, { 'organizations/acme.yaml': organization('acme', 'colour: red\n') })
  const failed = await runJob(world, fake, 'shards/review', ofPull(broken), secrets)
  expect(failed?.code, failed?.said).toBe(1)
  expect(fake.rows.at(-1)).toMatchObject({ on: 8, body: expect.stringContaining('colour') })
})

test('Kubernetes: indexes plan, one job merges, indexes apply what was reviewed, a cron job looks for drift', {
  timeout: LONG,
}, async () => {
  const world = await estate(await github())
  const before = world.applied()
  world.merge(world.propose(7, robots))
  const plans = folder()
  const planned = await runIndexes(world, job('plan'), plans)
  expect(new Set(planned.codes), planned.said).toEqual(new Set([0]))
  expect(readdirSync(plans)).toHaveLength(8)
  const merged = await runIndexes(world, job('merge'), plans)
  expect(merged.codes, merged.said).toEqual([0])
  expect(merged.said).toContain('robot.acme+ci')
  expect(readdirSync(plans)).toContain('plan.md')
  const unseen = await runIndexes(world, job('apply'), plans, { 'quayctl-reviewed/id': 'a'.repeat(12) })
  expect([new Set(unseen.codes), world.written()]).toEqual([new Set([6]), []])
  const { plan_id: id } = JSON.parse(readFileSync(join(plans, 'plan.json'), 'utf8'))
  const applied = await runIndexes(world, job('apply'), plans, { 'quayctl-reviewed/id': id.slice(0, 12) })
  expect(new Set(applied.codes), applied.said).toEqual(new Set([0]))
  expect(world.written()).toHaveLength(2)
  const cron = parse(read('kubernetes', 'drift.yaml')).spec.jobTemplate.spec
  const drift = await runIndexes(world, cron, plans)
  // Of two organizations quayctl/applied does not know the robots: its files list none, and leave them alone.
  expect(new Set(drift.codes), drift.said).toEqual(new Set([0]))
  expect(world.applied()).toBe(before)
  await world.there.call('PUT', '/organization/acme', { email: 'other@example.com' })
  expect((await runIndexes(world, cron, plans)).codes.filter((code) => code === 2)).toHaveLength(1)
})

test('Argo Workflows: fan out, merge, wait, apply', { timeout: LONG }, async () => {
  const world = await estate(await github())
  world.merge(world.propose(7, robots))
  const { templates } = parse(read('argo', 'workflow.yaml')).spec as {
    readonly templates: readonly Template[]
  }
  const find = (name: string) => templates.find((template) => template.name === name)
  const bucket = folder()
  const run = async (name: string, shard = '') => {
    const { container, inputs, outputs } = find(name) ?? {}
    if (!container) return
    const mounts: Record<string, string> = { '/scratch': folder(), '/tmp': folder() }
    const more = {
      'workflow.name': 'run-1',
      'workflow.parameters.shards': '8',
      'inputs.parameters.shard': shard,
    }
    const keyOf = ({ s3 }: Artifact) =>
      join(
        bucket,
        s3.key.replace(/\{\{(.*?)\}\}/g, (_, key: string) => more[key as keyof typeof more] ?? key),
      )
    const placeOf = ({ path }: Artifact) =>
      path.replace(/^\/(scratch|tmp)/, (mount) => mounts[mount] ?? mount)
    for (const artifact of inputs?.artifacts ?? [])
      cpSync(keyOf(artifact), placeOf(artifact), { recursive: true })
    const { code, stdout, stderr } = await runContainer(world, container, mounts, more)
    expect(code, `${name} ${stdout}${stderr}`).toBe(0)
    for (const artifact of outputs?.artifacts ?? []) {
      mkdirSync(dirname(keyOf(artifact)), { recursive: true })
      cpSync(placeOf(artifact), keyOf(artifact), { recursive: true })
    }
  }
  const order = (find('main')?.steps ?? []).flat()
  expect(order.map(({ template }) => template)).toEqual(['plan', 'merge', 'reviewed', 'apply'])
  expect(order[0]?.withSequence).toEqual({ start: '1', end: '{{workflow.parameters.shards}}' })
  for (let shard = 1; shard <= 8; shard++) await run('plan', String(shard))
  await run('merge')
  expect(find('reviewed')).toEqual({ name: 'reviewed', suspend: {} })
  expect(world.written()).toEqual([])
  await run('apply')
  expect(world.written()).toHaveLength(2)
  rmSync(bucket, { recursive: true })
})

describe('what runs in a cluster', () => {
  const manifests = readdirSync(folderOf('kubernetes')).filter((name) => name.endsWith('.yaml'))
  const documents = manifests.flatMap((name) =>
    parseAllDocuments(read('kubernetes', name)).map((document) => document.toJS()),
  )
  const specs: readonly JobSpec[] = documents.flatMap(({ kind, spec }) =>
    kind === 'Job' ? [spec] : kind === 'CronJob' ? [spec.jobTemplate.spec] : [],
  )
  const { spec: workflow } = parse(read('argo', 'workflow.yaml'))
  const pods: readonly Omit<Pod, 'containers'>[] = [...specs.map(({ template }) => template.spec), workflow]
  const containers = [
    ...specs.flatMap(({ template }) => template.spec.containers),
    ...(workflow.templates as readonly Template[]).flatMap(({ container }) => container ?? []),
  ]
  const keysOf = (value: object) => Object.keys(value).sort()

  test('is of the kinds and fields that Kubernetes and Argo have', () => {
    expect(documents.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`).sort()).toEqual([
      'batch/v1 CronJob',
      'batch/v1 Job',
      'batch/v1 Job',
      'batch/v1 Job',
      'v1 ConfigMap',
      'v1 PersistentVolumeClaim',
    ])
    const ofJobs = [
      'activeDeadlineSeconds',
      'backoffLimit',
      'backoffLimitPerIndex',
      'completionMode',
      'completions',
    ]
    for (const spec of specs)
      for (const key of keysOf(spec))
        expect([...ofJobs, 'parallelism', 'template', 'ttlSecondsAfterFinished']).toContain(key)
    for (const { template } of specs)
      expect(keysOf(template.spec)).toEqual([
        'automountServiceAccountToken',
        'containers',
        'restartPolicy',
        'securityContext',
        'volumes',
      ])
    for (const container of containers)
      expect(keysOf(container)).toEqual([
        'args',
        'command',
        'env',
        'image',
        ...('name' in container ? ['name'] : []),
        'resources',
        'securityContext',
        'volumeMounts',
      ])
    expect(parse(read('argo', 'workflow.yaml'))).toMatchObject({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'WorkflowTemplate',
      spec: { entrypoint: 'main' },
    })
  })

  test('has as many indexes as shards', () => {
    for (const { completions, template } of specs) {
      const shards = template.spec.containers[0].env.find(({ name }) => name === 'SHARDS')?.value
      expect(shards).toBe('8')
      expect([undefined, Number(shards)]).toContain(completions)
    }
  })

  test('has no privileges, a pinned image, and its tokens from secrets', () => {
    for (const pod of pods) {
      expect(pod.automountServiceAccountToken).toBe(false)
      expect(pod.securityContext).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      })
    }
    for (const { image, securityContext, env, args } of containers) {
      expect(image).toMatch(/:\d+\.\d+\.\d+-\w+$/)
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
      const token = env.find(({ name }) => name === 'QUAY_TOKEN')
      const writes = args[0].includes('quayctl apply')
      const merges = args[0].includes('plan merge')
      expect(token?.valueFrom?.secretKeyRef?.name).toBe(
        merges ? undefined : writes ? 'quayctl-write' : 'quayctl-read',
      )
      // What somebody else has set reaches a script as a variable only.
      expect(args[0]).not.toContain('{{')
    }
  })

  test('installs this version', () => {
    const texts = [read('kubernetes', 'settings.yaml'), read('github', 'shards.yml')]
    for (const text of texts) expect(text).toContain(`quayctl@${version}`)
  })
})

describe('the workflow', () => {
  const text = read('github', 'shards.yml')

  test('pins what it uses, and grants each job what it needs', () => {
    const used = text.match(/uses: .*/g) ?? []
    expect(used.filter((line) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual(
      [],
    )
    const { permissions, jobs } = parse(text)
    expect(permissions).toEqual({})
    for (const one of Object.values(jobs))
      expect(one).toMatchObject({ permissions: expect.any(Object), 'timeout-minutes': expect.any(Number) })
    expect(text.match(/run: .*\$\{\{/g)).toBe(null)
  })
})

import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { execute, folder, root } from '../commands/run.ts'
import { type Fake, TOKEN } from '../forge/fake.ts'
import { git } from '../repository.ts'
import { type Estate, machine, type Request } from './estate.ts'
import { evaluate, resolved, type Scope } from './expressions.ts'

export type Texts = Readonly<Record<string, string>>

interface Step {
  readonly id?: string
  readonly if?: string
  readonly run?: string
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly env?: Texts
}

interface Job {
  readonly if?: string
  readonly needs?: string | readonly string[]
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> }
  readonly env?: Texts
  readonly permissions: Texts
  readonly steps: readonly Step[]
}

/** What sets a run off, as GitHub tells it in `github.event_name` and `github.event`. */
export interface Event {
  readonly name: 'pull_request' | 'push' | 'workflow_dispatch' | 'schedule'
  readonly ref: string
  readonly sha: string
  readonly payload: object
  readonly inputs?: Texts
}

export const ofPull = ({ number, head, trial }: Request, from = 'acme/quay'): Event => ({
  name: 'pull_request',
  ref: `refs/pull/${number}/merge`,
  sha: trial,
  payload: { pull_request: { number, head: { sha: head, repo: { full_name: from } } } },
})
export const ofPush = (sha: string): Event => ({ name: 'push', ref: 'refs/heads/main', sha, payload: {} })
export const bySchedule = (sha: string): Event => ({ ...ofPush(sha), name: 'schedule' })
export const byHand = (sha: string, inputs: Texts): Event => ({
  ...ofPush(sha),
  name: 'workflow_dispatch',
  inputs,
})

/** What came of a job; null: its condition did not hold. */
export interface Done {
  /** Of the first step that failed, else 0. */
  readonly code: number | null
  /** What the steps said on both streams. */
  readonly said: string
  readonly summary: string
}

export interface Workflow {
  readonly env?: Texts
  readonly jobs: Readonly<Record<string, Job>>
}

export function workflow(name: string): Workflow {
  const paths = ['ci', 'runners'].map((kind) => join(root, 'examples', kind, 'github', `${name}.yml`))
  return parse(readFileSync(paths.find((path) => existsSync(path)) ?? name, 'utf8'))
}

/** One job of a set-up, as runners of GitHub would run it, after those that it needs: each `run:` by `bash -e`, as it stands. `artifacts`: a folder of those of the run. */
export async function runJob(
  estate: Estate,
  fake: Fake,
  name: string,
  event: Event,
  secrets: Texts = {},
  vars: Texts = {},
  artifacts: string = folder(),
): Promise<Done | null> {
  const [file = '', id = ''] = name.split('/')
  const { jobs } = workflow(file)
  const job = jobs[id]
  if (!job) throw new Error(`no job ${name}`)
  const needs: Record<string, { result: string }> = {}
  for (const other of [job.needs ?? []].flat()) {
    const needed = await runJob(estate, fake, `${file}/${other}`, event, secrets, vars, artifacts)
    needs[other] = { result: !needed ? 'skipped' : needed.code === 0 ? 'success' : 'failure' }
  }
  const [[key, values] = ['', [null]] as const] = Object.entries(job.strategy?.matrix ?? {})
  const all: (Done | null)[] = []
  for (const value of values) {
    const matrix = { [key]: value }
    all.push(await runOne(estate, fake, name, event, { secrets, vars, artifacts, needs, matrix }))
  }
  const done = all.filter((one) => one !== null)
  const failed = done.find(({ code }) => code !== 0) ?? done[0]
  return failed ? { ...failed, said: done.map(({ said }) => said).join('') } : null
}

/** What a job is run with. */
interface Given {
  readonly secrets: Texts
  readonly vars: Texts
  readonly artifacts: string
  readonly needs: Readonly<Record<string, { readonly result: string }>>
  readonly matrix: Readonly<Record<string, unknown>>
}

async function runOne(
  estate: Estate,
  fake: Fake,
  name: string,
  event: Event,
  { secrets, vars, artifacts, needs, matrix }: Given,
): Promise<Done | null> {
  const [file = '', id = ''] = name.split('/')
  const { env: common, jobs } = workflow(file)
  const job = jobs[id] as Job
  const { there, origin } = estate
  const temporary = folder()
  const workspace = folder()
  const runner = folder({ 'event.json': JSON.stringify(event.payload), output: '', 'summary.md': '' })
  /** What came of those that have an id. */
  const steps: Record<string, { outcome: string }> = {}
  const files = {
    event: join(runner, 'event.json'),
    output: join(runner, 'output'),
    summary: join(runner, 'summary.md'),
  }
  let code = 0
  const scope: Scope = {
    contexts: {
      github: {
        event_name: event.name,
        // What a push has not is empty.
        event: { pull_request: { number: '', head: { repo: { full_name: '' } } }, ...event.payload },
        repository: 'acme/quay',
        token: TOKEN,
      },
      runner: { temp: temporary },
      needs,
      matrix,
      vars: { QUAY_URL: there.url, QUAYCTL_PACKAGE: '', ...vars },
      secrets,
      steps,
      inputs: event.inputs ?? {},
    },
    functions: {
      always: () => true,
      success: () => code === 0,
      failure: () => code !== 0,
      cancelled: () => false,
    },
  }
  const holds = (text = 'success()') => {
    const condition = text.replace(/^\$\{\{(.*)\}\}$/, '$1')
    const isTotal = /\b(always|cancelled|failure|success)\(/.test(condition)
    return Boolean(evaluate(isTotal ? condition : `success() && (${condition})`, scope))
  }
  // Of what it needs a job's condition speaks, and those of its steps do not.
  code = Object.values(needs).some(({ result }) => result !== 'success') ? 1 : 0
  if (!holds(job.if)) return null
  code = 0
  const base = {
    ...(await machine()),
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: fake.api,
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: files.event,
    GITHUB_OUTPUT: files.output,
    GITHUB_REF: event.ref,
    GITHUB_REPOSITORY: 'acme/quay',
    GITHUB_RUN_ID: '99',
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_SHA: event.sha,
    GITHUB_STEP_SUMMARY: files.summary,
    GITHUB_WORKSPACE: workspace,
    RUNNER_TEMP: temporary,
  }
  const texts = (values: Texts = {}): Texts =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, resolved(String(value), scope)]))
  let said = ''
  for (const step of job.steps) {
    const tell = (outcome: string) => {
      if (step.id) steps[step.id] = { outcome }
    }
    if (!holds(step.if)) {
      tell('skipped')
      continue
    }
    if (step.uses) {
      const told = Object.entries(step.with ?? {}).map(([key, value]) => [
        key,
        typeof value === 'string' ? resolved(value, scope) : value,
      ])
      use({ ...step, with: Object.fromEntries(told) }, { origin, workspace, event, artifacts })
      continue
    }
    const script = step.run ?? ''
    if (script.includes('${{')) throw new Error(`an expression in a script: ${script}`)
    const env = { ...base, ...texts(common), ...texts(job.env), ...texts(step.env) }
    writeFileSync(join(runner, 'script.sh'), script)
    const ran = await execute('bash', ['-e', join(runner, 'script.sh')], { cwd: workspace, env })
    said += `$ ${script}\n${ran.stdout}${ran.stderr}`
    tell(ran.code === 0 ? 'success' : 'failure')
    if (ran.code !== 0 && code === 0) code = ran.code ?? -1
  }
  return { code, said, summary: readFileSync(files.summary, 'utf8') }
}

/** What the actions of GitHub that the set-ups use come to. */
function use(
  { uses = '', with: given = {} }: Step,
  {
    origin,
    workspace,
    event,
    artifacts,
  }: {
    readonly origin: string
    readonly workspace: string
    readonly event: Event
    readonly artifacts: string
  },
): void {
  const [action] = uses.split('@')
  if (action === 'actions/setup-node') return
  if (action === 'actions/upload-artifact') {
    cpSync(String(given.path), join(artifacts, String(given.name)), { recursive: true })
    return
  }
  if (action === 'actions/download-artifact') {
    const wanted = new RegExp(`^${String(given.pattern).replaceAll('*', '.*')}$`)
    for (const name of readdirSync(artifacts).filter((one) => wanted.test(one)))
      cpSync(join(artifacts, name), String(given.path), { recursive: true })
    return
  }
  if (action !== 'actions/checkout') throw new Error(`no action ${action}`)
  if (given['persist-credentials'] !== false || given['fetch-depth'] !== 0)
    throw new Error('not the whole history')
  git(workspace, 'init', '--quiet')
  git(workspace, 'remote', 'add', 'origin', origin)
  git(workspace, 'fetch', '--quiet', 'origin', '+refs/heads/*:refs/remotes/origin/*', event.ref)
  const commit = given.ref === undefined ? event.sha : `origin/${given.ref}`
  git(workspace, 'checkout', '--quiet', '--detach', commit)
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>
  readonly outputs: Readonly<Record<string, { readonly value: string }>>
  readonly runs: { readonly steps: readonly (Step & { readonly 'working-directory'?: string })[] }
}

/** The action of this repository, in a folder: what came of it, and its outputs. */
export async function runAction(
  given: Texts,
  cwd: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly code: number; readonly said: string; readonly outputs: Texts }> {
  const { inputs, outputs, runs }: Action = parse(readFileSync(join(root, 'action.yml'), 'utf8'))
  const values = Object.fromEntries(
    Object.entries(inputs).map(([name, { default: usual }]) => [name, given[name] ?? usual]),
  )
  const told: Record<string, Texts> = {}
  const scope: Scope = { contexts: { inputs: values }, functions: {} }
  const runner = folder({ 'summary.md': '' })
  let said = ''
  for (const { run = '', env = {}, id = '', 'working-directory': place = '.' } of runs.steps) {
    if (run.includes('${{')) throw new Error(`an expression in a script: ${run}`)
    const output = join(runner, `output-${id}`)
    writeFileSync(output, '')
    writeFileSync(join(runner, 'script.sh'), run)
    const own = Object.entries(env).map(([key, value]) => [key, resolved(value, scope)])
    const ran = await execute(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', join(runner, 'script.sh')],
      {
        cwd: join(cwd, resolved(place, scope)),
        env: {
          ...(await machine()),
          ...environment,
          GITHUB_ACTIONS: 'true',
          GITHUB_OUTPUT: output,
          GITHUB_STEP_SUMMARY: join(runner, 'summary.md'),
          ...Object.fromEntries(own),
        },
      },
    )
    said += ran.stdout + ran.stderr
    told[id] = outputsIn(readFileSync(output, 'utf8'))
    if (ran.code !== 0) return { code: ran.code ?? -1, said, outputs: {} }
  }
  const steps = Object.fromEntries(Object.entries(told).map(([id, all]) => [id, { outputs: all }]))
  const end: Scope = { contexts: { steps }, functions: {} }
  return {
    code: 0,
    said,
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, { value }]) => [name, resolved(value, end)]),
    ),
  }
}

/** `NAME<<END`, the value, `END`. */
const outputsIn = (text: string): Texts =>
  Object.fromEntries(
    [...text.matchAll(/^([\w-]+)<<(.+)\n([\s\S]*?)\n\2$/gm)].map(([, name = '', , value = '']) => [
      name,
      value,
    ]),
  )

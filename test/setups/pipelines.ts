import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { execute, folder, type Ran, root } from '../commands/run.ts'
import { type Fake, TOKEN } from '../forge/fake.ts'
import { git } from '../repository.ts'
import { type Estate, machine, type Request } from './estate.ts'

type Texts = Readonly<Record<string, string>>

const examples = join(root, 'examples', 'ci')

/** A script as GitLab runs it: its lines one after the other in one shell, until one fails. */
const shell = async (script: string, cwd: string, env: Texts): Promise<Ran> => {
  const path = join(folder(), 'script.sh')
  writeFileSync(path, script)
  return execute('bash', [path], { cwd, env: { ...(await machine()), ...env } })
}

/** What stands beside a job in `.gitlab-ci.yml`. */
const gitlabFile = (): Readonly<Record<string, unknown>> =>
  parse(readFileSync(join(examples, 'gitlab', '.gitlab-ci.yml'), 'utf8'))

/** Of the whole file: texts, or such with a description. */
const variablesIn = (variables: unknown): Texts =>
  Object.fromEntries(
    Object.entries(variables as Readonly<Record<string, unknown>>).map(([name, given]) => [
      name,
      String(typeof given === 'object' && given !== null && 'value' in given ? given.value : given),
    ]),
  )

interface GitlabJob {
  readonly rules: readonly { readonly if: string }[]
  readonly before_script?: readonly string[]
  readonly script: readonly string[]
  readonly variables?: Texts
}

const isJob = (value: unknown): value is GitlabJob =>
  typeof value === 'object' && value !== null && 'script' in value && 'rules' in value

/** A pipeline as GitLab tells of it. */
export interface Pipeline {
  readonly commit: string
  readonly variables: Texts
}

export const mergeRequest = ({ number, head }: Request, base: string, source = '42'): Pipeline => ({
  commit: head,
  variables: {
    CI_PIPELINE_SOURCE: 'merge_request_event',
    CI_MERGE_REQUEST_IID: String(number),
    CI_MERGE_REQUEST_PROJECT_ID: '42',
    CI_MERGE_REQUEST_SOURCE_PROJECT_ID: source,
    CI_MERGE_REQUEST_DIFF_BASE_SHA: base,
    CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: '',
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
    CI_MERGE_REQUEST_TARGET_BRANCH_SHA: '',
  },
})
/** The same of a project with merged results pipelines, where the target is at `target`. */
export const mergedResults = (request: Request, base: string, target: string): Pipeline => ({
  commit: request.trial,
  variables: {
    ...mergeRequest(request, base).variables,
    CI_MERGE_REQUEST_EVENT_TYPE: 'merged_result',
    CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: request.head,
    CI_MERGE_REQUEST_TARGET_BRANCH_SHA: target,
  },
})
const onMain = (source: string, commit: string, more: Texts = {}): Pipeline => ({
  commit,
  variables: { CI_PIPELINE_SOURCE: source, CI_COMMIT_BRANCH: 'main', ...more },
})
export const push = (commit: string): Pipeline => onMain('push', commit)
export const schedule = (commit: string): Pipeline => onMain('schedule', commit)
export const web = (commit: string, more: Texts): Pipeline => onMain('web', commit, more)

/** Runs the jobs of a pipeline whose rules hold, by name; what came of each. */
export async function runPipeline(
  { there, origin }: Estate,
  fake: Fake,
  { commit, variables }: Pipeline,
  secrets: Texts = {},
): Promise<Readonly<Record<string, Ran>>> {
  const file = gitlabFile()
  const defaults = file.default as { readonly before_script: readonly string[] }
  const stronger = { QUAY_URL: there.url, ...variables, ...secrets }
  const known: Texts = {
    CI: 'true',
    GITLAB_CI: 'true',
    CI_API_V4_URL: fake.api,
    CI_COMMIT_SHA: commit,
    CI_DEFAULT_BRANCH: 'main',
    CI_PROJECT_ID: '42',
    CI_PROJECT_URL: origin.replace(/\.git$/, ''),
    ...variablesIn(file.variables),
    ...stronger,
  }
  const ran: Record<string, Ran> = {}
  for (const [name, job] of Object.entries(file)) {
    if (!isJob(job) || !job.rules.some((rule) => holds(rule.if, known))) continue
    const project = folder()
    git(project, 'init', '--quiet')
    git(project, 'remote', 'add', 'origin', origin)
    git(project, 'fetch', '--quiet', 'origin', '+refs/heads/main:refs/remotes/origin/main', commit)
    git(project, 'checkout', '--quiet', '--detach', commit)
    const own = Object.entries(job.variables ?? {}).map(([key, value]) => [key, expanded(value, known)])
    const lines = [...(job.before_script ?? defaults.before_script), ...job.script]
    const env = { ...known, ...Object.fromEntries(own), ...stronger, CI_PROJECT_DIR: project }
    ran[name] = await shell(`set -eo pipefail\n${lines.join('\n')}\n`, project, env)
  }
  return ran
}

const expanded = (text: string, known: Texts): string =>
  text.replace(/\$(\w+)/g, (_, name: string) => known[name] ?? '')

/** `$A == "b" && $C == $D && $E`, which is all that the set-up says. */
const holds = (rule: string, known: Texts): boolean =>
  rule.split(' && ').every((part) => {
    const [, left = '', , right] = /^\$(\w+)( == (.+))?$/.exec(part) ?? []
    if (left === '') throw new Error(`not understood: ${rule}`)
    if (right === undefined) return (known[left] ?? '') !== ''
    const due = right.startsWith('"') ? right.slice(1, -1) : (known[right.slice(1)] ?? '')
    return (known[left] ?? '') === due
  })

interface Task {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly params?: readonly { readonly name: string; readonly default?: string }[]
    readonly steps: readonly [
      { readonly script: string; readonly env: readonly Variable[]; readonly envFrom?: readonly Source[] },
    ]
  }
}
interface Variable {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: {
    readonly secretKeyRef?: { readonly name: string; readonly key: string }
    readonly configMapKeyRef?: { readonly name: string; readonly key: string; readonly optional: true }
  }
}
interface Source {
  readonly secretRef: { readonly name: string }
}

interface PipelineOfTasks {
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly params: readonly { readonly name: string; readonly default?: string }[]
    readonly tasks: readonly {
      readonly taskRef: { readonly name: string }
      readonly params?: readonly { readonly name: string; readonly value: string }[]
    }[]
  }
}

const documents = <T>(name: string): readonly T[] =>
  parseAllDocuments(readFileSync(join(examples, 'tekton', name), 'utf8')).map(
    (document) => document.toJS() as T,
  )

/** Runs a pipeline of Tekton in one workspace, until a task fails. `settings`: of config maps, by name and key. */
export async function runTekton(
  { there, origin }: Estate,
  fake: Fake,
  name: string,
  given: Texts,
  settings: Texts = {},
): Promise<Ran> {
  const pipeline = documents<PipelineOfTasks>('pipeline.yaml').find(({ metadata }) => metadata.name === name)
  if (!pipeline) throw new Error(`no pipeline ${name}`)
  const isApply = name === 'quayctl-apply'
  const quay = (isRight: boolean) => ({ QUAY_URL: there.url, QUAY_TOKEN: isRight ? 'TESTTOKEN' : 'wrong' })
  const secrets: Readonly<Record<string, Texts>> = {
    'quayctl-git': { token: TOKEN },
    'quayctl-read': quay(!isApply),
    'quayctl-write': quay(isApply),
  }
  const workspace = folder()
  const outer = valuesOf(pipeline.spec.params, { url: origin, ...given })
  let last: Ran = { code: 0, stdout: '', stderr: '' }
  for (const { taskRef, params = [] } of pipeline.spec.tasks) {
    const task = documents<Task>('task.yaml').find(({ metadata }) => metadata.name === taskRef.name)
    if (!task) throw new Error(`no task ${taskRef.name}`)
    const passed = Object.fromEntries(params.map(({ name: key, value }) => [key, filled(value, outer)]))
    const inner = valuesOf(task.spec.params ?? [], passed)
    const [{ script, env, envFrom = [] }] = task.spec.steps
    if (script.includes('$(params.')) throw new Error(`a parameter in a script: ${script}`)
    const variables = env.flatMap(({ name: key, value, valueFrom }) => {
      const { secretKeyRef: secret, configMapKeyRef: setting } = valueFrom ?? {}
      if (value !== undefined) return [[key, filled(value, inner)]]
      if (secret) return [[key, secrets[secret.name]?.[secret.key]]]
      const found = settings[`${setting?.name}/${setting?.key}`]
      return found === undefined ? [] : [[key, found]]
    })
    const all: Texts = {
      GITHUB_API_URL: fake.api,
      ...Object.assign({}, ...envFrom.map(({ secretRef }) => secrets[secretRef.name])),
      ...Object.fromEntries(variables),
    }
    last = await shell(script, workspace, all)
    if (last.code !== 0) break
  }
  return last
}

/** Each parameter has a value, and nothing else is passed. */
function valuesOf(
  params: readonly { readonly name: string; readonly default?: string }[],
  given: Texts,
): Texts {
  const stray = Object.keys(given).find((key) => !params.some(({ name }) => name === key))
  if (stray !== undefined) throw new Error(`no parameter ${stray}`)
  return Object.fromEntries(
    params.map(({ name, default: usual }) => {
      const value = given[name] ?? usual
      if (value === undefined) throw new Error(`no value for ${name}`)
      return [name, value]
    }),
  )
}

const filled = (text: string, values: Texts): string =>
  text.replace(/\$\(params\.([\w-]+)\)/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`no parameter ${name}`)
    return value
  })

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { randomFrom } from '../src/emulator/chance.ts'
import { baseOf } from '../src/engine/base.ts'
import { planText } from '../src/engine/planfile.ts'
import type { Outcome } from '../src/model/change.ts'
import type { Plan, Run } from '../src/model/plan.ts'
import type { Review } from '../src/model/review.ts'
import { urlPath } from '../src/render/markdown.ts'
import { reportText, reviewedSteps } from '../src/render/report.ts'
import { configure, type Files, push, type World, type WorldOptions, withWorld } from './world.ts'

const folder = fileURLToPath(new URL('golden/reports', import.meta.url))

/** The folder of a scenario: its files, and what each form of a report makes of them. */
export const placeOf = (name: string): string => join(folder, name)

/** What a scenario has to tell; `json`: to programs. */
export interface Told {
  readonly review: Review & { readonly plan: Plan }
  readonly json: string
}

const run: Run = {
  started_at: '2026-11-21T10:00:00.000Z',
  ended_at: '2026-11-21T10:00:07.000Z',
  requests: 12,
  repetitions: 0,
  methods: { GET: 12 },
  by: 'erin',
  commit: '3d91f0a2c4b6a8e0f1d3c5b7a9e8f6d4c2b0a1e3',
  url: 'https://git.example/acme/registry/actions/runs/7',
}

/** How the files of a review are called, and where they can be read. */
export const sites: Pick<Review, 'name' | 'link' | 'path'> = {
  name: 'plan',
  path: (file) => (file.includes(':') ? null : file),
  link: ({ file, line }) =>
    file.includes(':') ? null : `https://git.example/acme/registry/blob/3d91f0a/${urlPath(file)}#L${line}`,
}

interface Scenario {
  /** What Quay has before, and what the files say then. */
  readonly before: Files
  readonly files: Files
  /** What others have done in between. */
  between?(world: World): void
}

const document = (name: string, body: string): string =>
  `apiVersion: quayctl/v1\nkind: Organization\nname: ${name}\nemail: quay@${name}.example\n${body}`

/** What people call services. */
const words = ['api', 'billing', 'catalog', 'docs', 'edge']

/** 5 organizations of 999 repositories, none of which is called as one of another. */
const many = words
  .map((word) =>
    document(
      word,
      `repositories:\n${Array.from({ length: 999 }, (_, i) => `  ${word}-${String(i).padStart(3, '0')}: {description: "Number ${i} of ${word}"}\n`).join('')}`,
    ),
  )
  .join('---\n')

const alike = (limit: string): string =>
  Array.from({ length: 140 }, (_, i) =>
    document(`team-${String(i).padStart(3, '0')}`, `quota: {limit: ${limit}}\n`),
  ).join('---\n')

/** The answer to this write is lost, and reading it back fails; this repository is not wanted. */
function unlucky(): NonNullable<WorldOptions['faults']> {
  let lost = false
  return ({ method, target, body }) => {
    if (target.includes('/quota') && method === 'PUT') {
      lost = true
      return 'reset'
    }
    if (lost && method === 'GET' && target.endsWith('/organization/acme')) return { status: 502 }
    const isUnwanted = method === 'POST' && target.endsWith('/repository') && body.includes('"api"')
    return isUnwanted ? { status: 400, body: { message: 'There is no room for another one' } } : undefined
  }
}

const special: Readonly<Record<string, Partial<Scenario>>> = {
  many: { before: '', files: many },
  grouped: { before: alike('10 GiB'), files: alike('20 GiB') },
  deletes: { between: (world) => push(world, 'acme/legacy-web', '1.0', '1.1', 'latest') },
}

const read = (name: string, file: string): string => {
  const path = join(placeOf(name), file)
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

/** Hostile files have hostile names. */
const fileOf = (name: string): string =>
  name === 'hostile' ? 'orgs/`a`|<b>@acme #1](x.yaml' : 'quayctl.yaml'

const scenario = (name: string): Scenario => ({
  before: { [fileOf(name)]: read(name, 'before.yaml') },
  files: { [fileOf(name)]: read(name, 'quayctl.yaml') },
  ...special[name],
})

const isEmpty = (files: Files): boolean =>
  (typeof files === 'string' ? [files] : Object.values(files)).join('') === ''

export const scenarios = readdirSync(folder).sort()

const users = Object.fromEntries(['erin', 'frank', 'eve'].map((name) => [name, {}]))

const known = new Map<string, Promise<Told>>()

/** What a scenario comes to: always the same, and made once. */
export function told(name: string): Promise<Told> {
  const made = known.get(name) ?? make(name)
  known.set(name, made)
  return made
}

async function make(name: string): Promise<Told> {
  const { before, files, between } = scenario(name)
  let trouble: WorldOptions['faults']
  return withWorld(
    async (world) => {
      if (!isEmpty(before)) await world.converge(before)
      between?.(world)
      const ready = await world.plan(files, {
        ...(!isEmpty(before) && { base: baseOf('main', '9b20c41d7e5a', configure(before).expanded) }),
        ...(name === 'blocked' || name === 'held' ? { holdBlocked: true } : { maxDeletes: 10 }),
      })
      const { plan, steps } = ready
      const review = { ...sites, plan, findings: plan.findings, run }
      if (name !== 'partly-applied') return { review, json: planText(plan, run) }
      trouble = unlucky()
      const { outcomes } = await world.apply(ready)
      const applied = appliedOf(
        plan,
        steps.map(({ change }) => change),
        outcomes,
      )
      return { review: { ...review, steps: reviewedSteps(applied) }, json: reportText(applied) }
    },
    {
      url: 'https://quay.example',
      accounts: { users },
      random: randomFrom(1),
      faults: (request) => trouble?.(request),
    },
  )
}

const appliedOf = (
  plan: Plan,
  changes: Parameters<typeof reviewedSteps>[0]['changes'],
  outcomes: ReadonlyMap<string, Outcome>,
) => ({
  plan,
  user: 'admin',
  changes,
  outcomes,
  times: new Map(
    [...outcomes].flatMap(([address, { status }]) =>
      status === 'skipped' ? [] : [[address, '2026-11-21T10:00:05.000Z'] as const],
    ),
  ),
  run,
  exit: 5,
})

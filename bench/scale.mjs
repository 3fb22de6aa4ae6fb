import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { measure, quayctl } from './measure.mjs'

const [SMALL, LARGE] = [5000, 20000]

/** Every fourth repository is a mirror; `robot` is what they name. */
const organization = (count, robot) =>
  [
    'apiVersion: quayctl/v1',
    'kind: Organization',
    'name: acme',
    'robots: {sync: {}}',
    'repositories:',
    ...Array.from({ length: count }, (_, i) =>
      i % 4
        ? `  r${i}: {description: Number ${i}, visibility: private}`
        : `  r${i}: {mirror: {external_reference: quay.io/a/r${i}, tags: [latest], robot: ${robot}, sync_interval: 1d}}`,
    ),
    '',
  ].join('\n')

const template = (count) =>
  `${organization(count, 'sync').replace('kind: Organization', 'kind: OrganizationTemplate')}---
apiVersion: quayctl/v1
kind: Organization
name: acme
use: [acme]
`

const main = `apiVersion: quayctl/v1
kind: Registry
include:
  - templates.yaml
  - {path: "organizations/{organization}.yaml", only_organization: true, secrets: ["QC_{ORGANIZATION}_*"]}
`
const standard = `apiVersion: quayctl/v1
kind: OrganizationTemplate
name: standard
email: "quay+{organization}@example.com"
robots: {sync: {}}
repositories:
  redis:
    mirror: {external_reference: docker.io/library/redis, tags: [latest], robot: ROBOT, sync_interval: 1d}
`

/** Organizations of four repositories, a file each, bound to what it may say. */
const bound = (robot) => (count) => ({
  'quayctl.yaml': main,
  'templates.yaml': standard.replace('ROBOT', robot),
  ...Object.fromEntries(
    Array.from({ length: count / 4 }, (_, i) => [
      `organizations/org-${i}.yaml`,
      `apiVersion: quayctl/v1
kind: Organization
name: org-${i}
use: [standard]
repositories:
  api: {visibility: private}
  web:
    mirror: {external_reference: quay.io/a/b, tags: [a], robot: sync, sync_interval: 1d, username: me, password: {from_env: QC_ORG_${i}_KEY}}
`,
    ]),
  ),
})
const one = (textOf) => (count) => ({ 'quayctl.yaml': textOf(count) })
const literal = (count) => organization(count, 'sync, username: me, password: hunter2')

/** What is measured: the files of an estate of a size, the arguments, and the exit code. */
const cases = {
  repositories: { files: one((count) => organization(count, 'sync')), args: [], code: 0 },
  expand: { files: one((count) => organization(count, 'sync')), args: ['--expand'], code: 0 },
  template: { files: one(template), args: [], code: 0 },
  wrong_robots: { files: one((count) => organization(count, 'synk')), args: [], code: 3 },
  written_passwords: { files: one(literal), args: [], code: 3 },
  bound: { files: bound('sync'), args: [], code: 0 },
  wrong_template: { files: bound('synk'), args: [], code: 3 },
}

/** The least CPU time of some rounds: whatever else the machine does only adds to it. */
function cost(folder, files, { args, code }, rounds) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const times = Array.from({ length: rounds }, () => {
    const { status, cpu, stderr } = measure([quayctl, 'validate', ...args], { cwd: folder })
    if (status !== code) throw new Error(`validate ended with ${status}:\n${stderr.slice(-2000)}`)
    return cpu
  })
  rmSync(folder, { recursive: true })
  return Math.min(...times)
}

/** By case: how many times the CPU time four times as many repositories cost `validate`, beyond what starting it costs. */
export function scale(parent, rounds) {
  const folder = join(parent, 'scale')
  const start = cost(folder, cases.repositories.files(1), cases.repositories, rounds)
  return Object.fromEntries(
    Object.entries(cases).map(([name, which]) => {
      const [few, many] = [SMALL, LARGE].map(
        (count) => cost(folder, which.files(count), which, rounds) - start,
      )
      return [`${name}_${LARGE}_to_${SMALL}`, many / few]
    }),
  )
}

/** Linear, and a little for a processor whose caches are full. */
export const scaleLimits = Object.fromEntries(
  Object.keys(cases).map((name) => [`${name}_${LARGE}_to_${SMALL}`, 5]),
)

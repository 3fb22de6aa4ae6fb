// usage: node bench/scale.mjs [--small N] [--large N] [--rounds N]
// Small and large files: what their size costs `validate`. Ends with 1 where four times as many repositories (and a
// quarter as many organizations) cost more than six times the CPU time, beyond what starting the program costs.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measure, quayctl } from './measure.mjs'

const { values } = parseArgs({
  options: {
    small: { type: 'string', default: '5000' },
    large: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
  },
})
const [small, large, rounds] = [values.small, values.large, values.rounds].map(Number)
const MOST = 1.5 * (large / small)

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
  validate: { files: one((count) => organization(count, 'sync')), args: [], code: 0 },
  'validate --expand': { files: one((count) => organization(count, 'sync')), args: ['--expand'], code: 0 },
  'validate, from a template': { files: one(template), args: [], code: 0 },
  'validate, each robot wrong': { files: one((count) => organization(count, 'synk')), args: [], code: 3 },
  'validate, each password written': { files: one(literal), args: [], code: 3 },
  'validate, bound organizations': { files: bound('sync'), args: [], code: 0 },
  'validate, a template wrong for all': { files: bound('synk'), args: [], code: 3 },
}

const folder = mkdtempSync(join(tmpdir(), 'quayctl-scale-'))

/** The least CPU time of some rounds: whatever else the machine does only adds to it. */
function cost(files, args, code) {
  rmSync(folder, { recursive: true })
  mkdirSync(join(folder, 'organizations'), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const times = Array.from({ length: rounds }, () => {
    const { status, cpu, stderr } = measure([quayctl, 'validate', ...args], { cwd: folder })
    if (status !== code) throw new Error(`validate ended with ${status}:\n${stderr.slice(-2000)}`)
    return cpu
  })
  return Math.min(...times)
}

const start = cost(one((count) => organization(count, 'sync'))(1), [], 0)
console.log(`CPU seconds of starting it: ${start.toFixed(2)}`)
for (const [name, { files, args, code }] of Object.entries(cases)) {
  const [few, many] = [small, large].map((count) => cost(files(count), args, code))
  const ratio = (many - start) / (few - start)
  const isFine = ratio <= MOST
  console.log(
    `${isFine ? 'ok    ' : 'MISSED'} ${name}: ${few.toFixed(2)} for ${small}, ${many.toFixed(2)} for ${large} repositories, ${ratio.toFixed(1)} times (at most ${MOST})`,
  )
  if (!isFine) process.exitCode = 1
}
rmSync(folder, { recursive: true })

// Makes an estate of YAML files, a file for each organization: the same seed and sizes give the same bytes.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What `npm run bench` measures. */
export const standard = { organizations: 100, robots: 1000, repositories: 5000, mirrors: 1000, seed: 20 }

const areas =
  'billing catalog checkout claims compliance customer delivery finance fraud fulfilment identity insights inventory logistics loyalty marketing media mobile network payments pricing research risk search support'.split(
    ' ',
  )
const groups = ['apps', 'data', 'edge', 'platform']
const subjects =
  'account address alert archive audit basket batch booking calendar campaign contract coupon currency device document export feed forecast gateway geo import invoice label ledger lead message metrics notification offer order parcel partner policy price profile quote rating receipt refund report returns review schedule session settlement shipment stock subscription survey tax ticket timeline token tracking voucher wallet webhook'.split(
    ' ',
  )
const parts = {
  api: 'serves the public interface of',
  worker: 'works off the queue of',
  web: 'is the web front end of',
  migrations: 'migrates the database of',
  cron: 'runs the nightly jobs of',
  cache: 'keeps hot data of',
  exporter: 'exports metrics of',
  importer: 'loads batches into',
}
const jobs = {
  ci: 'Pushes what the pipelines build',
  deploy: 'Pulls images into the clusters',
  sync: 'Writes mirrored images',
  scanner: 'Pulls images to scan them',
  backup: 'Copies images to the second site',
  release: 'Pushes signed releases',
  dev: 'Pulls images on workstations',
  staging: 'Pulls images into the staging clusters',
  nightly: 'Pushes nightly builds',
  argocd: 'Pulls charts and images for Argo CD',
}
const upstreams = [
  {
    host: 'docker.io/library',
    names: 'alpine busybox debian golang httpd memcached nginx node python redis',
  },
  { host: 'quay.io/prometheus', names: 'alertmanager blackbox-exporter node-exporter prometheus' },
  { host: 'quay.io/jetstack', names: 'cert-manager-cainjector cert-manager-controller cert-manager-webhook' },
  { host: 'ghcr.io/fluxcd', names: 'helm-controller kustomize-controller source-controller' },
  { host: 'registry.redhat.io', names: 'ubi8 ubi9 ubi9-minimal rhel9/postgresql-15 rhel9/redis-7' },
].flatMap(({ host, names }) => names.split(' ').map((name) => `${host}/${name}`))
const tags = [
  'latest',
  'stable, stable-alpine',
  '"1.*", latest',
  '"3.21", "3.21.*", "3.22", "3.22.*"',
  '"v1.*"',
  '"9.[4-9]*"',
]

/** Numbers from 0 to 1, always the same ones for a seed (mulberry32). */
function randomFrom(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A total over as many shares as there are weights, none below `least`. */
function shares(total, weights, least) {
  const free = total - least * weights.length
  const sum = weights.reduce((all, weight) => all + weight, 0)
  let [seen, given] = [0, 0]
  return weights.map((weight) => {
    seen += weight
    const share = Math.round((free * seen) / sum) - given
    given += share
    return share + least
  })
}

/** That many names of a stem: the stem alone, then numbered. */
const numbered = (stems, count) =>
  Array.from({ length: count }, (_, i) => {
    const stem = stems[i % stems.length]
    return i < stems.length ? stem : `${stem}-${Math.floor(i / stems.length) + 1}`
  })

function ownRepository(name, pick, chance) {
  const [subject, part] = name.split('-')
  const lines = [`    description: This image ${parts[part]} the ${subject} service`]
  if (chance() < 0.1) lines.push('    visibility: public')
  if (chance() < 0.05) lines.push(`    state: ${pick(['normal', 'read_only'])}`)
  return [`  ${name}:`, ...lines]
}

function mirrorRepository(name, reference, pick, chance) {
  return [
    `  ${name}:`,
    `    description: Mirror of ${reference}`,
    '    mirror:',
    `      external_reference: ${reference}`,
    `      tags: [${pick(tags)}]`,
    `      sync_interval: ${pick(['6h', '12h', '1d', '1w'])}`,
    '      robot: sync',
    ...(chance() < 0.2 ? ['      timeout: 30min'] : []),
  ]
}

function organization(name, count, chance) {
  const pick = (list) => list[Math.floor(chance() * list.length)]
  const robots = numbered(['sync', ...Object.keys(jobs).filter((job) => job !== 'sync')], count.robots)
  const own = numbered(
    Object.keys(parts).flatMap((part) => subjects.map((subject) => `${subject}-${part}`)),
    count.repositories - count.mirrors,
  )
  const mirrored = Array.from({ length: count.mirrors }, (_, i) => upstreams[i % upstreams.length])
  return [
    'apiVersion: quayctl/v1',
    'kind: Organization',
    `name: ${name}`,
    `email: registry+${name}@example.com`,
    `tag_expiration: ${pick(['1d', '1w', '2w', '4w'])}`,
    `quota: {limit: ${pick([50, 100, 250, 500])} GiB, warn_at: [70, 85], reject_at: 100}`,
    'robots:',
    ...robots.map((robot) => `  ${robot}: {description: ${jobs[robot.split('-')[0]]}}`),
    'repositories:',
    ...own.flatMap((repository) => ownRepository(repository, pick, chance)),
    ...mirrored.flatMap((reference, i) => {
      const suffix = i < upstreams.length ? '' : `-${Math.floor(i / upstreams.length) + 1}`
      return mirrorRepository(`mirror/${reference}${suffix}`, reference, pick, chance)
    }),
    '',
  ].join('\n')
}

const registry = `apiVersion: quayctl/v1
kind: Registry
url: https://quay.example.com
include: [organizations/*.yaml]
upstreams:
  registry.redhat.io: {username: example-pull, password: {from_env: QC_REDHAT, version: 1}}
secrets: [QC_*]
`

/** Writes the files of an estate into a folder and returns their texts. */
export function writeEstate(folder, size) {
  const chance = randomFrom(size.seed)
  const names = numbered(
    groups.flatMap((group) => areas.map((area) => `${area}-${group}`)),
    size.organizations,
  )
  // Some organizations are several times as large as others.
  const weights = names.map(() => 0.3 + chance() ** 3 * 3)
  const mirrors = shares(size.mirrors, weights, 0)
  const own = shares(size.repositories - size.mirrors, weights, 0)
  const robots = shares(size.robots, weights, 1)
  const files = [
    ['quayctl.yaml', registry],
    ...names.map((name, i) => {
      const count = { robots: robots[i], repositories: own[i] + mirrors[i], mirrors: mirrors[i] }
      return [join('organizations', `${name}.yaml`), organization(name, count, chance)]
    }),
  ]
  mkdirSync(join(folder, 'organizations'), { recursive: true })
  for (const [file, text] of files) writeFileSync(join(folder, file), text)
  return files.map(([, text]) => text)
}

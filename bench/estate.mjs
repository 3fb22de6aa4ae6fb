// Makes an estate of YAML files, a file for each organization: the same seed and sizes give the same bytes.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { areas, groups, jobs, parts, subjects, tags, upstreams } from './words.mjs'

/** What `npm run bench -- --size` measures. */
export const sizes = {
  S: { organizations: 10, robots: 100, repositories: 500, mirrors: 100, seed: 20 },
  M: { organizations: 100, robots: 1000, repositories: 5000, mirrors: 1000, seed: 20 },
  L: { organizations: 1000, robots: 10000, repositories: 50000, mirrors: 10000, seed: 20 },
}

/**
 * What is declared of the same estate. `plain` has robots, quotas, repositories and mirrors; `full` everything that a
 * plan reads object by object, too; `lean` only what lists of everything tell, and mirrors; `bare` not even those.
 */
const blocks = {
  full: ['robots', 'mirrors', 'rest'],
  plain: ['robots', 'mirrors'],
  lean: ['mirrors'],
  bare: [],
}

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

/** What some repositories have: each so many one of it, so many objects each. */
const extras = [
  {
    each: 10,
    kind: 'permissions',
    objects: 2,
    line: 'permissions: {team:developers: write, robot:sync: read}',
  },
  {
    each: 25,
    kind: 'notifications',
    objects: 1,
    line: 'notifications: {pushes: {event: repo_push, method: webhook, config: {url: "https://hooks.example.com/"}}}',
  },
  { each: 33, kind: 'auto_prune', objects: 1, line: 'auto_prune: [{method: number_of_tags, value: 50}]' },
  { each: 50, kind: 'immutability', objects: 1, line: 'immutability: [{tag_pattern: "v.*"}]' },
]

function ownRepository(name, pick, chance, found) {
  const [subject, part] = name.split('-')
  const lines = [`    description: This image ${parts[part]} the ${subject} service`]
  if (chance() < 0.1) lines.push('    visibility: public')
  if (chance() < 0.05) lines.push(`    state: ${pick(['normal', 'read_only'])}`)
  return [`  ${name}:`, ...lines, ...found.map(({ line }) => `    ${line}`)]
}

function mirrorRepository(name, reference, pick, chance, has) {
  const mirror = [
    '    mirror:',
    `      external_reference: ${reference}`,
    `      tags: [${pick(tags)}]`,
    `      sync_interval: ${pick(['6h', '12h', '1d', '1w'])}`,
    '      robot: sync',
    ...(chance() < 0.2 ? ['      timeout: 30min'] : []),
  ]
  return [`  ${name}:`, `    description: Mirror of ${reference}`, ...(has('mirrors') ? mirror : [])]
}

const people = [
  'teams:',
  '  owners: {role: admin, members: [user:admin]}',
  '  developers: {role: member, members: [robot:sync]}',
  '  auditors: {role: member}',
  'default_permissions: [{to: team:developers, role: read}]',
]

function robotLines(names, has) {
  if (has('robots'))
    return ['robots:', ...names.map((robot) => `  ${robot}: {description: ${jobs[robot.split('-')[0]]}}`)]
  return has('mirrors') ? ['external: {robots: [sync]}'] : []
}

/** The text of an organization; `counted` is told what it has besides. */
function organization(name, count, chance, has, counted) {
  const pick = (list) => list[Math.floor(chance() * list.length)]
  const robots = numbered(['sync', ...Object.keys(jobs).filter((job) => job !== 'sync')], count.robots)
  const own = numbered(
    Object.keys(parts).flatMap((part) => subjects.map((subject) => `${subject}-${part}`)),
    count.repositories - count.mirrors,
  )
  const mirrored = Array.from({ length: count.mirrors }, (_, i) => upstreams[i % upstreams.length])
  const expiration = pick(['1d', '1w', '2w', '4w'])
  return [
    'apiVersion: quayctl/v1',
    'kind: Organization',
    `name: ${name}`,
    `email: registry+${name}@example.com`,
    ...(has('robots') ? [`tag_expiration: ${expiration}`] : []),
    `quota: {limit: ${pick([50, 100, 250, 500])} GiB, warn_at: [70, 85], reject_at: 100}`,
    ...robotLines(robots, has),
    ...(has('rest') ? people : []),
    'repositories:',
    ...own.flatMap((repository, i) => {
      const found = has('rest') ? extras.filter(({ each }) => i % each === 1) : []
      for (const extra of found) counted(extra)
      return ownRepository(repository, pick, chance, found)
    }),
    ...mirrored.flatMap((reference, i) => {
      const suffix = i < upstreams.length ? '' : `-${Math.floor(i / upstreams.length) + 1}`
      return mirrorRepository(`mirror/${reference}${suffix}`, reference, pick, chance, has)
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

/** The files of an estate, and how many there are of each kind. */
export function estate(size, kind = 'plain') {
  const chance = randomFrom(size.seed)
  const has = (block) => blocks[kind].includes(block)
  const names = numbered(
    groups.flatMap((group) => areas.map((area) => `${area}-${group}`)),
    size.organizations,
  )
  // Some organizations are several times as large as others.
  const weights = names.map(() => 0.3 + chance() ** 3 * 3)
  const mirrors = shares(size.mirrors, weights, 0)
  const own = shares(size.repositories - size.mirrors, weights, 0)
  const robots = shares(size.robots, weights, 1)
  const rest = Object.fromEntries(extras.map((extra) => [extra.kind, 0]))
  // An organization and its quota.
  let objects = 2 * size.organizations + size.repositories
  if (has('robots')) objects += size.robots
  if (has('mirrors')) objects += size.mirrors
  if (has('rest')) objects += 4 * size.organizations
  const counted = (extra) => {
    rest[extra.kind] += 1
    objects += extra.objects
  }
  const texts = names.map((name, i) => {
    const count = { robots: robots[i], repositories: own[i] + mirrors[i], mirrors: mirrors[i] }
    return [join('organizations', `${name}.yaml`), organization(name, count, chance, has, counted)]
  })
  const { organizations, repositories } = size
  return {
    files: { 'quayctl.yaml': registry, ...Object.fromEntries(texts) },
    counts: {
      organizations,
      repositories,
      mirrors: has('mirrors') ? size.mirrors : 0,
      teams_with_members: has('rest') ? 2 * organizations : 0,
      ...rest,
      objects,
    },
  }
}

/** How many requests a plan that finds nothing to do takes at most. */
export const mostRequests = (counts) =>
  4 * counts.organizations +
  counts.teams_with_members +
  Math.ceil(counts.repositories / 100) +
  counts.mirrors +
  2 * counts.permissions +
  counts.notifications +
  counts.auto_prune +
  counts.immutability +
  10

/** The same where only e-mails, quotas, repositories and mirrors are declared, and the token is a superuser's. */
export const fewestRequests = ({ repositories, mirrors }) => Math.ceil(repositories / 100) + mirrors + 10

/** Writes the files of an estate into a folder. */
export function writeEstate(folder, size, kind) {
  const made = estate(size, kind)
  mkdirSync(join(folder, 'organizations'), { recursive: true })
  for (const [file, text] of Object.entries(made.files)) writeFileSync(join(folder, file), text)
  return made
}

// usage: npm run bench [-- --organizations N --robots N --repositories N --mirrors N --seed N --rounds N --keep FOLDER]
// Measures what is built; ends with 1 when a budget is missed. Without sizes of their own, robots, repositories and
// mirrors go with the organizations: 10, 50 and 10 of each.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { standard, writeEstate } from './estate.mjs'
import { interleaved, measure, quayctl, startSandbox } from './measure.mjs'
import { reportLimits, reports } from './reports.mjs'
import { scale, scaleLimits } from './scale.mjs'

const here = (file) => fileURLToPath(new URL(file, import.meta.url))

const small = `apiVersion: quayctl/v1
kind: Organization
name: acme
robots:
  ci: {description: Pushes from CI}
repositories:
  api: {description: Public API}
`

function readSize() {
  const names = ['organizations', 'robots', 'repositories', 'mirrors', 'seed', 'rounds']
  const options = Object.fromEntries([...names, 'keep'].map((name) => [name, { type: 'string' }]))
  const { values } = parseArgs({ options })
  const number = (name, fallback) => {
    const value = values[name] === undefined ? fallback : Number(values[name])
    if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} is a whole number from 1`)
    return value
  }
  const organizations = number('organizations', standard.organizations)
  const share = (name) => number(name, Math.round((standard[name] * organizations) / standard.organizations))
  const size = {
    organizations,
    robots: share('robots'),
    repositories: share('repositories'),
    mirrors: share('mirrors'),
    seed: number('seed', standard.seed),
  }
  if (size.mirrors > size.repositories || size.robots < organizations)
    throw new Error('every mirror needs a repository, and every organization a robot')
  return { size, rounds: number('rounds', 15), keep: values.keep }
}

/** Runs a command where the estate is, and wants it to end well. */
function run(folder, args, env, scratch = join(folder, '..')) {
  const peakFile = join(scratch, 'peak')
  const result = measure([quayctl, ...args], { cwd: folder, env, peakFile })
  if (result.status !== 0)
    throw new Error(
      `quayctl ${args.join(' ')} ended with ${result.status}:\n${result.stdout.slice(-2000)}${result.stderr.slice(-2000)}`,
    )
  return { ...result, requests: Number(/^(\d+) requests/m.exec(result.stderr)?.[1]) }
}

function startUp(folder, rounds) {
  const file = join(folder, 'small.yaml')
  writeFileSync(file, small)
  return interleaved(
    { node: ['-e', '0'], version: [quayctl, '--version'], validate: [quayctl, 'validate', '-f', file] },
    rounds,
  )
}

async function onSandbox(folder) {
  const sandbox = await startSandbox()
  try {
    const env = { ...sandbox.env, QC_REDHAT: 'not-a-secret' }
    const apply = run(folder, ['apply', '--yes', '--allow', 'public', '--stats'], env)
    const plan = run(folder, ['plan', '--detailed-exitcode', '--json', '--stats'], env)
    // Read whole and planned as written, in turns.
    const turns = Array.from({ length: 3 }, (_, turn) => {
      const output = join(folder, '..', `exported-${turn}`)
      const exported = run(folder, ['export', '--all', '--output', output, '--stats'], sandbox.env)
      const again = run(output, ['plan', '--detailed-exitcode', '--stats'], sandbox.env)
      return { exported, again, ratio: exported.wall / again.wall }
    })
    const [middle] = turns.toSorted((a, b) => a.ratio - b.ratio).slice(1)
    return { apply, plan, ...middle, unchanged: JSON.parse(plan.stdout).summary.unchanged }
  } finally {
    await sandbox.stop()
  }
}

/** The estate of examples/platform: its validation against parsing what it expands to, as one file. */
function onPlatform(folder, rounds) {
  const examples = here('../examples/platform')
  const expanded = join(folder, 'expanded')
  mkdirSync(expanded)
  writeFileSync(join(expanded, 'all.yaml'), run(examples, ['validate', '--expand'], {}, folder).stdout)
  return interleaved(
    { parse: [here('parse.mjs'), expanded], validate: [quayctl, 'validate', '-f', examples] },
    rounds,
  )
}

const rounded = (value, digits) => Number(value.toFixed(digits))

async function bench({ size, rounds, keep }) {
  const folder = keep ?? mkdtempSync(join(tmpdir(), 'quayctl-bench-'))
  try {
    const estate = join(folder, 'estate')
    const texts = writeEstate(estate, size)
    const start = startUp(folder, rounds)
    const platform = onPlatform(folder, Math.min(rounds, 5))
    const ratios = Object.entries(scale(folder, Math.min(rounds, 3)))
    const costs = Object.entries(reports(folder, Math.min(rounds, 3)))
    const parse = measure([here('parse.mjs'), estate])
    const validate = run(estate, ['validate'])
    const one = run(estate, [
      'validate',
      '-f',
      join('organizations', readdirSync(join(estate, 'organizations'))[0]),
    ])
    const { apply, plan, exported, again, ratio, unchanged } = await onSandbox(estate)
    const objects = 2 * size.organizations + size.robots + size.repositories + size.mirrors
    if (unchanged !== objects) throw new Error(`${unchanged} objects are as written, not ${objects}`)
    return {
      node: process.version,
      ...size,
      objects,
      yaml_kb: rounded(Buffer.byteLength(texts.join('')) / 1024, 0),
      startup_ratio_version: rounded(start.version / start.node, 2),
      startup_ratio_validate: rounded(start.validate / start.node, 2),
      startup_cpu_ms: {
        node: rounded(start.node * 1000, 0),
        version: rounded(start.version * 1000, 0),
        validate: rounded(start.validate * 1000, 0),
      },
      platform_validate_ratio: rounded(platform.validate / platform.parse, 2),
      ...Object.fromEntries(ratios.map(([name, ratio]) => [name, rounded(ratio, 2)])),
      ...Object.fromEntries(costs.map(([name, cost]) => [name, rounded(cost, name.endsWith('_s') ? 2 : 0)])),
      plan_requests: plan.requests,
      plan_wall_s: rounded(plan.wall, 2),
      plan_cpu_s: rounded(plan.cpu, 2),
      plan_peak_rss_mb: rounded(plan.peak, 0),
      parse_cpu_s: rounded(parse.cpu, 2),
      plan_cpu_per_parse: rounded(plan.cpu / parse.cpu, 2),
      validate_wall_s: rounded(validate.wall, 2),
      validate_cpu_s: rounded(validate.cpu, 2),
      validate_peak_rss_mb: rounded(validate.peak, 0),
      validate_one_file_cpu_s: rounded(one.cpu, 2),
      apply_requests: apply.requests,
      apply_wall_s: rounded(apply.wall, 1),
      apply_cpu_s: rounded(apply.cpu, 1),
      apply_peak_rss_mb: rounded(apply.peak, 0),
      export_requests: exported.requests,
      export_wall_s: rounded(exported.wall, 1),
      export_cpu_s: rounded(exported.cpu, 1),
      export_peak_rss_mb: rounded(exported.peak, 0),
      exported_plan_requests: again.requests,
      exported_plan_wall_s: rounded(again.wall, 1),
      export_to_plan_ratio: rounded(ratio, 2),
    }
  } finally {
    if (!keep) rmSync(folder, { recursive: true })
  }
}

/** The promises: at most so much. */
const budgets = ({ organizations, repositories, mirrors }) => ({
  plan_requests: 3 * organizations + Math.ceil(repositories / 100) + mirrors + 5,
  plan_peak_rss_mb: 300,
  startup_ratio_version: 1.5,
  startup_ratio_validate: 5,
  platform_validate_ratio: 2,
  export_to_plan_ratio: 2,
  export_peak_rss_mb: 500,
  ...scaleLimits,
  ...reportLimits,
})

function report(result, limits) {
  const rows = Object.entries(result).flatMap(([name, value]) =>
    typeof value === 'object'
      ? Object.entries(value).map(([part, inner]) => [`${name} ${part}`, inner])
      : [[name, value]],
  )
  for (const [name, value] of rows) {
    const limit = limits[name]
    const verdict = limit === undefined ? '' : `${value <= limit ? 'ok    ' : 'MISSED'} at most ${limit}`
    console.log(`${name.padEnd(34)}${String(value).padStart(10)}  ${verdict}`.trimEnd())
  }
}

if (!existsSync(here('../dist/validators.js'))) throw new Error('nothing is built: npm run build')
const options = readSize()
const result = await bench(options)
const limits = budgets(result)
report(result, limits)
writeFileSync(here('result.json'), `${JSON.stringify({ ...result, budgets: limits }, null, 2)}\n`)
process.exitCode = Object.entries(limits).every(([name, limit]) => result[name] <= limit) ? 0 : 1

// usage: npm run bench [-- --size S,M,L --part start,platform,scale,reports,servers --rounds N --keep FOLDER --write]
// Measures what is built; prints the figures, keeps them in bench/result.json and, with --write, in docs/performance.md.
// Ends with 1 when a budget is missed. With --size or --part only these are measured; other figures stay as they were.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sizes } from './estate.mjs'
import { here } from './measure.mjs'
import { areKept, figures, writePage } from './page.mjs'
import { phases } from './phases.mjs'
import { reportLimits, reports } from './reports.mjs'
import { scale, scaleLimits } from './scale.mjs'
import { servers } from './servers.mjs'
import { installed, onPlatform, startHeld, startUp } from './start.mjs'

/** How often what takes seconds is measured. */
const ROUNDS = { S: 5, M: 3, L: 1 }
/** What takes a few minutes together; the rest is measured when it is asked for. */
const USUAL = { sizes: ['M'], parts: ['start', 'platform', 'scale', 'reports'] }

/** Figures beside what each may be at most. */
const within = (values, limits) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, most: limits[name] }]))

const parts = {
  async start(folder, rounds = 15) {
    const costs = await startUp(installed(join(folder, 'package')), folder, rounds)
    return { cpu_s: costs, held: startHeld(costs) }
  },
  platform: async (folder, rounds = 5) => ({
    held: within(
      { platform_validate_to_parse: await onPlatform(folder, rounds) },
      { platform_validate_to_parse: 2 },
    ),
  }),
  scale: async (folder, rounds = 3) => ({ held: within(scale(folder, rounds), scaleLimits) }),
  reports: async (folder, rounds = 3) => ({ held: within(reports(folder, rounds), reportLimits) }),
  async servers(folder) {
    const { costs, limited } = await servers(folder)
    return { costs, limited, held: limited.held }
  },
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      size: { type: 'string' },
      part: { type: 'string' },
      rounds: { type: 'string' },
      keep: { type: 'string' },
      write: { type: 'boolean' },
    },
  })
  const some = (name, known, otherwise) => {
    const chosen = values[name]?.split(',') ?? otherwise
    const stray = chosen.find((one) => !known.includes(one))
    if (stray !== undefined) throw new Error(`--${name} ${stray}: there are ${known.join(', ')}`)
    return chosen
  }
  const isNarrowed = values.size !== undefined || values.part !== undefined
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
  if (rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0))
    throw new Error('--rounds is a whole number from 1')
  return {
    sizes: some('size', Object.keys(sizes), isNarrowed ? [] : USUAL.sizes),
    parts: some('part', Object.keys(parts), isNarrowed ? [] : USUAL.parts),
    rounds,
    keep: values.keep,
    write: values.write ?? false,
  }
}

const resultFile = here('result.json')

function earlier() {
  const { parts: known, sizes: seen } = existsSync(resultFile)
    ? JSON.parse(readFileSync(resultFile, 'utf8'))
    : {}
  return { parts: known ?? {}, sizes: seen ?? {} }
}

/** Those of these names that there are, in their order. */
const sorted = (names, values) =>
  Object.fromEntries(names.filter((name) => values[name]).map((name) => [name, values[name]]))

async function bench(options) {
  const root = options.keep ?? mkdtempSync(join(tmpdir(), 'quayctl-bench-'))
  const result = earlier()
  const folder = (name) => {
    mkdirSync(join(root, name), { recursive: true })
    return join(root, name)
  }
  try {
    for (const name of options.parts) result.parts[name] = await parts[name](folder(name), options.rounds)
    for (const name of options.sizes)
      result.sizes[name] = await phases(folder(name), sizes[name], options.rounds ?? ROUNDS[name])
  } finally {
    if (!options.keep) rmSync(root, { recursive: true })
  }
  return {
    node: process.version,
    cores: availableParallelism(),
    parts: sorted(Object.keys(parts), result.parts),
    sizes: sorted(Object.keys(sizes), result.sizes),
  }
}

if (!existsSync(here('../dist/validators.js'))) throw new Error('nothing is built: npm run build')
const options = readOptions()
const result = await bench(options)
writeFileSync(resultFile, `${JSON.stringify(result, null, 2)}\n`)
console.log(figures(result))
if (options.write) writePage(result)
process.exitCode = areKept(result) ? 0 : 1

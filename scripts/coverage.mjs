// Branches of the pure rooms that the tests reach. Many tests run the program as it ships, in processes of its own: what
// those reach of dist/ is added to what Vitest counts of src/, branch by branch, by the place that both map to.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { mergeProcessCovs } from '@bcoe/v8-coverage'
import convert from 'ast-v8-to-istanbul'
import { parseAst } from 'vitest/node'

const LEAST = 95
const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'coverage')
const children = join(folder, 'children')
const run = (command, ...args) => execFileSync(command, args, { cwd: root, stdio: 'inherit' })
const json = (path) => JSON.parse(readFileSync(path, 'utf8'))

/** `--merge` makes the figures of the last run anew. */
const isMerge = process.argv.includes('--merge')
let status = 0
if (!isMerge) {
  run('npm', 'run', '--silent', 'build')
  run('npx', 'tsc') // file by file: what is bundled has no maps to src/
  const env = { ...process.env, CHILD_COVERAGE: children }
  const args = ['vitest', 'run', '--coverage', ...process.argv.slice(2)]
  status = spawnSync('npx', args, { cwd: root, env, stdio: 'inherit' }).status ?? 1
}

const dist = pathToFileURL(join(root, 'dist/')).href
const processes = readdirSync(children).map((file) => ({
  result: json(join(children, file)).result.filter(
    ({ url }) => url.startsWith(dist) && existsSync(`${fileURLToPath(url)}.map`),
  ),
}))
const counted = json(join(folder, 'coverage-final.json'))
const key = ({ type }, { start }) => `${type} ${start.line}:${start.column}`

for (const script of mergeProcessCovs(processes).result) {
  const file = fileURLToPath(script.url)
  const own = counted[join(root, 'src', relative(join(root, 'dist'), file)).replace(/\.js$/, '.ts')]
  if (!own) continue
  const code = readFileSync(file, 'utf8')
  const maps = await convert({
    code,
    sourceMap: json(`${file}.map`),
    ast: Promise.resolve(parseAst(code)),
    coverage: script,
    wrapperLength: 0,
  })
  const hits = new Map()
  for (const { branchMap, b } of Object.values(maps))
    for (const [id, branch] of Object.entries(branchMap))
      branch.locations.forEach((place, index) => {
        hits.set(key(branch, place), b[id][index])
      })
  for (const [id, branch] of Object.entries(own.branchMap))
    branch.locations.forEach((place, index) => {
      own.b[id][index] += hits.get(key(branch, place)) ?? 0
    })
}

const files = Object.entries(counted).map(([path, { b }]) => {
  const all = Object.values(b).flat()
  return {
    file: relative(root, path),
    branches: all.length,
    missed: all.filter((count) => count === 0).length,
  }
})
const sum = (list, of) => list.reduce((total, one) => total + one[of], 0)
const percent = (list) => 100 - (sum(list, 'missed') * 100) / Math.max(1, sum(list, 'branches'))
writeFileSync(join(folder, 'branches.json'), JSON.stringify(files, null, 1))
const worst = files.filter(({ missed }) => missed > 0).sort((a, b) => b.missed - a.missed)
for (const { file, branches, missed } of worst.slice(0, 20))
  console.log(`${missed} of ${branches} missed  ${file}`)
for (const room of ['engine', 'model', 'quay', 'render'])
  console.log(`${percent(files.filter(({ file }) => file.startsWith(`src/${room}/`))).toFixed(2)} % ${room}`)
console.log(`${percent(files).toFixed(2)} % of ${sum(files, 'branches')} branches; ${LEAST} are asked for`)
if (!isMerge) run('npm', 'run', '--silent', 'build')
process.exitCode = status || (percent(files) < LEAST ? 1 : 0)

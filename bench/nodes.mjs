// usage: npm run bench:nodes [-- TEST FILE ...]
// Runs the tests (all of them, or these files) on the newer Nodes that are supported, which it installs into a temporary
// folder, and prints beside each other what starting costs on each. Ends with 1 where a test fails.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { here } from './measure.mjs'
import { install, installed, startUp } from './start.mjs'

const NEWER = [22, 24]
const ROUNDS = 15

const folder = mkdtempSync(join(tmpdir(), 'quayctl-nodes-'))
try {
  const nodes = NEWER.map((major) => {
    const name = `node-${process.platform}-${process.arch}`
    return join(install([`${name}@${major}`], join(folder, String(major))), name, 'bin', 'node')
  })
  const failed = nodes.filter((node) => {
    const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` }
    const args = [here('../node_modules/vitest/vitest.mjs'), 'run', ...process.argv.slice(2)]
    return spawnSync(node, args, { cwd: here('..'), env, stdio: 'inherit' }).status !== 0
  })
  const program = installed(join(folder, 'package'))
  console.log(
    `\n${'CPU ms'.padEnd(12)}${['node', 'version', 'validate', 'plan'].map((name) => name.padStart(10)).join('')}`,
  )
  for (const node of [process.execPath, ...nodes]) {
    const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()
    const costs = Object.values(await startUp(program, folder, ROUNDS, node))
    const cells = costs.map((cost) => String(Math.round(cost * 1000)).padStart(10)).join('')
    console.log(`${version.padEnd(12)}${cells}${failed.includes(node) ? '  tests failed' : ''}`)
  }
  process.exitCode = failed.length === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}

// Runs the checks named on the command line, else all of package.json's `check:…`, each to its end. The last line counts them.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
const all = Object.keys(scripts).flatMap((name) => (name.startsWith('check:') ? [name.slice(6)] : []))
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !all.includes(name))
if (unknown.length > 0) throw new Error(`No check ${unknown.join(', ')}; there are ${all.join(', ')}`)

const names = asked.length > 0 ? asked : all
let failed = 0
for (const name of names) {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', `check:${name}`], {
    encoding: 'utf8',
  })
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}`)
  if (status === 0) continue
  failed += 1
  process.stdout.write(stdout + stderr)
}
console.log(`${names.length - failed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0

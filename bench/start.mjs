import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { here, interleaved, measure, quayctl, startQuay } from './measure.mjs'

const small = `apiVersion: quayctl/v1
kind: Organization
name: acme
robots:
  ci: {description: Pushes from CI}
repositories:
  api: {description: Public API}
`

function npm(args, cwd) {
  const ran = spawnSync('npm', args, { cwd, encoding: 'utf8' })
  if (ran.status !== 0)
    throw new Error(`npm ${args[0]} ended with ${ran.status}:\n${ran.stderr.slice(-2000)}`)
  return ran.stdout
}

/** Installs npm packages, or files that are some, into a new folder; resolves with where they are. */
export function install(packages, folder) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"private": true}')
  npm(['install', '--no-audit', '--no-fund', '--silent', ...packages], folder)
  return join(folder, 'node_modules')
}

/** The program as its package installs it; what is built is packed. */
export function installed(folder) {
  mkdirSync(folder, { recursive: true })
  npm(['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], here('..'))
  const [tarball] = readdirSync(folder).filter((file) => file.endsWith('.tgz'))
  return join(install([join(folder, tarball)], join(folder, 'app')), 'quayctl', 'bin', 'run.js')
}

/** CPU seconds of a node that does nothing, and of three commands on a small file. */
export async function startUp(program, folder, rounds, node) {
  const file = join(folder, 'small.yaml')
  writeFileSync(file, small)
  const quay = await startQuay()
  try {
    return await interleaved(
      {
        node: ['-e', '0'],
        version: [program, '--version'],
        validate: [program, 'validate', '-f', file],
        plan: [program, 'plan', '-f', file],
      },
      rounds,
      { env: { ...quay.env, ...quay.token }, node },
    )
  } finally {
    await quay.stop()
  }
}

/** The same as so many times what node itself takes, and what of it is promised. */
export const startHeld = ({ node, version, validate, plan }) => ({
  start_version: { value: version / node, most: 1.3 },
  start_validate: { value: validate / node, most: 3.3 },
  start_plan: { value: plan / node, most: 5 },
})

/** The estate of examples/platform: its validation against parsing what it expands to, as one file. */
export async function onPlatform(folder, rounds) {
  const examples = here('../examples/platform')
  const expanded = join(folder, 'expanded')
  mkdirSync(expanded)
  writeFileSync(
    join(expanded, 'all.yaml'),
    measure([quayctl, 'validate', '--expand'], { cwd: examples }).stdout,
  )
  const { parse, validate } = await interleaved(
    { parse: [here('parse.mjs'), expanded], validate: [quayctl, 'validate', '-f', examples] },
    rounds,
  )
  return validate / parse
}

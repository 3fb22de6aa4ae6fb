// Plans and applies examples/acme in a sandbox, and plans again: `npm run demo`. Fails when a step does not end as it says.
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const quayctl = join(root, 'bin', 'run.js')
const inside = '--inside'

/** Of the caller's environment nothing may decide which server, whose token, or how the output looks. */
const foreign = [
  'QUAY_URL',
  'QUAY_TOKEN',
  'QUAYCTL_SANDBOX',
  'CI',
  'NODE_EXTRA_CA_CERTS',
  'FORCE_COLOR',
  'DEBUG',
]

/** The same demo again, with the sandbox as its Quay. */
function outside() {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.includes(name)))
  const { status, error } = spawnSync(
    process.execPath,
    [quayctl, 'sandbox', '--', process.execPath, fileURLToPath(import.meta.url), inside],
    { cwd: root, env, stdio: 'inherit' },
  )
  if (error) console.error(`demo: node cannot be started: ${error.message}`)
  process.exitCode = status ?? 1
}

/** Runs one command; both of its streams end in one file, so that their order stays. */
function run(args, secrets, folder) {
  const path = join(folder, 'output')
  const output = openSync(path, 'w')
  const colors = process.stdout.isTTY && !process.env.NO_COLOR ? { FORCE_COLOR: '1' } : {}
  const { status } = spawnSync(process.execPath, [quayctl, ...args], {
    cwd: root,
    env: { ...process.env, ...colors, ...secrets },
    stdio: ['ignore', output, output],
  })
  closeSync(output)
  const text = readFileSync(path, 'utf8')
  return { status, text, plain: stripVTControlCharacters(text) }
}

/** `folder` takes what Quay tells once: it goes with the demo. */
const stepsIn = (folder) => [
  {
    title: 'Plan: what has to be made. Exit code 2 means: there are changes.',
    args: ['plan', '-f', 'examples/acme', '--detailed-exitcode'],
    code: 2,
    shows: [/^Plan: [1-9][0-9]* create\.$/m, 'a plan of creates only'],
  },
  {
    title:
      'Apply: make it. The variables are the secrets that the example refers to; the file takes the secrets that Quay makes.',
    args: [
      ...['apply', '-f', 'examples/acme', '--yes', '--allow', 'credential'],
      ...['--credentials-out', join(folder, 'credentials.json')],
    ],
    secrets: { QC_REDHAT: 'made-up', QC_SLACK: 'https://hooks.slack.com/services/made-up' },
    code: 0,
    shows: [/^Applied \S+: ([1-9][0-9]*) of \1 done/m, 'that every step is done'],
  },
  {
    title: 'Plan again: Quay is as the files say. Exit code 0 means: no changes.',
    args: ['plan', '-f', 'examples/acme', '--detailed-exitcode'],
    code: 0,
    shows: [/^No changes\. [1-9]/m, '"No changes"'],
  },
]

function show() {
  const folder = mkdtempSync(join(tmpdir(), 'quayctl-demo-'))
  try {
    tell(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function tell(folder) {
  console.log('quayctl in three steps, in a sandbox: an emulated Quay on this machine.')
  const wrong = stepsIn(folder).flatMap(
    ({ title, args, secrets = {}, code, shows: [pattern, words] }, index) => {
      const variables = Object.entries(secrets).map(([name, value]) => `${name}=${value} `)
      console.log(`\n== ${index + 1}. ${title}\n\n$ ${variables.join('')}quayctl ${args.join(' ')}`)
      const { status, text, plain } = run(args, secrets, folder)
      console.log(`${text.trimEnd()}\n(exit code ${status})`)
      return [
        ...(status === code ? [] : [`step ${index + 1} ended with ${status}, expected ${code}`]),
        ...(pattern.test(plain) ? [] : [`step ${index + 1} does not show ${words}`]),
      ]
    },
  )
  if (wrong.length > 0) {
    console.error(`\nThe demo FAILED: ${wrong.join('; ')}.`)
    process.exitCode = 1
    return
  }
  console.log(`
All three steps ended as they should. Nothing outside of the sandbox was touched, and the secrets are deleted.
Next: "A first configuration" in README.md.`)
}

if (process.argv.includes(inside)) show()
else outside()

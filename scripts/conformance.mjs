// Replays recorded conversations with a real Quay against the sandbox, a fresh one for each.
// usage: npm run conformance [-- FOLDER-OR-FILE] [-- --strict-bugs …]; flags go on to replay.mjs.
// Counted are the scenarios that test/conformance.json lists, and those that the default folder does not have.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const recordings = join(root, '..', 'shared', 'quay-api', 'recordings')
const standard = join(recordings, 'scenarios')
const json = (file) => JSON.parse(readFileSync(file, 'utf8'))

const flags = process.argv.slice(2).filter((text) => text.startsWith('-'))
const target = process.argv.slice(2).find((text) => !text.startsWith('-')) ?? standard

/** The time of the last change below a folder. */
function newest(path) {
  if (!existsSync(path)) return 0
  const entry = statSync(path)
  const below = entry.isDirectory() ? readdirSync(path).map((name) => newest(join(path, name))) : []
  return Math.max(entry.mtimeMs, ...below)
}

function build() {
  if (newest(join(root, 'src')) <= newest(join(root, 'dist'))) return
  const { status, stdout } = spawnSync('npx', ['tsc'], { cwd: root, encoding: 'utf8' })
  if (status !== 0) console.log(`${stdout}tsc found errors; going on with what it emitted`)
}

const load = (file) => import(pathToFileURL(join(root, 'dist', file)).href)

/** Quay's side of every type: each folder that has one. */
async function modules() {
  const folders = readdirSync(join(root, 'dist', 'resources'))
  const files = folders.map((name) => join('resources', name, 'emulator.js'))
  const loaded = files.filter((file) => existsSync(join(root, 'dist', file))).map(load)
  return (await Promise.all(loaded)).map(({ emulator }) => emulator)
}

const identities = json(join(root, 'test', 'identities.json'))
const tokenOf = (identity) => `CONFORMANCE${identity.toUpperCase()}`
const accounts = {
  users: identities.users,
  tokens: Object.fromEntries(
    Object.entries(identities.tokens).map(([identity, token]) => [tokenOf(identity), token]),
  ),
}
const environment = Object.fromEntries(
  Object.keys(identities.tokens).map((identity) => [
    identity === 'admin' ? 'QUAY_TOKEN' : `QUAY_TOKEN_${identity.toUpperCase()}`,
    tokenOf(identity),
  ]),
)

/** Runs replay.mjs on one scenario; resolves its exit status and what it printed. */
const replay = (url, file, profile) =>
  new Promise((resolve, reject) => {
    const args = [join(recordings, 'replay.mjs'), url, file, '--profile', profile, ...flags]
    const child = spawn(process.execPath, args, { env: { ...process.env, ...environment } })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
    child.on('error', reject)
    child.on('close', (status) => resolve({ equal: status === 0, output }))
  })

async function conversation(file, parts) {
  const profile = json(file).server?.profile ?? 'full'
  const emulator = parts.createEmulator({
    modules: parts.modules,
    accounts,
    profile,
    config: identities.config,
  })
  const { url, close } = await parts.serve(emulator)
  try {
    return await replay(url, file, profile)
  } finally {
    await close()
  }
}

const inFolder = (path) =>
  readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(path, name))
const filesOf = (path) => (statSync(path).isDirectory() ? inFolder(path) : [path])
const nameOf = (file) => json(file).name

if (!existsSync(target) || !existsSync(join(recordings, 'replay.mjs'))) {
  console.error(
    `There are no recordings: ${existsSync(target) ? join(recordings, 'replay.mjs') : target} is missing.`,
  )
  console.log('0 passed, 1 failed')
  process.exit(1)
}
build()
const parts = {
  ...(await load('emulator/emulator.js')),
  ...(await load('emulator/server.js')),
  modules: await modules(),
}
const listed = new Set(json(join(root, 'test', 'conformance.json')))
const known = new Set(existsSync(standard) ? inFolder(standard).map(nameOf) : [])
const files = filesOf(target)
const absent = target === standard ? [...listed].filter((name) => !known.has(name)) : []

let passed = 0
const bugs = [0, 0]
let failed = absent.length
for (const name of absent) console.log(`FAIL ${name}: listed, but not recorded`)
for (const file of files) {
  const { equal, output } = await conversation(file, parts)
  const name = nameOf(file)
  const counts = listed.has(name) || !known.has(name)
  const lines = output.split('\n').filter((line) => /^(?: |pass|FAIL)/.test(line))
  console.log(counts ? lines.join('\n') : `pending: ${lines[0]}`)
  if (counts) equal ? passed++ : failed++
  const [, answered = 0, refused = 0] =
    /server bugs: (\d+) answered by a 5xx, (\d+) refused/.exec(output) ?? []
  bugs[0] += Number(answered)
  bugs[1] += Number(refused)
}
console.log(`recorded server bugs: ${bugs[0]} answered by a 5xx, ${bugs[1]} refused otherwise`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0

import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const here = (file) => fileURLToPath(new URL(file, import.meta.url))

export const quayctl = here('../bin/run.js')

/**
 * Runs node with these arguments to its end. CPU time is user and system as the shell counts them, in seconds; `peak`
 * is asked for with a file to write it to, in MB. `node` is another Node than the one that measures.
 */
export function measure(args, { cwd, env = {}, peakFile, node = process.execPath } = {}) {
  const preload = { NODE_OPTIONS: `--import ${pathToFileURL(here('peak.mjs'))}`, BENCH_PEAK: peakFile }
  const start = performance.now()
  if (peakFile) rmSync(peakFile, { force: true })
  // The last line of standard error is the shell's.
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%3U %3S"; time "$@"', 'bash', node, ...args],
    {
      cwd,
      env: { ...process.env, LC_ALL: 'C', ...env, ...(peakFile && preload) },
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    },
  )
  const wall = (performance.now() - start) / 1000
  const lines = stderr.trimEnd().split('\n')
  const [user, system] = (lines.pop() ?? '').split(' ').map(Number)
  const peak = peakFile && existsSync(peakFile) ? Number(readFileSync(peakFile, 'utf8')) / 1024 : null
  return { status, stdout, stderr: lines.join('\n'), wall, cpu: user + system, peak }
}

export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

export const rounded = (value, digits) => Number(value.toFixed(digits))

/** Runs each of some in turn, several times over, so that whatever else the machine does falls on all alike. */
export async function inTurns(rounds, each) {
  const turns = Object.fromEntries(Object.keys(each).map((name) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const [name, run] of Object.entries(each)) turns[name].push(await run())
  return turns
}

/** Median CPU time of each command line; what they share is what `measure` takes. */
export async function interleaved(commands, rounds, options) {
  const run = (name, args) => () => {
    const { status, cpu, stderr } = measure(args, options)
    if (status !== 0) throw new Error(`${name} failed:\n${stderr}`)
    return cpu
  }
  const turns = await inTurns(
    rounds,
    Object.fromEntries(Object.entries(commands).map(([name, args]) => [name, run(name, args)])),
  )
  return Object.fromEntries(Object.entries(turns).map(([name, list]) => [name, median(list)]))
}

/** Starts the emulated Quay: its address, a token and a login as variables; `ask` for what quay.mjs can do, and a way to end it. */
export async function startQuay() {
  const child = fork(here('quay.mjs'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const ended = once(child, 'exit').then(() => [null])
  const answer = async () => {
    const [said] = await Promise.race([once(child, 'message'), ended])
    if (said === null) throw new Error('the emulated Quay has ended')
    return said.result
  }
  return {
    ...(await answer()),
    ask(call, how = {}) {
      child.send({ ...how, call })
      return answer()
    },
    async stop() {
      child.disconnect()
      await ended
    },
  }
}

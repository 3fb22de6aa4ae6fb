import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath, pathToFileURL } from 'node:url'

const here = (file) => fileURLToPath(new URL(file, import.meta.url))

export const quayctl = here('../bin/run.js')

/**
 * Runs node with these arguments to its end. CPU time is user and system as the shell counts them, in seconds; `peak`
 * is asked for with a file to write it to, in MB.
 */
export function measure(args, { cwd, env = {}, peakFile } = {}) {
  const preload = { NODE_OPTIONS: `--import ${pathToFileURL(here('peak.mjs'))}`, BENCH_PEAK: peakFile }
  const start = performance.now()
  if (peakFile) rmSync(peakFile, { force: true })
  // The last line of standard error is the shell's.
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%3U %3S"; time "$@"', 'bash', process.execPath, ...args],
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

/** Median CPU time of each command line, in rounds, so that whatever else the machine does falls on all alike. */
export function interleaved(commands, rounds) {
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const [name, args] of Object.entries(commands)) {
      const { status, cpu, stderr } = measure(args)
      if (status !== 0) throw new Error(`${name} failed:\n${stderr}`)
      times[name].push(cpu)
    }
  return Object.fromEntries(Object.entries(times).map(([name, list]) => [name, median(list)]))
}

/** Starts the sandbox as a process of its own; its address and token as variables, and a way to end it. */
export async function startSandbox() {
  const child = spawn(process.execPath, [quayctl, 'sandbox', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  for await (const line of createInterface({ input: child.stdout })) {
    const variables = line.matchAll(/([A-Z_]+)=(\S+)/g)
    const env = Object.fromEntries([...variables].map(([, name, value]) => [name, value]))
    if (env.QUAY_URL) return { env, stop: () => stop(child) }
  }
  throw new Error(`the sandbox did not start:\n${said}`)
}

const stop = (child) =>
  new Promise((resolve) => {
    child.once('exit', resolve)
    child.kill('SIGTERM')
  })

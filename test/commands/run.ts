import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  createEmulator,
  type Emulator,
  type EmulatorOptions,
  type Exchange,
} from '../../src/emulator/emulator.ts'
import { serve } from '../../src/emulator/server.ts'
import { modules } from '../../src/resources/registry.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))
const program = join(root, 'bin', 'run.js')

/** Texts by path. */
export type Files = Readonly<Record<string, string | Buffer>>
type Environment = Readonly<Record<string, string | undefined>>

/** What came of a run. */
export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** The working directory. */
  readonly cwd?: string
  readonly env?: Environment
  /** What stands on standard input, which is never a terminal. */
  readonly input?: string
  /** Sees standard error as it comes, and the process that writes it. */
  readonly watch?: (stderr: string, pid: number) => void
}

const cleanups: (() => unknown)[] = []

/** Takes away what the tests of a file have made. */
export async function cleanUp(): Promise<void> {
  for (const clean of cleanups.splice(0)) await clean()
}

/** A temporary folder with these files, gone when the file's tests are. */
export function folder(files: Files = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'quayctl-test-'))
  cleanups.push(() => rmSync(path, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), text)
  }
  return path
}

/** All files below a folder, by path. */
export function filesBelow(path: string): Record<string, string> {
  const names = readdirSync(path, { recursive: true }).map(String).sort()
  return Object.fromEntries(
    names
      .filter((name) => statSync(join(path, name)).isFile())
      .map((name) => [name, readFileSync(join(path, name), 'utf8')]),
  )
}

/** The caller's environment without what quayctl, colors, proxies and CI systems read. */
function environment(more: Environment = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(QUAY|QC_|CI$|CI_|NO_COLOR|FORCE_COLOR|TERM$|NODE_|VITEST|GITHUB|GITLAB|.*_proxy$)/i.test(name),
  )
  const counted = process.env.CHILD_COVERAGE // npm run coverage
  return { ...Object.fromEntries(kept), ...(counted && { NODE_V8_COVERAGE: counted }), ...more }
}

/** Runs any program to its end. */
export function execute(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = spawn(command, args, { cwd: options.cwd ?? root, env: environment(options.env) })
  const output = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text
      if (name === 'stderr') options.watch?.(output.stderr, child.pid ?? 0)
    })
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...output }))
  })
}

/** Runs quayctl as it ships, in a process of its own. */
export const shipped = (args: readonly string[], options: RunOptions = {}): Promise<Ran> =>
  execute(process.execPath, [program, ...args], options)

/** Processes that run quayctl again and again, and have nothing to do. They end with this one. */
const idle: ChildProcess[] = []

function newHost(): ChildProcess {
  const host = fork(new URL('host.mjs', import.meta.url), {
    env: environment(),
    execArgv: ['--no-warnings'], // they stand in what a run says
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  host.unref()
  host.channel?.unref()
  return host
}

/** What only a process of its own has: signals, its own children, standard input, and what Node and its libraries read when they start. */
const needsProcess = (args: readonly string[], { env = {}, input, watch }: RunOptions): boolean =>
  args[0] === 'sandbox' ||
  input !== undefined ||
  watch !== undefined ||
  Object.keys(env).some((name) => /^(NODE_|FORCE_COLOR|NO_COLOR|TERM|TZ|DEBUG|OCLIF_)/.test(name))

/** Runs the program that ships; in a process that has run it before, where that makes no difference. */
export async function quayctl(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  if (needsProcess(args, options)) return shipped(args, options)
  const host = idle.pop() ?? newHost()
  const ended = new AbortController()
  host.send({ args, cwd: options.cwd ?? root, env: environment(options.env) })
  const { signal } = ended
  const ran = await Promise.race([
    once(host, 'message', { signal }).then(([message]) => message as Ran),
    once(host, 'exit', { signal }).then(([code]) => {
      throw new Error(`quayctl ${args.join(' ')} has ended its process with ${code}: run it by shipped()`)
    }),
  ]).finally(() => ended.abort())
  idle.push(host)
  return ran
}

export const TOKEN = 'TESTTOKEN'
const ALL = 'org:admin repo:admin repo:create repo:read repo:write super:user user:admin user:read'

export interface Quay {
  readonly url: string
  readonly emulator: Emulator
  /** Every request so far. */
  readonly seen: Exchange[]
  /** What leads there. */
  readonly env: Environment
  /** A call of its API by the superuser. */
  call(method: string, path: string, body?: unknown): Promise<unknown>
}

/** Loaded by the first Quay of a file: a test that needs none must not end while it loads. */
const emulators = () => Promise.all(modules.map(async (module) => (await module.emulator()).emulator))

/** An emulated Quay that listens until the file's tests are over; its tokens are TESTTOKEN (a superuser), PLAIN, NARROW and DEAD. */
export async function quay(options: Partial<EmulatorOptions> = {}): Promise<Quay> {
  const seen: Exchange[] = []
  const emulator = createEmulator({
    modules: await emulators(),
    accounts: {
      users: { admin: { superuser: true, email: 'admin@example.com' }, mallory: {} },
      tokens: {
        [TOKEN]: { user: 'admin', scopes: ALL },
        PLAIN: { user: 'mallory', scopes: ALL },
        NARROW: { user: 'admin', scopes: 'user:read' },
        DEAD: { user: 'admin', scopes: ALL, expired: true },
      },
    },
    profile: 'full',
    observe: (exchange) => seen.push(exchange),
    ...options,
  })
  const { url, close } = await serve(emulator)
  cleanups.push(close)
  return {
    url,
    emulator,
    seen,
    env: { QUAY_URL: url, QUAY_TOKEN: TOKEN },
    async call(method, path, body) {
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
      const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
      const text = await (await fetch(`${url}/api/v1${path}`, init)).text()
      return text.startsWith('{') ? JSON.parse(text) : text
    },
  }
}

/** Listens on a free loopback port until the file's tests are over. */
export async function listen(server: Server & { closeAllConnections?(): void }): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    server.closeAllConnections?.()
    return new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

export const pem = (name: 'key' | 'cert'): string =>
  readFileSync(join(root, 'test', 'certificate', `${name}.pem`), 'utf8')

/** An emulated Quay behind TLS, by a certificate for quay.test and 127.0.0.1; resolves with its port. */
export const behindTls = (emulator: Emulator): Promise<number> =>
  listen(
    createSecureServer({ key: pem('key'), cert: pem('cert') }, (request, response) => {
      const { method = 'GET', url: target = '/', headers } = request
      const { authorization } = headers
      const outcome = emulator.handle({ method, target, headers: { authorization }, body: '' })
      if (typeof outcome === 'string') return
      response.writeHead(outcome.answer.status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(outcome.answer.body))
    }),
  )

/** A web server that is no Quay; resolves with its address. */
export const site = async (listener: RequestListener): Promise<string> =>
  `http://127.0.0.1:${await listen(createServer(listener))}`

/** `file:line:column severity code message`: the first line of each diagnostic, with the line that brought a template in. */
export const headsOf = (stderr: string): readonly string[] =>
  stderr.split('\n').filter((line) => /^(\S+:\d+:\d+ (via \S+ )?)?(error|warning|note) QC\d{4} /.test(line))

/** What an error says, without the line breaks that keep it within 80 columns. */
export const unwrapped = (stderr: string): string => stderr.replace(/\n {2,4}(?![ =])/g, ' ')

/** The methods and paths of what was written. */
export const writes = (seen: readonly Exchange[]): readonly string[] =>
  seen.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`)

/** An Organization document. */
export const organization = (name: string, body = ''): string =>
  `apiVersion: quayctl/v1\nkind: Organization\nname: ${name}\nemail: quay@${name}.example\n${body}`

/** A Registry document. */
export const registry = (body = ''): string => `apiVersion: quayctl/v1\nkind: Registry\n${body}`

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { delimiter, dirname, join } from 'node:path'
import {
  type Files,
  folder,
  listen,
  organization,
  type Quay,
  quay,
  quayctl,
  registry,
  root,
  site,
} from '../commands/run.ts'
import type { Fake } from '../forge/fake.ts'
import { committed, git } from '../repository.ts'

/** So long a story may take, of a dozen processes beside others. */
export const LONG = 300_000

/** The version that the set-ups install. */
export const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** A program that a step finds on its PATH. */
const program = (body: string): string => `#!/usr/bin/env bash\nset -euo pipefail\n${body}\n`

/** Sends where it is run, its arguments and the environment to a port, and does with the answer what a program does. */
const asking = (port: number): string =>
  program(`exec 3<>/dev/tcp/127.0.0.1/${port}
{ printf '%s\\0' "$PWD" "$#" "$@"; env -0; printf '\\0'; } >&3
read -r code said <&3
cat "$said/stdout"
cat "$said/stderr" >&2
exit "$code"`)

/** Runs quayctl for whoever asks, in processes that have run it before: the stories start it a hundred times. */
async function serveRuns(): Promise<number> {
  const answer = async (socket: Socket, [cwd = '', count = '', ...rest]: readonly string[]) => {
    const args = rest.slice(0, Number(count))
    const env = rest.slice(args.length).map((line) => [line.replace(/=.*/s, ''), line.replace(/^[^=]*=/, '')])
    const { code, stdout, stderr } = await quayctl(args, { cwd, env: Object.fromEntries(env) })
    socket.end(`${code} ${folder({ stdout, stderr })}\n`)
  }
  return listen(
    createServer((socket) => {
      let asked = ''
      socket.setEncoding('utf8').on('data', (text: string) => {
        asked += text
        const [, count = '', ...rest] = asked.split('\0')
        const end = rest.indexOf('', Number(count))
        if (end >= 0 && end < rest.length - 1)
          answer(socket, asked.split('\0').slice(0, 2 + end)).catch(() => socket.destroy())
      })
    }),
  )
}

/** A folder that stands before others on the PATH of a step: quayctl, and an npm that installs nothing else. */
const programs = async (): Promise<string> => {
  const texts = {
    quayctl: asking(await serveRuns()),
    npm: program(`echo "npm $*"
[ "$#" = 4 ] && [ "\${*:1:3}" = "install --global --ignore-scripts" ]
[[ "$4" = "quayctl@${version}" || "$4" = https://*.tgz ]]`),
  }
  const path = folder()
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(path, name), text, { mode: 0o755 })
  return path
}

/** What every step gets, wherever it runs: no settings of the machine. */
export const machine = async (): Promise<Readonly<Record<string, string>>> => {
  const home = folder()
  const who = Object.fromEntries(
    ['GIT_AUTHOR', 'GIT_COMMITTER'].flatMap((role) => [
      [`${role}_NAME`, 'ci'],
      [`${role}_EMAIL`, 'ci@example.com'],
    ]),
  )
  return {
    ...who,
    HOME: home,
    PATH: `${await programs()}${delimiter}${process.env.PATH}`,
    GIT_CONFIG_GLOBAL: join(home, 'gitconfig'),
    GIT_CONFIG_SYSTEM: '/dev/null',
  }
}

/** A pull or merge request. */
export interface Request {
  readonly number: number
  readonly head: string
  /** What GitHub makes of it to try it. */
  readonly trial: string
}

/** A Quay, the files that it is kept by in a repository that others clone, and a forge with requests for them. */
export interface Estate {
  readonly there: Quay
  /** Bare. */
  readonly origin: string
  propose(number: number, files: Files): Request
  /** The same with main as it is now. */
  tried(request: Pick<Request, 'number' | 'head'>): Request
  /** Quay is made as a commit says, without a set-up. */
  settle(commit: string): Promise<void>
  /** Merged into main, with whatever labels it has; returns the commit. */
  merge(request: Request, labels?: readonly string[]): string
  /** Labels of a request that was merged. */
  label(request: Request, labels: readonly string[]): void
  /** A clone at a commit. */
  checkout(commit: string): string
  /** The commit that was applied last. */
  applied(): string
  /** What Quay has been asked to change since this was asked last. */
  written(): readonly string[]
}

/** Three organizations, all of them applied. */
const begin = (url: string): Files => ({
  'quayctl.yaml': registry(`url: ${url}\ninclude: [organizations/*.yaml]\n`),
  ...Object.fromEntries(
    ['acme', 'globex', 'initech'].map((name) => [`organizations/${name}.yaml`, organization(name)]),
  ),
})

/** The same Quay, behind something that fails at times. */
async function troubled(there: Quay, trouble?: (path: string) => boolean): Promise<Quay> {
  if (!trouble) return there
  const url = await site(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = 'GET', url: target = '/', headers } = request
    const { authorization = '' } = headers
    if (method !== 'GET' && trouble(target)) {
      response.writeHead(400, { 'content-type': 'application/json' })
      response.end('{"message": "not now"}')
      return
    }
    const init = { method, headers: { authorization, 'content-type': 'application/json' } }
    const body = Buffer.concat(chunks)
    const answer = await fetch(there.url + target, body.length > 0 ? { ...init, body } : init)
    const type = answer.headers.get('content-type') ?? 'text/plain'
    response.writeHead(answer.status, { 'content-type': type })
    response.end(await answer.text())
  })
  return { ...there, url, env: { ...there.env, QUAY_URL: url } }
}

/** Requests whose target has moved since they were made: there the email of acme is another one, which was applied. */
export async function moved({ propose, tried, merge, settle, origin }: Estate) {
  const base = git(origin, 'rev-parse', 'main')
  const email = (name: string) => ({
    'organizations/acme.yaml': organization('acme').replace('quay@', `${name}@`),
  })
  const part = 'apiVersion: quayctl/v1\nkind: OrganizationPart\norganization: acme\nrobots: {ci: {}}\n'
  const request = propose(7, { 'organizations/acme-ci.yaml': part })
  const conflicting = propose(8, email('ours'))
  const target = merge(propose(9, email('theirs')))
  await settle(target)
  return { request: tried(request), conflicting, base, target }
}

/** `trouble`: is a write to be refused? */
export async function estate(fake: Fake, trouble?: (path: string) => boolean): Promise<Estate> {
  const there = await troubled(await quay(), trouble)
  const work = folder(begin(there.url))
  const origin = join(folder(), 'acme', 'quay.git')
  committed(work)
  git(work, 'init', '--quiet', '--bare', '--initial-branch=main', origin)
  git(work, 'remote', 'add', 'origin', origin)
  const apply = async () => {
    const { code, stderr } = await quayctl(['apply', '--yes'], { cwd: work, env: there.env })
    if (code !== 0) throw new Error(stderr)
  }
  await apply()
  git(work, 'push', '--quiet', 'origin', 'main', 'main:quayctl/applied')
  let told = there.seen.length
  const tried: Estate['tried'] = ({ number, head }) => {
    git(work, 'checkout', '--quiet', '--detach', 'main')
    git(work, 'merge', '--quiet', '--no-ff', '--message=trial', head)
    const trial = git(work, 'rev-parse', 'HEAD')
    git(work, 'push', '--quiet', '--force', 'origin', `${trial}:refs/pull/${number}/merge`)
    return { number, head, trial }
  }
  return {
    there,
    origin,
    propose(number, files) {
      git(work, 'checkout', '--quiet', '-B', `request-${number}`, 'main')
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(work, path)), { recursive: true })
        writeFileSync(join(work, path), text)
      }
      const head = committed(work)
      git(work, 'push', '--quiet', '--force', 'origin', `${head}:refs/heads/request-${number}`)
      fake.heads.set(number, head)
      return tried({ number, head })
    },
    tried,
    async settle(commit) {
      git(work, 'checkout', '--quiet', '--detach', commit)
      await apply()
      git(work, 'push', '--quiet', 'origin', `${commit}:quayctl/applied`)
    },
    merge({ number, head }, labels = []) {
      git(work, 'checkout', '--quiet', 'main')
      git(work, 'merge', '--quiet', '--no-ff', `--message=merge ${number}`, head)
      git(work, 'push', '--quiet', 'origin', 'main')
      const commit = git(work, 'rev-parse', 'HEAD')
      fake.brought.set(commit, [{ number, head, merged: true, labels }])
      return commit
    },
    label({ number }, labels) {
      for (const [commit, [brought]] of fake.brought)
        if (brought?.number === number) fake.brought.set(commit, [{ ...brought, labels }])
    },
    checkout(commit) {
      const path = folder()
      git(path, 'clone', '--quiet', '--no-checkout', origin, '.')
      git(path, 'checkout', '--quiet', '--detach', commit)
      return path
    },
    applied: () => git(origin, 'rev-parse', 'quayctl/applied'),
    written() {
      const fresh = there.seen.slice(told)
      told = there.seen.length
      return fresh.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`)
    },
  }
}

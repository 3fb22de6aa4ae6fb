// The emulated Quay that is measured against, in a process of its own: `startQuay` of measure.mjs starts it and asks it.
import { writeFileSync } from 'node:fs'
import { realCost, serving } from '../dist/emulator/cost.js'
import { createEmulator } from '../dist/emulator/emulator.js'
import { serve } from '../dist/emulator/server.js'
import { modules } from '../dist/resources/registry.js'

const login = { QUAY_USERNAME: 'admin', QUAY_PASSWORD: 'benchmark' }
const token = { QUAY_TOKEN: 'benchmark' }
const scopes = 'org:admin repo:admin repo:create repo:read repo:write super:user user:admin user:read'
const parts = (await Promise.all(modules.map(({ emulator }) => emulator()))).map(({ emulator }) => emulator)

const newEmulator = () =>
  createEmulator({
    modules: parts,
    accounts: {
      users: { admin: { superuser: true, email: 'admin@example.com', password: login.QUAY_PASSWORD } },
      tokens: { [token.QUAY_TOKEN]: { user: 'admin', scopes } },
    },
    profile: 'full',
  })

const emulators = new Map()
let emulator = newEmulator()
/** `latency` in milliseconds; `keepAlive`; `rate` and `burst` of a limit; `real`: what calls cost; `narrow`: no lists of everything. */
let mood = {}
let wait = () => 0
let bucket = { left: 0, at: 0 }
let seen = []
let [refused, unserved] = [0, 0]
let [first, last] = [0, 0]

/** Takes one from the bucket of the limit, if there is a limit and anything in it. */
function isRefused(at) {
  if (mood.rate === undefined) return false
  const left = Math.min(mood.burst, bucket.left + ((at - bucket.at) / 1000) * mood.rate)
  bucket = { left: left < 1 ? left : left - 1, at }
  return left < 1
}

const refusal = (status, body) => ({ answer: { status, contentType: 'text/html', body } })
const everything = /^\/api\/v1\/(?:repository\?public=true(?!.*namespace=)|superuser\/organizations\/)/

function answer(request, at) {
  if (isRefused(at)) {
    refused += 1
    return refusal(429, '<h1>Too Many Requests</h1>')
  }
  if (mood.narrow && everything.test(request.target)) return refusal(501, '<h1>Not Implemented</h1>')
  return emulator.handle(request)
}

const front = {
  now: () => emulator.now(),
  handle(request) {
    const at = performance.now()
    if (seen.length === 0) first = at
    seen.push({ method: request.method, target: request.target, body: request.body })
    const outcome = answer(request, at)
    if (typeof outcome === 'string') return outcome
    const delay = (mood.latency ?? 0) + wait(request)
    if (outcome.answer.status >= 400) unserved += 1
    last = Math.max(last, performance.now() + delay)
    const headers =
      mood.keepAlive === false ? { ...outcome.answer.headers, connection: 'close' } : outcome.answer.headers
    return { ...outcome, answer: { ...outcome.answer, headers }, ...(delay > 0 && { delay }) }
  },
}

const { url } = await serve(front)
const calls = {
  /** From now on requests are counted, and this is how they are answered. */
  begin(how) {
    mood = how
    wait = how.real ? serving(realCost, () => new Date()) : () => 0
    bucket = { left: how.burst ?? 0, at: performance.now() }
    ;[seen, refused, unserved, last] = [[], 0, 0, 0]
  },
  /** How many there were, how many of them the limit refused or were answered with an error, and the seconds from the first to the last answer; `file` gets all of them. */
  end({ file }) {
    if (file) writeFileSync(file, seen.map((request) => JSON.stringify(request)).join('\n'))
    return {
      requests: seen.length,
      refused,
      unserved,
      seconds: seen.length === 0 ? 0 : (last - first) / 1000,
    }
  },
  /** Goes on as this Quay, which is empty the first time. */
  use({ name }) {
    emulator = emulators.get(name) ?? newEmulator()
    emulators.set(name, emulator)
  },
  drop({ name }) {
    emulators.delete(name)
  },
}
process.on('message', ({ call, ...how }) => process.send({ result: calls[call](how) ?? null }))
process.on('disconnect', () => process.exit())
process.send({ result: { env: { QUAYCTL_SANDBOX: '1', QUAY_URL: url }, token, login } })

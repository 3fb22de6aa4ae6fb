import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { Keeping } from '../../src/cli/keeping.ts'
import type { Step } from '../../src/engine/plan.ts'
import type { Credential, Outcome } from '../../src/model/change.ts'
import type { Server } from '../../src/model/server.ts'
import { list, record, text } from '../../src/model/shape.ts'
import { wordsOf } from '../world.ts'
import { estate } from './estate.ts'
import { actionsOf, documents, isFull, type Prepared, Site } from './site.ts'

vi.setConfig({ testTimeout: 240_000 })

const application = record({ name: text, client_secret: text })

const configuration = documents(estate(2, 2))
const folder = mkdtempSync(join(tmpdir(), 'quayctl-kill-'))
afterAll(() => rmSync(folder, { recursive: true }))

let server: Server
let prepared: Prepared
beforeAll(async () => {
  const session = await new Site().session()
  server = session.server
  prepared = await session.plan(configuration)
})

const newSite = (): Site => {
  const site = new Site()
  site.latency = () => 50
  return site
}

/** A run that keeps its secrets in a file. */
const keptIn = (path: string, tell: (text: string) => void = () => {}) => {
  const keeping = new Keeping(path, tell)
  const begin = (step: Step) => keeping.begin(step)
  const told = (address: string, credential: Credential) => keeping.told(address, credential)
  const report = (step: Step, outcome: Outcome) => keeping.add(step, outcome)
  return { keeping, options: { begin, told, report } }
}

/** Applies, and dies with one request: when Quay has handled it, or before it is sent. False where the run ended before. */
async function dying(site: Site, path: string, last: number, isHandled: boolean): Promise<boolean> {
  let count = 0
  let isOver = false
  site.heard = () => {
    count += 1
  }
  site.isDead = () => (isHandled ? count > last : count >= last)
  const session = await site.session({}, server)
  const { keeping, options } = keptIn(path)
  keeping.open(prepared.steps, false)
  session.apply(prepared, options).then(() => {
    isOver = true
  })
  // What it has been told by then it still does.
  for (let still = 0; still < 5; still += 1) {
    await setImmediate()
    if (!isOver && (!site.isDead() || site.clock.isAwaited)) still = 0
  }
  site.isDead = () => false
  site.heard = () => {}
  return !isOver
}

/** The same command again: it says of which accounts no secret was saved, and sees to that. */
async function resumed(site: Site, path: string): Promise<void> {
  const early: Readonly<Record<string, unknown>> = JSON.parse(readFileSync(path, 'utf8'))
  let told = ''
  const { keeping, options } = keptIn(path, (text) => {
    told += text
  })
  const session = await site.session({}, server)
  const next = await session.plan(configuration)
  expect(await keeping.restore(next.live, session.quay)).toBe(true)
  for (const [address, secret] of Object.entries(early))
    if (secret === null && next.live.has(address)) expect(told).toContain(address)
  keeping.open(next.steps, false)
  const outcomes = await session.apply(next, options)
  expect(keeping.end(next.steps, outcomes)).toBe(true)
  const ends = [...outcomes].map(([text, outcome]) => `${text} ${wordsOf(outcome)}`)
  expect(ends.filter((line) => !line.endsWith(' done'))).toEqual([])
  const last = await (await site.session({}, server)).plan(configuration)
  expect(actionsOf(last)).toEqual([])
}

/** What works, by address, and the password of users as somebody set it last. */
async function working(site: Site, passwords: ReadonlyMap<string, string>) {
  const robots = [...site.emulator.ground.robots].map(
    ([name, { token }]) => [`robot.${name}`, token] as const,
  )
  const { client } = await site.session({}, server)
  const applications = await Promise.all(
    ['org0', 'org1'].map(async (name) => {
      const path = `/organization/${name}/applications` as Parameters<typeof client.get>[0]
      const { applications: all } = await client.get(path, record({ applications: list(application) }))
      return all.map((one) => [`application.${name}/${one.name}`, one.client_secret] as const)
    }),
  )
  return Object.fromEntries([...robots, ...applications.flat(), ...passwords])
}

async function killed(last: number, isHandled: boolean): Promise<boolean> {
  const site = newSite()
  const path = join(folder, `${last}-${isHandled}.json`)
  const passwords = new Map<string, string>()
  site.answered = ({ method, path: target, body }, text) => {
    if (method === 'POST' && target.endsWith('/superuser/users/')) {
      const { username, password } = JSON.parse(text)
      passwords.set(`user.${username}`, password)
    }
    const [, name = ''] = /\/superuser\/users\/(.+)$/.exec(target) ?? []
    if (method === 'PUT' && name) passwords.set(`user.${name}`, JSON.parse(body ?? '').password)
  }
  if (!(await dying(site, path, last, isHandled))) return false
  await resumed(site, path)
  const saved: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
    readFileSync(path, 'utf8'),
  )
  const secrets = Object.entries(saved).map(([address, { username, client_id, ...secret }]) => [
    address,
    Object.values(secret)[0],
  ])
  expect(Object.fromEntries(secrets), `killed at ${last}`).toEqual(await working(site, passwords))
  return true
}

/** Each of the first kind in any case; of the second, which differ by what the run has heard only, a part. */
const strides = { handled: 1, sent: isFull ? 1 : 5 }

test.each([
  ['when Quay has handled it', true, strides.handled],
  ['before it is sent', false, strides.sent],
])(
  'killed at a request, %s: the same command goes on, and no secret is lost',
  async (_, isHandled, stride) => {
    expect(prepared.steps).toHaveLength(60)
    let last = 0
    while (await killed(last, isHandled)) last += stride
    expect(last).toBeGreaterThan(2 * prepared.steps.length)
  },
)

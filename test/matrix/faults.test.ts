import { describe, expect, test, vi } from 'vitest'
import { type FaultKind, faultOf } from '../../src/emulator/faults.ts'
import type { Outcome } from '../../src/model/change.ts'
import { QuayctlError } from '../../src/model/errors.ts'
import { anything } from '../../src/model/shape.ts'
import type { Loss } from '../line.ts'
import { wordsOf } from '../world.ts'
import { addressOf, type Case, cases, type Stage, stageOf, types } from './cases.ts'
import { type Ending, meanings, pageOf } from './page.ts'
import { actionsOf, lineOf, type Prepared, type Request, type Site } from './site.ts'

/** Thousands of small worlds. */
vi.setConfig({ testTimeout: 240_000 })

/** What happens on the way to the server; at times it acts when the client has given up. */
const ways = {
  'later-reset': { code: 'ECONNRESET', acts: 1500 },
  'later-hang': { code: 'UND_ERR_HEADERS_TIMEOUT', after: 60_000, acts: 90_000 },
  dns: { code: 'ENOTFOUND' },
  tls: { code: 'CERT_HAS_EXPIRED' },
} as const satisfies Readonly<Record<string, Loss>>
type Trouble = FaultKind | keyof typeof ways
const isWay = (trouble: Trouble): trouble is keyof typeof ways => trouble in ways

/** By what client, and how often. */
interface Mode {
  readonly title: string
  /** How often a client sends one request at most. */
  readonly attempts: number
  /** All requests like that one suffer, too. */
  readonly stubborn: boolean
  readonly troubles: readonly Trouble[]
}
const troubles = [...meanings.keys()] as readonly Trouble[]
const modes: readonly Mode[] = [
  { title: 'once', attempts: 8, stubborn: false, troubles },
  {
    title: 'once, by a client that repeats nothing',
    attempts: 1,
    stubborn: false,
    troubles: ['500', 'reset', 'lost'],
  },
  {
    title: 'whenever that request is sent',
    attempts: 8,
    stubborn: true,
    troubles: ['503', 'hang', 'late-reset'],
  },
]

/** Lets one request of an apply suffer, the first being 0, and all that are like it where that is asked for. */
function suffer(site: Site, trouble: Trouble, index: number, stubborn: boolean) {
  const lines: string[] = []
  const hits = (request: Pick<Request, 'method' | 'target'>): boolean => {
    lines.push(lineOf(request))
    return lines.length - 1 === index || (stubborn && lines.at(-1) === lines[index])
  }
  if (isWay(trouble))
    site.cut = ({ method, path }) => (hits({ method, target: path }) ? ways[trouble] : undefined)
  else site.faults = (request) => (hits(request) ? faultOf(trouble, site.clock.random) : undefined)
  return {
    lines,
    end() {
      site.cut = () => undefined
      site.faults = () => undefined
    },
  }
}

/** How one trouble at one request ended. */
async function suffered(
  one: Case,
  stage: Stage,
  prepared: Prepared,
  calm: readonly string[],
  trouble: Trouble,
  index: number,
  { title, attempts, stubborn }: Mode,
): Promise<Outcome['status']> {
  const site = stage.site()
  const session = await stage.session(site, { attempts })
  // A server that has answered once is worth more patience.
  await session.client.root('/config', anything)
  const trial = suffer(site, trouble, index, stubborn)
  const outcomes = await session.apply(prepared)
  trial.end()
  // Whatever is under way arrives.
  await site.clock.sleep(120_000)
  const { lines } = trial
  const outcome = outcomes.get(addressOf(one).text)
  const words = `${one.title}, ${trouble} at ${lines[index]}, ${title}: ${told(outcomes)}`
  if (!outcome) throw new Error(words)
  // Nothing is written that a calm run would not write, but a new password.
  const writes = lines.filter((line) => !line.startsWith('GET ') && !/^PUT .superuser.users./.test(line))
  expect(calm, words).toEqual(expect.arrayContaining(writes))
  await check(stage, site, outcomes, words)
  checkSecret(one, site, outcome, words)
  return outcome.status
}

/** The requests of an apply when all goes well. */
async function calmly(stage: Stage, prepared: Prepared): Promise<readonly string[]> {
  const site = stage.site()
  const lines: string[] = []
  const session = await stage.session(site)
  site.heard = (request) => lines.push(lineOf(request))
  await session.apply(prepared)
  return lines
}

/** The secret of what was made is at hand, and the one that works. */
function checkSecret({ type, action }: Case, { emulator }: Site, outcome: Outcome, words: string): void {
  if (!type.makesCredential || (action !== 'create' && action !== 'replace')) return
  if (outcome.status !== 'done' && outcome.status !== 'already') return
  const [secret] = Object.entries(outcome.credential ?? {}).flatMap(([part, text]) =>
    part === 'username' ? [] : [text],
  )
  expect(secret, words).toEqual(expect.any(String))
  const robot = emulator.ground.robots.get(outcome.credential?.username ?? '')
  if (robot) expect(secret, words).toBe(robot.token)
}

const told = (outcomes: ReadonlyMap<string, Outcome>): string =>
  [...outcomes].map(([text, ended]) => `${text} ${wordsOf(ended)}`).join('; ')

/** What only a person can put right: the error says so. */
const isNamed = (outcome: Outcome): boolean =>
  'error' in outcome &&
  outcome.error instanceof QuayctlError &&
  (outcome.error.code === 'QC7415' || / cannot be told from others: /.test(outcome.error.hints.join('\n')))

/** What is done is done, and another run without troubles does the rest; nothing is there twice, which a plan would see. */
async function check(
  stage: Stage,
  site: Site,
  outcomes: ReadonlyMap<string, Outcome>,
  words: string,
): Promise<void> {
  const rerun = await stage.session(site)
  const next = await stage.plan(rerun)
  const open = next.steps.map(({ change }) => change.address.text)
  const those = (...statuses: readonly Outcome['status'][]) =>
    [...outcomes]
      .filter(([, outcome]) => statuses.includes(outcome.status) && !isNamed(outcome))
      .map(([text]) => text)
  expect(
    open.filter((text) => those('done', 'already').includes(text)),
    words,
  ).toEqual([])
  expect(
    those('failed').filter((text) => !open.includes(text)),
    words,
  ).toEqual([])
  if (next.steps.length > 0) {
    const second = await rerun.apply(next)
    expect(told(second), words).not.toMatch(/ (?!done)\w+(:|;|$)/)
    const last = await stage.plan(await stage.session(site))
    expect(actionsOf(last), words).toEqual([])
  }
}

test('every type has its cases', () => {
  expect(new Set(cases.map(({ type }) => type.name)).size).toBe(types.length)
})

const endings: Ending[] = []

describe.each(modes)('$title', (mode) => {
  test.each(cases)('$title', async (one) => {
    const stage = await stageOf(one)
    const prepared = await stage.plan(await stage.session())
    // What only requests side by side can make.
    if (prepared.steps.length === 0) return
    const calm = await calmly(stage, prepared)
    for (const [index, line] of calm.entries())
      for (const trouble of mode.troubles) {
        if (line.startsWith('GET ') && isLate(trouble)) continue
        const status = await suffered(one, stage, prepared, calm, trouble, index, mode)
        if (mode === modes[0]) endings.push({ one, trouble, status })
      }
  })
})

/** Of a read it makes no difference. */
const isLate = (trouble: Trouble): boolean => /^later?-|^lost$/.test(trouble)

test('docs/faults.md says what came of it', async () => {
  await expect(pageOf(endings)).toMatchFileSnapshot('../../docs/faults.md')
})

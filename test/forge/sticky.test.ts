import { describe, expect, onTestFinished, test } from 'vitest'
import { wayOver } from '../../src/cli/door.ts'
import { failedText } from '../../src/forge/body.ts'
import { openGitHub } from '../../src/forge/github.ts'
import { openGitLab } from '../../src/forge/gitlab.ts'
import { outdate, type Page, publish, seenOn } from '../../src/forge/sticky.ts'
import { ServerError } from '../../src/model/errors.ts'
import { connect } from '../../src/quay/connection.ts'
import { type Fake, HEAD, OLD, type State, TOKEN } from './fake.ts'
import { github, primaryLimit, secondaryLimit } from './github.ts'
import { gitlab, limited } from './gitlab.ts'

const START = Date.parse('2026-11-29T12:00:00Z')
const SERVER = 'quay.acme.example'

/** Both platforms, where each has its own. */
const platforms = {
  GitHub: {
    fake: github,
    open: openGitHub,
    place: 'acme/quay#7',
    list: '/repos/acme/quay/issues/7/comments',
  },
  GitLab: {
    fake: gitlab,
    open: openGitLab,
    place: 'acme/quay!7',
    list: '/projects/acme%2Fquay/merge_requests/7/notes',
  },
}
type Name = keyof typeof platforms
const names = Object.keys(platforms) as Name[]

/** One platform, and the door to its request 7 on a clock whose sleep takes no time. */
async function at(name: Name, more: Partial<State> = {}) {
  const { fake: start, open } = platforms[name]
  const fake = await start(undefined, more)
  const { origin, pathname } = new URL(fake.api)
  const connection = connect({ url: origin }, 1)
  onTestFinished(() => connection.close())
  const slept: number[] = []
  const told: string[] = []
  let now = START
  const patience = {
    now: () => now,
    sleep: async (ms: number) => {
      slept.push(ms)
      now += ms
    },
    tell: (text: string) => told.push(text),
  }
  const forge = open({
    way: wayOver(connection, [TOKEN]),
    prefix: pathname.replace(/\/$/, ''),
    repository: 'acme/quay',
    number: 7,
    token: TOKEN,
    version: '1.2.3',
    patience,
  })
  const say = (text: string, page: Partial<Page> = {}) =>
    publish(forge, { ...saying(text), ...page }, patience)
  const written = () => fake.seen.filter((one) => !/^(GET|QUERY) /.test(one)).map((one) => one.split(' ')[0])
  return { fake, forge, patience, slept, told, say, written }
}

const saying = (text: string): Page => ({
  server: SERVER,
  key: null,
  head: HEAD,
  plan: '7f3c9a1e4b0d',
  state: 'plan',
  seen: [],
  made: null,
  text: () => text,
})
const failing = (said: string): Partial<Page> => ({
  state: 'failed',
  plan: null,
  text: (existing) => failedText(HEAD, { said, isMarkdown: false }, existing?.last ?? null),
})
const bodies = ({ rows }: Fake) => rows.map(({ body }) => body)
const marker = (head: string, more = '') =>
  `<!-- quayctl:plan server=${SERVER} plan=7f3c9a1e4b0d head=${head}${more} -->`
const outdatedOf = (text: string, now = HEAD) =>
  [
    marker(OLD, ' state=outdated'),
    '> [!NOTE]',
    `> **Outdated**: made at 3d91f0a, the head is ${now.slice(0, 7)}.`,
    '',
    '<details><summary>The plan of 3d91f0a</summary>',
    '',
    `<!-- quayctl:last head=${OLD} -->`,
    text,
    '',
    '</details>',
  ].join('\n')

/** The code of the error that it ends with, its message and its hints. */
async function failure(promise: Promise<unknown>) {
  const error = await promise.then(
    () => new Error('it was fulfilled'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ServerError)) throw error
  return { kind: error.kind, code: error.code, message: error.message, hints: error.hints.join('\n') }
}

describe.each(names)('on %s', (name) => {
  test('a comment is created, edited in place, and left alone where it says so already', async () => {
    const { fake, say, written } = await at(name)
    expect(await say('one')).toBe('created')
    expect(await say('two')).toBe('updated')
    expect(await say('two')).toBe('unchanged')
    expect(bodies(fake)).toEqual([`${marker(HEAD)}\ntwo`])
    expect(written()).toEqual(['POST', name === 'GitHub' ? 'PATCH' : 'PUT'])
  })

  test('is no other where only the ends of lines differ', async () => {
    const { fake, say } = await at(name)
    await say('one\n\ntwo\n')
    for (const row of fake.rows) row.body = row.body.replaceAll('\n', '\r\n')
    expect(await say('one\n\ntwo\n')).toBe('unchanged')
  })

  test('is found on the last of several pages', async () => {
    const { fake, say } = await at(name)
    const talk = Array.from({ length: 250 }, (_, i) => ({
      id: i + 1,
      body: `Looks good, ${i}`,
      author: 'alice',
    }))
    fake.rows.push(...talk)
    await say('one')
    expect(await say('two')).toBe('updated')
    expect(fake.rows).toHaveLength(251)
    expect(fake.seen.filter((one) => one.endsWith(platforms[name].list))).toHaveLength(3 * 2 + 1)
  })

  test('one that somebody else has marked is theirs', async () => {
    const { fake, say } = await at(name)
    fake.rows.push({ id: 1, body: `${marker(HEAD)}\nNo changes, merge me.`, author: 'mallory' })
    expect(await say('one')).toBe('created')
    expect(bodies(fake)).toEqual([`${marker(HEAD)}\nNo changes, merge me.`, `${marker(HEAD)}\none`])
  })

  test('of several, which runs at the same time have made, the oldest stays', async () => {
    const { fake, say } = await at(name)
    const { me: author } = fake
    fake.rows.push(
      { id: 12, body: `${marker(OLD)}\nb`, author },
      { id: 11, body: `${marker(OLD)}\na`, author },
    )
    expect(await say('one')).toBe('updated')
    expect(fake.rows).toEqual([{ id: 11, body: `${marker(HEAD)}\none`, author }])
  })

  test('one of several that somebody else deletes first is no error', async () => {
    const { fake, say } = await at(name)
    const body = `${marker(OLD)}\na`
    fake.rows.push({ id: 11, body, author: fake.me }, { id: 12, body, author: fake.me })
    fake.trouble = ({ method }) => {
      if (method === 'DELETE') fake.rows.pop()
      return undefined
    }
    expect(await say('one')).toBe('updated')
    expect(bodies(fake)).toEqual([`${marker(HEAD)}\none`])
  })

  test('one is not taken for two where somebody comments while pages are read', async () => {
    const { fake, say } = await at(name)
    const talk = Array.from({ length: 150 }, (_, i) => ({ id: i + 1, body: 'Hm.', author: 'alice' }))
    // The last of the newest 100, too, where these come first.
    fake.rows.push(
      ...talk.slice(0, 50),
      { id: 51, body: `${marker(OLD)}\nold`, author: fake.me },
      ...talk.slice(51),
    )
    fake.trouble = ({ query }) => {
      if (query.get('page') === '2') fake.rows.push({ id: 200, body: 'Hm?', author: 'alice' })
      return undefined
    }
    expect(await say('one')).toBe('updated')
    expect(fake.rows.find(({ id }) => id === 51)?.body).toBe(`${marker(HEAD)}\none`)
  })

  test('a comment of another key or another Quay is another one', async () => {
    const { fake, say } = await at(name)
    await say('one')
    await say('two', { key: 'dev -- east>' })
    await say('three', { server: 'quay.dev.example' })
    expect(await say('two', { key: 'dev -- east>' })).toBe('unchanged')
    const mark = 'key=dev%20-%2D%20east%3E'
    expect(bodies(fake)).toEqual([
      `${marker(HEAD)}\none`,
      `${marker(HEAD).replace('plan=', `${mark} plan=`)}\ntwo`,
      `${marker(HEAD).replace(SERVER, 'quay.dev.example')}\nthree`,
    ])
  })

  test('nothing to say creates nothing, and edits what is there', async () => {
    const { fake, say } = await at(name)
    const page: Partial<Page> = { text: (existing) => (existing ? 'No changes.' : null) }
    expect(await say('', page)).toBe('nothing')
    await say('one')
    expect(await say('', page)).toBe('updated')
    expect(bodies(fake)).toEqual([`${marker(HEAD)}\nNo changes.`])
  })

  test('a run for an older head leaves the comment of the newer one, and makes none', async () => {
    const { fake, say, written } = await at(name)
    expect(await say('old', { head: OLD })).toEqual({
      moved: { head: HEAD, fork: false },
      of: OLD,
      shown: false,
    })
    expect(bodies(fake)).toEqual([])
    await say('new')
    expect(await say('old', { head: OLD })).toEqual({
      moved: { head: HEAD, fork: false },
      of: OLD,
      shown: false,
    })
    expect(bodies(fake)).toEqual([`${marker(HEAD)}\nnew`])
    expect(written()).toEqual(['POST'])
  })

  test('a run for an older head marks the comment that it would have edited', async () => {
    const { fake, say } = await at(name, { head: OLD })
    await say('old', { head: OLD })
    fake.head = HEAD
    await say('old', { head: OLD })
    expect(bodies(fake)).toEqual([outdatedOf('old')])
  })

  test('a head that moves while comments are read is seen', async () => {
    const { fake, say, written } = await at(name)
    fake.trouble = ({ path }) => {
      if (path.endsWith(platforms[name].list)) fake.head = OLD
      return undefined
    }
    expect(await say('one')).toEqual({ moved: { head: OLD, fork: false }, of: HEAD, shown: false })
    expect(written()).toEqual([])
  })

  test('a plan of another commit is outdated, and shown as that', async () => {
    const { fake, forge, say } = await at(name)
    const made = { made: OLD, seen: ['7f3c9a1e4b0d'] }
    const outcome = { moved: { head: HEAD, fork: false }, of: OLD, shown: true }
    expect(await say('old', made)).toEqual(outcome)
    expect(bodies(fake)).toEqual([outdatedOf('old')])
    expect(await seenOn(forge, { server: null, key: null }, HEAD)).toBe(null)
    expect(await say('new')).toBe('updated')
    expect(await say('old', made)).toEqual({ ...outcome, shown: false })
    expect(bodies(fake)).toEqual([`${marker(HEAD)}\nnew`])
  })

  test.each([
    ['the head itself', HEAD, {}],
    ['what was merged to try the head', OLD, { parents: new Map([[OLD, ['f'.repeat(40), HEAD]]]) }],
  ])('a plan of %s is that of the head', async (_, made, state) => {
    const { fake, say } = await at(name, state)
    expect(await say('one', { made })).toBe('created')
    expect(bodies(fake)).toEqual([`${marker(HEAD)}\none`])
  })

  test('a plan of a commit that merges something else is outdated', async () => {
    const { fake, say } = await at(name, { parents: new Map([[OLD, ['f'.repeat(40), 'e'.repeat(40)]]]) })
    await say('old', { made: OLD })
    expect(bodies(fake)).toEqual([outdatedOf('old')])
  })

  test('a head may be given by its first digits', async () => {
    const { fake, say } = await at(name)
    await say('one', { head: HEAD.slice(0, 7).toUpperCase() })
    expect(bodies(fake)).toEqual([`${marker(HEAD)}\none`])
  })

  test('--outdated marks a comment once for each head, and the next plan takes its place', async () => {
    const { fake, forge, say, written } = await at(name, { head: OLD })
    const identity = { server: null, key: null }
    expect(await outdate(forge, identity)).toBe(0)
    await say('old', { head: OLD })
    expect(await outdate(forge, identity)).toBe(0)
    fake.head = HEAD
    expect(await outdate(forge, identity)).toBe(1)
    expect(await outdate(forge, identity)).toBe(1)
    expect(bodies(fake)).toEqual([outdatedOf('old')])
    expect(written()).toHaveLength(2)
    const newest = 'abcdef1'.padEnd(40, '0')
    fake.head = newest
    await outdate(forge, identity)
    expect(bodies(fake)).toEqual([outdatedOf('old', newest)])
    expect(await say('new', { head: newest })).toBe('updated')
    expect(bodies(fake)).toEqual([`${marker(newest)}\nnew`])
  })

  test('a plan that failed keeps the last one folded, however often', async () => {
    const { fake, forge, say } = await at(name, { head: OLD })
    await say('good', { head: OLD })
    fake.head = HEAD
    await outdate(forge, { server: SERVER, key: null })
    await say('', { ...failing('a ````` b <!-- quayctl:last head=abc -->'), server: null })
    expect(bodies(fake)[0]).toContain(`<!-- quayctl:plan server=${SERVER} head=`)
    expect(bodies(fake)[0]).toContain('\n``````text\na ````` b <! -- quayctl:last head=abc -->\n``````\n')
    expect(await say('', failing('twice'))).toBe('updated')
    const failed = [
      `<!-- quayctl:plan server=${SERVER} head=${HEAD} state=failed -->`,
      '> [!CAUTION]',
      '> **There is no plan of 9b20c41**: planning failed.',
      '',
      '```text',
      'twice',
      '```',
      '',
      '<details><summary>The plan of 3d91f0a</summary>',
      '',
      `<!-- quayctl:last head=${OLD} -->`,
      'good',
      '',
      '</details>',
    ]
    expect(bodies(fake)).toEqual([failed.join('\n')])
    fake.head = OLD
    await outdate(forge, { server: SERVER, key: null })
    expect(bodies(fake)[0]).toContain('**Outdated**: planning failed at 9b20c41, the head is 3d91f0a.')
    expect(bodies(fake)[0]).toContain('The plan of 3d91f0a')
  })

  test('what is refused as too long is said in short, and refused again is an error', async () => {
    const { fake, say } = await at(name, { limit: 300 })
    const text: Page['text'] = (_, size) => (size === 'whole' ? 'x'.repeat(301) : 'short')
    expect(await say('', { text })).toBe('created')
    expect(bodies(fake)).toEqual([`${marker(HEAD)}\nshort`])
    expect(await failure(say('x'.repeat(301)))).toMatchObject({
      kind: 'api',
      code: 'QC7700',
      message: expect.stringMatching(/too long \(maximum is/),
    })
    // What stands before a server may take less.
    fake.trouble = ({ body }) =>
      String(body.body ?? '').length > 200 ? { status: 413, body: '<html></html>' } : undefined
    expect(await say('', { text: (_, size) => (size === 'whole' ? 'x'.repeat(201) : 'shorter') })).toBe(
      'updated',
    )
    expect(bodies(fake)).toEqual([`${marker(HEAD)}\nshorter`])
  })

  test.each([
    ['a token that is not accepted', 401, 'auth', 'QC7701', 'GITHUB_TOKEN|GITLAB_TOKEN'],
    ['a server that does not recover', 500, 'unavailable', 'QC7750', 'try again'],
    ['a redirect', 301, 'unavailable', 'QC7710', '--repository'],
  ] as const)('%s is an error', async (_, status, kind, code, hint) => {
    const { fake, say } = await at(name)
    fake.trouble = () => ({
      status,
      body: { message: `Bad ${TOKEN}` },
      headers: { location: 'https://evil.example/' },
    })
    const error = await failure(say('one'))
    expect(error).toMatchObject({ kind, code, hints: expect.stringMatching(hint) })
    expect(error.message).not.toContain(TOKEN)
  })

  test('a token that may read only, or not even that, is told what it lacks', async () => {
    const { fake, say } = await at(name, { right: 'read' })
    const right = name === 'GitHub' ? 'permissions: pull-requests: write' : 'scope api'
    const hints = expect.stringContaining(right)
    const refused = await failure(say('one'))
    expect(refused).toMatchObject({ kind: 'auth', code: 'QC7703', hints })
    if (name === 'GitHub') expect(refused.hints).toContain('issues=write; pull_requests=write')
    fake.right = 'none'
    expect(await failure(say('one'))).toMatchObject({ kind: 'auth', code: 'QC7704', hints })
  })

  test('a fork is told why it may not comment, and what to do instead', async () => {
    const { fake, forge, say } = await at(name, { right: 'read', fork: true })
    const refused = { kind: 'auth', code: 'QC7705', hints: expect.stringContaining('--dry-run') }
    const { message, ...error } = await failure(say('one'))
    expect(error).toEqual(refused)
    expect(message).toContain(`${platforms[name].place} comes from a fork`)
    fake.rows.push({ id: 1, body: `${marker(OLD)}\nold`, author: fake.me })
    expect(await failure(outdate(forge, { server: null, key: null }))).toMatchObject({ code: 'QC7705' })
    fake.right = 'write'
    expect(await say('one')).toBe('updated')
    fake.trouble = ({ method }) =>
      method === 'GET' ? undefined : { status: 401, body: { message: 'Expired' } }
    expect(await failure(say('two'))).toMatchObject({ code: 'QC7701' })
  })

  test('a server that stumbles is asked again, and that is said', async () => {
    const { fake, say, slept, told } = await at(name)
    fake.trouble = ({ method }, times) =>
      method === 'GET' && times <= 2 ? { status: 502, body: '<html>Bad gateway</html>' } : undefined
    expect(await say('one')).toBe('created')
    expect(slept.slice(0, 2)).toEqual([1000, 2000])
    expect(told[0]).toMatch(/^Waiting 1 s: 127\.0\.0\.1:\d+ answered 502\.$/)
    fake.trouble = ({ method }, times) => (method.startsWith('P') && times === 1 ? 'lost' : undefined)
    expect(await say('two')).toBe('updated')
    expect(told.at(-1)).toContain('the connection to 127.0.0.1')
  })

  test.each([
    ['the connection breaks after it was', 'lost', 1],
    ['a gateway answers though it was', { status: 504, body: '<html></html>' }, 1],
    ['a gateway answers, and it was not', { status: 502, body: '<html></html>' }, 2],
  ] as const)('a comment is not created twice where %s', async (_, trouble, posts) => {
    const { fake, say, written, told } = await at(name)
    const { list } = platforms[name]
    fake.trouble = ({ method }, times) => {
      if (method !== 'POST' || times > 1) return undefined
      if (trouble !== 'lost' && posts === 1)
        fake.rows.push({ id: 5, body: `${marker(HEAD)}\none`, author: fake.me })
      return trouble
    }
    expect(await say('one')).toBe('created')
    expect(bodies(fake)).toEqual([`${marker(HEAD)}\none`])
    expect(written()).toEqual(Array.from({ length: posts }, () => 'POST'))
    expect(fake.seen.filter((one) => one === `GET ${list}`)).toHaveLength(2)
    expect(told.at(-1)).toContain('Looking whether the comment is there.')
  })

  test('a comment whose answers all get lost is an error in the end', async () => {
    const { fake, say, written } = await at(name)
    fake.trouble = ({ method }) => (method === 'POST' ? { status: 503 } : undefined)
    expect(await failure(say('one'))).toMatchObject({ kind: 'unavailable', code: 'QC7750' })
    expect(written()).toEqual(['POST', 'POST', 'POST'])
  })

  test.each(['<html>Sign in</html>', { message: 'hello' }, [{ id: 'x' }]])(
    'an answer that is not its own is an error: %j',
    async (body) => {
      const { fake, say } = await at(name)
      fake.trouble = ({ path }) => (path === platforms[name].list ? { status: 200, body } : undefined)
      expect(await failure(say('one'))).toMatchObject({ kind: 'unavailable', code: 'QC7710' })
    },
  )

  test('a list that does not end is an error', async () => {
    const { fake, say } = await at(name)
    const headers = { link: '<https://evil.example/x?page=1>; rel="next"', 'x-next-page': '1' }
    fake.trouble = ({ path }) =>
      path === platforms[name].list ? { status: 200, body: [], headers } : undefined
    expect(await failure(say('one'))).toMatchObject({ code: 'QC7710' })
  })
})

describe('the rate of requests', () => {
  test.each([
    ['the primary limit', primaryLimit(START / 1000 + 90), 91_000],
    ['a secondary limit that says for how long', secondaryLimit(403, 30), 30_000],
    ['a secondary limit that says so by 429', secondaryLimit(429, 30), 30_000],
    ['a secondary limit that says no time', secondaryLimit(403), 60_000],
    ['one that only says for how long', { status: 403, headers: { 'retry-after': '30' } }, 30_000],
    ['one that only says that nothing is left', { ...primaryLimit(START / 1000 + 90), body: {} }, 91_000],
  ])('%s of GitHub is waited for, of a POST, too', async (_, limit, wait) => {
    const { fake, say, slept, told, written } = await at('GitHub')
    fake.trouble = ({ method }, times) => (method === 'POST' && times === 1 ? limit : undefined)
    expect(await say('one')).toBe('created')
    expect(slept).toEqual([wait])
    expect(told).toEqual([`Waiting ${wait / 1000} s: GitHub limits the rate of requests.`])
    expect(written()).toEqual(['POST', 'POST'])
  })

  test('a limit that goes on is waited for longer each time, and not for ever', async () => {
    const { fake, say, slept } = await at('GitHub')
    fake.trouble = ({ method }) => (method === 'POST' ? secondaryLimit(403) : undefined)
    expect(await failure(say('one'))).toMatchObject({ kind: 'unavailable', code: 'QC7729' })
    expect(slept).toEqual([60_000, 120_000])
  })

  test('a limit of an hour is not waited for', async () => {
    const { fake, say, slept } = await at('GitHub')
    fake.trouble = () => primaryLimit(START / 1000 + 3600)
    const error = await failure(say('one'))
    expect(error).toMatchObject({ code: 'QC7729', hints: expect.stringContaining('3601 s') })
    expect(slept).toEqual([])
  })

  test('that of GitLab is waited for', async () => {
    const { fake, say, slept } = await at('GitLab')
    fake.trouble = ({ method }, times) => (method === 'POST' && times === 1 ? limited(60) : undefined)
    expect(await say('one')).toBe('created')
    expect(slept).toEqual([60_000])
  })
})

describe('whose token it is', () => {
  test('the comments of a user of GitHub are told by the name', async () => {
    const { fake, say } = await at('GitHub', { me: 'alice' })
    fake.rows.push({ id: 1, body: `${marker(HEAD)}\nbot`, author: 'other[bot]' })
    expect(await say('one')).toBe('created')
    expect(await say('two')).toBe('updated')
    expect(fake.rows.map(({ author }) => author)).toEqual(['other[bot]', 'alice'])
  })

  test('a comment of another app of GitHub is not its own, nor that of a user who is called like it', async () => {
    const { fake, forge, say } = await at('GitHub', { head: OLD })
    const others = ['other[bot]', 'github-actions', 'mallory']
    fake.rows.push(...others.map((author, id) => ({ id, body: `${marker(OLD)}\nno changes`, author })))
    const before = JSON.stringify(fake.rows)
    const identity = { server: SERVER, key: null }
    expect(await seenOn(forge, identity, OLD)).toBe(null)
    fake.head = HEAD
    expect(await outdate(forge, identity)).toBe(0)
    expect(await say('one')).toBe('created')
    expect(await say('two')).toBe('updated')
    expect(JSON.stringify(fake.rows.slice(0, others.length))).toBe(before)
    expect(fake.rows.map(({ author }) => author)).toEqual([...others, 'github-actions[bot]'])
  })

  test('a query that is stumbled at is repeated', async () => {
    const { fake, say, slept } = await at('GitHub')
    fake.trouble = ({ method }, times) => (method === 'QUERY' && times === 1 ? { status: 502 } : undefined)
    expect([await say('one'), slept]).toEqual(['created', [1000]])
  })

  test('what GitLab notes by itself is no comment', async () => {
    const { fake, say } = await at('GitLab', { me: 'system' })
    fake.rows.push({ id: 1, body: `${marker(HEAD)}\nadded 1 commit`, author: 'system' })
    expect(await say('one')).toBe('created')
  })
})

test('errors that are longer than a comment has room for are cut at the end of a line', () => {
  const said = Array.from({ length: 500 }, (_, i) => `line ${i}`).join('\n')
  const text = failedText(HEAD, { said, isMarkdown: false }, null)
  expect(text.length).toBeLessThan(4200)
  expect(text).toMatch(/\nline \d+\n\.\.\. the rest is in the log\n```$/)
})

test('a report of what failed stands as it is, and before the last plan where there is room for both', () => {
  const last = { head: OLD, text: 'x'.repeat(60_000) }
  const failed = (said: string) => failedText(HEAD, { said, isMarkdown: true }, last)
  expect(failed('## Failed <!-- -->')).toMatch(/^## Failed <! -- -->\n\n<details>.*The plan of 3d91f0a/)
  expect(failed('y'.repeat(6000))).toBe('y'.repeat(6000))
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { planText } from '../../src/engine/planfile.ts'
import { seenIn } from '../../src/engine/reviewed.ts'
import { type Fake, HEAD, OLD, TOKEN } from '../forge/fake.ts'
import { github, secondaryLimit } from '../forge/github.ts'
import { gitlab } from '../forge/gitlab.ts'
import { committed } from '../repository.ts'
import { worldAt } from '../world.ts'
import { folder, organization, quay, quayctl, type RunOptions, registry, site, unwrapped } from './run.ts'

/** Saved plans by name: one that creates an organization with a robot, and one that changes nothing. */
const plans = (async () => {
  const { emulator, url } = await quay()
  const world = worldAt(emulator, url)
  const text = organization('acme', 'robots: {ci: {}}\n')
  const changes = await world.plan({ 'quayctl.yaml': text })
  await world.converge({ 'quayctl.yaml': text })
  const clean = await world.plan({ 'quayctl.yaml': text })
  const leaky = organization('acme', 'robots: {ci: {description: "password: hunter2hunter2"}}\n')
  await world.converge({ 'quayctl.yaml': leaky })
  const warned = await world.plan({ 'quayctl.yaml': leaky })
  const noted = await world.plan({
    'quayctl.yaml': `${registry('rules: {missing_quota: note}\n')}---\n${text}`,
  })
  const costly = await world.plan({
    'quayctl.yaml': organization('acme', 'robots: {ci: {}}\nrepositories: {web: {visibility: public}}\n'),
  })
  const run = {
    started_at: '2026-11-29T12:00:00Z',
    requests: 5,
    repetitions: 0,
    methods: { GET: 5 },
    commit: 'f'.repeat(40),
  }
  const saved = (url: string) => planText(changes.plan, { ...run, url })
  return {
    host: new URL(url).host,
    id: changes.plan.plan_id.slice(0, 12),
    seen: seenIn(changes.plan).join('.'),
    files: {
      'plan.json': planText(changes.plan),
      'clean.json': planText(clean.plan),
      'warned.json': planText(warned.plan),
      'noted.json': planText(noted.plan),
      'costly.json': planText(costly.plan),
      'run.json': saved('https://github.example/acme/quay/actions/runs/7'),
      'odd.json': planText(changes.plan, { ...run, commit: '../../../../user' }),
      'hostile.json': saved('https://x.example) @acme/owners ![](https://evil.example/'),
    },
  }
})()

/** What GitHub Actions tells a step of a pull request's run: "Variables reference", "Webhook events and payloads". */
const actions = (cwd: string, { api }: Fake, event: object) => {
  writeFileSync(join(cwd, 'event.json'), JSON.stringify(event))
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: api,
    GITHUB_REPOSITORY: 'acme/quay',
    GITHUB_RUN_ID: '7',
    GITHUB_SERVER_URL: 'https://github.example',
    // The commit that GitHub merges to try it.
    GITHUB_SHA: 'f'.repeat(40),
    GITHUB_EVENT_PATH: join(cwd, 'event.json'),
    GITHUB_TOKEN: TOKEN,
  }
}
const ofPull = (sha = HEAD) => ({ pull_request: { number: 7, head: { sha } } })

/** What GitLab tells a job of a merge request's pipeline: "Predefined CI/CD variables reference". */
const pipeline = ({ api }: Fake) => ({
  CI: 'true',
  GITLAB_CI: 'true',
  CI_API_V4_URL: api,
  CI_PROJECT_ID: '99',
  CI_MERGE_REQUEST_PROJECT_ID: '42',
  CI_MERGE_REQUEST_IID: '7',
  CI_COMMIT_SHA: HEAD,
  CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: '',
  CI_JOB_TOKEN: 'job-token',
  GITLAB_TOKEN: TOKEN,
})

/** A run of GitHub Actions for a server, with the plans beside it. */
async function step(fake: Fake, event: object = ofPull()) {
  const { files, ...rest } = await plans
  const cwd = folder(files)
  const env = actions(cwd, fake, event)
  const run = (args: readonly string[], more: RunOptions['env'] = {}) =>
    quayctl(['comment', ...args], { cwd, env: { ...env, ...more } })
  return { ...rest, cwd, run }
}
const first = ({ rows }: Fake) => rows[0]?.body ?? ''

describe('in the CI of', () => {
  test('GitHub Enterprise, whose API has a path', async () => {
    const fake = await github('/api/v3')
    const { run, host, id, seen } = await step(fake)
    expect(await run(['plan.json'])).toEqual({ code: 0, stdout: 'Commented on acme/quay#7.\n', stderr: '' })
    expect(first(fake).split('\n')[0]).toBe(
      `<!-- quayctl:plan server=${encodeURIComponent(host)} plan=${id} head=${HEAD} seen=${seen} -->`,
    )
    expect(first(fake)).toContain('robot.acme+ci')
    const again = await run(['plan.json'])
    expect(again.stdout).toBe('The comment on acme/quay#7 says so already.\n')
    const quiet = await run(['clean.json'])
    expect(quiet.stdout).toBe('Updated the comment on acme/quay#7.\n')
    expect(first(fake).split('\n').slice(1)).toEqual(['No changes at 9b20c41.'])
  })

  test('GitLab below a path, from a pipeline of a fork or not', async () => {
    const fake = await gitlab('/gitlab/api/v4')
    const cwd = folder((await plans).files)
    const run = (...args: readonly string[]) => quayctl(['comment', ...args], { cwd, env: pipeline(fake) })
    expect(await run('plan.json')).toEqual({ code: 0, stdout: 'Commented on 42!7.\n', stderr: '' })
    fake.head = OLD
    const { stdout } = await run('--outdated', '--repository', 'acme/quay')
    expect(stdout).toBe('Marked 1 comment on acme/quay!7 as outdated.\n')
    expect(first(fake)).toContain('**Outdated**: made at 9b20c41, the head is 3d91f0a.')
  })

  test('GitHub, after a workflow that had no token', async () => {
    const fake = await github()
    const { run } = await step(fake, { workflow_run: { head_sha: HEAD, pull_requests: [{ number: 7 }] } })
    expect((await run(['plan.json'])).stdout).toBe('Commented on acme/quay#7.\n')
  })
})

test('elsewhere flags say all, and the token may come from a file', async () => {
  const fake = await github()
  const cwd = folder({ ...(await plans).files, token: `${TOKEN}\n` })
  const args = 'plan.json --platform github --repository acme/quay --pull-request 7 --head 9b20c41'.split(' ')
  const env = { GITHUB_API_URL: fake.api }
  const { code, stdout } = await quayctl(['comment', ...args, '--token-file', 'token'], { cwd, env })
  expect([code, stdout]).toEqual([0, 'Commented on acme/quay#7.\n'])
})

describe('what a run says', () => {
  test('a plan of an older head replaces nothing', async () => {
    const fake = await github()
    const { run } = await step(fake, ofPull(OLD))
    const { code, stdout } = await run(['plan.json'])
    expect([code, unwrapped(stdout)]).toEqual([
      0,
      'Not commented on acme/quay#7: this is of 3d91f0a, and the head is 9b20c41.\n',
    ])
    expect(fake.rows).toEqual([])
  })

  test('a plan without changes makes a comment only when it is asked for', async () => {
    const fake = await github()
    const { run } = await step(fake)
    const { code, stdout } = await run(['clean.json'])
    expect([code, unwrapped(stdout)]).toEqual([
      0,
      'No changes and no warnings, so acme/quay#7 gets no comment; --always makes one.\n',
    ])
    await run(['noted.json'])
    expect(fake.rows).toEqual([])
    expect((await run(['noted.json', '--always'])).stdout).toBe('Commented on acme/quay#7.\n')
    expect(first(fake)).toContain('QC5005')
  })

  test('a plan without changes that warns of something makes one, and says first that nothing changes', async () => {
    const fake = await github()
    const { run } = await step(fake)
    expect((await run(['warned.json', '--labels'])).stdout).toBe('Commented on acme/quay#7.\n')
    const [, ...lines] = first(fake).split('\n')
    expect(lines.slice(0, 3)).toEqual(['No changes at 9b20c41.', '', '### Attention'])
    expect(lines.join('\n')).toContain('QC5006')
    expect(lines.join('\n')).not.toContain('## Quay plan')
  })

  test('--labels names those that an apply waits for', async () => {
    const fake = await github()
    const { run } = await step(fake)
    await run(['costly.json'])
    expect(first(fake)).toContain('> **This can cost something.**\n')
    await run(['costly.json', '--labels'])
    expect(first(fake)).toContain(
      '> **This can cost something.** An apply waits for the label `quayctl:allow-public` on this request.\n',
    )
    await run(['plan.json', '--labels'])
    expect(first(fake)).not.toContain('label')
  })

  test('a plan that failed shows why, and the last one', async () => {
    const fake = await github()
    const { run, cwd, host } = await step(fake)
    await run(['plan.json'])
    writeFileSync(join(cwd, 'errors.txt'), 'orgs/acme.yaml:40:17 error QC1004 unknown value "privat"\n')
    const env = { QUAY_URL: `http://${host}` }
    expect((await run(['--failed', 'errors.txt'], env)).stdout).toBe('Updated the comment on acme/quay#7.\n')
    expect(first(fake)).toContain('```text\norgs/acme.yaml:40:17 error QC1004 unknown value "privat"\n```')
    expect(first(fake)).toMatch(/<summary>The plan of 9b20c41<\/summary>[\s\S]*robot\.acme\+ci/)
    expect((await run(['--outdated'], env)).stdout).toBe('No comment on acme/quay#7 is outdated.\n')
  })

  test('a report of what failed stands as Markdown', async () => {
    const fake = await github()
    const { run, cwd } = await step(fake)
    writeFileSync(join(cwd, 'failed.md'), '## Quay plan failed: 2 problems\n')
    await run(['--failed', 'failed.md'])
    expect(first(fake).split('\n').slice(1)).toEqual(['## Quay plan failed: 2 problems'])
  })

  test('the commit is the head, and the run is linked where that can be a link', async () => {
    const fake = await github()
    const { run } = await step(fake)
    await run(['run.json'])
    expect(first(fake)).toContain('`9b20c4100000`')
    expect(first(fake)).toContain('https://github.example/acme/quay/actions/runs/7')
    fake.parents.set('f'.repeat(40), ['0'.repeat(40), HEAD])
    await run(['hostile.json'])
    expect(first(fake)).not.toContain('evil.example')
    expect(first(fake)).not.toContain('ffffff')
    fake.seen.length = 0
    await run(['odd.json'])
    expect(fake.seen.filter((one) => one.includes('commits'))).toEqual([])
    expect(first(fake)).not.toContain('../')
  })

  test('a plan of another run, and of another commit, is shown as outdated', async () => {
    const fake = await github()
    const { run } = await step(fake)
    const other = { GITHUB_RUN_ID: '8' }
    const { code, stdout } = await run(['run.json'], other)
    expect([code, unwrapped(stdout)]).toEqual([
      0,
      'Commented on acme/quay#7 as outdated: the plan is of fffffff, and the head is 9b20c41.\n',
    ])
    expect(first(fake)).toContain('**Outdated**: made at fffffff, the head is 9b20c41.')
    expect(first(fake)).toContain('<summary>The plan of fffffff</summary>')
    expect(first(fake)).toContain('of `ffffffffffff`')
  })

  test('--dry-run says of which commit a plan of another run is, and does not judge it', async () => {
    const fake = await github()
    const { run } = await step(fake)
    const { stdout, stderr } = await run(['run.json', '--dry-run'], { GITHUB_RUN_ID: '8' })
    expect(stdout).not.toContain('Outdated')
    expect(stdout).toContain('of `ffffffffffff`')
    expect(unwrapped(stderr)).toBe(
      'The plan was made at fffffff. Whether that is a merge of the head 9b20c41 was not compared.\n',
    )
    const own = await run(['run.json', '--dry-run'])
    expect([own.stdout.includes('of `9b20c4100000`'), own.stderr, fake.seen]).toEqual([true, '', []])
  })

  test('--dry-run prints the comment and asks nobody, without a token, too', async () => {
    const fake = await github()
    const { run, host, id, seen } = await step(fake)
    const { code, stdout, stderr } = await run(['plan.json', '--dry-run', '--key', 'dev'], {
      GITHUB_TOKEN: '',
    })
    expect([code, stderr, fake.seen]).toEqual([0, '', []])
    const server = encodeURIComponent(host)
    expect(stdout.split('\n')[0]).toBe(
      `<!-- quayctl:plan server=${server} key=dev plan=${id} head=${HEAD} seen=${seen} -->`,
    )
    const cwd = folder((await plans).files)
    const local = await quayctl(['comment', 'clean.json', '--dry-run'], { cwd })
    expect([local.code, local.stdout.split('\n')[1]]).toEqual([0, 'No changes at HEAD.'])
  })
})

describe('what goes wrong', () => {
  const refused = async (fake: Fake, args: readonly string[], more: RunOptions['env'] = {}, event = {}) => {
    const { run } = await step(fake, { ...ofPull(), ...event })
    const { code, stdout, stderr } = await run(args, more)
    expect(stdout).toBe('')
    expect(stderr).not.toContain(TOKEN)
    const [, kind] = /^error (QC\d{4}) /m.exec(stderr) ?? []
    return { code, kind, stderr: unwrapped(stderr) }
  }

  test.each([
    ['a token that may not comment', { right: 'read' }, 7, 'QC7703', 'permissions: pull-requests: write'],
    ['a pull request that it may not see', { right: 'none' }, 7, 'QC7704', 'check the repository'],
    ['a fork', { right: 'read', fork: true }, 7, 'QC7705', '--dry-run >> "$GITHUB_STEP_SUMMARY"'],
    ['a comment that no form makes short enough', { limit: 10 }, 8, 'QC7700', 'Body is too long'],
  ] as const)('%s', async (_, state, code, kind, text) => {
    const ended = await refused(await github('', state), ['plan.json'])
    expect(ended).toMatchObject({ code, kind, stderr: expect.stringContaining(text) })
  })

  test('a token that is not accepted, though the server repeats it', async () => {
    const fake = await github()
    fake.trouble = ({ headers }) => ({ status: 401, body: { message: `no ${headers.authorization}` } })
    const more = { QUAYCTL_COMMENT_TOKEN: 'an0ther-t0ken' }
    const { code, kind, stderr } = await refused(fake, ['plan.json'], more)
    expect([code, kind]).toEqual([7, 'QC7701'])
    expect(stderr).not.toContain('an0ther-t0ken')
  })

  test('no token, and that of a job of GitLab is none', async () => {
    const fake = await github()
    expect(await refused(fake, ['plan.json'], { GITHUB_TOKEN: '' })).toMatchObject({
      code: 7,
      kind: 'QC7702',
    })
    const cwd = folder((await plans).files)
    const env = { ...pipeline(await gitlab()), GITLAB_TOKEN: '' }
    const { code, stderr } = await quayctl(['comment', 'plan.json'], { cwd, env })
    expect([code, unwrapped(stderr)]).toEqual([7, expect.stringContaining('CI_JOB_TOKEN cannot comment')])
  })

  test('a limit that lasts too long, and a server that is not there', async () => {
    const fake = await github()
    fake.trouble = () => secondaryLimit(403, 3600)
    expect(await refused(fake, ['plan.json'])).toMatchObject({ code: 8, kind: 'QC7729' })
    const nobody = await site((_, response) => response.end('<html>Sign in</html>'))
    const ended = await refused(fake, ['plan.json'], { GITHUB_API_URL: nobody })
    expect(ended).toMatchObject({ code: 8, kind: 'QC7710' })
  })

  test.each([
    [[], {}, 64, 'QC6450'],
    [['plan.json', '--outdated'], {}, 64, 'QC6450'],
    [['--outdated', '--dry-run'], {}, 64, 'QC6450'],
    [['plan.json'], { GITHUB_ACTIONS: '' }, 64, 'QC6452'],
    [['plan.json', '--head', HEAD], { GITHUB_ACTIONS: '' }, 64, 'QC6451'],
    [['plan.json', '--repository', 'quay'], {}, 64, 'QC6451'],
    [['plan.json', '--head', HEAD], { GITHUB_EVENT_PATH: 'none' }, 64, 'QC6451'],
    [['plan.json', '--head', 'main'], {}, 64, 'QC6452'],
    [['plan.json'], { GITHUB_API_URL: 'github.example' }, 3, 'QC3140'],
    [['plan.json'], { GITHUB_API_URL: 'http://github.example' }, 3, 'QC3105'],
    [['plan.json', '--token-file', 'none'], {}, 3, 'QC3109'],
    [['event.json'], {}, 3, 'QC3124'],
    [['none.json'], {}, 3, 'QC3122'],
    [['--failed', 'none.txt'], {}, 3, 'QC1009'],
  ] as const)('%j with %j ends with %i', async (args, more, code, kind) => {
    const fake = await github()
    expect(await refused(fake, args, more)).toMatchObject({ code, kind })
    expect(fake.seen).toEqual([])
  })
})

describe('what reviewers have seen counts', () => {
  const seen = ['7f3c9a1e4b0d']
  const body = `<!-- quayctl:plan head=${HEAD} seen=${seen} -->\nA plan.`
  /** A branch with a merge of request 7, which went to `target`. */
  async function merged(platform: 'github' | 'gitlab', target: string) {
    const fake = await { github, gitlab }[platform]()
    const cwd = folder({ 'quayctl.yaml': '' })
    const before = committed(cwd)
    writeFileSync(join(cwd, 'quayctl.yaml'), organization('acme'))
    fake.brought.set(committed(cwd), [{ number: 7, head: HEAD, merged: true, labels: [], target }])
    fake.rows.push({ id: 1, body, author: fake.me })
    const own = { GITHUB_API_URL: fake.api, CI_API_V4_URL: fake.api, QUAYCTL_COMMENT_TOKEN: TOKEN }
    const of = ['--platform', platform, '--repository', 'acme/quay']
    const run = async (args: readonly string[], env: RunOptions['env']) => {
      const ran = await quayctl(['comment', '--reviewed', before, ...of, ...args], {
        cwd,
        env: { ...own, ...env },
      })
      expect(ran.code, ran.stderr).toBe(0)
      return { reviews: JSON.parse(ran.stdout), stderr: ran.stderr }
    }
    return { fake, run }
  }

  test.each([
    ['github', ['--branch', 'release'], { GITHUB_REF: 'refs/heads/main' }, 'release'],
    ['github', [], { GITHUB_REF: 'refs/heads/team/one' }, 'team/one'],
    ['github', [], { GITHUB_REF: 'refs/tags/main' }, 'trunk'],
    ['github', [], {}, 'trunk'],
    ['gitlab', ['--branch', 'release'], { CI_COMMIT_BRANCH: 'main' }, 'release'],
    ['gitlab', [], { CI_COMMIT_BRANCH: 'team/one' }, 'team/one'],
    ['gitlab', [], { GITHUB_REF: 'refs/heads/main' }, 'trunk'],
  ] as const)(
    'on %s with %j and %j where it was merged to %s, and nowhere else',
    async (platform, args, env, target) => {
      const { fake, run } = await merged(platform, target)
      fake.defaultBranch = 'trunk'
      const place = platform === 'github' ? 'acme/quay#7' : 'acme/quay!7'
      expect((await run(args, env)).reviews).toEqual([{ request: place, seen, allow: [] }])
      const other = await merged(platform, 'elsewhere')
      other.fake.defaultBranch = 'trunk'
      expect(await other.run(args, env)).toEqual({
        reviews: [],
        stderr: `${place} does not count: it was merged to elsewhere.\n`,
      })
    },
  )

  test('not where another bot says so', async () => {
    const { fake, run } = await merged('github', 'main')
    fake.rows.splice(0, 1, { id: 1, body, author: 'other[bot]' })
    expect((await run([], {})).reviews).toEqual([{ request: 'acme/quay#7', seen: [], allow: [] }])
  })
})

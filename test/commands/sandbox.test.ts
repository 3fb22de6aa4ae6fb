import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesBelow, folder, headsOf, organization, quayctl, registry, root, unwrapped } from './run.ts'

const inside = (args: readonly string[], flags: readonly string[] = [], cwd = root, env = {}) =>
  quayctl(['sandbox', ...flags, '--', process.execPath, join(root, 'bin', 'run.js'), ...args], { cwd, env })
const shell = (script: string, flags: readonly string[] = [], cwd = root, env = {}) =>
  quayctl(['sandbox', ...flags, '--', 'sh', '-ec', script], {
    cwd,
    env: { Q: `${process.execPath} ${join(root, 'bin', 'run.js')}`, ...env },
  })
/** Those that are the files of a registry; the others have tests of their own. */
const examples = readdirSync(join(root, 'examples')).filter((name) =>
  existsSync(join(root, 'examples', name, 'quayctl.yaml')),
)

/** What an example needs at `apply`. */
const secrets = { QC_REDHAT: 'hunter3', QC_SLACK: 'https://hooks.slack.com/services/hunter3' }
const apply = '$Q apply --yes --allow credential --credentials-out "$OUT/credentials.json"'

describe.concurrent('an example, unchanged', () => {
  test.each(examples)('%s', { timeout: 120_000 }, async (name) => {
    const cwd = join(root, 'examples', name)
    const script = `$Q validate
echo ---
$Q plan --detailed-exitcode || echo "code $?"
echo ---
${apply}
echo ---
$Q plan --detailed-exitcode`
    const { code, stdout, stderr } = await shell(script, [], cwd, { ...secrets, OUT: folder() })
    const [validated = '', planned = '', applied = '', again = ''] = stdout.split('---\n')
    expect(validated).toMatch(/^Valid: \d+ objects in \d+ files\.\n$/)
    expect(planned).toMatch(/^Plan [0-9a-f]{12} \(sandbox\)\nhttp:\/\/127\.0\.0\.1:\d+ as admin, \d+ files\n/)
    expect(planned).toMatch(/\nPlan: \d+ create\.\ncode 2\n$/)
    expect(applied).toMatch(/\nApplied [0-9a-f]{12}: (\d+) of \1 done and read back, \d+ requests\.\n$/)
    expect(again).toMatch(/\nNo changes\. \d+ objects match(, \d+ unmanaged)?\.( 1 warning\.)?\n$/)
    expect(stdout + stderr).not.toContain('hunter3')
    expect(code).toBe(0)
  })

  test('says what it is for, and where its schema is', () => {
    const files = Object.entries(filesBelow(join(root, 'examples'))).filter(
      ([file]) => file.endsWith('.yaml') && examples.some((name) => file.startsWith(`${name}/`)),
    )
    expect(files.length).toBeGreaterThan(examples.length)
    for (const [name, text] of files) {
      const path = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text)?.[1] ?? ''
      expect(filesBelow(join(root, 'schemas')), name).toHaveProperty([path.split('/').at(-1) ?? ''])
      expect(readFileSync(join(root, 'examples', name, '..', path), 'utf8')).toContain('draft-07')
    }
  })
})

describe.concurrent('sandbox', () => {
  test('hands the command its words as they are', async () => {
    const words = ['b', '--seed', 'a', 'b', '--', 'examples/acme']
    const { stdout } = await quayctl(['sandbox', '--seed', 'examples/acme', '--', 'echo', ...words])
    expect(stdout).toBe('b --seed a b -- examples/acme\n')
  })

  test('passes on the exit code of the command, and its streams', async () => {
    const { code, stdout, stderr } = await shell('echo out; echo err >&2; exit 42')
    expect([code, stdout, stderr]).toEqual([42, 'out\n', 'err\n'])
  })

  test('tells the command where it is', async () => {
    const { stdout } = await shell('echo $QUAYCTL_SANDBOX $QUAY_URL $QUAY_TOKEN', [], root, {
      QUAY_URL: 'https://quay.example.com',
      QUAY_TOKEN: 'mine',
    })
    expect(stdout).toMatch(/^1 http:\/\/127\.0\.0\.1:\d+ [0-9a-f]{40}\n$/)
  })

  test('a command that is none', async () => {
    const { code, stderr } = await quayctl(['sandbox', '--', 'no-such-program'])
    expect([code, stderr]).toEqual([
      64,
      'error QC6406 no-such-program cannot be run: no program of that name is in PATH\n  = what follows -- is a whole command, for example quayctl sandbox -- quayctl\n    plan\n',
    ])
  })

  test('a command that a signal ends', async () => {
    expect((await shell('kill -TERM $$')).code).toBe(143)
    expect((await shell('kill -INT $$')).code).toBe(130)
  })

  test('--seed applies files first; what follows is planned against them', async () => {
    const cwd = folder({
      'old.yaml': organization('acme', 'quota: {limit: 1 GiB}\nrobots:\n  ci: {}\n'),
      'quayctl.yaml': organization('acme', 'quota: {limit: 2 GiB}\nrobots:\n  ci: {}\n'),
    })
    const { code, stdout } = await inside(['plan', '--detailed-exitcode'], ['--seed', 'old.yaml'], cwd)
    expect(stdout).toContain(
      ' ~ update  quota.acme                           quayctl.yaml:5\n            limit  1 GiB -> 2 GiB\n',
    )
    expect(stdout).toContain('\nPlan: 1 update.\n      2 unchanged.\n')
    expect(code).toBe(2)
  })

  test('--seed with files that are wrong or not there', async () => {
    const cwd = folder({ 'bad.yaml': organization('acme', 'quota: {limit: 1}\n') })
    const bad = await inside(['plan'], ['--seed', 'bad.yaml'], cwd)
    expect([bad.code, headsOf(bad.stderr)]).toEqual([3, ['bad.yaml:5:16 error QC1004 unexpected value "1"']])
    const none = await inside(['plan'], ['--seed', 'none.yaml'], cwd)
    expect([none.code, headsOf(none.stderr)]).toEqual([3, ['error QC1009 there is no file none.yaml']])
  })

  test('--seed needs no secret', async () => {
    const { code, stderr } = await inside(
      ['plan', '--detailed-exitcode', '-f', 'examples/acme'],
      ['--seed', 'examples/acme'],
    )
    expect([code, stderr]).toEqual([0, ''])
  })

  test('--profile plain has no optional feature; --feature switches one', async () => {
    const plan = (...flags: string[]) => inside(['plan', '-f', 'examples/acme'], flags)
    const [plain, without, both, wrong, misspelt, unknown] = await Promise.all([
      plan('--profile', 'plain'),
      plan('--feature', 'REPO_MIRROR=off', '--feature', 'FEATURE_QUOTA_MANAGEMENT=off'),
      plan(
        '--profile',
        'plain',
        '--feature',
        'REPO_MIRROR=on',
        '--feature',
        'QUOTA_MANAGEMENT=on',
        '--feature',
        'EDIT_QUOTA=on',
        '--feature',
        'SUPERUSERS_FULL_ACCESS=on',
        '--feature',
        'PROXY_CACHE=on',
        '--feature',
        'AUTO_PRUNE=on',
      ),
      plan('--feature', 'REPO_MIRROR'),
      plan('--feature', 'FEATURE_REPO_MIROR=off'),
      plan('--profile', 'empty'),
    ])
    const lacks = (off: Readonly<Record<string, string>>) =>
      [
        ['acme-repositories.yaml:13:9', 'auto_prune'],
        ['acme-repositories.yaml:16:5', 'mirror'],
        ['acme.yaml:9:1', 'quota'],
        ['acme.yaml:10:1', 'proxy_cache'],
        ['../templates/catalog.yaml:9:11 via examples/acme/organizations/acme.yaml:6', 'mirror'],
      ].flatMap(([place = '', type = '']) =>
        off[type]
          ? [
              `${join('examples/acme/organizations', place)} error QC3001 this server has no ${type}: ${off[type]}`,
            ]
          : [],
      )
    const [mirror, quota] = ['FEATURE_REPO_MIRROR is off', 'FEATURE_QUOTA_MANAGEMENT is off']
    expect([plain.code, headsOf(plain.stderr), plain.stdout]).toEqual([
      3,
      lacks({
        auto_prune: 'FEATURE_AUTO_PRUNE is off',
        mirror,
        quota: 'FEATURE_QUOTA_MANAGEMENT and FEATURE_EDIT_QUOTA are off',
        proxy_cache: 'FEATURE_PROXY_CACHE is off',
      }),
      '',
    ])
    expect([without.code, headsOf(without.stderr), without.stdout]).toEqual([3, lacks({ mirror, quota }), ''])
    expect([both.code, both.stderr]).toEqual([0, ''])
    expect([wrong.code, headsOf(wrong.stderr)]).toEqual([
      64,
      ['error QC6407 --feature REPO_MIRROR is not NAME=on or NAME=off'],
    ])
    expect([misspelt.code, misspelt.stderr]).toEqual([
      64,
      'error QC6407 --feature: there is no feature REPO_MIROR\n  = did you mean "REPO_MIRROR"?\n',
    ])
    expect([unknown.code, unknown.stderr]).toEqual([
      64,
      expect.stringContaining('--profile does not take "empty"'),
    ])
  })

  test('--quay chooses the version', async () => {
    const script = `node -e 'fetch(process.env.QUAY_URL + "/api/v1/registry/capabilities").then(({status}) => console.log(status))'`
    const [old, latest, unsaid, unknown] = await Promise.all([
      shell(script, ['--quay', '3.11']),
      shell(script, ['--quay', 'latest']),
      shell(script),
      shell(script, ['--quay', '3.1']),
    ])
    expect([old.stdout, latest.stdout, unsaid.stdout]).toEqual(['404\n', '200\n', '200\n'])
    expect([unknown.code, unknown.stderr]).toEqual([
      64,
      expect.stringContaining('--quay does not take "3.1"'),
    ])
  })

  test('--quay 3.11 takes what needs nothing newer', async () => {
    const cwd = join(root, 'examples', 'catalog')
    const script = '$Q apply --yes; echo ---; $Q plan --detailed-exitcode'
    const { code, stdout } = await shell(script, ['--quay', '3.11'], cwd)
    expect(stdout.split('---\n')[1]).toMatch(
      /\nNo changes\. \d+ objects match(, \d+ unmanaged)?\.( 1 warning\.)?\n$/,
    )
    expect(code).toBe(0)
  })

  test('--accounts has users and tokens of its own', async () => {
    const accounts = `users:
  alice: {superuser: true, email: alice@acme.example}
  bob: {}
tokens:
  ALICE: {user: alice, scopes: "org:admin repo:admin repo:create super:user user:read"}
  BOB: {user: bob, scopes: "user:read", expired: true}
`
    const cwd = folder({
      'accounts.yaml': accounts,
      'quayctl.yaml': organization('acme'),
      'bad.yaml': 'users: {}\n',
    })
    const ran = await shell(
      'echo $QUAY_TOKEN; $Q plan; QUAY_TOKEN=BOB $Q plan',
      ['--accounts', 'accounts.yaml'],
      cwd,
    )
    expect(ran.stdout).toMatch(/^ALICE\nPlan .* \(sandbox\)\n\S+ as alice, 1 file\n/)
    expect([ran.code, headsOf(ran.stderr)[0]]).toEqual([7, expect.stringContaining('error QC7401 ')])
    for (const [file, code] of [
      ['bad.yaml', 'QC3112'],
      ['none.yaml', 'QC1009'],
    ]) {
      const wrong = await quayctl(['sandbox', '--accounts', file ?? '', '--', 'true'], { cwd })
      expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining(`error ${code} `)])
    }
  })

  test.each([
    ['users: {}\n', 'tokens is not a map'],
    ['- alice\n', 'it is not a map'],
    ['users: {alice: {superuser: yes-please}}\ntokens: {}\n', 'users.*.superuser is not true or false'],
    [
      'users: {alice: {supersuer: true}}\ntokens: {}\n',
      'users.alice has no supersuer; did you mean superuser?',
    ],
    ['users: {}\ntokens: {T: {user: nobody, scopes: ""}}\n', 'tokens.T: there is no user nobody'],
    ['users: {a: {}}\ntokens: {T: {user: a, scopes: [repo:read]}}\n', 'tokens.*.scopes is not a text'],
    [
      'users: {a: {}}\ntokens: {T: {user: a, scopes: "repo:raed"}}\n',
      'Quay has no scope repo:raed; did you mean repo:read?',
    ],
  ])('--accounts %j is refused', async (text, says) => {
    const cwd = folder({ 'accounts.yaml': text })
    const { code, stderr } = await quayctl(['sandbox', '--accounts', 'accounts.yaml', '--', 'true'], { cwd })
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('error QC3112 accounts.yaml does not say who'),
    ])
    expect(stderr.replace(/\s+/g, ' ')).toContain(says)
  })

  test('a command without --', async () => {
    const { code, stderr } = await quayctl(['sandbox', 'quayctl', 'plan'])
    expect([code, headsOf(stderr)]).toEqual([64, ['error QC6401 sandbox does not take "quayctl plan"']])
  })

  test('--port, and one that is taken', async () => {
    const script = 'P=$((QUAY_PORT)); echo $QUAY_URL'
    const first = await shell(script.replace('P=$((QUAY_PORT)); ', ''), [])
    const port = new URL(first.stdout.trim()).port
    const again = await shell(`echo $QUAY_URL; $Q sandbox --port ${port} -- true`, ['--port', port])
    expect(again.stdout).toBe(first.stdout)
    expect([again.code, again.stderr]).toEqual([3, expect.stringContaining(`error QC3113 port ${port} `)])
    const wrong = await shell('true', ['--port', 'http'])
    expect([wrong.code, headsOf(wrong.stderr)]).toEqual([64, [expect.stringContaining('error QC6400 ')]])
  })

  test('--session hands out who signs in instead of a token, and nothing that was there before', async () => {
    const script = 'echo [$QUAY_USERNAME] [$QUAY_PASSWORD] [$QUAY_TOKEN]; $Q plan'
    const mine = { QUAY_TOKEN: 'mine', QUAY_USERNAME: 'me', QUAY_PASSWORD: 'mine' }
    const cwd = folder({
      'quayctl.yaml': organization('acme'),
      'some.yaml': 'users: {bob: {}, eve: {password: eves-password}}\ntokens: {}\n',
      'none.yaml': 'users: {bob: {}}\ntokens: {}\n',
    })
    const own = await shell(script, ['--session', '--seed', 'quayctl.yaml'], cwd, mine)
    expect(own.stdout).toMatch(/^\[admin\] \[\w{24}\] \[\]\n.*\nNo changes\./s)
    const eve = await shell(script, ['--session', '--accounts', 'some.yaml'], cwd, mine)
    expect(eve.stdout).toMatch(/^\[eve\] \[eves-password\] \[\]\n.* as eve, 1 file\n/s)
    const token = await shell(script, [], cwd, mine)
    expect(token.stdout).toMatch(/^\[\] \[\] \[\w{40}\]\n/)
    const wrong = await quayctl(['sandbox', '--session', '--accounts', 'none.yaml', '--', 'true'], { cwd })
    expect([wrong.code, headsOf(wrong.stderr)]).toEqual([64, [expect.stringContaining('error QC6436 ')]])
  })

  test('--worker has mirrors synchronised', async () => {
    const cwd = folder({
      'quayctl.yaml': organization(
        'acme',
        'robots: {sync: {}}\nrepositories:\n  mc: {mirror: {external_reference: quay.io/minio/mc, tags: [latest], robot: sync, sync_interval: 24h}}\n',
      ),
    })
    const flags = ['--worker', '--seed', 'quayctl.yaml']
    const { code, stdout } = await inside(['mirror', 'sync', 'mirror.acme/mc', '--wait'], flags, cwd)
    expect([code, stdout]).toEqual([0, expect.stringContaining(' synced     mirror.acme/mc\n')])
  })

  test('--cost makes calls take time once the seed is applied', async () => {
    const cwd = folder({ 'quayctl.yaml': organization('acme') })
    const flags = ['--cost', 'bearer=1s,session=0ms,cores=1', '--seed', 'quayctl.yaml']
    const { code, stderr } = await shell('$Q plan -v', flags, cwd)
    expect(code).toBe(0)
    const times = [...stderr.matchAll(/ (\d+) ms$/gm)].map(([, time]) => Number(time))
    expect(times.length).toBeGreaterThan(3)
    expect(Math.min(...times)).toBeGreaterThanOrEqual(990)
  })

  test.each(['cheap', 'bearer=200', 'bearer=1ms,', 'cores=0', 'cores=65', 'robot=1ms', 'session=-1ms'])(
    '--cost %s is an error that says how to write it',
    async (cost) => {
      const { code, stderr } = await quayctl(['sandbox', '--cost', cost, '--', 'true'])
      expect([code, stderr]).toEqual([64, expect.stringContaining('error QC6435 ')])
      expect(unwrapped(stderr)).toContain('write real, or some of bearer=200ms,session=30ms,cores=2')
    },
  )

  test('left running it says how to use it, until a signal', async () => {
    const ran = await quayctl(['sandbox'], {
      watch: (stderr, pid) => {
        if (stderr.includes('Ctrl-C')) process.kill(pid, 'SIGINT')
      },
    })
    expect(ran.stdout).toMatch(
      /^export QUAYCTL_SANDBOX=1 QUAY_URL=http:\/\/127\.0\.0\.1:\d+ QUAY_TOKEN=\w{40}\n$/,
    )
    expect([ran.code, ran.stderr]).toEqual([0, 'An emulated Quay is listening; Ctrl-C ends it.\n'])
  })
})

describe.concurrent('which server', () => {
  const files = { 'quayctl.yaml': `${registry('url: https://quay.invalid\n')}---\n${organization('acme')}` }

  test("in a sandbox its address wins over the files', and the first line says so", async () => {
    const { code, stdout } = await inside(['plan'], [], folder(files))
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Plan [0-9a-f]{12} \(sandbox\)\nhttp:\/\/127\.0\.0\.1:\d+ as admin/)
  })

  test.each([
    [
      'QUAY_URL is not what the files say',
      { QUAY_URL: 'https://quay.example' },
      [],
      3,
      'QC3106',
      'quayctl.yaml:3:6',
    ],
    [
      'a sandbox that is somewhere else',
      { QUAYCTL_SANDBOX: '1', QUAY_URL: 'https://quay.example' },
      [],
      3,
      'QC3106',
    ],
    ['in CI the files alone do not choose', { CI: 'true' }, [], 3, 'QC3107', 'set QUAY_URL, or pass --url'],
    ['in CI with QUAY_URL', { CI: 'true', QUAY_URL: 'https://quay.invalid/' }, [], 8, 'quay.invalid'],
    ['--url is chosen on purpose', { CI: 'true' }, ['--url', 'https://quay2.invalid'], 8, 'quay2.invalid'],
    [
      '--url over QUAY_URL',
      { QUAY_URL: 'https://x.example' },
      ['--url', 'https://quay2.invalid'],
      8,
      'quay2.invalid',
    ],
    ['a token over plain http', {}, ['--url', 'http://quay.invalid'], 3, 'QC3105'],
    [
      'an address with a path',
      {},
      ['--url', 'https://quay.invalid/api/v1'],
      3,
      'QC3101',
      'Write https://quay.invalid.',
    ],
    ['an address that is none', {}, ['--url', 'quay.invalid'], 3, 'QC3101'],
    ['a password in the address', {}, ['--url', 'https://me:hunter3@quay.invalid'], 3, 'QC3101'],
  ])('%s', async (_, env, args, code, ...says) => {
    const ran = await quayctl(['plan', ...args], {
      cwd: folder(files),
      env: { QUAY_TOKEN: 'TESTTOKEN', ...env },
    })
    expect([ran.code, ran.stdout, headsOf(ran.stderr).length]).toEqual([code, '', 1])
    for (const text of says) expect(ran.stderr).toContain(text)
    expect(ran.stderr).not.toMatch(/hunter3|TESTTOKEN/)
  })

  test('no server at all', async () => {
    const cwd = folder({ 'quayctl.yaml': organization('acme') })
    const { code, stderr } = await quayctl(['plan'], { cwd, env: { QUAY_TOKEN: 'TESTTOKEN' } })
    expect([code, headsOf(stderr)]).toEqual([3, ['error QC3108 no server is named']])
  })
})

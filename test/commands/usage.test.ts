import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { TOKEN as FORGE_TOKEN, HEAD } from '../forge/fake.ts'
import { github } from '../forge/github.ts'
import { committed, git } from '../repository.ts'
import { execute, filesBelow, folder, organization, quay, quayctl, root, shipped, unwrapped } from './run.ts'

interface Manifest {
  readonly commands: Readonly<
    Record<
      string,
      {
        readonly flags: Readonly<Record<string, unknown>>
        readonly examples?: readonly { readonly description: string; readonly command: string }[]
      }
    >
  >
}
const manifest: Manifest = JSON.parse(readFileSync(join(root, '.oclif.manifest.json'), 'utf8'))
const all = Object.keys(manifest.commands)
const names = all.filter((name) => !name.includes(':'))

const small = `robots:
  sync: {}
repositories:
  api:
    mirror: {external_reference: quay.io/minio/mc, tags: [latest], sync_interval: 1h, robot: sync}
  ubi9:
    mirror: {external_reference: registry.redhat.io/ubi9, tags: [latest], sync_interval: 1h, robot: sync}
---
apiVersion: quayctl/v1
kind: Registry
upstreams: {registry.redhat.io: {username: acme, password: {from_env: QC_REDHAT}}}
`

describe.concurrent('a command line that is wrong', () => {
  test.each([
    [['plam'], 'QC6401 there is no command plam', 'did you mean "plan"?'],
    [['xyzzy'], 'QC6401 there is no command xyzzy', 'quayctl --help lists them'],
    [['plan', 'acme'], 'QC6401 plan does not take "acme"', 'quayctl plan --help'],
    [['plan', 'merg', 'a.json'], 'QC6401 plan does not take "merg a.json"', 'did you mean "plan merge"?'],
    [['dif', 'main'], 'QC6401 there is no command dif', 'did you mean "diff"?'],
    [['plan', '--targt', 'x'], 'QC6400 plan has no flag --targt', 'did you mean --target?'],
    [['plan', '--max-delets', '3'], 'QC6400 plan has no flag --max-delets', 'did you mean --max-deletes?'],
    [['plan', '--quux', '--xyzzy'], 'QC6400 plan has no flag --quux and no --xyzzy', '= quayctl plan --help'],
    [['plan', '-x'], 'QC6400 plan has no flag -x', '= quayctl plan --help shows its flags'],
    [['plan', '--target'], 'QC6400 --target has no value', '= write --target GLOB'],
    [
      ['plan', '--concurrency', 'many'],
      'QC6400 --concurrency many is no whole number',
      '= write digits, as in --concurrency 3',
    ],
    [
      ['plan', '--concurrency', '17'],
      'QC6400 --concurrency 17 is too large',
      '= write a whole number up to 16',
    ],
    [
      ['plan', '--max-deletes', '-1'],
      'QC6400 --max-deletes -1 is too small',
      '= write a whole number from 0',
    ],
    [['plan', '--max-deletes', 'abc'], 'QC6400 --max-deletes abc is no whole number'],
    [['apply', '--allow'], 'QC6400 --allow has no value'],
    [['diff'], 'QC6400 diff needs BASE: what the files were', '= for example quayctl diff origin/main'],
    [['diff', 'a', 'b', 'c'], 'QC6400 diff does not take "c"', '= quayctl diff --help shows what it takes'],
    [['sandbox', '--profile', 'x'], 'QC6400 --profile does not take "x"', '= it takes one of full, plain'],
    [['sandbox', '--profile', 'plan'], 'QC6400 --profile does not take "plan"', '= did you mean "plain"?'],
    [['sandbox', '--fault-seed', '7'], 'QC6400 --fault-seed says nothing without --fault', '= add --fault'],
    [
      ['plan', '--report', 'github=x'],
      'QC6420 --report github=x: github is no file',
      '= write --report github:',
    ],
    [
      ['sandbox', '--', 'no-such-program'],
      'QC6406 no-such-program cannot be run: no program of that name is in',
    ],
    [
      ['sandbox', '--', './nothing'],
      'QC6406 ./nothing cannot be run: there is no such file',
      '= what follows --',
    ],
    [['plan', '--organization', ''], 'QC6400 --organization has an empty value'],
    [['plan', '--target', 'robot.**', '--target', ''], 'QC6400 --target has an empty value'],
    [['validate', '-f', ''], 'QC6400 --file has an empty value'],
    [['plan', '--url', ''], 'QC6400 --url has an empty value'],
    [['sandbox', '--seed', '', '--', 'true'], 'QC6400 --seed has an empty value'],
    [['apply', '--credentials-out', '-'], 'QC6400 --credentials-out takes no -', '= name a file'],
    [
      ['schema', 'x'],
      'QC6400 schema does not take "x"',
      '= it takes one of quayctl, plan, report, findings, status',
    ],
  ])('%j', async (args, ...says) => {
    const { code, stdout, stderr } = await quayctl(args)
    expect([code, stdout]).toEqual([64, ''])
    for (const text of says) expect(unwrapped(stderr)).toContain(text)
    expect(stderr).not.toMatch(/ at .*\.js:|--help$|Parsing|Expected/m)
    expect(stderr).not.toContain('\u001b')
  })

  test.each(names)('%s may be meant by another word', async (name) => {
    const { stderr } = await quayctl([`${name}x`])
    expect(stderr).toContain(`error QC6401 there is no command ${name}x\n  = did you mean "${name}"?\n`)
  })

  test.each([
    ['--organization', 'nobody', 'the files have acme, globex, o1, o2, o3 and 1 more'],
    ['--organization', 'acmee', 'did you mean "acme"?'],
    ['--target', 'nonsense', 'addresses look like mirror.acme/api; see the plan without --target'],
    ['--target', 'repositry.acme/api', 'did you mean "repository.acme/api"?'],
    [
      '--target',
      'repository.*',
      '* stays between / + : and #, ** crosses them: "repository.**" matches 2 objects',
    ],
    ['--target', 'repository.globex/*', 'addresses look like mirror.acme/api; see the plan without --target'],
    ['--target', 'robot.globex+ci', 'did you mean "robot.acme+ci"?'],
    [
      '--target',
      'robot.acme+nobody-at-all',
      '--target prunes nothing: robots that no file lists go in a run without it',
    ],
    [
      '--target',
      'robot.acme+cj',
      'did you mean "robot.acme+ci"?\n  = --target prunes nothing: robots that no file lists go in a run without it',
    ],
  ])('%s %s, which matches nothing', async (flag, value, hint) => {
    const { env } = await quay()
    const more = ['globex', 'o1', 'o2', 'o3', 'o4'].map((name) => organization(name)).join('---\n')
    const acme = organization(
      'acme',
      'prune: {robots: all}\nrobots: {ci: {}}\nrepositories: {api: {}, web: {}}\n',
    )
    const cwd = folder({ 'quayctl.yaml': `${acme}---\n${more}` })
    const { code, stdout, stderr } = await quayctl(['plan', flag, value], { cwd, env })
    expect([code, stdout]).toEqual([64, ''])
    const head = `error QC6403 ${value} is nothing that the files declare or remove\n`
    expect(unwrapped(stderr)).toBe(`${head}  = ${hint}\n`)
  })

  test('--organization and --target narrow together', async () => {
    const { env } = await quay()
    const files = ['acme', 'globex'].map((name) =>
      organization(name, 'robots: {ci: {}}\nrepositories: {api: {}}\n'),
    )
    const cwd = folder({ 'quayctl.yaml': files.join('---\n') })
    const args = ['plan', '--json', '--organization', 'globex', '--target', 'robot.**']
    const { code, stdout } = await quayctl(args, { cwd, env })
    const addresses = JSON.parse(stdout).changes.map(({ address }: { address: string }) => address)
    expect([code, addresses]).toEqual([0, ['organization.globex', 'robot.globex+ci']])
  })
})

describe.concurrent('help', () => {
  test.each(['--help', '-h', 'help'])('%s lists every command', async (flag) => {
    const { code, stdout } = await quayctl([flag])
    for (const name of names) expect(stdout).toMatch(new RegExp(`\n  ${name} `))
    expect(code).toBe(0)
  })

  test('a command alone shows it', async () => {
    const { code, stdout } = await quayctl([])
    expect([code, stdout]).toEqual([0, expect.stringContaining('COMMANDS')])
  })

  test.each(['--version', '-V'])('%s', async (flag) => {
    const { code, stdout, stderr } = await quayctl([flag])
    expect([code, stdout, stderr]).toEqual([0, 'quayctl 0.1.0\n', ''])
  })

  test.each(['quayctl', 'plan', 'report', 'findings', 'status'])('schema %s', async (name) => {
    const { code, stdout } = await quayctl(['schema', name])
    expect([code, stdout]).toEqual([0, readFileSync(join(root, 'schemas', `${name}.schema.json`), 'utf8')])
  })
})

test.each([
  ['plan'],
  ['plan', '--json'],
  ['plan', '--organization', 'nobody'],
  ['apply', '--yes'],
  ['apply'],
  ['validate', '--expand'],
  ['export', 'acme'],
  ['init', 'acme'],
  ['explain', 'robot'],
  ['schema', 'plan'],
  ['doctor', '--url', 'ftp://quay.example'],
  ['plan', '--help'],
  ['plam'],
])('%j says the same in a process of its own as after other runs', async (...args) => {
  const { env } = await quay({ now: () => new Date('2026-11-21T10:00:00Z') })
  const here = () => ({ cwd: folder({ 'quayctl.yaml': organization('acme', small) }), env })
  await quayctl(['apply', '--yes'], here())
  const after = await quayctl(args, here())
  expect(after).toEqual(await shipped(args, here()))
})

/** Every example that help shows, as it stands there. */
const examples = Object.values(manifest.commands).flatMap(({ examples: list = [] }) =>
  list.map(({ command }) => command.replaceAll('<%= config.bin %>', 'quayctl')),
)

/** What a run of GitHub Actions is told of its pull request. */
async function review() {
  const { api } = await github()
  const event = { pull_request: { number: 7, head: { sha: HEAD } } }
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: api,
    GITHUB_REPOSITORY: 'acme/quay',
    GITHUB_EVENT_PATH: join(folder({ 'event.json': JSON.stringify(event) }), 'event.json'),
    GITHUB_TOKEN: FORGE_TOKEN,
  }
}

describe.concurrent('every example in help works', () => {
  test.each(examples)('%s', async (command) => {
    const here = folder({
      ...Object.fromEntries(
        Object.entries(filesBelow(join(root, 'examples'))).map(([name, text]) => [`examples/${name}`, text]),
      ),
      // A configuration begins where there is none.
      ...(command.startsWith('quayctl init') ? {} : { 'quayctl.yaml': organization('acme', small) }),
    })
    if (/--base|--reviewed|quayctl diff/.test(command)) {
      committed(here)
      for (const name of ['before', 'after'])
        cpSync(join(here, 'quayctl.yaml'), join(here, name, 'quayctl.yaml'))
      committed(here)
      git(here, 'update-ref', 'refs/remotes/origin/main', 'HEAD')
      git(here, 'update-ref', 'refs/remotes/origin/quayctl/applied', 'HEAD~1')
    }
    const program = join(root, 'bin', 'run.js')
    writeFileSync(join(here, 'quayctl'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, {
      mode: 0o755,
    })
    const { env, call } = await quay()
    // What is there, for those who write it down.
    if (/ (export|init) /.test(command)) await call('POST', '/organization/', { name: 'acme' })
    const left = command.endsWith('--port 8080') ? `${command.replace('8080', '0')} -- true` : null
    const terminal = command === 'quayctl apply' ? `${command} --yes` : null
    const plan = 'quayctl plan --out plan.json'
    const saved =
      command === 'quayctl apply plan.json'
        ? `${plan} && ${command} --yes`
        : /^quayctl (comment plan|apply plan.json --shard)/.test(command)
          ? `${plan} && ${command}`
          : command.startsWith('quayctl plan merge')
            ? `for i in 1 2; do quayctl plan --shard $i/2 --out shard-$i.json; done && ${command}`
            : null
    const { code, stderr } = await execute('bash', ['-c', left ?? saved ?? terminal ?? command], {
      cwd: here,
      env: { ...env, ...(await review()), QC_REDHAT: 'hunter2', PATH: `${here}:${process.env.PATH}` },
    })
    expect([code === 0 || (code === 2 && command.includes('--detailed-exitcode')), stderr]).toEqual([
      true,
      expect.not.stringContaining('error'),
    ])
  })
})

/** Texts that a user may read: what stands between quotes in the source, and the documents. */
const texts = [
  ...Object.entries(filesBelow(join(root, 'src'))).filter(([name]) => name.endsWith('.ts')),
  ...readdirSync(root)
    .filter((name) => /^(README|CONTRIBUTING|CHANGELOG)\.md$/.test(name))
    .map((name) => [name, readFileSync(join(root, name), 'utf8')] as const),
]
const flags = new Set([
  'help',
  'version',
  ...Object.values(manifest.commands).flatMap((command) => Object.keys(command.flags)),
])

describe('what is printed or written exists', () => {
  /** Names of programs, settings and folders that are called quayctl, too. */
  const otherWords =
    /^(itself|is|has|does|was|will|and|or|in|to|of|on|as|can|cannot|may|must|needs|a|the|then|reads|writes|configuration|keeps|talks|works)$/

  test('commands', () => {
    const unknown = texts.flatMap(([file, text]) =>
      [...text.matchAll(/(?:`|\$ |'|"|\(|: |>> |-- )quayctl ([a-z]+)/g)]
        .map(([, word = '']) => word)
        .filter((word) => ![...names, 'help'].includes(word) && !otherWords.test(word))
        .map((word) => `${file}: quayctl ${word}`),
    )
    expect(unknown).toEqual([])
  })

  test('flags', () => {
    const foreign = new Set(
      texts
        .flatMap(([file, text]) =>
          file.endsWith('.md')
            ? [...text.matchAll(/(?:npm|npx|node|git|docker|podman|curl)[^\n`]*/g)].map(String)
            : [...text.matchAll(/\bgit (?:fetch|config) [^\n`]*/g)].map(String),
        )
        .flatMap((line) => [...line.matchAll(/--([a-z][a-z-]+)/g)].map(([, name = '']) => name)),
    )
    // Git's own stand in one file.
    const ours = texts.filter(([file]) => file !== 'cli/git.ts')
    const unknown = ours.flatMap(([file, text]) =>
      [...text.matchAll(/(?<![\w-])--([a-z][a-z-]+)/g)]
        .map(([, name = '']) => name)
        .filter((name) => !flags.has(name) && !foreign.has(name))
        .map((name) => `${file}: --${name}`),
    )
    expect(unknown).toEqual([])
  })

  test('the token has no flag of its own', () => {
    expect([...flags].filter((name) => /^(token|password|secret)$/.test(name))).toEqual([])
  })
})

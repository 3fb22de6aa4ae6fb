import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesBelow, folder, organization, quay, quayctl, root, unwrapped, writes } from './run.ts'

const schema = '.quayctl/schema/quayctl.schema.json'
const body = `robots:
  sync: {description: Writes mirrored images}
repositories:
  team/ubi9:
    mirror:
      external_reference: registry.redhat.io/ubi9
      tags: [latest]
      sync_interval: 1d
      robot: sync
      username: acme-pull
      password: {from_env: QC_REDHAT}
`

/** A Quay that holds acme. */
async function seeded() {
  const there = await quay()
  const cwd = folder({ 'quayctl.yaml': organization('acme', body) })
  await quayctl(['apply', '--yes'], { cwd, env: { ...there.env, QC_REDHAT: 'secret' } })
  there.seen.length = 0
  return there
}

describe('an empty configuration', () => {
  test('plans to nothing, without a word of warning', async () => {
    const { env, url } = await quay()
    const cwd = folder()
    const ran = await quayctl(['init'], { cwd, env })
    expect([ran.code, ran.stdout]).toEqual([0, `quayctl.yaml\norganizations/.gitkeep\n${schema}\n`])
    expect(ran.stderr).toBe(
      'Next: an organization in organizations/NAME.yaml; quayctl explain Organization shows one.\n',
    )
    expect(filesBelow(cwd)).toEqual({
      'quayctl.yaml': `# yaml-language-server: $schema=${schema}
apiVersion: quayctl/v1
kind: Registry
url: ${url}
include: [organizations/*.yaml]
`,
      'organizations/.gitkeep': '',
      [schema]: readFileSync(join(root, 'schemas', 'quayctl.schema.json'), 'utf8'),
    })
    const plan = await quayctl(['plan', '--detailed-exitcode'], { cwd, env })
    expect(plan).toMatchObject({ code: 0, stderr: '' })
    expect(plan.stdout).toContain('No changes.')
  })

  test('needs no server and no token, and says what to fill in', async () => {
    const cwd = folder()
    expect(await quayctl(['init', '--output', 'quay'], { cwd })).toMatchObject({ code: 0 })
    expect(filesBelow(cwd)['quay/quayctl.yaml']).toContain('# the address of your Quay')
    expect(await quayctl(['validate'], { cwd: join(cwd, 'quay') })).toMatchObject({ code: 0, stderr: '' })
  })

  test('takes the place of nothing', async () => {
    const cwd = folder({ 'quayctl.yaml': 'mine' })
    const ran = await quayctl(['init'], { cwd })
    expect(ran.code).toBe(3)
    expect(unwrapped(ran.stderr)).toContain('QC3115 quayctl.yaml in . would be overwritten')
    expect(filesBelow(cwd)).toEqual({ 'quayctl.yaml': 'mine' })
  })

  test('is about no organization by name', async () => {
    const ran = await quayctl(['init', 'acme'], { cwd: folder() })
    expect([ran.code, ran.stderr.split(' ')[1]]).toEqual([64, 'QC6414'])
  })
})

describe('what Quay has', () => {
  test('plans to nothing; the files name the schema, and the secrets are listed', async () => {
    const there = await seeded()
    const cwd = folder()
    const ran = await quayctl(['init', '--from-live', 'acme'], { cwd, env: there.env })
    expect(ran.code).toBe(0)
    expect(ran.stderr).toContain('Checked: a plan of it is empty. Next: look at the files, and commit them.')
    const files = filesBelow(cwd)
    expect(Object.keys(files).sort()).toEqual(
      [schema, 'organizations/acme.yaml', 'quayctl.yaml', 'secrets.env.example'].sort(),
    )
    expect(files['organizations/acme.yaml']).toMatch(/^# yaml-language-server: \$schema=\.\.\/\.quayctl\//)
    expect(files['secrets.env.example']).toContain('\nQC_REGISTRY_REDHAT_IO_ACME_PULL=\n')
    expect(writes(there.seen)).toEqual([])
    const plan = await quayctl(['plan', '--detailed-exitcode'], { cwd, env: there.env })
    expect(plan).toMatchObject({ code: 0, stderr: '' })
  })

  test('is all that the token may see, without names', async () => {
    const there = await seeded()
    await there.call('POST', '/organization/', { name: 'globex', email: 'quay@globex.example' })
    const cwd = folder()
    await quayctl(['init', '--from-live'], { cwd, env: there.env })
    expect(Object.keys(filesBelow(join(cwd, 'organizations')))).toEqual(['acme.yaml', 'globex.yaml'])
  })
})

describe('a set-up for CI', () => {
  const made = async (ci: string) => {
    const there = await seeded()
    const cwd = folder()
    const ran = await quayctl(['init', '--from-live', '--ci', ci], { cwd, env: there.env })
    expect(ran.code).toBe(0)
    expect(unwrapped(ran.stderr)).toContain(
      `which, says examples/ci/${ci}/README.md in the package and the repository of quayctl.`,
    )
    expect(ran.stderr).not.toContain('does not include')
    return filesBelow(cwd)
  }
  const example = (path: string) => readFileSync(join(root, 'examples', 'ci', path), 'utf8')

  test('of GitHub is that of the examples, with the secrets that the files need', async () => {
    const files = await made('github')
    for (const name of ['review', 'drift'])
      expect(files[`.github/workflows/quayctl-${name}.yml`]).toBe(example(`github/${name}.yml`))
    const applies = files['.github/workflows/quayctl-apply.yml'] ?? ''
    const secret = 'QC_REGISTRY_REDHAT_IO_ACME_PULL'
    expect(applies.split('\n').filter((line) => line.includes(secret))).toEqual([
      `          ${secret}: \${{ secrets.${secret} }}`,
      `          ${secret}: \${{ secrets.${secret} }}`,
    ])
    const others = (text: string) => text.split('\n').filter((line) => !/QC_\w+: \$/.test(line))
    expect(others(applies)).toEqual(others(example('github/apply.yml')))
  })

  test('of GitLab is that of the examples', async () => {
    expect((await made('gitlab'))['.gitlab-ci.yml']).toBe(example('gitlab/.gitlab-ci.yml'))
  })

  test('is all that is written where a configuration is there, and takes the place of nothing', async () => {
    const mine = { 'quayctl.yaml': 'mine' }
    const cwd = folder(mine)
    const ran = await quayctl(['init', '--ci', 'github'], { cwd })
    const names = ['review', 'apply', 'drift'].map((name) => `.github/workflows/quayctl-${name}.yml`)
    expect([ran.code, ran.stdout.trim().split('\n')], ran.stderr).toEqual([0, names])
    expect(unwrapped(ran.stderr)).toMatch(/^The set-up for CI needs [^\n]+\n$/)
    expect(filesBelow(cwd)).toEqual({
      ...mine,
      ...Object.fromEntries(
        names.map((path) => [path, example(`github/${path.slice(path.indexOf('-') + 1)}`)]),
      ),
    })
    const before = filesBelow(cwd)
    const again = await quayctl(['init', '--ci', 'github'], { cwd })
    expect([again.code, filesBelow(cwd)]).toEqual([3, before])
    expect(unwrapped(again.stderr)).toContain(`QC3115 3 files, ${names[0]} first, in . would be overwritten`)
    expect(again.stderr).toContain('move them away first')
  })

  test('an empty configuration gets it as it stands', async () => {
    const cwd = folder()
    const ran = await quayctl(['init', '--ci', 'github'], { cwd })
    expect([ran.code, filesBelow(cwd)['.github/workflows/quayctl-apply.yml']]).toEqual([
      0,
      example('github/apply.yml'),
    ])
  })
})

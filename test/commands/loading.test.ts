import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folder, headsOf, organization, quay, quayctl, registry, unwrapped } from './run.ts'

/** Every file here declares its own organization, so that the count of objects says which were read. */
const tree = () => {
  const cwd = folder({
    'quayctl.yaml': registry('include: ["orgs/**/*.yaml", "./more.yml"]\n'),
    'orgs/one.yaml': organization('one'),
    'orgs/deep/er/two.yaml': organization('two'),
    'orgs/.hidden/three.yaml': organization('three'),
    'orgs/node_modules/x/four.yaml': organization('four'),
    'orgs/.five.yaml': organization('five'),
    'other/pod.yaml': 'apiVersion: v1\nkind: Pod\n',
    'orgs/notes.txt': 'hello',
    'more.yml': organization('six'),
    'other/seven.yaml': organization('seven'),
  })
  const outside = folder({ 'eight.yaml': organization('eight'), 'sub/nine.yaml': organization('nine') })
  symlinkSync(join(outside, 'eight.yaml'), join(cwd, 'orgs', 'eight.yaml'))
  symlinkSync(join(outside, 'sub'), join(cwd, 'orgs', 'sub'))
  symlinkSync('one.yaml', join(cwd, 'orgs', 'again.txt'))
  return cwd
}

describe.concurrent('what is loaded', () => {
  test('the nearest quayctl.yaml, and what it includes', async () => {
    const cwd = tree()
    mkdirSync(join(cwd, 'orgs', 'empty'))
    for (const place of ['.', 'orgs/empty']) {
      const { code, stdout } = await quayctl(['validate'], { cwd: join(cwd, place) })
      expect([code, stdout]).toEqual([0, 'Valid: 3 objects in 4 files.\n'])
    }
  })

  test('a file that a glob names must be ours', async () => {
    const cwd = folder({ 'quayctl.yaml': registry('include: ["*.yaml"]\n'), 'pod.yaml': 'kind: Pod\n' })
    const { code, stderr } = await quayctl(['validate'], { cwd })
    expect([code, headsOf(stderr)]).toEqual([
      3,
      ['pod.yaml:1:1 error QC1008 this document has no apiVersion: quayctl/v1'],
    ])
  })

  test('a folder, with all below it that is ours', async () => {
    const { code, stdout, stderr } = await quayctl(['validate', '-f', 'orgs'], { cwd: tree() })
    expect([code, stdout, stderr]).toEqual([0, 'Valid: 2 objects in 3 files.\n', ''])
  })

  test('several, once each; names as they are from here', async () => {
    const args = [
      'validate',
      '-f',
      'orgs/one.yaml',
      '-f',
      './orgs/one.yaml',
      '-f',
      'other',
      '-f',
      'orgs/deep',
    ]
    const { stdout } = await quayctl(args, { cwd: tree() })
    expect(stdout).toBe('Valid: 3 objects in 4 files.\n')
  })

  test('a file that is not ours is an error when it is named', async () => {
    const cwd = tree()
    const named = await quayctl(['validate', '-f', 'other/pod.yaml'], { cwd })
    expect([named.code, headsOf(named.stderr)]).toEqual([
      3,
      ['other/pod.yaml:1:1 error QC1008 this document has no apiVersion: quayctl/v1'],
    ])
    const missing = await quayctl(['validate', '-f', 'nowhere.yaml'], { cwd })
    expect([missing.code, headsOf(missing.stderr)]).toEqual([
      3,
      ['error QC1009 there is no file nowhere.yaml'],
    ])
  })

  test('standard input', async () => {
    const cwd = folder()
    const good = await quayctl(['validate', '-f', '-'], { cwd, input: organization('acme') })
    expect([good.code, good.stdout]).toEqual([0, 'Valid: 1 object in 1 file.\n'])
    const bad = await quayctl(['validate', '-f', '-'], { cwd, input: organization('acme', 'x: 1\n') })
    expect([bad.code, headsOf(bad.stderr)]).toEqual([3, ['<stdin>:5:1 error QC1002 unknown key "x"']])
  })

  test('nothing at all', async () => {
    const cwd = folder({ 'a/pod.yaml': 'apiVersion: v1\n' })
    const here = await quayctl(['validate'], { cwd })
    expect([here.code, headsOf(here.stderr)]).toEqual([
      3,
      ['error QC1010 there is no quayctl.yaml here or above'],
    ])
    const there = await quayctl(['validate', '-f', 'a'], { cwd })
    expect([there.code, headsOf(there.stderr)]).toEqual([3, ['error QC1010 no file of quayctl in a']])
  })

  test('a glob that matches nothing is a warning', async () => {
    const cwd = folder({ 'quayctl.yaml': registry('include: [organisations/*.yaml]\n') })
    const { code, stdout, stderr } = await quayctl(['validate'], { cwd })
    expect([code, stdout]).toEqual([0, 'Valid: 0 objects in 1 file.\n'])
    expect(headsOf(stderr)).toEqual([
      'quayctl.yaml:3:11 warning QC1011 "organisations/*.yaml" matches no file',
    ])
  })

  test('a file that is no text', async () => {
    const cwd = folder({ 'quayctl.yaml': Buffer.from([0x61, 0xff, 0xfe, 0x0a]) })
    const { code, stderr } = await quayctl(['validate'], { cwd })
    expect([code, headsOf(stderr)]).toEqual([
      3,
      ['error QC1009 quayctl.yaml cannot be read: it is not UTF-8'],
    ])
  })

  test('a folder that has no end', async () => {
    const cwd = tree()
    symlinkSync('.', join(cwd, 'orgs', 'loop'))
    const { code, stdout } = await quayctl(['validate'], { cwd })
    expect([code, stdout]).toEqual([0, 'Valid: 3 objects in 4 files.\n'])
  })
})

test.each([
  ['broken', `${organization('acme')}robots: [\n`],
  ['of an unknown kind', 'apiVersion: quayctl/v1\nkind: OrganisationPart\norganization: acme\n'],
  ['of nobody', 'apiVersion: quayctl/v1\nkind: OrganizationPart\nrobots: {ci: {}}\n'],
  ['not ours', 'kind: Pod\n'],
])('an included file that is not loaded and %s may hold anything, so nothing is deleted', async (_, text) => {
  const server = await quay()
  await server.call('POST', '/organization/', { name: 'acme', email: 'quay@acme.example' })
  await server.call('PUT', '/organization/acme/robots/ci', {})
  const cwd = folder({
    'quayctl.yaml': registry('include: ["*/*.yaml"]\n'),
    'a/acme.yaml': organization('acme', 'prune: {robots: all}\nrobots: {}\n'),
    'b/part.yaml': text,
  })
  const { code, stdout } = await quayctl(['plan', '-f', 'a'], { cwd, env: server.env })
  expect(stdout).toContain('Not all files of acme were loaded: nothing there is deleted.')
  expect(stdout).toContain('robot.acme+ci stays')
  expect([code, stdout]).toEqual([0, expect.stringContaining('No changes.')])
})

test("another registry's files are not read with -f, however deep they lie", async () => {
  const cwd = folder({
    'quayctl.yaml': registry(),
    'registries/sub/deep/x.yaml': organization('acme'),
  })
  symlinkSync('registries', join(cwd, 'link'))
  for (const top of ['registries', 'link'])
    for (const path of [top, `${top}/sub`, `${top}/sub/deep`, `${top}/sub/deep/x.yaml`]) {
      const { code, stderr } = await quayctl(['validate', '-f', path], { cwd })
      const head = `error QC1009 ${path} is of another registry: it is not read with -f`
      expect([code, unwrapped(stderr)]).toEqual([3, expect.stringContaining(head)])
    }
})

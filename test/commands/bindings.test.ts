import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { attack, bound, MINE, SECRET, withPassword } from './attack.ts'
import { type Files, folder, headsOf, organization, quay, quayctl, registry, writes } from './run.ts'

const globex = organization('globex')
const web = organization('acme-web')

/** The text of a bound file, and the error at its line. */
const refused: Readonly<Record<string, readonly [text: string, head: string]>> = {
  'names another organization': [globex, '3:7 error QC1205 this file may hold documents of acme only'],
  'holds a part of another': [
    'apiVersion: quayctl/v1\nkind: OrganizationPart\norganization: globex\nrobots: {ci: {}}\n',
    '3:15 error QC1205 this file may hold documents of acme only',
  ],
  'holds a template': [
    'apiVersion: quayctl/v1\nkind: OrganizationTemplate\nname: standard\n',
    '2:7 error QC1205 this file may hold documents of acme only',
  ],
  "refers to another's secret": [
    withPassword('{from_env: QC_GLOBEX_KEY}'),
    '14:17 error QC1302 this file may not refer to QC_GLOBEX_KEY',
  ],
  'refers to the secret of an organization whose name begins alike': [
    withPassword('{from_env: QC_ACME_WEB_KEY}'),
    '14:17 error QC1302 QC_ACME_WEB_KEY belongs to acme-web',
  ],
  "refers to quayctl's own token": [
    withPassword('{from_env: QUAY_TOKEN}'),
    "14:17 error QC1302 QUAY_TOKEN may not be referred to: it is quayctl's own",
  ],
  "refers to CI's token": [
    withPassword('{from_env: GITHUB_TOKEN}'),
    '14:17 error QC1302 the files may not refer to GITHUB_TOKEN',
  ],
  'refers to a file above': [
    withPassword('{from_file: ../x}'),
    '14:17 error QC1304 from_file: ../x leaves the folder of this file',
  ],
  'refers to its own environment': [
    withPassword('{from_file: /proc/self/environ}'),
    '14:17 error QC1304 from_file: /proc/self/environ leaves the folder of this file',
  ],
}

describe.concurrent('a bound file that', () => {
  test.each(Object.entries(refused))('%s', async (_, [text, head]) => {
    const files = { 'quayctl.yaml': bound, [MINE]: text, 'organizations/acme-web/web.yaml': web, x: SECRET }
    for (const args of [[], ['-f', MINE]]) {
      const { code, stdout, heads, server } = await attack(files, args)
      expect(heads).toContain(`${MINE}:${head}`)
      expect([code, stdout, server.seen]).toEqual([3, '', []])
    }
  })

  test('is a Registry document of its own does not set itself free', async () => {
    const free = `${registry('secrets: ["*"]\n')}---\n${withPassword('{from_env: GITHUB_TOKEN}')}`
    for (const args of [[], ['-f', MINE], ['-f', 'organizations']]) {
      const { code, heads, server } = await attack({ 'quayctl.yaml': bound, [MINE]: free }, args)
      expect(heads).toContain(`${MINE}:2:7 error QC1205 this file may hold documents of acme only`)
      expect(heads).toContain(`${MINE}:18:17 error QC1302 the files may not refer to GITHUB_TOKEN`)
      expect([code, server.seen]).toEqual([3, []])
    }
  })
})

describe.concurrent('where entries bind,', () => {
  const free = `${registry('secrets: ["*"]\n')}---\n${withPassword('{from_env: GITHUB_TOKEN}')}`
  const refusedAs = async (files: Files, args: readonly string[], head: string) => {
    const { code, heads, server } = await attack({ 'quayctl.yaml': bound, ...files }, args)
    expect(heads).toContain(head)
    expect([code, writes(server.seen)]).toEqual([3, []])
  }

  test('a quayctl.yaml of one folder does not take the place of the one above', async () => {
    const own = registry('secrets: ["*"]\n')
    const files = { 'organizations/acme/quayctl.yaml': own, [MINE]: withPassword('{from_env: GITHUB_TOKEN}') }
    const head = `${MINE}:14:17 error QC1302 the files may not refer to GITHUB_TOKEN`
    for (const args of [[], ['-f', MINE], ['-f', 'organizations'], ['-f', 'organizations/acme']])
      await refusedAs(files, args, head)
    const args = ['-f', 'organizations/acme/sub/a.yaml']
    const sub = { 'organizations/acme/sub/quayctl.yaml': own, 'organizations/acme/sub/a.yaml': globex }
    const below = 'organizations/acme/sub/a.yaml:1:1 error QC1211 no include entry names this file'
    await refusedAs(sub, args, below)
    const broken = { ...sub, 'quayctl.yaml': `${bound}url: [\n` }
    const { code, stderr, server } = await attack(broken, args)
    expect(stderr).toMatch(/^quayctl\.yaml:\d+:\d+ error QC1001 /m)
    expect([code, server.seen]).toEqual([3, []])
  })

  test.each(['organizations/evil.yml', 'organizations/acme/sub/evil.yaml', 'evil.yaml'])(
    'a file that no entry names is refused: %s',
    async (evil) => {
      const head = `${evil}:1:1 error QC1211 no include entry names this file`
      for (const text of [globex, free])
        for (const path of [evil, '.']) await refusedAs({ [evil]: text }, ['-f', path], head)
    },
  )

  test('all that -f names is of one quayctl.yaml', async () => {
    const files = {
      'other/quayctl.yaml': bound,
      'other/organizations/globex/a.yaml': globex,
      'main/quayctl.yaml': bound,
      [`main/${MINE}`]: organization('acme'),
      'none.yaml': web,
    }
    for (const other of ['none.yaml', 'other/organizations']) {
      const { code, heads, server } = await attack(files, ['-f', other, '-f', `main/${MINE}`])
      expect(heads).toEqual([expect.stringContaining('error QC1012 what -f names has not one quayctl.yaml')])
      expect([code, server.seen]).toEqual([3, []])
    }
  })

  test('paths are those below quayctl.yaml, wherever one stands', async () => {
    const server = await quay()
    const files = { 'quayctl.yaml': bound, [MINE]: globex, 'organizations/acme/deep/x': '' }
    const here = folder(files)
    for (const below of ['organizations', 'organizations/acme', 'organizations/acme/deep'])
      for (const args of [[], ['-f', join(here, MINE)]]) {
        const cwd = join(here, below)
        const { code, stderr } = await quayctl(['apply', '--yes', ...args], { cwd, env: server.env })
        expect(headsOf(stderr)).toEqual([
          expect.stringMatching(/acme\.yaml:3:7 error QC1205 this file may hold documents of acme only$/),
        ])
        expect([code, server.seen]).toEqual([3, []])
      }
  })

  test('one word of two organizations is an error, though one of them is not loaded', () =>
    refusedAs(
      { 'organizations/acme-web/a.yaml': web, 'organizations/acme.web/a.yaml': organization('acme.web') },
      ['-f', 'organizations/acme.web'],
      'organizations/acme.web/a.yaml:3:7 error QC1207 acme.web and acme-web are both ACME_WEB in names of secrets',
    ))

  test('no wildcard stands before {ORGANIZATION}', () =>
    refusedAs(
      { 'quayctl.yaml': bound.replace('QC_{', 'QC_*{') },
      [],
      'quayctl.yaml:5:12 error QC1206 no wildcard may stand before {ORGANIZATION} in its secrets',
    ))
})

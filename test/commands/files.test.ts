import { beforeAll, describe, expect, test } from 'vitest'
import { type Files, folder, headsOf, organization, quayctl, type Ran, registry } from './run.ts'

const mirror = (more = '', changes: Readonly<Record<string, string>> = {}) => {
  const lines = {
    external_reference: 'quay.io/minio/mc',
    tags: '[latest]',
    sync_interval: '1h',
    robot: 'sync',
  }
  const written = Object.entries({ ...lines, ...changes }).map(([key, value]) => `      ${key}: ${value}\n`)
  const head = 'robots:\n  sync: {}\nrepositories:\n  api:\n    mirror:\n'
  return organization('acme', head + written.join('') + more)
}
/** What no output may hold. */
const SECRET = 'hunter3'
const signedIn = '      username: bob\n'

const validate = (files: Files, args: readonly string[] = []) =>
  quayctl(['validate', ...args], { cwd: folder(files) })

/** A file's text, and the first line of each message, without `quayctl.yaml:` and `error`. */
const wrong: Readonly<Record<string, readonly [text: string, ...heads: string[]]>> = {
  'a key twice': [organization('acme', 'email: b@c.de\n'), '5:1 QC1003 key "email" is written twice'],
  'an entry twice': [
    organization('acme', 'robots:\n  ci: {}\n  ci: {description: x}\n'),
    '7:3 QC1003 key "ci" is written twice',
  ],
  'an object twice': [
    `${organization('acme')}---\n${organization('acme')}`,
    '8:7 QC1202 organization.acme is defined twice',
  ],
  'the Registry twice': [
    `${registry()}---\n${registry()}`,
    '4:1 QC1203 the Registry document is written twice',
  ],
  'an unknown key': [organization('acme', 'emial: a@b.co\n'), '5:1 QC1002 unknown key "emial"'],
  'an unknown key in a mirror': [
    mirror('      syncinterval: 1h\n'),
    '14:7 QC1002 unknown key "syncinterval"',
  ],
  'an unknown kind': [
    'apiVersion: quayctl/v1\nkind: Organisation\nname: acme\n',
    '2:7 QC1008 unknown kind "Organisation"',
  ],
  'no kind': ['apiVersion: quayctl/v1\n', '1:1 QC1008 this document has no kind'],
  'another apiVersion': [
    'apiVersion: quayctl/v2\nkind: Organization\nname: acme\n',
    '1:13 QC1004 unexpected value "quayctl/v2"',
  ],
  "another program's file": [
    'apiVersion: v1\nkind: Pod\n',
    '1:1 QC1008 this document has no apiVersion: quayctl/v1',
  ],
  'no name': ['apiVersion: quayctl/v1\nkind: Organization\n', '1:1 QC1006 "name" is missing'],
  'a text for a boolean': [mirror('      enabled: "yes"\n'), '14:16 QC1004 unexpected value "yes"'],
  'a number for a text': [mirror('', { tags: '[1.10]' }), '11:14 QC1004 unexpected value "1.10"'],
  'a list for a map': [organization('acme', 'repositories: [api]\n'), '5:15 QC1004 unexpected list'],
  'a text for a map': [organization('acme', 'robots: ci\n'), '5:9 QC1004 unexpected value "ci"'],
  'a map for a text': [organization('acme', 'tag_expiration: {weeks: 2}\n'), '5:17 QC1004 unexpected map'],
  'null by nothing': [organization('acme', 'quota:\n'), '5:1 QC1005 "quota" has no value'],
  'null by the word': [organization('acme', 'quota: null\n'), '5:8 QC1005 "quota" has no value'],
  'null by ~': [organization('acme', 'robots:\n  ci: ~\n'), '6:7 QC1005 "ci" has no value'],
  'null in a list': [
    mirror('', { tags: '[latest, null]' }),
    '11:22 QC1005 an entry of this list has no value',
  ],
  'a singleton with nothing in it': [organization('acme', 'quota: {}\n'), '5:8 QC1004 {} says nothing here'],
  "an organization's name": [
    'apiVersion: quayctl/v1\nkind: Organization\nname: Acme\n',
    '3:7 QC1004 unexpected value "Acme"',
  ],
  'a name too short': [
    'apiVersion: quayctl/v1\nkind: Organization\nname: a\n',
    '3:7 QC2006 "a" cannot be a name here',
  ],
  'names of robots': [
    organization('acme', 'robots: {CI: {}, x: {}, a+b: {}}\n'),
    '5:10 QC2006 "CI" cannot be a name here',
    '5:18 QC2006 "x" cannot be a name here',
    '5:25 QC2006 "a+b" cannot be a name here',
  ],
  'names of repositories': [
    organization('acme', 'repositories: {API: {}, -x: {}, a//b: {}}\n'),
    '5:16 QC2006 "API" cannot be a name here',
    '5:25 QC2006 "-x" cannot be a name here',
    '5:33 QC2006 "a//b" cannot be a name here',
  ],
  'reserved words in nested names': [
    organization('acme', 'repositories: {a/mirror: {}, team/tag/x: {}}\n'),
    '5:16 QC2006 "a/mirror" cannot be a name here',
    '5:30 QC2006 "team/tag/x" cannot be a name here',
  ],
  'a robot that nobody declares': [
    mirror('', { robot: 'synk' }),
    '13:14 QC2001 robot "synk" is not declared',
  ],
  'a robot of another organization': [
    mirror('', { robot: 'other+sync' }),
    '13:14 QC2002 robot "other+sync" belongs to another organization',
  ],
  "a robot's long name": [
    mirror('', { robot: 'acme+sync' }),
    '13:14 QC2002 robot "acme+sync" is not a short name',
  ],
  'a decimal size': [organization('acme', 'quota: {limit: 50 GB}\n'), '5:16 QC1004 unexpected value "50 GB"'],
  'a size without unit': [organization('acme', 'quota: {limit: 50}\n'), '5:16 QC1004 unexpected value "50"'],
  'a duration in words': [
    organization('acme', 'tag_expiration: 2 weeks\n'),
    '5:17 QC1004 unexpected value "2 weeks"',
  ],
  'a duration in m': [organization('acme', 'tag_expiration: 2m\n'), '5:17 QC1004 unexpected value "2m"'],
  'percents out of range': [
    organization('acme', 'quota: {limit: 1 GiB, warn_at: [130, 80%], reject_at: 0}\n'),
    '5:33 QC1004 unexpected value "130"',
    '5:38 QC1004 unexpected value "80%"',
    '5:55 QC1004 unexpected value "0"',
  ],
  'a date for a time': [
    mirror('      sync_start_date: 2026-12-01\n'),
    '14:24 QC1004 unexpected value "2026-12-01"',
  ],
  'a time that does not exist': [
    mirror('      sync_start_date: 2026-13-41T25:61:00Z\n'),
    '14:24 QC1004 unexpected value "2026-13-41T25:61:00Z"',
  ],
  'a date that does not exist': [
    registry('removed:\n  organizations: {old: {reason: x, until: 2026-02-31}}\n'),
    '4:43 QC1004 unexpected value "2026-02-31"',
  ],
  'no tags': [mirror('', { tags: '[]' }), '11:13 QC1004 an empty list'],
  'an empty tag': [mirror('', { tags: '[""]' }), '11:14 QC1004 unexpected value ""'],
  globs: [
    mirror('', { tags: '["v1.[0-9", "a,b", "x y", "[]", latest]' }),
    '11:14 QC1004 unexpected value "v1.[0-9"',
    '11:25 QC1004 unexpected value "a,b"',
    '11:32 QC1004 unexpected value "x y"',
    '11:39 QC1004 unexpected value "[]"',
  ],
  'a sync_interval under a minute': [
    mirror('', { sync_interval: '59s' }),
    '12:22 QC2004 59s is out of range',
  ],
  'a timeout under five minutes': [mirror('      timeout: 299s\n'), '14:16 QC2004 299s is out of range'],
  'a reference with scheme': [
    mirror('', { external_reference: 'https://quay.io/minio/mc' }),
    '10:27 QC1004 unexpected value "https://quay.io/minio/mc"',
  ],
  'a reference with tag': [
    mirror('', { external_reference: 'quay.io/minio/mc:latest' }),
    '10:27 QC1004 unexpected value "quay.io/minio/mc:latest"',
  ],
  'a reference with digest': [
    mirror('', { external_reference: 'quay.io/minio/mc@sha256:00' }),
    '10:27 QC1004 unexpected value "quay.io/minio/mc@sha256:00"',
  ],
  'what a mirror lacks': [
    organization('acme', 'repositories:\n  api:\n    mirror: {tags: [x]}\n'),
    '7:5 QC1006 mirror.acme/api has no external_reference',
    '7:5 QC1006 mirror.acme/api has no robot',
    '7:5 QC1006 mirror.acme/api has no sync_interval',
  ],
  'a state beside a mirror': [
    mirror().replace('    mirror:', '    state: read_only\n    mirror:'),
    '9:12 QC2008 "state" is decided by the mirror',
  ],
  'declared and removed': [
    organization(
      'acme',
      'repositories: {a: {}}\nremoved: {repositories: {a: {reason: x, until: 2026-12-31}}}\n',
    ),
    '6:26 QC2003 repository.acme/a is declared and removed',
  ],
  'a prune without its block': [
    organization('acme', 'prune: {robots: all}\n'),
    '5:9 QC2007 organization.acme prunes robots, and lists none',
  ],
  'a variable of its own': [
    mirror(`${signedIn}      password: {from_env: QUAY_TOKEN}\n`),
    "15:17 QC1302 QUAY_TOKEN may not be referred to: it is quayctl's own",
  ],
  'a variable of somebody else': [
    mirror(`${signedIn}      password: {from_env: GITHUB_TOKEN}\n`),
    '15:17 QC1302 the files may not refer to GITHUB_TOKEN',
  ],
  'a secret with two sources': [
    mirror(`${signedIn}      password: {from_env: QC_A, from_file: x}\n`),
    '15:17 QC1302 a secret has one source',
  ],
  'a secret without source': [
    mirror(`${signedIn}      password: {version: 3}\n`),
    '15:17 QC1302 this secret has no source',
  ],
  'a file outside': [
    mirror(`${signedIn}      password: {from_file: ../x}\n`),
    '15:17 QC1304 from_file: ../x leaves the folder of this file',
  ],
  'a password without username': [
    mirror('      password: {from_env: QC_A}\n'),
    '14:17 QC2005 a password needs a username: Quay takes them together only',
  ],
  'a tab': [organization('acme', 'robots:\n\tci: {}\n'), '6:1 QC1001 a tab indents this line'],
  'YAML that does not end': [
    organization('acme', 'robots: {ci: {}\n'),
    '6:1 QC1001 a { before this is not closed',
  ],
  'no YAML at all': ['%PDF-1.4\n\u0001', '2:1 QC1001 no --- follows a line that begins with %'],
  'a document that is a text': ['hello\n', '1:1 QC1008 this document has no apiVersion: quayctl/v1'],
  'a merge key': [
    organization('acme', 'robots:\n  ci: &ci {description: x}\n  cd: {<<: *ci}\n'),
    '7:8 QC1007 merge keys (<<) are not supported',
  ],
  'an alias of itself': [
    organization('acme', 'robots: &r\n  ci: {unstructured_metadata: {x: *r}}\n'),
    '6:35 QC1007 this alias holds itself',
  ],
  'an alias of nothing': [
    organization('acme', 'tag_expiration: *nope\n'),
    '5:17 QC1007 this alias has no anchor before it',
  ],
  "a registry's address": [
    registry('url: quay.example.com\n'),
    '3:6 QC1004 unexpected value "quay.example.com"',
  ],
  'characters that a terminal obeys': [
    organization('acme', '"\\e[31m\\u202E": 1\n'),
    '5:1 QC1002 unknown key "\\u001b[31m\\u202e"',
  ],
}

/** Files named one by one, in one run. */
async function together(
  texts: readonly string[],
): Promise<{ readonly ran: Ran; readonly names: readonly string[] }> {
  const names = texts.map((_, index) => `${String(index).padStart(3, '0')}.yaml`)
  const cwd = folder(Object.fromEntries(texts.map((text, index) => [names[index] ?? '', text])))
  const ran = await quayctl(['validate', ...names.flatMap((name) => ['-f', name])], { cwd })
  return { ran, names }
}

describe('validate', () => {
  const rows = Object.entries(wrong)
  /** Each row has an organization of its own; a Registry document stands alone. */
  const shared = rows.filter(([, [text]]) => !text.includes('kind: Registry'))
  const renamed = (index: number, text: string) =>
    text.replaceAll('acme', `a${String(index).padStart(2, '0')}e`)
  let all: Awaited<ReturnType<typeof together>>
  beforeAll(async () => {
    all = await together(shared.map(([, [text]], index) => renamed(index, text)))
  })

  test.for(rows)('%s', async ([name, [text, ...heads]]) => {
    const index = shared.findIndex(([other]) => other === name)
    const [ran, file] =
      index < 0
        ? [await validate({ 'quayctl.yaml': text }), 'quayctl.yaml']
        : [all.ran, all.names[index] ?? '']
    expect(headsOf(ran.stderr).filter((head) => head.startsWith(file))).toEqual(
      heads.map((head) => `${file}:${index < 0 ? head : renamed(index, head)}`.replace(' QC', ' error QC')),
    )
    expect([ran.code, ran.stdout]).toEqual([3, ''])
  })
})

describe.concurrent('validate, besides', () => {
  test.each([
    ['a byte order mark', `\uFEFF${mirror()}`],
    ['line ends of Windows', mirror().replaceAll('\n', '\r\n')],
    ['anchors and aliases', organization('acme', 'robots:\n  ci: &ci {description: x}\n  cd: *ci\n')],
    ['empty documents', `---\n${mirror()}---\n---\n`],
  ])('accepts %s', async (_, text) => {
    const { code, stdout, stderr } = await validate({ 'quayctl.yaml': text })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^Valid: \d objects in 1 file\.\n$/)
  })

  test('all problems of all files at once, in order', async () => {
    const { code, stderr } = await validate({
      'quayctl.yaml': registry('include: ["*/*.yaml"]\nurl: quay\n'),
      'b/two.yaml': organization('two', 'quota: {limit: 1}\n'),
      'a/one.yaml': mirror('', { robot: 'synk' }),
      'a/good.yaml': organization('good'),
    })
    expect(headsOf(stderr).map((head) => head.split(' ')[0])).toEqual([
      'a/one.yaml:13:14',
      'b/two.yaml:5:16',
      'quayctl.yaml:4:6',
    ])
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('3 errors in 3 of 4 files')
    expect(code).toBe(3)
  })

  test('a message shows where, what was expected, and what is near', async () => {
    const { stderr } = await validate({ 'quayctl.yaml': mirror('', { robot: 'synk' }) })
    expect(stderr).toBe(`quayctl.yaml:13:14 error QC2001 robot "synk" is not declared
   11 |       tags: [latest]
   12 |       sync_interval: 1h
   13 |       robot: synk
      |              ^^^^ no robot.acme+synk in any file
      = did you mean "sync"?
      = "sync" is here: quayctl.yaml:6:3

1 error in 1 of 1 file
`)
  })

  test('a long line is cut around the place', async () => {
    const flow = `{external_reference: quay.io/a/b, tags: [a, b, c, d], robot: sync, sync_interval: 1h, enabled: 3}`
    const { stderr } = await validate({
      'quayctl.yaml': organization(
        'acme',
        `robots: {sync: {}}\nrepositories:\n  api:\n    mirror: ${flow}\n`,
      ),
    })
    const lines = stderr.split('\n')
    expect(lines[3]).toMatch(/^ {4}8 \| \.\.\.\/a\/b, tags: .* enabled: 3}$/)
    expect(lines[4]).toBe(`${' '.repeat(6)}|${' '.repeat((lines[3] ?? '').indexOf('3}') - 7)}^`)
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80)
  })
})

/** Files with a secret written in them, at places where messages point. */
const leaky: Readonly<Record<string, string>> = {
  literal: mirror(`${signedIn}      password: ${SECRET}\n`),
  'beside other mistakes on its line': organization(
    'acme',
    `repositories:\n  api:\n    mirror: {robot: x, username: u, password: ${SECRET}, enabled: 3, tags: 4}\n`,
  ),
  'above another mistake': mirror(`${signedIn}      password: ${SECRET}\n      enabled: 3\n`),
  'of a misspelt key': mirror(`${signedIn}      pasword: ${SECRET}\n      enabled: 3\n`),
  'of a key that is unknown': mirror(`${signedIn}      xyz: ${SECRET}\n      enabled: 3\n`),
  'in a reference': mirror(`${signedIn}      password: {value: ${SECRET}}\n`),
  'as the name of a variable': mirror(`${signedIn}      password: {from_env: "${SECRET}!"}\n`),
  'in a map': mirror(`${signedIn}      password: {value: [${SECRET}]}\n      enabled: 3\n`),
  'in a map of lines': mirror(
    `${signedIn}      password:\n        value:\n          - ${SECRET}\n      enabled: 3\n`,
  ),
  'in a map above its mistake': mirror(
    `${signedIn}      password:\n        from_file:\n          - ${SECRET}\n      enabled: 3\n`,
  ),
  'in a map that is no reference': mirror(`${signedIn}      password: {${SECRET}}\n`),
  'in a list of a key that is unknown': mirror(`${signedIn}      xyz: [${SECRET}]\n      enabled: 3\n`),
  'in a map of a key that is unknown': mirror(
    `${signedIn}      xyz:\n        a:\n          - ${SECRET}\n      enabled: 3\n`,
  ),
  'in lines of a key that is unknown': mirror(
    `${signedIn}      xyz: |\n        a\n        ${SECRET}\n      enabled: 3\n`,
  ),
  'in a list': mirror(`${signedIn}      password: [${SECRET}]\n`),
  twice: mirror(`${signedIn}      password: ${SECRET}\n      password: ${SECRET}\n`),
  'over several lines': mirror(
    `${signedIn}      password: |\n        ${SECRET}\n        x\n      enabled: 3\n`,
  ),
  'of an upstream': registry(`upstreams:\n  quay.io: {username: bob, password: ${SECRET}}\n`),
  'like a tag': mirror(`${signedIn}      password: !${SECRET}\n      enabled: 3\n`),
  'like an anchor': mirror(`${signedIn}      password: &${SECRET} x\n      enabled: 3\n`),
  'like an alias': mirror(`${signedIn}      password: *${SECRET}\n      enabled: 3\n`),
  'in a URL': registry(`url: https://bob:${SECRET}@quay.example.com\n`),
  'in a reference to an upstream': mirror('', { external_reference: `https://bob:${SECRET}@quay.io/a/b` }),
  'before a syntax error': mirror(`${signedIn}      password: ${SECRET}\n      tags: [a\n`),
  'misspelt before a syntax error': mirror(`${signedIn}      pasword: ${SECRET}\n      tags: [a\n`),
  'on its own line before a syntax error': mirror(`      password:\n        ${SECRET}\n      tags: [a\n`),
  'without the end of a quote': mirror(`${signedIn}      password: "${SECRET}\n`),
  'with a tab': mirror(`${signedIn}      password: ${SECRET}\n\tenabled: true\n`),
  'after a pipe': mirror(`${signedIn}      password: |${SECRET}\n`),
  'after a colon': mirror(`${signedIn}      password: a: ${SECRET}\n`),
  'after a reserved character': mirror(`${signedIn}      password: @${SECRET}\n`),
  'in a broken flow map': mirror(`  b: {mirror: {password: ${SECRET}, tags: [a}}\n`),
}

describe('a secret in a file is never shown', () => {
  const rows = Object.entries(leaky)
  const alone = rows.filter(([, text]) => text.includes('kind: Registry'))
  const shared = rows.filter(([, text]) => !text.includes('kind: Registry'))

  test('whatever the mistake', async () => {
    const { ran, names } = await together(shared.map(([, text]) => text))
    for (const [index, [name, text]] of shared.entries()) {
      const file = names[index] ?? ''
      expect(text, name).toContain(SECRET)
      expect(
        headsOf(ran.stderr).filter((head) => head.startsWith(file)),
        name,
      ).not.toEqual([])
      const blocks = ran.stderr.split('\n\n').filter((block) => block.startsWith(file))
      expect(blocks.join('\n'), name).not.toContain(SECRET)
    }
    expect(ran.stdout + ran.stderr).not.toContain(SECRET)
    expect(ran.code).toBe(3)
  })

  test.each(alone)('%s', async (_, text) => {
    const { code, stdout, stderr } = await validate({ 'quayctl.yaml': text })
    expect(stdout + stderr).not.toContain(SECRET)
    expect([code, headsOf(stderr).length]).toEqual([3, 1])
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { globOf } from '../../src/engine/patterns.ts'
import type { Diagnostic } from '../../src/model/diagnostics.ts'
import { patternFault } from '../../src/model/regex.ts'
import { configure, type Files } from '../world.ts'

const head = 'apiVersion: quayctl/v1\nkind: Organization\nname: acme\n'
const registryFile = (lines: string) => `apiVersion: quayctl/v1\nkind: Registry\n${lines}\n`
const mirror = (lines: string, more = '') =>
  `${head}robots: {sync: {}}\nrepositories:\n  mc:${more}\n    mirror:\n      external_reference: quay.io/minio/mc\n      tags: [a]\n      robot: sync\n      sync_interval: 1d\n${lines
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n')}\n`

const where = ({ at }: Pick<Diagnostic, 'at'>) => `${at?.line}:${at?.column}`
const said = ({ message, label, hint, also = [], code, at }: Diagnostic) =>
  [
    `${code} ${where({ at })} ${message}`,
    label,
    hint,
    ...also.map((other) => `${other.text} ${other.at.file} ${where(other)}`),
  ]
    .filter(Boolean)
    .join(' | ')
const problems = (files: Files) => configure(files).diagnostics.map(said)

describe('a robot that a mirror names', () => {
  test.each([
    [
      'is not declared, and another is near',
      'robot: snyc',
      [
        'QC2001 10:14 robot "snyc" is not declared | no robot.acme+snyc in any file | did you mean "sync"? | "sync" is here quay.yaml 4:10',
      ],
    ],
    [
      'is not declared, and none is near',
      'robot: deployment',
      [
        'QC2001 10:14 robot "deployment" is not declared | no robot.acme+deployment in any file | declare it under robots of acme, or list it under external',
      ],
    ],
    [
      'is of another organization',
      'robot: globex+sync',
      ['QC2002 10:14 robot "globex+sync" belongs to another organization | use a robot of acme'],
    ],
    [
      'is written in full',
      'robot: acme+sync',
      ['QC2002 10:14 robot "acme+sync" is not a short name | write "sync"'],
    ],
  ])('%s', (_, line, expected) => {
    expect(problems(mirror('enabled: true').replace('robot: sync', line))).toEqual(expected)
  })
})

describe('a mirror', () => {
  test.each([
    [
      'too often',
      'sync_interval: 1d',
      'sync_interval: 59s',
      ['QC2004 11:22 59s is out of range | expected at least 1min'],
    ],
    [
      'never',
      'sync_interval: 1d',
      'sync_interval: 0',
      [expect.stringContaining('QC2004 11:22 0 is out of range')],
    ],
    [
      'beyond what Quay stores',
      'sync_interval: 1d',
      'sync_interval: 999999w',
      [expect.stringContaining('QC2004 11:22')],
    ],
    [
      'for too short a time',
      'enabled: true',
      'timeout: 299s',
      ['QC2004 12:16 299s is out of range | expected at least 5min'],
    ],
    [
      'with a scheme',
      'quay.io/minio/mc',
      'https://quay.io/minio/mc',
      [expect.stringContaining('QC1004 8:27 unexpected value "https://quay.io/minio/mc"')],
    ],
    [
      'with a tag',
      'quay.io/minio/mc',
      'quay.io/minio/mc:latest',
      [expect.stringContaining('without scheme, tag or digest')],
    ],
    [
      'with a digest',
      'quay.io/minio/mc',
      'quay.io/minio/mc@sha256:0123',
      [expect.stringContaining('without scheme, tag or digest')],
    ],
    ['without repository', 'quay.io/minio/mc', 'quay.io', [expect.stringContaining('QC1004 8:27')]],
    ['with blanks', 'quay.io/minio/mc', '"quay.io/minio mc"', [expect.stringContaining('QC1004 8:27')]],
    [
      'with several globs in one',
      'tags: [a]',
      'tags: ["a,b"]',
      [expect.stringContaining('QC1004 9:14 unexpected value "a,b"')],
    ],
    ['with braces', 'tags: [a]', 'tags: ["{a}"]', [expect.stringContaining('QC1004 9:14')]],
    ['with an open bracket', 'tags: [a]', 'tags: ["[a"]', [expect.stringContaining('QC1004 9:14')]],
    ['with a blank', 'tags: [a]', 'tags: [" a"]', [expect.stringContaining('QC1004 9:14')]],
    [
      'without a required attribute',
      '      sync_interval: 1d\n',
      '',
      [expect.stringContaining('QC1006 7:5 mirror.acme/mc has no sync_interval')],
    ],
    [
      'with an architecture that no Quay knows',
      'enabled: true',
      'architectures: [riscv]',
      [expect.stringContaining('QC1004 12:23')],
    ],
    [
      'with a password and no username',
      'enabled: true',
      'password: {from_env: QC_X}',
      [
        'QC2005 12:17 a password needs a username: Quay takes them together only | add the username beside it',
      ],
    ],
  ])('%s', (_, from, to, expected) => {
    expect(problems(mirror('enabled: true').replace(from, to))).toEqual(expected)
  })

  test.each(['a', 'v1.*', '?', '[abc]*', '[!a-c]x', 'A_b.c-d'])('takes the glob %s', (glob) => {
    expect(problems(mirror('enabled: true').replace('tags: [a]', `tags: [${JSON.stringify(glob)}]`))).toEqual(
      [],
    )
  })

  test('beside a state of its repository', () => {
    expect(problems(mirror('enabled: true', '\n    state: normal'))).toEqual([
      'QC2008 7:12 "state" is decided by the mirror | remove the line | this decides it quay.yaml 8:5',
    ])
  })
})

test('a size that no JSON number holds exactly is out of range', () => {
  expect(problems(`${head}quota: {limit: 8191 TiB}\n`)).toEqual([])
  expect(problems(`${head}quota: {limit: 9007199254740993 B}\n`)).toEqual([
    expect.stringMatching(/^QC2004 4:16 .* is out of range \| expected at most 8191 TiB$/),
  ])
})

describe('an object', () => {
  test('that two files declare is shown at both places', () => {
    expect(problems({ 'a.yaml': `${head}`, 'b.yaml': `# second\n${head}` })).toEqual([
      expect.stringMatching(/^QC1202 4:7 organization.acme is defined twice \| .* a\.yaml 3:7$/),
    ])
  })

  test('that is declared and removed', () => {
    expect(
      problems(`${head}robots: {ci: {}}\nremoved: {robots: {ci: {reason: x, until: 2026-12-31}}}\n`),
    ).toEqual(['QC2003 5:20 robot.acme+ci is declared and removed | declared here quay.yaml 4:10'])
  })

  test('that prune would take with all others, though no file lists any', () => {
    expect(problems(`${head}prune: {robots: all}\n`)).toEqual([
      'QC2007 4:9 organization.acme prunes robots, and lists none | write "robots: {}" in its own document if all of them shall go',
    ])
  })

  test('list that is empty and not pruned says that nothing happens', () => {
    expect(problems(`${head}robots: {}\n`)).toEqual([
      expect.stringContaining('QC4003 4:1 an empty "robots" deletes nothing'),
    ])
  })
})

describe('a name in external and removed is one that an object can have', () => {
  const robots =
    'expected 2 to 255 lower-case letters and digits, joined by single . _ or -, without the organization'
  const gone = '{reason: x, until: 2026-12-31}'
  test.each([
    [
      'a robot in full',
      'external: {robots: [acme+spark]}',
      [`QC1004 4:21 unexpected value "acme+spark" | ${robots}`],
    ],
    ['a repository', 'external: {repositories: [Api]}', [expect.stringContaining('QC1004 4:27')]],
    ['one that is too short', 'external: {robots: [s]}', [expect.stringContaining('QC2006 4:21 "s" cannot')]],
    [
      'a robot in full to remove',
      `removed: {robots: {acme+spark: ${gone}}}`,
      [`QC2006 4:20 "acme+spark" cannot be a name here | ${robots}`],
    ],
    ['names', `external: {robots: [spark]}\nremoved: {repositories: {a/b: ${gone}}}`, []],
  ])('%s', (_, lines, expected) => {
    expect(problems(`${head}${lines}\n`)).toEqual(expected)
  })
})

test.each([
  ["'{organization}-ci'", []],
  ["'{organization}+ci'", [expect.stringContaining('QC2006 4:21 "acme+ci" cannot be a name here')]],
])('an external name of a template, filled in: %s', (name, expected) => {
  const template = head.replace('Organization', 'OrganizationTemplate').replace('acme', 'standard')
  expect(problems(`${template}external: {robots: [${name}]}\n---\n${head}use: [standard]\n`)).toEqual(
    expected,
  )
})

describe('a template', () => {
  const template = (body: string) =>
    `${head.replace('Organization', 'OrganizationTemplate').replace('acme', 'standard')}${body}`

  test('that says one thing twice is an error at its line, for each that uses it', () => {
    const twice = template(
      'robots: {ci: {}}\ndefault_permissions:\n  - {to: robot:ci, role: read}\n  - {to: robot:ci, role: write}\n',
    )
    const says = problems(`${twice}---\n${head}use: [standard]\n`)
    expect(says).toEqual([
      expect.stringMatching(/^QC1202 7:5 .* is defined twice \| and here quay\.yaml 6:5/),
    ])
  })

  test('gives nothing of what is excepted, nor of what stands below it', () => {
    const hooks =
      'notifications: {hook: {event: repo_push, method: webhook, config: {url: "https://a.example"}}}'
    const { expanded } = configure(
      `${template(`repositories: {api: {${hooks}}, web: {}}\n`)}---\n${head}use: [{template: standard, except: [repository.api]}]\n`,
    )
    expect(expanded.desired.map(({ address }) => address.text)).toEqual([
      'organization.acme',
      'repository.acme/web',
    ])
    expect(expanded.blocks.filter(({ parent }) => parent.text === 'repository.acme/api')).toEqual([])
  })
})

describe('a secret in a file that a binding holds', () => {
  const bound = (path: string) => ({
    'quayctl.yaml': registryFile(`include: [{path: '${path}', secrets: [QC_*]}]\nsecrets: [QC_*]`),
    'acme/a.yaml': mirror('username: bot\npassword: {from_file: key}'),
  })

  test.each(['{organization}/*.yaml', './{organization}/**/a.yaml'])('is of one organization: %s', (path) => {
    expect(problems(bound(path))).toEqual([])
  })

  test.each(['acme/*.yaml', '*/a.yaml', '**/*.yaml', '{organization}*/a.yaml'])(
    'may be of any: %s',
    (path) => {
      const hint = 'use from_env, or give each organization a folder of its own: …/{organization}/…'
      expect(problems(bound(path))).toEqual([
        expect.stringContaining(
          `QC1304 13:17 from_file: key lies in a folder that several organizations may share | ${hint} | by this line`,
        ),
      ])
    },
  )
})

test('what an object lacks is said beside the wrong value of another on its line', () => {
  const both = `${head}repositories: {a: {visibility: 3}, b: {mirror: {tags: [x], robot: r}}}\n`
  expect(problems(both).map((text) => text.split(' | ')[0])).toEqual(
    expect.arrayContaining([
      'QC1004 4:32 unexpected value "3"',
      'QC1006 4:40 mirror.acme/b has no external_reference',
      'QC1006 4:40 mirror.acme/b has no sync_interval',
    ]),
  )
})

describe('a secret', () => {
  const withSecret = (reference: string, settings = 'secrets: [QC_*]') => ({
    'quayctl.yaml': registryFile(settings),
    'acme.yaml': mirror(`username: bot\npassword: ${reference}`),
  })

  test.each([
    ['that the files may not refer to', '{from_env: HOME}', ['QC1302 13:17 the files may not refer to HOME']],
    [
      "that is quayctl's own token",
      '{from_env: QUAY_TOKEN}',
      ["QC1302 13:17 QUAY_TOKEN may not be referred to: it is quayctl's own"],
    ],
    [
      "that is quayctl's own password",
      '{from_env: QUAY_PASSWORD}',
      ["QC1302 13:17 QUAY_PASSWORD may not be referred to: it is quayctl's own"],
    ],
    [
      'a token of a set-up for CI',
      '{from_env: QUAY_WRITE_TOKEN}',
      ["QC1302 13:17 QUAY_WRITE_TOKEN may not be referred to: it is quayctl's own"],
    ],
    ['of two sources', '{from_env: QC_A, from_file: b}', ['QC1302 13:17 a secret has one source']],
    [
      'in a file above',
      '{from_file: ../key}',
      ['QC1304 13:17 from_file: ../key leaves the folder of this file'],
    ],
    [
      'in a file above, hidden in the middle',
      '{from_file: a/../../key}',
      ['QC1304 13:17 from_file: a/../../key leaves the folder of this file'],
    ],
    [
      'in a file of the system',
      '{from_file: /proc/self/environ}',
      ['QC1304 13:17 from_file: /proc/self/environ leaves the folder of this file'],
    ],
    ['in a file below', '{from_file: secrets/key}', []],
    ['that is allowed', '{from_env: QC_A, version: 3}', []],
  ])('%s', (_, reference, expected) => {
    expect(problems(withSecret(reference)).map((text) => text.split(' | ')[0])).toEqual(expected)
  })

  test.each([
    ['of no source', '{version: 1}'],
    ['that is empty', '{}'],
    ['of an unknown source', '{from_vault: x}'],
  ])('%s is an error', (_, reference) => {
    expect(problems(withSecret(reference))).not.toEqual([])
  })

  test('is refused with what is allowed, and that may be nothing', () => {
    const hint = (files: Files) => configure(files).diagnostics.map((one) => one.hint)
    const allowed = (globs: string) => `allowed are ${globs}: see "secrets" of the Registry document`
    expect(hint(withSecret('{from_env: HOME}'))).toEqual([allowed('QC_*')])
    expect(hint(withSecret('{from_env: HOME}', 'secrets: []'))).toEqual([allowed('none')])
    const bound = {
      'quayctl.yaml': registryFile("secrets: [QC_*]\ninclude: [{path: 'acme.yaml', secrets: []}]"),
      'acme.yaml': withSecret('{from_env: QC_A}')['acme.yaml'],
    }
    expect(hint(bound)).toEqual(['allowed here are none'])
  })

  test('may be allowed even for quayctl’s own names, and is refused', () => {
    expect(problems(withSecret('{from_env: QUAY_TOKEN}', 'secrets: ["*"]'))[0]).toContain('QC1302')
  })

  test('of an upstream is allowed by standing there, and used by its mirrors only', () => {
    const files = {
      'quayctl.yaml': registryFile(
        'upstreams:\n  quay.io/minio: {username: bot, password: {from_env: MINIO}}\n  quay.io/min: {username: no, password: {from_env: QC_NO}}',
      ),
      'acme.yaml': mirror('enabled: true'),
    }
    const { expanded, diagnostics } = configure(files)
    expect(diagnostics.map(said)).toEqual([])
    const declared = expanded.desired.find(({ address }) => address.text === 'mirror.acme/mc')
    expect(declared?.attributes).toMatchObject({ username: 'bot', password: { from_env: 'MINIO' } })
  })

  test.each([
    ['username: none', { username: null }],
    ['username: own', { username: 'own' }],
  ])('of an upstream is not used beside %s', (line, expected) => {
    const files = {
      'quayctl.yaml': registryFile('upstreams: {quay.io: {username: bot, password: {from_env: QC_A}}}'),
      'acme.yaml': mirror(line),
    }
    const declared = configure(files).expanded.desired.find(
      ({ address }) => address.text === 'mirror.acme/mc',
    )
    expect(declared?.attributes).toMatchObject(expected)
    expect(declared?.attributes).not.toHaveProperty('password')
  })
})

describe('a template that is not there is said once', () => {
  const user = (name: string, template = 'standard') =>
    `apiVersion: quayctl/v1\nkind: Organization\nname: ${name}\nuse: [${template}]\nprune: {teams: all}\n`.concat(
      'repositories: {api: {permissions: {team:devs: read}, mirror: {robot: sync, tags: [a], sync_interval: 1d}}}\n',
    )
  const template = (name: string) =>
    `apiVersion: quayctl/v1\nkind: OrganizationTemplate\nname: ${name}\nrobots: {sync: {}}\nteams: {devs: {role: member}}\nrepositories: {api: {mirror: {external_reference: quay.io/a/b}}}\n`
  const rules = 'apiVersion: quayctl/v1\nkind: Registry\nrules: {missing_quota: warning}\n'
  const said = (files: Files) =>
    configure(files).diagnostics.map(
      ({ code, at, also = [] }) =>
        `${code} ${at?.file}:${at?.line}${also.map((other) => ` ${other.text} ${other.at.file}`).join('')}`,
    )

  test.each<[string, Files, readonly string[]]>([
    ['and nothing that follows from it', { 'a.yaml': user('acme'), 'r.yaml': rules }, ['QC2009 a.yaml:4']],
    [
      'however many use it',
      {
        'a.yaml': user('acme'),
        'b.yaml': user('globex'),
        'c.yaml': user('initech'),
        't.yaml': template('standrad'),
      },
      ['QC2009 a.yaml:4 2 more use it, such as b.yaml'],
    ],
    [
      'by two',
      { 'a.yaml': user('acme'), 'b.yaml': user('globex') },
      ['QC2009 a.yaml:4 used here, too b.yaml'],
    ],
    [
      'and not where its file cannot be read',
      { 'a.yaml': user('acme'), 't.yaml': template('standard').concat('x: a: b\n') },
      ['QC1001 t.yaml:7'],
    ],
    [
      'but where another one cannot',
      { 'a.yaml': user('acme'), 't.yaml': template('other').concat('x: a: b\n') },
      ['QC2009 a.yaml:4', 'QC1001 t.yaml:7'],
    ],
    [
      'and what others lack is said all the same',
      {
        'a.yaml': user('acme'),
        'b.yaml': user('globex', 'plain'),
        't.yaml': template('plain').replace('devs', 'plumbers'),
      },
      ['QC2009 a.yaml:4', 'QC2001 b.yaml:6'],
    ],
  ])('%s', (_, files, expected) => {
    expect(said(files)).toEqual(expected)
  })
})

describe('a regular expression', () => {
  test.each([
    ['v[0-9]+', null],
    ['[]a]', null],
    ['a+?b*?', null],
    ['(?:a|b)', null],
    ['\\)', null],
    ['***=(plain', null],
    ['v(', 'a ( has no )'],
    ['v)', 'a ) has no ('],
    ['[a', 'a [ has no ]'],
    ['a\\', 'it ends with a \\'],
    ['*', 'a * has nothing to repeat'],
    ['(+a)', 'a + has nothing to repeat'],
    ['a|?', 'a ? has nothing to repeat'],
    ['a**', 'a * has nothing to repeat'],
  ])('%s: %s', (pattern, fault) => {
    expect(patternFault(pattern)).toBe(fault)
  })
})

test.each([
  [
    'a time that is in no calendar',
    mirror('sync_start_date: 2026-02-30T02:00:00Z'),
    /^QC1004 12:24 unexpected value "2026-02-30T02:00:00Z"/,
  ],
  [
    'a time that no day has',
    mirror('sync_start_date: 2026-02-20T25:00:00Z'),
    /^QC1004 12:24 unexpected value/,
  ],
  [
    'one place that two want to take',
    `${head}teams:\n  one: {role: member, previously: old}\n  two: {role: member, previously: old}\n`,
    /^QC2003 6:\d+ team\.acme\/two takes the place of team\.acme\/old, which is taken already \| team\.acme\/one does so here/,
  ],
  [
    'a long value, of which the beginning is shown',
    `${head}email: "${'a'.repeat(80)}"\n`,
    /^QC1004 4:8 unexpected value "a{57}\.\.\." /,
  ],
])('%s', (_, text, says) => {
  expect(problems(text)).toEqual([expect.stringMatching(says)])
})

describe('a glob over whole names', () => {
  test('means what its pattern means', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '*', '?'), maxLength: 12 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 12 }),
        (glob, name) => {
          const source = glob.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')
          expect(globOf(glob)(name)).toBe(new RegExp(`^${source}$`).test(name))
        },
      ),
      { numRuns: 2000 },
    ))

  test('takes no time for many stars', () => {
    expect(globOf(`${'*a'.repeat(40)}*b`)('a'.repeat(255))).toBe(false)
  })
})

import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../src/model/diagnostics.ts'
import { configure } from '../world.ts'

const head = 'apiVersion: quayctl/v1\nkind: Organization\nname: acme\n'
const mirror = (lines: string) =>
  `${head}robots: {sync: {}}\nrepositories:\n  mc:\n    mirror:\n      external_reference: quay.io/minio/mc\n      robot: sync\n      sync_interval: 1d\n${lines
    .split('\n')
    .map((line) => `      ${line}`)
    .join('\n')}\n`

const said = ({ code, at, message, label, hint }: Diagnostic) =>
  [`${code} ${at?.line}:${at?.column} ${message}`, label, hint].filter(Boolean).join(' | ')
const problems = (text: string) => configure(text).diagnostics.map(said)

describe('one message at the place of', () => {
  test.each([
    [
      'an unknown key that is near a known one',
      `${head}robot: {}\n`,
      ['QC1002 4:1 unknown key "robot" | did you mean "robots"?'],
    ],
    [
      'an unknown key deep inside',
      mirror('tags: [a]\nenabld: true'),
      ['QC1002 12:7 unknown key "enabld" | did you mean "enabled"?'],
    ],
    [
      'an unknown kind',
      'apiVersion: quayctl/v1\nkind: Organisation\nname: acme\n',
      [expect.stringContaining('QC1008 2:7 unknown kind "Organisation" | did you mean "Organization"?')],
    ],
    [
      'another version',
      'apiVersion: quayctl/v2\nkind: Organization\nname: acme\n',
      [expect.stringContaining('QC1004 1:13 unexpected value "quayctl/v2"')],
    ],
    ['a missing name', 'apiVersion: quayctl/v1\nkind: Organization\n', ['QC1006 1:1 "name" is missing']],
    [
      'a text where a boolean is meant',
      mirror('tags: [a]\nenabled: "yes"'),
      ['QC1004 12:16 unexpected value "yes" | expected true or false'],
    ],
    [
      'a number where a text is meant',
      `${head}robots: {ci: {description: 12}}\n`,
      [
        'QC1004 4:28 unexpected value "12" | expected a text of at most 255 characters | YAML reads a number here: write "12"',
      ],
    ],
    [
      'a tag that YAML takes for a number',
      mirror('tags: [1.10]'),
      [
        'QC1004 11:14 unexpected value "1.10" | expected a tag, or a glob of * ? [abc] [!abc] | YAML reads a number here: write "1.10"',
      ],
    ],
    [
      'a tag that YAML takes for a boolean',
      mirror('tags: [true]'),
      [expect.stringContaining('YAML reads a boolean here: write "true"')],
    ],
    ['no tag at all', mirror('tags: []'), ['QC1004 11:13 an empty list | expected at least 1 entry']],
    [
      'a text where a list is meant',
      mirror('tags: latest'),
      [expect.stringContaining('QC1004 11:13 unexpected value "latest" | expected a list')],
    ],
    [
      'a map where a text is meant',
      `${head}email: {a: b}\n`,
      [expect.stringContaining('QC1004 4:8 unexpected map')],
    ],
    [
      'a list where a map is meant',
      `${head}robots: [ci]\n`,
      [expect.stringContaining('QC1004 4:9 unexpected list | expected a map')],
    ],
    [
      '{} for a singleton',
      `${head}quota: {}\n`,
      [expect.stringContaining('QC1004 4:8 {} says nothing here')],
    ],
    [
      'a word for a singleton',
      `${head}quota: off\n`,
      [expect.stringContaining('QC1004 4:8 unexpected value "off"')],
    ],
    [
      'a wrong unit of time',
      mirror('tags: [a]\ntimeout: 10m'),
      ['QC1004 12:16 unexpected value "10m" | expected a duration like 30min, 12h, 1d or 2w'],
    ],
    [
      'a duration without unit',
      mirror('tags: [a]\ntimeout: 600'),
      [expect.stringContaining('QC1004 12:16 unexpected value "600"')],
    ],
    [
      'a wrong choice',
      `${head}repositories: {a: {visibility: privat}}\n`,
      ['QC1004 4:32 unexpected value "privat" | expected "public" or "private" | did you mean "private"?'],
    ],
    [
      'a percent above 100',
      `${head}quota: {limit: 1 GiB, warn_at: 120}\n`,
      [
        expect.stringContaining(
          'QC1004 4:32 unexpected value "120" | expected a whole percent from 1 to 100',
        ),
      ],
    ],
    [
      'a date that is no time',
      mirror('tags: [a]\nsync_start_date: 2026-12-01'),
      [
        expect.stringContaining(
          'QC1004 12:24 unexpected value "2026-12-01" | expected a time in UTC like 2026-12-01T02:00:00Z',
        ),
      ],
    ],
    [
      'a name that Quay refuses',
      `${head}robots: {CI: {}}\n`,
      [expect.stringContaining('QC2006 4:10 "CI" cannot be a name here')],
    ],
    [
      'a name that is too short',
      `${head}robots: {x: {}}\n`,
      [expect.stringContaining('QC2006 4:10 "x" cannot be a name here | it must have at least 2 characters')],
    ],
    [
      'a repository that Quay would take for a part of its API',
      `${head}repositories: {team/mirror: {}}\n`,
      [expect.stringContaining('QC2006 4:16 "team/mirror" cannot be a name here')],
    ],
    [
      'a removal without reason',
      `${head}removed: {robots: {ci: {until: 2026-12-31}}}\n`,
      ['QC1006 4:20 "reason" is missing'],
    ],
    [
      'a removal until a day that does not exist',
      `${head}removed: {robots: {ci: {reason: x, until: 2026-02-30}}}\n`,
      ['QC1004 4:43 unexpected value "2026-02-30" | expected a date that exists, like 2026-12-31'],
    ],
  ])('%s', (_, text, expected) => {
    expect(problems(text)).toEqual(expected)
  })
})

describe('a size in decimal units', () => {
  test.each([
    ['50 GB', 'sizes are binary: write 50 GiB'],
    ['50G', 'sizes are binary: write 50 GiB'],
    ['1TB', 'sizes are binary: write 1 TiB'],
  ])('%s: %s', (written, hint) => {
    expect(problems(`${head}quota: {limit: ${written}}\n`)).toEqual([
      `QC1004 4:16 unexpected value "${written}" | expected a size like 50 GiB | ${hint}`,
    ])
  })
})

describe('a literal secret', () => {
  test.each([
    ['plain', 'tags: [a]\nusername: bot\npassword: hunter2'],
    ['quoted', 'tags: [a]\nusername: bot\npassword: "hunter2"'],
    ['of several lines', 'tags: [a]\nusername: bot\npassword: |\n  hunter2\n  hunter2'],
    ['in a list', 'tags: [a]\nusername: bot\npassword: [hunter2]'],
    ['in a map', 'tags: [a]\nusername: bot\npassword: {value: [hunter2]}'],
    ['the key of a map', 'tags: [a]\nusername: bot\npassword: {hunter2}'],
    ['twice the key of a map', 'tags: [a]\nusername: bot\npassword: {hunter2: a, hunter2: b}'],
    ['under a misspelt key', 'tags: [a]\npasword: hunter2'],
    ['beside another mistake', 'tags: [a]\nusername: bot\npassword: hunter2\nenabld: hunter2'],
  ])('that is %s is an error and stands in no message', (_, lines) => {
    const { diagnostics } = configure(mirror(lines))
    expect(diagnostics.length).toBeGreaterThan(0)
    expect(JSON.stringify(diagnostics)).not.toContain('hunter2')
  })

  test('says what to write instead, and to change it', () => {
    expect(problems(mirror('tags: [a]\nusername: bot\npassword: hunter2'))).toEqual([
      'QC1301 13:17 a secret is written in the file | use {from_env: NAME} or {from_file: PATH} | if it was ever committed, change it: it is in your Git history',
    ])
  })

  test('is masked wherever its line is shown', () => {
    const { sources } = configure(mirror('tags: [a]\nusername: bot\npassword: hunter2\npasword: hunter3'))
    const masked = sources.get('quay.yaml')?.masks.map(({ from }) => from.line)
    expect([...new Set(masked)].sort()).toEqual([13, 14])
  })
})

test('one run shows the problems of all stages', () => {
  const text = mirror('tags: []\ntimeout: 10s\nrobto: x').replace('robot: sync', 'robot: synk')
  expect(configure(text).diagnostics.map(({ code }) => code)).toEqual([
    'QC2001',
    'QC1004',
    'QC2004',
    'QC1002',
  ])
})

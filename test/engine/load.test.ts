import { describe, expect, test } from 'vitest'
import { load } from '../../src/engine/load.ts'
import { plain } from '../../src/model/tree.ts'
import { lines } from '../world.ts'

const secretKeys = new Set(['password'])
const head = 'apiVersion: quayctl/v1\nkind: Organization\n'

const loaded = (text: string, named = true) => load([{ file: 'a.yaml', text, named }], secretKeys)
const values = (text: string) => loaded(text).documents.map(({ tree }) => plain(tree))
const problems = (text: string) => lines(loaded(text).diagnostics)

describe('a file that is read', () => {
  test.each([
    ['plain', `${head}name: acme\n`, [{ apiVersion: 'quayctl/v1', kind: 'Organization', name: 'acme' }]],
    [
      'a byte order mark',
      `\uFEFF${head}name: acme\n`,
      [{ apiVersion: 'quayctl/v1', kind: 'Organization', name: 'acme' }],
    ],
    [
      'Windows line ends',
      `${head}name: acme\n`.replaceAll('\n', '\r\n'),
      [{ apiVersion: 'quayctl/v1', kind: 'Organization', name: 'acme' }],
    ],
    [
      'no end of line at the end',
      `${head}name: acme`,
      [{ apiVersion: 'quayctl/v1', kind: 'Organization', name: 'acme' }],
    ],
    [
      'JSON',
      '{"apiVersion": "quayctl/v1", "kind": "Organization", "name": "acme"}',
      [{ apiVersion: 'quayctl/v1', kind: 'Organization', name: 'acme' }],
    ],
    [
      'several documents, empty ones between',
      `---\n${head}name: a1\n---\n---\n# nothing\n---\n${head}name: b2\n`,
      [
        { apiVersion: 'quayctl/v1', kind: 'Organization', name: 'a1' },
        { apiVersion: 'quayctl/v1', kind: 'Organization', name: 'b2' },
      ],
    ],
    ['%YAML 1.2', `%YAML 1.2\n---\n${head}`, [{ apiVersion: 'quayctl/v1', kind: 'Organization' }]],
    [
      'anchors and aliases',
      `${head}robots: {a1: &r {description: x}, b2: *r}\n`,
      [
        {
          apiVersion: 'quayctl/v1',
          kind: 'Organization',
          robots: { a1: { description: 'x' }, b2: { description: 'x' } },
        },
      ],
    ],
    [
      'brackets in a text, beside those of the file',
      `${head}robots: {a1: {description: "${'['.repeat(101)}"}, b2: {}}\n`,
      [
        {
          apiVersion: 'quayctl/v1',
          kind: 'Organization',
          robots: { a1: { description: '['.repeat(101) }, b2: {} },
        },
      ],
    ],
    [
      'words that older YAML takes for booleans, and numbers as keys',
      `${head}robots: {12: {description: yes}, on: {}}\n`,
      [{ apiVersion: 'quayctl/v1', kind: 'Organization', robots: { 12: { description: 'yes' }, on: {} } }],
    ],
  ])('with %s', (_, text, expected) => {
    expect(problems(text)).toEqual([])
    expect(values(text)).toEqual(expected)
  })
})

describe('a file that is refused', () => {
  test.each([
    ['a duplicate key', `${head}name: acme\nname: globex\n`, ['QC1003 4:1 key "name" is written twice']],
    [
      'a duplicate key deep inside',
      `${head}robots:\n  ci: {description: a, description: b}\n`,
      ['QC1003 4:24 key "description" is written twice'],
    ],
    ['a key without value', `${head}robots:\n  ci:\n`, ['QC1005 4:3 "ci" has no value']],
    ['null', `${head}email: null\n`, ['QC1005 3:8 "email" has no value']],
    ['a tilde', `${head}email: ~\n`, ['QC1005 3:8 "email" has no value']],
    [
      'an empty entry of a list',
      `${head}tags:\n  - a\n  -\n`,
      ['QC1005 5:4 an entry of this list has no value'],
    ],
    ['a tag', `${head}name: !!str 1\n`, ['QC1007 3:13 tags are not supported']],
    [
      'a merge key',
      `${head}robots: {a1: &r {description: x}, b2: {<<: *r}}\n`,
      ['QC1007 3:40 merge keys (<<) are not supported'],
    ],
    ['an alias that holds itself', `${head}robots: &r\n  ci: *r\n`, ['QC1007 4:7 this alias holds itself']],
    ['a tab that indents', `${head}robots:\n\tci: {}\n`, ['QC1001 4:1 a tab indents this line']],
    ['%YAML 1.1', `%YAML 1.1\n---\n${head}`, ['QC1007 1:1 %YAML 1.1 is not supported']],
    ['a key that is no text', `${head}? [a]\n: b\n`, ['QC1008 3:3 a key is a text']],
    [
      'text that is not YAML',
      'a: b: c\n',
      ['QC1001 1:4 a text with a colon and a blank in it is not in quotes'],
    ],
    [
      'a list as document',
      '- apiVersion: quayctl/v1\n',
      ['QC1008 1:1 this document has no apiVersion: quayctl/v1'],
    ],
    ['a list as second document', `${head}---\n- a\n`, ['QC1008 4:1 a document is a map']],
    ['no apiVersion', 'kind: Organization\n', ['QC1008 1:1 this document has no apiVersion: quayctl/v1']],
    [
      'a second document that is not ours',
      `${head}---\nkind: Deployment\n`,
      ['QC1008 4:1 this document has no apiVersion: quayctl/v1'],
    ],
    ['nothing in it', '', ['QC1008 1:1 this document has no apiVersion: quayctl/v1']],
  ])('for %s', (_, text, expected) => {
    expect(problems(text)).toEqual(expected)
  })

  test.each([
    ['robots:\n  ci: {}\n   sync: {}\n', '5:1 this line is not indented as those'],
    ['robots:\n    ci: {}\n  sync: {}\n', '5:1 this line is not indented as those'],
    ['teams:\n  a: {role: member}\n - b\n', '5:1 this line is not indented as those'],
    ['email: x\n  tags: y\n', '3:8 what follows below is indented as if it belonged to this text'],
    ['robots:\n  ci:\n\t  description: x\n', '5:1 a tab indents this line'],
    ['email: "abc\nrobots: {}\n', '3:8 this quote is not closed'],
    ["email: 'abc\nrobots: {}\n", '3:8 this quote is not closed'],
    ['robots\n  ci: {}\n', '3:1 this key has no colon'],
    ['robots: {}\nteams\n', '4:1 this key has no colon'],
    ['email:abc\n', '3:1 a blank is missing after the colon'],
    ['robots:\n  ci:{}\n  sync: {}\n', '4:3 a blank is missing after the colon'],
    ['teams:\n  -a\n  -b: c\n', '4:3 a blank is missing after the dash'],
    ['email: &a &b x\n', '3:11 a value has two anchors'],
    ['sync:\n  description: Note: this\n', '4:16 a text with a colon and a blank in it is not in quotes'],
    ['robots: {ci: {}\nteams: {}\n', '4:1 a { before this is not closed'],
    ['robots: [a, b\nteams: {}\n', '4:1 a [ before this is not closed'],
    ['robots: [a}\n', '3:11 a [ before this is not closed'],
    ['robots: {ci: {}}}\n', '3:17 this bracket closes nothing'],
    ['robots: {ci: {} sync: {}}\n', '3:17 something follows where a value has ended'],
    ['email: "a" b\n', '3:12 something follows where a value has ended'],
    ['robots: {a: "b"c: d}\n', '3:16 something follows where a value has ended'],
    ['email: @foo\n', '3:8 a text cannot begin with this character'],
    ['email: %foo\n', '3:8 a text cannot begin with this character'],
    ['tags: [*]\n', '3:8 no name follows this *'],
    ['tags: &\n', '3:7 no name follows this &'],
    ['email: "a\\d"\n', '3:10 this is no escape in a text with "'],
    ['email: |x\n  a\n', '3:9 something follows a | or > on its line'],
    ['a: "b"#c\n', '3:7 a # right after something else begins no comment'],
    ['--- a: b\n', '3:5 a map or list begins on the line of ---'],
  ])('in plain words for %j', (text, expected) => {
    const [first, ...more] = loaded(`${head}${text}`).diagnostics
    expect(more).toEqual([])
    expect(
      lines(first ? [first] : [])[0]?.startsWith(`QC1001 ${expected}`),
      lines(first ? [first] : [])[0],
    ).toBe(true)
    expect(first?.hint).toMatch(/^[\x20-\x7e]+$/)
  })

  test('for a conflict of Git, at its lines', () => {
    const text = `${head}<<<<<<< HEAD\na: b\n=======\na: c\n>>>>>>> x\n`
    expect(problems(text)).toEqual(
      [3, 5, 7].map((line) => `QC1001 ${line}:1 a conflict of Git is not resolved here`),
    )
  })

  test('for an unclosed quote, at the quote and not at the end of the file', () => {
    expect(problems(`${head}email: "quay@acme.example\nrobots: {}\n`)).toEqual([
      'QC1001 3:8 this quote is not closed',
    ])
  })

  test('for aliases that expand to millions of values', { timeout: 30_000 }, () => {
    const bomb = Array.from(
      { length: 8 },
      (_, i) => `k${i + 1}: &a${i + 1} [${Array(10).fill(i ? `*a${i}` : 'x')}]\n`,
    )
    expect(problems(`${head}${bomb.join('')}`)).toEqual([
      expect.stringContaining('aliases expand to more than 2 million values'),
    ])
  })
})

describe('a file in a folder', () => {
  test.each([
    ['of somebody else is skipped', 'kind: Deployment\n', []],
    ['of somebody else that is broken is skipped', 'a: b: c\n', []],
    [
      'of ours that is broken is reported',
      'apiVersion: quayctl/v1\nkind: Organization\na: b: c\n',
      [expect.stringContaining('QC1001')],
    ],
    [
      'of ours in a part of several documents holds only ours',
      `kind: X\n---\n${head}`,
      [expect.stringContaining('QC1008 1:1')],
    ],
  ])('%s', (_, text, expected) => {
    expect(lines(loaded(text, false).diagnostics)).toEqual(expected)
  })
})

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { expectedOf } from '../src/model/kinds.ts'
import { root } from './commands/run.ts'
import { offeredAt, problemsOf, saidAt } from './language-server.ts'
import { registry } from './world.ts'

/** A file for a CI system is no business of the schema. */
const isOurs = (file: string): boolean =>
  /^apiVersion: quayctl\//m.test(readFileSync(join(root, 'examples', file), 'utf8'))

const examples = readdirSync(join(root, 'examples'), { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.yaml') && isOurs(file))

test.each(examples)('an editor has nothing to say about examples/%s', async (file) => {
  const path = join(root, 'examples', file)
  expect(await problemsOf(readFileSync(path, 'utf8'), path)).toEqual([])
})

const ORGANIZATION = 'apiVersion: quayctl/v1\nkind: Organization\nname: acme\n'
const REPOSITORY = `${ORGANIZATION}repositories:\n  ubi9:\n`
const MIRROR = `${REPOSITORY}    mirror:\n      external_reference: quay.io/minio/mc\n      robot: sync\n      sync_interval: 12h\n`
const SECRET = `${MIRROR}      tags: [latest]\n      username: me\n`

/** What is wrong, the file, and the problems: line and beginning. */
const broken: readonly (readonly [string, string, readonly string[]])[] = [
  ['an unknown key', `${ORGANIZATION}emial: a@example.com\n`, ['4: Property emial is not allowed']],
  ['an unknown key of a mirror', `${MIRROR}      tag: [latest]\n`, ['10: Property tag is not allowed']],
  [
    'an unknown key of a map',
    `${MIRROR}      proxy: {htp_proxy: none}\n`,
    ['10: Property htp_proxy is not allowed'],
  ],
  ['no name', 'apiVersion: quayctl/v1\nkind: Organization\n', ['1: Missing property "name"']],
  [
    'an unknown kind',
    'apiVersion: quayctl/v1\nkind: Organisation\nname: acme\n',
    ['2: Value is not accepted. Valid values: "Registry", "Organization"'],
  ],
  ['another language', 'apiVersion: quayctl/v2\nkind: User\nname: me\n', ['1: Value must be "quayctl/v1"']],
  ['a number where a text is meant', `${ORGANIZATION}email: 12\n`, ['4: Expected an e-mail address']],
  ['a number as a tag', `${MIRROR}      tags: [1.1]\n`, ['10: Expected a tag, or a glob']],
  ['a tag that is no glob', `${MIRROR}      tags: ["a b"]\n`, ['10: Expected a tag, or a glob']],
  ['no tags', `${MIRROR}      tags: []\n`, ['10: Array has too few items']],
  ['a map for a list', `${MIRROR}      tags: {latest: true}\n`, ['10: Expected a list, each entry a tag']],
  ['a list for a map', `${ORGANIZATION}robots:\n  - ci\n`, ['5: Incorrect type. Expected "object']],
  ['a word that is no choice', `${REPOSITORY}    visibility: open\n`, ['6: Expected "public" or "private"']],
  ['a unit that is none', `${ORGANIZATION}tag_expiration: 2 weeks\n`, ['4: Expected a duration like 30min']],
  ['a decimal unit', `${ORGANIZATION}quota:\n  limit: 50 GB\n`, ['5: Expected a size like 50 GiB']],
  ['too many percents', `${ORGANIZATION}quota: {limit: 1 GiB, warn_at: 120}\n`, ['4: Value is above']],
  [
    'a word that is no percent',
    `${ORGANIZATION}quota: {limit: 1 GiB, reject_at: never}\n`,
    ['4: Expected a whole percent from 1 to 100, or none'],
  ],
  ['{} for a singleton', `${ORGANIZATION}quota: {}\n`, ['4: Object has fewer properties']],
  ['a truth for a singleton', `${ORGANIZATION}quota: true\n`, ['4: Incorrect type']],
  ['no value', `${ORGANIZATION}email:\n`, ['4: Expected an e-mail address']],
  [
    'a day that is none',
    `${ORGANIZATION}removed:\n  robots:\n    old: {reason: gone, until: tomorrow}\n`,
    ['6: Expected a date like 2026-12-31'],
  ],
  [
    'a removal without an end',
    `${ORGANIZATION}removed:\n  robots:\n    old: {reason: gone}\n`,
    ['6: Missing property "until"'],
  ],
  [
    'a day where a time is meant',
    `${SECRET}      sync_start_date: 2026-12-01\n`,
    ['12: Expected a time in UTC'],
  ],
  [
    'a secret',
    `${SECRET}      password: hunter2\n`,
    ['12: Incorrect type. Expected "reference to a secret"'],
  ],
  ['a name that is none', `${ORGANIZATION}robots:\n  CI: {}\n`, ['5: Expected 2 to 255 lower-case letters']],
  [
    'prune of what holds data',
    `${ORGANIZATION}prune: {repositories: all}\n`,
    ['4: Property repositories is not'],
  ],
  ['prune of what is not known', `${ORGANIZATION}prune: {robots: some}\n`, ['4: Expected "all"']],
  [
    'a Registry document with three mistakes',
    'apiVersion: quayctl/v1\nkind: Registry\nurl: quay\nsafety: {max_deletes: -1}\ndefaults: {mirror: {tags: [a]}}\n',
    ['3: Expected an address', '4: Value is below the minimum', '5: Property tags is not allowed'],
  ],
]

test.each(broken)('an editor marks %s at its line', async (_, text, expected) => {
  const found = [...(await problemsOf(text))].sort()
  expect(found.map((problem, index) => problem.slice(0, expected[index]?.length))).toEqual(expected)
})

test('several documents are each checked by their kind', async () => {
  expect(
    await problemsOf(`${ORGANIZATION}---\napiVersion: quayctl/v1\nkind: User\nname: me\nquota: none\n`),
  ).toEqual(['8: Property quota is not allowed.'])
})

describe('an editor offers', () => {
  const mirror = registry.get('mirror')
  test('the keys of a mirror, less those that are there', async () => {
    expect(await offeredAt(`${REPOSITORY}    mirror:\n      @`)).toEqual(Object.keys(mirror?.schema ?? {}))
    expect(await offeredAt(`${MIRROR}      @`)).not.toContain('robot')
  })
  test('the keys of the kind of document, and of no other', async () => {
    const keys = await offeredAt(`${ORGANIZATION}@`)
    expect(keys).toEqual(expect.arrayContaining(['quota', 'repositories', 'use', 'prune', 'removed']))
    expect(keys).not.toContain('organization')
    expect(await offeredAt('apiVersion: quayctl/v1\nkind: User\nname: me\n@')).not.toContain('quota')
  })
  test('kinds and choices', async () => {
    expect(await offeredAt('apiVersion: quayctl/v1\nkind: @')).toContain('OrganizationTemplate')
    expect(await offeredAt(`${REPOSITORY}    visibility: @`)).toEqual(['public', 'private'])
  })
})

test('an editor says what a key is, with its limits', async () => {
  const said = await saidAt(`${REPOSITORY}    mirror:\n      sync_in@terval: 12h\n`)
  expect(said).toContain('How often it is synchronised.')
  expect(said).toContain('At least 1min')
})

test('every attribute is published with a description and examples', () => {
  const { definitions } = JSON.parse(readFileSync(join(root, 'schemas', 'quayctl.schema.json'), 'utf8'))
  for (const type of registry.values())
    for (const [name, attribute] of Object.entries(type.schema)) {
      const definition = definitions[type.document?.kind ?? type.name]
      const node = type.value === name ? definition : definition.properties[name]
      expect(node.description, name).toContain(attribute.description)
      expect(node.examples.length, name).toBeGreaterThan(0)
      if (attribute.fallback !== undefined) expect(node.default, name).toBe(attribute.fallback)
      if (
        !attribute.fields &&
        attribute.kind !== 'secret' &&
        !attribute.reference &&
        attribute.kind !== 'map'
      )
        expect(node.errorMessage, name).toBe(`Expected ${expectedOf(attribute)}.`)
    }
})

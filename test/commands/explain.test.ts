import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findTopics, topicsOf } from '../../src/engine/topics.ts'
import { codes } from '../../src/model/codes.ts'
import { renderCode, renderTopic, renderTopics } from '../../src/render/explain.ts'
import { uncolored } from '../../src/render/style.ts'
import { registry } from '../world.ts'
import { filesBelow, folder, quayctl, root } from './run.ts'

const topics = topicsOf(registry)
const names = new Set(topics.map(({ name }) => name))
const explained = (word: string) =>
  findTopics(word, topics, registry)
    .map((topic) => renderTopic(topic, uncolored))
    .join('\n\n')

describe('everything', () => {
  test('has one name, a text and no line of more than 80 columns', () => {
    expect(names.size).toBe(topics.length)
    const texts = [
      ...topics.map((topic) => renderTopic(topic, uncolored)),
      ...Object.entries(codes).map(([code, row]) => renderCode(code, row, uncolored)),
      renderTopics(topics, Object.keys(codes), ['0'], uncolored),
    ]
    for (const { name, text } of topics) expect(text.join(''), name).toMatch(/\.$/)
    expect(texts.flatMap((text) => text.split('\n')).filter((line) => line.length > 80)).toEqual([])
    expect(texts.join('\n')).not.toMatch(/undefined|\[object/)
  })
  test('that is named as saying more is there', () => {
    const named = topics.flatMap(({ below }) => below.flatMap(({ topic }) => (topic ? [topic] : [])))
    expect(named.filter((name) => !names.has(name))).toEqual([])
  })
  test('that a type can be told is there, with its example', () => {
    for (const type of registry.values())
      for (const [key, { fields = {} }] of Object.entries(type.schema))
        for (const path of [key, ...Object.keys(fields).map((field) => `${key}.${field}`)])
          expect(topics.find(({ name }) => name === `${type.name}.${path}`)?.example).toBeDefined()
    for (const name of ['use', 'prune', 'removed', 'external', 'lifecycle', 'registry.defaults'])
      expect(names).toContain(name)
  })
})

describe('a word', () => {
  test.each([
    ['mirror.tags', ['mirror.tags']],
    ['MIRROR', ['mirror']],
    ['robots', ['robot']],
    ['robots.description', ['robot.description']],
    ['Organization', ['Organization']],
    ['organization', ['organization']],
    ['organizationpart', ['OrganizationPart']],
    ['safety.max_deletes', ['registry.safety.max_deletes']],
    ['include', ['registry.include']],
    ['registry', ['Registry']],
    ['mirror.http_proxy', []],
    ['http_proxy', ['mirror.proxy.http_proxy', 'organization_mirror.proxy.http_proxy']],
    ['external_reference', ['mirror.external_reference']],
    [
      'description',
      ['robot.description', 'repository.description', 'team.description', 'application.description'],
    ],
    ['organization.prune', ['prune']],
    ['nothing', []],
  ])('%s means %j', (word, expected) => {
    expect(findTopics(word, topics, registry).map(({ name }) => name)).toEqual(expected)
  })
})

test('an attribute is explained with all there is to know', () => {
  expect(explained('mirror.timeout')).toBe(`mirror.timeout  an attribute of a mirror

How long one sync may take.

  write    a duration like 30min, 12h, 1d or 2w
  where    repositories.NAME.mirror.timeout
  limits   at least 5min, at most 2147483647s
  default  300s, when quayctl creates the mirror
  absent   not managed: neither read nor changed
  needs    Quay 3.15 or newer; discovery must list
           CreateMirrorConfig.required.skopeo_timeout_interval
  in Quay  skopeo_timeout_interval

Example
  timeout: 10min`)
  expect(explained('mirror.tags')).toMatch(/empty +an error/)
  expect(explained('mirror.architectures')).toMatch(/empty +\[\]: none of them/)
  expect(explained('quota.reject_at')).toMatch(/none +not set/)
  expect(explained('quota')).toMatch(/none +it shall not be; if it is there: deleted\n/)
  expect(explained('mirror')).toMatch(/none +it shall not be; if it is there: disabled, and its/)
  expect(explained('robot.description')).toMatch(/changes +not in place/)
  expect(explained('mirror.enabled')).toMatch(/in Quay +is_enabled/)
  expect(explained('mirror.password')).toMatch(/compared +never/)
  expect(explained('mirror.robot')).toMatch(/refers to +a robot/)
})

describe('quayctl explain', () => {
  test('explains a key and a code', async () => {
    const key = await quayctl(['explain', 'organization.tag_expiration'])
    expect([key.code, key.stderr]).toEqual([0, ''])
    expect(key.stdout).toBe(`${explained('organization.tag_expiration')}\n`)
    const code = await quayctl(['explain', 'qc2001'])
    expect(code.stdout).toMatch(/^QC2001 {2}A name that nothing declares\n/)
    const exit = await quayctl(['explain', '4'])
    expect(exit.stdout).toMatch(
      /^exit 4 {2}Stopped: a guard, a missing --allow, or a no, and nothing was sent; or/,
    )
  })
  test('lists everything where nothing is asked for', async () => {
    const { code, stdout } = await quayctl(['explain'])
    expect(code).toBe(0)
    for (const word of ['mirror.tags', 'OrganizationTemplate', 'QC0001', 'registry.upstreams'])
      expect(stdout).toContain(word)
  })
  test('suggests what was perhaps meant, and ends with 64', async () => {
    const { code, stdout, stderr } = await quayctl(['explain', 'mirror.tgas'])
    expect([code, stdout]).toEqual([64, ''])
    expect(stderr).toContain('error QC6408 there is nothing called mirror.tgas to explain')
    expect(stderr).toContain('did you mean "mirror.tags"?')
  })
})

describe('quayctl schema --write', () => {
  test('writes the schemas that it prints into a folder that it makes', async () => {
    const cwd = folder()
    const { code, stdout } = await quayctl(['schema', '--write', '.quayctl/schema'], { cwd })
    expect(code).toBe(0)
    const written = filesBelow(cwd)
    const shipped = filesBelow(join(root, 'schemas'))
    expect(stdout.trim().split('\n')).toHaveLength(Object.keys(shipped).length)
    for (const [name, text] of Object.entries(shipped)) expect(written[`.quayctl/schema/${name}`]).toBe(text)
  })
  test('writes one of them', async () => {
    const cwd = folder()
    await quayctl(['schema', 'plan', '--write', 'there'], { cwd })
    expect(Object.keys(filesBelow(cwd))).toEqual(['there/plan.schema.json'])
  })
  test('says where it cannot write', async () => {
    const cwd = folder({ file: '' })
    const { code, stderr } = await quayctl(['schema', '--write', 'file/below'], { cwd })
    expect(code).toBe(3)
    expect(stderr).toContain('error QC3114 --write: file/below cannot be written')
    expect(existsSync(join(cwd, 'file', 'below'))).toBe(false)
  })
})

import { describe, expect, test } from 'vitest'
import { guard, unallowed } from '../../src/engine/guard.ts'
import { resolveSecrets, withSecrets } from '../../src/engine/secrets.ts'
import type { Change } from '../../src/model/change.ts'
import { configure, registry } from '../world.ts'
import { address } from './pure.ts'

const at = (line: number) => ({ file: 'conf/acme.yaml', line, column: 1, length: 1 })
const change = (values: Change['values'], action: Change['action'] = 'create'): Change => {
  const place = address('mirror', 'acme', 'mc')
  const origins = Object.fromEntries(Object.keys(values).map((name, i) => [name, { at: at(i + 2) }]))
  return {
    address: place,
    action,
    reason: 'config',
    desired: {
      address: place,
      attributes: values,
      origin: { at: at(1) },
      origins,
      absent: false,
      replaceAllowed: false,
    },
    live: null,
    differences: [],
    values,
    at: at(1),
  }
}

const schemaOf = (type: string) => registry.get(type)?.schema ?? {}

const asked: string[] = []
const read = async (reference: { from_env?: string; from_file?: string }, file: string) => {
  asked.push(`${reference.from_env ?? reference.from_file} of ${file}`)
  return reference.from_env === 'QC_GONE'
    ? { problem: 'QC_GONE is not set' }
    : { value: `<${reference.from_env ?? reference.from_file}>` }
}

describe('secrets', () => {
  test('are read for what will be sent, and put where they are referred to', async () => {
    const sent = change({
      username: { from_env: 'QC_USER' },
      password: { from_file: 'key', version: 2 },
      tags: ['a'],
      proxy: { http_proxy: { from_env: 'QC_PROXY' }, no_proxy: null },
    })
    asked.length = 0
    const { secrets, diagnostics } = await resolveSecrets(
      [sent, change({ password: { from_env: 'QC_GONE' } }, 'delete')],
      registry,
      read,
    )
    expect(diagnostics).toEqual([])
    expect(asked).toEqual([
      'QC_USER of conf/acme.yaml',
      'key of conf/acme.yaml',
      'QC_PROXY of conf/acme.yaml',
    ])
    expect(withSecrets(sent, schemaOf('mirror'), secrets)).toEqual({
      username: '<QC_USER>',
      password: '<key>',
      tags: ['a'],
      proxy: { http_proxy: '<QC_PROXY>', no_proxy: null },
    })
  })

  test('are read and put only where an attribute takes one: data that looks the same stays data', async () => {
    const metadata = { note: { from_env: 'QC_X' }, from_file: '/etc/x' }
    const ci = address('robot', 'acme', 'ci')
    const robot: Change = { ...change({ unstructured_metadata: metadata }), address: ci }
    asked.length = 0
    const { secrets, diagnostics } = await resolveSecrets([robot], registry, read)
    expect([secrets.size, diagnostics, asked]).toEqual([0, [], []])
    expect(withSecrets(robot, schemaOf('robot'), secrets)).toEqual({ unstructured_metadata: metadata })
  })

  test('that are missing are all said at their lines, once', async () => {
    const gone = { from_env: 'QC_GONE' }
    const { diagnostics } = await resolveSecrets(
      [change({ username: gone, password: gone }), change({ username: gone })],
      registry,
      read,
    )
    expect(diagnostics.map(({ code, message, at: place }) => `${code} ${place?.line} ${message}`)).toEqual([
      'QC1303 2 QC_GONE is not set',
      'QC1303 3 QC_GONE is not set',
    ])
  })
})

describe('an impact', () => {
  const weighed = [{ change: change({}), impacts: ['data', 'credential'] as const }]
  test.each([
    ['needs a word', [], ['data', 'credential']],
    ['is allowed everywhere', [{ impact: 'data', glob: null }], ['credential']],
    ['is allowed where a glob matches', [{ impact: 'data', glob: 'mirror.acme/**' }], ['credential']],
    ['is allowed below an address', [{ impact: 'credential', glob: 'organization.acme' }], ['data']],
    ['is not allowed elsewhere', [{ impact: 'data', glob: 'mirror.globex/**' }], ['data', 'credential']],
  ] as const)('%s', (_, allowances, open) => {
    expect([...unallowed(weighed, allowances).keys()]).toEqual(open)
  })
})

test('a guard says where its limit is written', () => {
  const { settings } = configure(
    'apiVersion: quayctl/v1\nkind: Registry\nsafety:\n  max_deletes: 0\n',
  ).expanded
  const budgets = { maxDeletes: undefined, maxRevokes: undefined }
  const counted = [{ change: change({}, 'replace'), access: [] }]
  expect(guard(counted, settings, budgets, registry)).toEqual({
    limits: [
      { name: 'max_deletes', value: 1, limit: 0, ok: false },
      { name: 'max_revokes', value: 0, limit: 25, ok: true },
    ],
    stops: [
      {
        code: 'QC4102',
        message: '1 object would be deleted or replaced; the limit is 0',
        hint: 'if that is meant: --max-deletes 1 for one run, or safety.max_deletes: 1 in the files',
        addresses: ['mirror.acme/mc'],
        source: { file: 'quay.yaml', line: 4, column: 16 },
      },
    ],
  })
})

import { describe, expect, test } from 'vitest'
import { baseOf } from '../../src/engine/base.ts'
import { earlierIn } from '../../src/engine/earlier.ts'
import { configure } from '../world.ts'
import { address, changesOf, live } from './pure.ts'

const organization = (rest: object) =>
  JSON.stringify({ apiVersion: 'quayctl/v1', kind: 'Organization', name: 'acme', ...rest })
const removal = { reason: 'x', until: '2026-12-31' }

const acme = live(address('organization', 'acme'), { email: 'old@acme.example', tag_expiration: 86_400 })
const robot = (name: string) => live(address('robot', 'acme', name), { description: '' })
const quota = live(address('quota', 'acme'), { limit: 1, warn_at: [], reject_at: [] })
const api = live(address('repository', 'acme', 'api'), { visibility: 'private', description: '' })
const permission = (name: string) => live(address('permission', 'acme', 'api', name), { role: 'read' })

describe('what Quay differed in before the files changed', () => {
  test.each<[string, object, object, readonly ReturnType<typeof live>[], object]>([
    ['nothing of what is new', {}, { robots: { ci: {} } }, [acme], { 'robot.acme+ci': {} }],
    [
      'an object that somebody deleted',
      { robots: { ci: {} } },
      { robots: { ci: {} } },
      [acme],
      { 'robot.acme+ci': { earlier: true } },
    ],
    [
      'no object that is to be another one',
      { robots: { ci: {} } },
      { robots: { ci: { description: 'now said' } } },
      [acme],
      { 'robot.acme+ci': {} },
    ],
    [
      'a value that was written as it is now',
      { email: 'new@acme.example' },
      { email: 'new@acme.example' },
      [acme],
      { 'organization.acme': { earlier: true } },
    ],
    [
      'no value that was another one',
      { email: 'old@acme.example' },
      { email: 'new@acme.example' },
      [acme],
      { 'organization.acme': {} },
    ],
    [
      'one of two values',
      { email: 'new@acme.example', tag_expiration: '1d' },
      { email: 'new@acme.example', tag_expiration: '2d' },
      [acme],
      { 'organization.acme': { earlier_fields: ['/email'] } },
    ],
    [
      'a singleton that was not to be',
      { quota: 'none' },
      { quota: 'none' },
      [acme, quota],
      { 'quota.acme': { earlier: true } },
    ],
    [
      'no singleton that was to be',
      { quota: { limit: '1 GiB' } },
      { quota: 'none' },
      [acme, quota],
      { 'quota.acme': {} },
    ],
    [
      'what a pruned block did not list',
      { robots: { ci: {} }, prune: { robots: 'all' } },
      { robots: { ci: {} }, prune: { robots: 'all' } },
      [acme, robot('ci'), robot('stray')],
      { 'robot.acme+stray': { earlier: true } },
    ],
    [
      'nothing of what it listed, or of what was not pruned',
      { robots: { ci: {}, old: {} } },
      { robots: { ci: {} }, prune: { robots: 'all' } },
      [acme, robot('ci'), robot('old'), robot('stray')],
      { 'robot.acme+old': {}, 'robot.acme+stray': {} },
    ],
    [
      'what an exact block did not list',
      { repositories: { api: { permissions: { 'user:bob': 'read', 'user:dan': 'read' } } } },
      { repositories: { api: { permissions: { 'user:bob': 'read' } } } },
      [acme, api, permission('user:bob'), permission('user:dan'), permission('user:eve')],
      { 'permission.acme/api:user:dan': {}, 'permission.acme/api:user:eve': { earlier: true } },
    ],
    [
      'what was to be removed',
      { removed: { robots: { old: removal } } },
      { removed: { robots: { old: removal } } },
      [acme, robot('old')],
      { 'robot.acme+old': { earlier: true } },
    ],
    [
      'nothing that is to be removed since',
      {},
      { removed: { robots: { old: removal } } },
      [acme, robot('old')],
      { 'robot.acme+old': {} },
    ],
  ])('%s', (_, before, after, state, expected) => {
    const base = baseOf('HEAD', 'c0ffee', configure(organization(before)).expanded)
    const changes = changesOf(organization(after), state)
    const earlier = earlierIn(changes, base)
    expect(Object.fromEntries(changes.map((change) => [change.address.text, earlier(change)]))).toEqual(
      expected,
    )
  })
})

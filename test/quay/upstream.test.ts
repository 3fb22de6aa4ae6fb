import { describe, expect, test } from 'vitest'
import { challengesIn } from '../../src/quay/upstream-challenge.ts'
import { upstreamOf } from '../../src/quay/upstream-place.ts'

describe('where a reference leads', () => {
  test.each([
    ['quay.io/minio/mc', 'quay.io', 'minio/mc'],
    ['registry.redhat.io/ubi9', 'registry.redhat.io', 'ubi9'],
    ['registry.example:5000/a/b/c', 'registry.example:5000', 'a/b/c'],
    ['localhost/app', 'localhost', 'app'],
    ['docker.io/nginx', 'registry-1.docker.io', 'library/nginx'],
    ['docker.io/library/nginx', 'registry-1.docker.io', 'library/nginx'],
    ['docker.io/minio/mc', 'registry-1.docker.io', 'minio/mc'],
    ['index.docker.io/minio/mc', 'registry-1.docker.io', 'minio/mc'],
    // Without a host it is Docker Hub, too.
    ['minio/mc', 'registry-1.docker.io', 'minio/mc'],
    ['nginx', 'registry-1.docker.io', 'library/nginx'],
  ])('%s', (reference, host, name) => {
    expect(upstreamOf(reference)).toEqual({ host, name })
  })
})

describe('what WWW-Authenticate says', () => {
  test.each([
    ['', []],
    ['Basic realm="it"', [['basic', { realm: 'it' }]]],
    ['bearer REALM="https://a/b",service=it', [['bearer', { realm: 'https://a/b', service: 'it' }]]],
    [
      'Bearer realm="https://a/t", scope="repository:a/b:pull,push", Basic realm="x"',
      [
        ['bearer', { realm: 'https://a/t', scope: 'repository:a/b:pull,push' }],
        ['basic', { realm: 'x' }],
      ],
    ],
    ['Basic realm="a \\"b\\", Bearer c"', [['basic', { realm: 'a "b", Bearer c' }]]],
    [
      'Negotiate, Basic realm=x',
      [
        ['negotiate', {}],
        ['basic', { realm: 'x' }],
      ],
    ],
    ['Basic realm="never ends', [['basic', {}]]],
    ['realm="of nothing"', []],
    [', ,Basic', [['basic', {}]]],
  ])('%s', (header, found) => {
    const said = challengesIn(header).map(({ scheme, parameters }) => [scheme, parameters])
    expect(said).toEqual(found)
  })

  test('however long, in little time', () => {
    expect(challengesIn(`Basic realm="${'\\'.repeat(20_000)}`).length).toBeGreaterThan(0)
    expect(challengesIn('a, '.repeat(20_000))).toHaveLength(20_000)
  })
})

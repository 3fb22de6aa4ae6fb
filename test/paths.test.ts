import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { accountsModules } from '../src/emulator/accounts.ts'
import { exportLive } from '../src/engine/export.ts'
import { planConfiguration } from '../src/engine/pipeline.ts'
import { path, pathOf } from '../src/model/api.ts'
import { hasErrors } from '../src/model/diagnostics.ts'
import { QuayctlError } from '../src/model/errors.ts'
import { modules } from '../src/resources/registry.ts'
import { type Reply, readerOver } from './replies.ts'
import { configure, planning, registry, validators, type World, withWorld } from './world.ts'

vi.setConfig({ testTimeout: 120_000 })

/** What is in every name that is told from others below. */
const MARK = 'evil'
const names = [
  `${MARK}/x`,
  `../${MARK}`,
  `${MARK}/../x`,
  `${MARK}/..`,
  `${MARK}/./x`,
  `${MARK}//x`,
  `/${MARK}`,
  `${MARK}/`,
  `${MARK}%2fx`,
  `${MARK}%2e%2e`,
  `${MARK}?x=1`,
  `${MARK}#x`,
  `${MARK}&next_page=1`,
  `${MARK}\\x`,
  `${MARK} x`,
  `${MARK}\u0000`,
  `${MARK}\nx`,
  `${MARK}\u001b[2J`,
  `${MARK}\u202e`,
  `é${MARK}☃`,
  `${MARK}\ud800`,
  `${MARK}/mirror`,
  `${MARK}/permissions/user/x`,
  `${MARK}/robots/ci`,
  `acme+${MARK}`,
  `${MARK}:x`,
  MARK.repeat(300),
  '.',
  '..',
  ' ',
  '',
]

/** A method and a path that a Quay has, ready to be matched. */
interface Documented {
  readonly method: string
  readonly pattern: RegExp
}

/** All routes of the emulated Quay, which recorded conversations with a real one hold to what that has. */
const documented: readonly Documented[] = [
  ...accountsModules,
  ...(await Promise.all(modules.map(async (module) => (await module.emulator()).emulator))),
].flatMap(({ routes }) =>
  routes.map(({ operation, root }) => {
    const [method = '', below = ''] = operation.split(' ')
    const pattern = below
      .replaceAll(/[.+?^$()|[\]\\]/g, '\\$&')
      .replaceAll(/\{\w+\*\}/g, '([^/]+(?:/[^/]+)*)')
      .replaceAll(/\{\w+\}/g, '([^/]+)')
    return { method, pattern: new RegExp(`^${root ? '' : '/api/v1'}${pattern}$`, 's') }
  }),
)

/** Served by the emulator itself. */
const SITE = ['/config', '/api/v1/discovery', '/api/v1/registry/capabilities']

/** Why a request should never have been sent; null where it may. `mark`: a name that must stand in the path whole, as one part of it, or not at all. */
function wrongWith(method: string, decoded: string, mark: string): string | null {
  const found = documented
    .filter((route) => route.method === method)
    .flatMap(({ pattern }) => {
      const match = pattern.exec(decoded)
      return match ? [match.slice(1)] : []
    })
  const request = `${method} ${JSON.stringify(decoded)}`
  if (found.length === 0 && !SITE.includes(decoded)) return `${request} is not documented`
  if (!decoded.includes(MARK)) return null
  const whole = (part: string | undefined) =>
    part === mark || part?.endsWith(`/${mark}`) || part?.endsWith(`+${mark}`)
  return found.some((parts) => parts.some(whole)) ? null : `${request} has no part ${JSON.stringify(mark)}`
}

/** A document with a name at each place that takes one. */
const documents: Readonly<Record<string, (name: string) => object>> = {
  organization: (name) => ({ name }),
  robots: (name) => ({ robots: { [name]: {} } }),
  teams: (name) => ({ teams: { [name]: { role: 'member' } } }),
  members: (name) => ({ teams: { dev: { role: 'member', members: [`user:${name}`] } } }),
  'robots as members': (name) => ({
    teams: { dev: { role: 'member', members: [`robot:${name}`] } },
    external: { robots: [name] },
  }),
  repositories: (name) => ({ repositories: { [name]: {} } }),
  'permissions of users': (name) => ({
    repositories: { api: { permissions: { [`user:${name}`]: 'read' } } },
  }),
  'permissions of teams': (name) => ({
    repositories: { api: { permissions: { [`team:${name}`]: 'read' } } },
    external: { teams: [name] },
  }),
  grants: (name) => ({ grants: { '*': { [`user:${name}`]: 'read' } }, repositories: { api: {} } }),
  'default permissions': (name) => ({ default_permissions: [{ to: `user:${name}`, role: 'read' }] }),
  mirrors: (name) => ({
    external: { robots: [name] },
    repositories: {
      api: {
        mirror: { external_reference: 'quay.io/a/b', tags: ['latest'], robot: name, sync_interval: '1h' },
      },
    },
  }),
  applications: (name) => ({ applications: { [name]: {} } }),
  notifications: (name) => ({
    repositories: {
      api: {
        notifications: {
          [name]: { event: 'repo_push', method: 'slack', config: { url: 'https://a.example' } },
        },
      },
    },
  }),
  removed: (name) => ({
    removed: {
      robots: { [name]: { reason: 'x', until: '2027-01-01' } },
      repositories: { [name]: { reason: 'x', until: '2027-01-01' } },
      teams: { [name]: { reason: 'x', until: '2027-01-01' } },
    },
  }),
  'a team that was': (name) => ({ teams: { dev: { role: 'member', previously: name } } }),
}

const documentWith = (place: string, name: string): string =>
  JSON.stringify({
    apiVersion: 'quayctl/v1',
    kind: 'Organization',
    name: 'acme',
    email: 'quay@acme.example',
    ...documents[place]?.(name),
  })

describe('no name leads to a request that is not documented', () => {
  test.each(Object.keys(documents))('in %s of a file', async (place) => {
    await withWorld(async (world) => {
      await world.call('POST', '/organization/', { name: 'acme', email: 'a@b.example' })
      for (const name of names) {
        const text = documentWith(place, name)
        if (hasErrors(configure(text).diagnostics)) continue
        const sent = await asked(world, text)
        expect(sent.flatMap(({ method, path: to }) => wrongWith(method, to, name) ?? [])).toEqual([])
      }
    })
  })

  test('on the command line', async () => {
    await withWorld(async (world) => {
      const text = documentWith('robots', 'ci')
      for (const name of names)
        for (const selection of [
          { organizations: [name] },
          { targets: [`robot.${name}`] },
          { excludes: [name] },
        ]) {
          const options = {
            selection: { organizations: [], targets: [], excludes: [], ...selection },
            replace: [name],
          }
          const sent = await asked(world, text, options)
          expect(sent.flatMap(({ method, path: to }) => wrongWith(method, to, name) ?? [])).toEqual([])
        }
    })
  })

  test('in a reply of the server', async () => {
    await withWorld(async (world) => {
      await world.apply(await world.plan(golden('created')))
      const places = [
        'acme',
        'api',
        'ci',
        'developers',
        'mirrored',
        'alice',
        'dashboards',
        'builds',
        'mallory',
        'sync',
      ]
      const uuid = /"(?:uuid|id|client_id)": ?"([^"]+)"/g
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...places, 'uuid'),
          fc.constantFrom(...names),
          async (place, name) => {
            const sent: string[] = []
            const json = JSON.stringify(name).slice(1, -1)
            const alter = (to: string, { status, text }: Reply): Reply => {
              sent.push(to)
              if (to === '/discovery') return { status, text }
              const altered =
                place === 'uuid'
                  ? text.replaceAll(uuid, (all, id: string) => all.replace(id, json))
                  : text.replaceAll(new RegExp(`(?<=["+])${place}(?=")`, 'g'), json)
              return { status, text: altered }
            }
            const { reader, server } = readerOver(world.emulator, alter)
            try {
              const seen = await server()
              const language = { registry, validators, server: seen }
              const interest = { names: null, types: null }
              await exportLive({ interest, templates: null, settings: [], planning }, reader, language)
              await planConfiguration(configure(golden('changed')), registry, reader, seen, planning)
            } catch (error) {
              if (!(error instanceof QuayctlError)) throw error
            }
            const wrong = sent.flatMap((to) => {
              const decoded = decodeURIComponent(to.replace(/\?.*$/, ''))
              return to === '/config' ? [] : (wrongWith('GET', `/api/v1${decoded}`, name) ?? [])
            })
            expect(wrong).toEqual([])
          },
        ),
        { numRuns: 60 },
      )
    })
  })

  test.each(names)('%j is one part of a path, or none', (name) => {
    const robot = tried(() => path`/organization/${'acme'}/robots/${name}`)
    expect(robot === null || decodeURIComponent(robot).split('/').length).toBe(robot === null || 5)
    const repository = tried(() => path`/repository/${'acme'}/${name}/mirror`)
    if (repository !== null)
      expect(decodeURIComponent(repository)).toMatch(/^\/repository\/acme\/[^/](.*[^/])?\/mirror$/su)
    for (const made of [robot, repository]) expect(made ?? '').not.toMatch(/\/(\.|%2e){0,2}(\/|$)|[?#\s]/i)
    expect(path`/repository?namespace=${'a&b=c/d'}`).toBe('/repository?namespace=a%26b%3Dc/d')
  })
})

const golden = (name: string) =>
  readFileSync(new URL(`golden/profiles/${name}.yaml`, import.meta.url), 'utf8')

const tried = (make: () => string): string | null => {
  try {
    return make()
  } catch (error) {
    if (error instanceof QuayctlError) return null
    throw error
  }
}

/** What is sent to plan and apply files, however that ends. */
async function asked(world: World, text: string, options: Parameters<World['plan']>[1] = {}) {
  const before = world.sent.length
  try {
    await world.apply(await world.plan(text, options))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    // What the server cannot do, or does not have, is an error of the plan; a bug is no QuayctlError and has no code.
    if (!(error instanceof QuayctlError) && !/QC\d{4}/.test(error.message)) throw error
  }
  return world.sent.slice(before)
}

test.each(['/organization/a b', '/organization/é', '/organization/a\nb'])(
  '%j goes on from no path: something of it is still to be encoded',
  (text) => {
    expect(() => pathOf(text)).toThrow(QuayctlError)
  },
)

test('a path goes on as it is', () => {
  expect(pathOf(`${path`/organization/${'a b'}`}/robots?token=false`)).toBe(
    '/organization/a%20b/robots?token=false',
  )
})

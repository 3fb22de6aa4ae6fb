import { describe, expect, test } from 'vitest'
import { address, live, type Options, plan } from './pure.ts'

const document = (rest: object, name = 'acme') => ({
  apiVersion: 'quayctl/v1',
  kind: 'Organization',
  name,
  ...rest,
})
const organization = (rest: object, name = 'acme') => JSON.stringify(document(rest, name))
const registryDocument = (rest: object) =>
  JSON.stringify({ apiVersion: 'quayctl/v1', kind: 'Registry', ...rest })

const acme = live(address('organization', 'acme'), { email: 'a@b.example', tag_expiration: 1209600 })
const robot = (name: string, description = '') => live(address('robot', 'acme', name), { description })
const repository = (name: string, state = 'normal') =>
  live(address('repository', 'acme', name), { visibility: 'private', description: '', state })
const written = { external_reference: 'quay.io/a/b', tags: ['a'], robot: 'sync', sync_interval: '1d' }
const mirrored = (name: string, more: object = {}) =>
  live(address('mirror', 'acme', name), {
    enabled: true,
    external_reference: 'quay.io/a/b',
    tags: ['a'],
    robot: 'sync',
    sync_interval: 86400,
    sync_start_date: '2026-11-20T10:00:00Z',
    proxy: { http_proxy: null, https_proxy: null, no_proxy: null },
    ...more,
  })
const removal = { reason: 'x', until: '2026-12-31' }

describe('what differs', () => {
  test.each([
    ['nothing that is declared', { email: 'a@b.example' }, {}],
    [
      'one attribute',
      { email: 'c@d.example', tag_expiration: '2w' },
      { 'organization.acme': [['/email', 'a@b.example', 'c@d.example']] },
    ],
    ['a unit only', { tag_expiration: '14d' }, {}],
    ['an attribute that is not declared', {}, {}],
    [
      'a set in another order',
      { robots: { sync: {} }, repositories: { r: { mirror: { ...written, tags: ['a', 'a'] } } } },
      {},
    ],
    [
      'a set',
      { robots: { sync: {} }, repositories: { r: { mirror: { ...written, tags: ['b', 'a'] } } } },
      { 'mirror.acme/r': [['/tags', ['a'], ['a', 'b']]] },
    ],
    [
      'one key of an object',
      { robots: { sync: {} }, repositories: { r: { mirror: { ...written, proxy: { no_proxy: 'x' } } } } },
      { 'mirror.acme/r': [['/proxy/no_proxy', null, 'x']] },
    ],
    [
      'a secret, which Quay never returns',
      {
        robots: { sync: {} },
        repositories: {
          r: { mirror: { ...written, username: { from_env: 'QC_A' }, password: { from_env: 'QC_B' } } },
        },
      },
      {},
    ],
    [
      'a start that is earlier',
      {
        robots: { sync: {} },
        repositories: { r: { mirror: { ...written, sync_start_date: '2026-11-19T10:00:00Z' } } },
      },
      {},
    ],
    [
      'a start that is later',
      {
        robots: { sync: {} },
        repositories: { r: { mirror: { ...written, sync_start_date: '2026-11-21T10:00:00Z' } } },
      },
      { 'mirror.acme/r': [['/sync_start_date', '2026-11-20T10:00:00Z', '2026-11-21T10:00:00Z']] },
    ],
    [
      'a start that is spread',
      { robots: { sync: {} }, repositories: { r: { mirror: { ...written, sync_start_date: 'spread' } } } },
      {},
    ],
  ])('%s', (_, body, expected) => {
    const { differences } = plan(organization(body), [
      acme,
      robot('sync'),
      repository('r', 'mirror'),
      mirrored('r'),
    ])
    expect(differences).toEqual(expected)
  })

  test('of a secret goes along with the name it belongs to', () => {
    const body = {
      robots: { sync: {} },
      repositories: { r: { mirror: { ...written, username: 'bot', password: { from_env: 'QC_B' } } } },
    }
    expect(
      plan(organization(body), [acme, robot('sync'), repository('r', 'mirror'), mirrored('r')]).differences,
    ).toEqual({
      'mirror.acme/r': [
        ['/username', null, 'bot'],
        ['/password', null, { from_env: 'QC_B' }],
      ],
    })
  })

  test('at a create: what is declared, and the fallbacks', () => {
    const { differences } = plan(organization({ repositories: { r: { description: 'x' } } }), [acme])
    expect(differences).toEqual({
      'repository.acme/r': [
        ['/visibility', null, 'private'],
        ['/description', null, 'x'],
      ],
    })
  })
})

describe('what no file lists', () => {
  const state = [acme, robot('old'), robot('ci'), repository('left')]

  test('is counted and left alone', () => {
    const { actions, unmanaged, unchanged } = plan(
      organization({ robots: { ci: {} }, repositories: {} }),
      state,
    )
    expect([actions, unmanaged, unchanged]).toEqual([[], ['repository.acme/left', 'robot.acme+old'], 2])
  })

  test('is deleted where prune says so, and repositories never', () => {
    const files = organization({ robots: { ci: {} }, repositories: {}, prune: { robots: 'all' } })
    expect(plan(files, state)).toMatchObject({
      actions: ['delete robot.acme+old'],
      unmanaged: ['repository.acme/left'],
    })
  })

  test.each<[string, Options]>([
    ['a target', { selection: { targets: ['robot.acme+ci'] } }],
    ['an exclude', { selection: { excludes: ['robot.acme+old'] } }],
    ['another organization', { selection: { organizations: ['globex'] } }],
    ['files that were not all loaded', { partial: ['acme'] }],
  ])('stays with %s', (_, options) => {
    const files = {
      'a.yaml': organization({ robots: { ci: {} }, prune: { robots: 'all' } }),
      'b.yaml': organization({}, 'globex'),
    }
    const { actions } = plan(files, [...state, live(address('organization', 'globex'))], options)
    expect(actions).toEqual([])
  })
})

describe('a removal', () => {
  const files = organization({ removed: { repositories: { web: removal } } })
  test.each<[string, readonly ReturnType<typeof live>[], string, readonly string[], readonly string[]]>([
    ['deletes', [acme, repository('web')], '2026-11-21', ['delete repository.acme/web'], []],
    ['deletes on its last day', [acme, repository('web')], '2026-12-31', ['delete repository.acme/web'], []],
    ['warns after its last day', [acme, repository('web')], '2027-01-01', [], ['QC4001 repository.acme/web']],
    ['says that it is done', [acme], '2026-11-21', [], ['QC4002 repository.acme/web']],
  ])('%s', (_, state, today, actions, findings) => {
    expect(plan(files, state, { today })).toMatchObject({ actions, findings })
  })

  test('of a singleton is the word none', () => {
    const state = [
      acme,
      live(address('quota', 'acme'), { limit: 1, warn_at: [], reject_at: [] }, { id: 1, limits: [] }),
    ]
    expect(plan(organization({ quota: 'none' }), state).actions).toEqual(['delete quota.acme'])
    expect(plan(organization({ quota: 'none' }), [acme]).actions).toEqual([])
  })
})

describe('what cannot be changed in place', () => {
  const files = organization({ robots: { ci: { description: 'new' } } })
  const state = [acme, robot('ci', 'old')]
  test.each<[string, string, Options, readonly string[], readonly string[]]>([
    ['stays, and is said', files, {}, [], ['QC4004 robot.acme+ci']],
    [
      'is replaced where the option says so',
      files,
      { replace: ['robot.acme+*'] },
      ['replace robot.acme+ci'],
      [],
    ],
    [
      'stays where the option means another',
      files,
      { replace: ['robot.acme+other'] },
      [],
      ['QC4004 robot.acme+ci'],
    ],
    [
      'is replaced where the file says so',
      organization({ robots: { ci: { description: 'new', lifecycle: { replace: 'allow' } } } }),
      {},
      ['replace robot.acme+ci'],
      [],
    ],
  ])('%s', (_, text, options, actions, findings) => {
    expect(plan(text, state, options)).toMatchObject({ actions, findings })
  })

  test('stays while a mirror uses it, declared or live', () => {
    const used = [acme, robot('ci', 'old'), repository('r', 'mirror'), mirrored('r', { robot: 'ci' })]
    expect(plan(files, used, { replace: ['**'] })).toMatchObject({
      actions: [],
      findings: ['QC4004 robot.acme+ci'],
    })
  })
})

describe('the order', () => {
  test('gives before it takes, parents first, and deletes from the leaves', () => {
    const files = organization({
      email: 'c@d.example',
      quota: { limit: '1 GiB' },
      robots: { other: {}, sync: {}, re: { description: 'new', lifecycle: { replace: 'allow' } } },
      prune: { robots: 'all' },
      repositories: { a: { mirror: { ...written, robot: 'other' } }, b: { visibility: 'private' }, c: {} },
      removed: { repositories: { gone: removal } },
    })
    const state = [
      acme,
      robot('sync'),
      robot('old'),
      robot('re', 'before'),
      repository('a', 'mirror'),
      mirrored('a', { robot: 'old' }),
      live(address('repository', 'acme', 'b'), { visibility: 'public', description: '', state: 'normal' }),
      repository('gone'),
    ]
    const { actions, needs } = plan(files, state)
    expect(actions).toEqual([
      'update organization.acme',
      'create quota.acme',
      'create robot.acme+other',
      'create repository.acme/c',
      'update mirror.acme/a',
      'update repository.acme/b',
      'replace robot.acme+re',
      'delete repository.acme/gone',
      'delete robot.acme+old',
    ])
    expect(needs).toMatchObject({
      'mirror.acme/a': ['robot.acme+other'],
      'robot.acme+old': ['mirror.acme/a'],
      'repository.acme/c': [],
    })
  })

  test('of a new organization waits for it, and for the robots that are referred to', () => {
    const files = organization({ robots: { sync: {} }, repositories: { r: { mirror: written } } })
    expect(plan(files, [])).toMatchObject({
      actions: [
        'create organization.acme',
        'create robot.acme+sync',
        'create repository.acme/r',
        'create mirror.acme/r',
      ],
      needs: {
        'organization.acme': [],
        'robot.acme+sync': ['organization.acme'],
        'mirror.acme/r': ['organization.acme', 'repository.acme/r', 'robot.acme+sync'],
      },
    })
  })

  test('goes by organization, by name', () => {
    const files = {
      'z.yaml': organization({ robots: { ci: {} } }, 'zeta'),
      'a.yaml': organization({}, 'alpha'),
    }
    expect(plan(files, []).actions).toEqual([
      'create organization.alpha',
      'create organization.zeta',
      'create robot.zeta+ci',
    ])
  })
})

describe('a guard', () => {
  const names = ['a1', 'b2', 'c3', 'd4', 'e5', 'f6']
  const pruning = organization({ robots: {}, prune: { robots: 'all' } })
  const state = [acme, ...names.map((name) => robot(name))]

  test.each<[string, object | null, Options, readonly string[]]>([
    [
      'stops more deletes than five',
      null,
      {},
      [`QC4102 ${names.map((name) => `robot.acme+${name}`).join(' ')}`],
    ],
    ['lets the files raise the limit', { safety: { max_deletes: 6 } }, {}, []],
    ['lets an option raise the limit', { safety: { max_deletes: 0 } }, { maxDeletes: 6 }, []],
    [
      'stops a protected object',
      { safety: { max_deletes: 9, protect: ['robot.acme+a1'] } },
      {},
      ['QC4101 robot.acme+a1'],
    ],
    [
      'covers what is below an address',
      {
        safety: {
          max_deletes: 9,
          protect: [
            'organization.acme',
            '!robot.acme+?[2-6]',
            '!robot.acme+b2',
            '!robot.acme+c*',
            '!robot.*+d4',
            '!robot.**',
            'robot.*+a?',
          ],
        },
      },
      {},
      ['QC4101 robot.acme+a1'],
    ],
    [
      'is not lifted by an option',
      { safety: { protect: ['robot.acme+a1'] } },
      { maxDeletes: 9 },
      ['QC4101 robot.acme+a1'],
    ],
    [
      'takes the last match',
      { safety: { max_deletes: 9, protect: ['!robot.acme+a1', 'robot.**', '!robot.acme+b2'] } },
      {},
      names.filter((name) => name !== 'b2').map((name) => `QC4101 robot.acme+${name}`),
    ],
  ])('%s', (_, safety, options, stops) => {
    const files = { 'acme.yaml': pruning, ...(safety && { 'quayctl.yaml': registryDocument(safety) }) }
    expect(plan(files, state, options).stops).toEqual(stops)
  })

  test('counts a replace, and no update of a protected object', () => {
    const files = {
      'acme.yaml': organization({
        email: 'c@d.example',
        robots: { ci: { description: 'new', lifecycle: { replace: 'allow' } } },
      }),
      'quayctl.yaml': registryDocument({ safety: { protect: ['organization.*', 'robot.acme+**'] } }),
    }
    expect(plan(files, [acme, robot('ci', 'old')])).toMatchObject({
      actions: ['update organization.acme', 'replace robot.acme+ci'],
      stops: ['QC4101 robot.acme+ci'],
    })
  })
})

describe('a selection', () => {
  const files = {
    'acme.yaml': organization({
      robots: { ci: {}, sync: {} },
      repositories: { r: { mirror: written }, s: {} },
    }),
    'globex.yaml': organization({ robots: { ci: {} } }, 'globex'),
  }
  test.each<[string, Options['selection'] & object, readonly string[]]>([
    [
      'an organization',
      { organizations: ['globex'] },
      ['create organization.globex', 'create robot.globex+ci'],
    ],
    [
      'a target, with what must be created for it',
      { targets: ['mirror.acme/r'] },
      [
        'create organization.acme',
        'create robot.acme+sync',
        'create repository.acme/r',
        'create mirror.acme/r',
      ],
    ],
    [
      'a target with all below it',
      { targets: ['repository.acme/r'] },
      [
        'create organization.acme',
        'create robot.acme+sync',
        'create repository.acme/r',
        'create mirror.acme/r',
      ],
    ],
    [
      'a glob',
      { targets: ['robot.*+ci'] },
      [
        'create organization.acme',
        'create robot.acme+ci',
        'create organization.globex',
        'create robot.globex+ci',
      ],
    ],
    [
      'all but an exclude',
      { organizations: ['acme'], excludes: ['repository.acme/**', 'mirror.**', 'robot.acme+sync'] },
      ['create organization.acme', 'create robot.acme+ci'],
    ],
  ])('of %s', (_, selection, actions) => {
    expect(plan(files, [], { selection }).actions).toEqual(actions)
  })

  test('of a target updates nothing that it only needs', () => {
    const state = [live(address('organization', 'acme'), { email: 'other@example.com' }), robot('sync')]
    const text = organization({
      email: 'new@example.com',
      robots: { sync: {} },
      repositories: { r: { mirror: written } },
    })
    expect(plan(text, state, { selection: { targets: ['mirror.acme/r'] } }).actions).toEqual([
      'create repository.acme/r',
      'create mirror.acme/r',
    ])
  })
})

test('what a template prunes is said with the line that uses it', () => {
  const files = {
    'acme.yaml':
      'apiVersion: quayctl/v1\nkind: Organization\nname: acme\nuse:\n  - standard\nrobots: {ci: {}}\nrepositories: {api: {}}\n',
    'standard.yaml':
      'apiVersion: quayctl/v1\nkind: OrganizationTemplate\nname: standard\nprune:\n  robots: all\nrepositories:\n  api:\n    permissions: {}\n',
  }
  const permission = live(address('permission', 'acme', 'api', 'user:eve'), { role: 'read' })
  const { changes } = plan(files, [acme, robot('ci'), robot('old'), repository('api'), permission]).document()
  expect(
    changes.map(({ address: text, source }) => [text, `${source?.file}:${source?.line} ${source?.via}`]),
  ).toEqual([
    ['permission.acme/api:user:eve', 'standard.yaml:8 acme.yaml:5'],
    ['robot.acme+old', 'standard.yaml:5 acme.yaml:5'],
  ])
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planText } from '../src/engine/planfile.ts'
import { stepsOf } from '../src/engine/planfile-steps.ts'
import type { Plan } from '../src/model/plan.ts'
import { secretIn, withoutSecrets } from '../src/model/secret-shapes.ts'
import { repeatable } from '../src/model/secrets.ts'
import { withoutUserinfo } from '../src/model/userinfo.ts'
import { renderDiagnostics } from '../src/render/diagnostics.ts'
import { renderAnnotations } from '../src/render/github.ts'
import { renderHtml } from '../src/render/html.ts'
import { renderJunit } from '../src/render/junit.ts'
import { renderMarkdown } from '../src/render/markdown-review.ts'
import { renderPlan } from '../src/render/plan.ts'
import { renderSarif } from '../src/render/sarif.ts'
import { uncolored } from '../src/render/style.ts'
import { federation } from '../src/resources/robot/wire-holdings.ts'
import { address } from './engine/pure.ts'
import { sites } from './reports.ts'
import { configure, registry, withWorld } from './world.ts'

const of = (alphabet: string, length: number) =>
  fc
    .array(fc.constantFrom(...alphabet), { minLength: length, maxLength: length })
    .map((list) => list.join(''))
const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const lower = upper.toLowerCase()
const digits = '0123456789'
const letters = upper + lower + digits

/** Secrets of each kind, as those who make them write them; split, so that nobody who looks for secrets finds them here. */
const kinds: Readonly<Record<string, fc.Arbitrary<string>>> = {
  'a token of GitHub': fc
    .tuple(fc.constantFrom('p', 'o', 'u', 's', 'r'), of(letters, 36))
    .map(([kind, text]) => `gh${kind}_${text}`),
  'a token of GitLab': of(letters, 20).map((text) => `gl${'pat'}-${text}`),
  'an access key of AWS': of(upper + digits, 16).map((text) => `AK${'IA'}${text}`),
  'a token of Slack': of(digits, 12).map((text) => `xo${'xb'}-${text}-${text}`),
  'a token of npm': of(letters, 36).map((text) => `np${'m_'}${text}`),
  'a token of Docker': of(letters, 27).map((text) => `dc${'kr_pat_'}${text}`),
  'a private key': fc
    .constantFrom('', 'RSA ', 'EC ', 'OPENSSH ', 'ENCRYPTED ')
    .map((kind) => `-----BEGIN ${kind}PRIVATE ${'KEY'}-----`),
  'a JSON Web Token': of(letters, 20).map((text) => `ey${'J'}${text}.ey${'J'}${text}.${text}`),
  'a token of a robot': of(upper + digits, 62).map((text) => `Z${text}7`),
  'an access token': of(letters, 35).map((text) => `aB123${text}`),
  'a password or token with its value': fc
    .tuple(
      fc.constantFrom('password=', 'Password: ', 'token: ', 'secret = ', 'API_KEY=', '"passwd": "'),
      of(letters, 12),
    )
    .map(([word, text]) => `${word}x7${text}`),
  'a password in a URL': of(letters, 12).map((text) => `https://bob:${text}@wiki.example.com/page`),
}

test.each(Object.entries(kinds))('%s is known wherever it stands in a text', (kind, secrets) => {
  const around = fc.constantFrom('', 'Pushes from CI. ', 'siehe ', '(', '\n', '- ')
  fc.assert(
    fc.property(around, secrets, around, (before, secret, after) => {
      expect(secretIn(`${before}${secret}${after === '' ? '' : `\n${after}`}`)).toBe(kind)
    }),
    { numRuns: 100 },
  )
})

const sha256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'

test.each([
  '',
  'token service for team x',
  'The token service: issues tokens for team x',
  'Secrets: none',
  'password: ask the operators',
  'Password: see https://wiki.example.com/passwords',
  'token: required',
  `token = ${'$'}{TOKEN}`,
  'password=$QC_PASSWORD',
  'password=<your password>',
  'password=***',
  'docker login -u ci -p $TOKEN --password={{ password }}',
  'Pull secret: registry-pull-v2',
  'secret: INFRA-412',
  'token: 2026-11-29',
  'access key: QC_AWS_KEY_2',
  'Tokens: 40 of 100 in use',
  'keyboard layouts, keycloak: the identity provider v26.1',
  'monkey: banana42',
  'passthrough: 12345678',
  `sha256:${sha256}`,
  `quay.io/acme/api@sha256:${sha256}`,
  sha256,
  sha256.toUpperCase(),
  'da39a3ee5e6b4b0d3255bfef95601890afd80709',
  'DA39A3EE5E6B4B0D3255BFEF95601890AFD80709',
  '123e4567-e89b-12d3-a456-426614174000',
  'sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJb1Qdhk',
  '-----BEGIN CERTIFICATE-----',
  '-----BEGIN PUBLIC KEY-----',
  'https://wiki.example.com:8443/@team',
  'http://proxy.example.com:3128, user:alice@example.com',
  'git@github.com:acme/api.git',
  'AKIA is how a key of AWS begins, ghp_ one of GitHub, glpat- one of GitLab',
  'ThisIsTheNameOfOneVeryLongCamelCaseClass',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKL',
  'a_rather_long_snake_case_identifier_with_more_than_forty_letters',
  'postgres://$USER:$PASSWORD@db/acme',
])('%j has none', (text) => {
  expect(secretIn(text)).toBeNull()
})

/** Of one with a word before it the value, of a URL what stands before the @. */
const tellingPart = (secret: string): string =>
  secret.replace(/^.*(?:[=:]\s?"?|:\/\/bob:)/, '').replace(/@.*/, '')

test.each(Object.entries(kinds))('%s is taken out of a text, all of it and nothing else', (_, secrets) => {
  const before = fc.constantFrom('', 'Pushes from CI. ', 'siehe ', '(', '\n', '- ', 'user: bob, ')
  fc.assert(
    fc.property(before, secrets, fc.constantFrom('', '-AbC123', '.x_9=='), (left, secret, more) => {
      const text = `${left}${secret}${/[-"/]$|page$/.test(secret) ? '' : more}`
      fc.pre(secretIn(text) !== null)
      const shown = withoutSecrets(`${text} or so`)
      expect(secretIn(shown)).toBeNull()
      expect(withoutSecrets(shown)).toBe(shown)
      expect(shown.startsWith(left) && shown.includes('(looks like a secret)')).toBe(true)
      if (!secret.includes('PRIVATE')) expect(shown).toMatch(/(secret\)|page) or so$/)
      for (const part of [tellingPart(secret), more]) if (part.length > 3) expect(shown).not.toContain(part)
    }),
    { numRuns: 100 },
  )
})

test.each([
  ['password="correct horse battery", user=bob', 'password="(looks like a secret)", user=bob'],
  [
    `-----BEGIN PRIVATE ${'KEY'}-----\nMIIabc\n-----END PRIVATE ${'KEY'}-----\nMore.`,
    '(looks like a secret)\nMore.',
  ],
  [`-----BEGIN PRIVATE ${'KEY'}-----\nMIIabc`, '(looks like a secret)'],
  ['https://bob:s3cret-word@wiki.example/page', 'https://bob:(looks like a secret)@wiki.example/page'],
  [
    `token=gh${'p_'}${'a1'.repeat(18)} and xo${'xb'}-1234567890-abc`,
    'token=(looks like a secret) and (looks like a secret)',
  ],
  ['password: ask the operators', 'password: ask the operators'],
])('%j is shown as %j', (text, shown) => {
  expect(withoutSecrets(text)).toBe(shown)
})

test('no text takes long', () => {
  const parts = [
    'password',
    'A',
    'a1B',
    'eyJ',
    'token: ',
    '(a:',
    'token="abc1 ',
    '-----BEGIN A ',
    'x://a:',
    'http://',
    'pass=',
    'gh',
    'x://a@',
    'user:a@ ',
    '//a:b/',
    '(user:',
  ]
  for (const part of parts) {
    // Where time grows with the square, this takes longer than a test may.
    const text = part.repeat(400_000 / part.length)
    secretIn(text)
    repeatable(`${text}@`)
  }
})

describe('no message shows it, however YAML writes it', () => {
  const escaped = (text: string) =>
    [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')
  const styles: Readonly<Record<string, (text: string) => string>> = {
    quoted: (text) => JSON.stringify(text),
    single: (text) => `'${text.replaceAll("'", "''")}'`,
    escaped: (text) => `"${escaped(text)}"`,
    literal: (text) => `|\n        Pushes.\n        ${text}\n        More.`,
    folded: (text) => `>-\n        Pushes.\n        ${text}\n        More.`,
    continued: (text) => `"Pushes.\n        ${text.replaceAll('"', '\\"')}\n        More."`,
    anchored: (text) => `&it ${JSON.stringify(text)}`,
  }

  test.each(Object.entries(styles))('%s', (style, write) => {
    const secrets = fc.oneof(...Object.values(kinds))
    fc.assert(
      fc.property(secrets, (secret) => {
        const text = [
          'apiVersion: quayctl/v1',
          'kind: Organization',
          'name: acme',
          'repositories:',
          '  api:',
          `    description: ${write(secret)}`,
          // Its excerpt shows the lines before.
          '    state: frozen',
        ].join('\n')
        const { diagnostics, sources, files } = configure(text)
        const shown = renderDiagnostics(diagnostics, sources, files, uncolored)
        expect(diagnostics.map(({ code }) => code)).toEqual(['QC5006', 'QC1004'])
        const value = tellingPart(secret)
        expect(shown).not.toContain(style === 'escaped' ? escaped(value) : value)
        expect(JSON.stringify(diagnostics)).not.toContain(value)
      }),
      { numRuns: 60 },
    )
  })
})

describe('no message shows what stands before an @', () => {
  const organization = (reference: string, more = '') =>
    [
      'apiVersion: quayctl/v1',
      'kind: Organization',
      'name: acme',
      'robots: {sync: {}}',
      'repositories:',
      '  api:',
      `    mirror: {robot: sync, sync_interval: 1d, tags: [a], external_reference: ${reference}}${more}`,
    ].join('\n')

  test.each([
    ['user:hunter2@registry.example/app', /unexpected value "user:\*\*\*@registry\.example\/app"/],
    ['user:hunter2@registry.example', /unexpected value "user:\*\*\*@registry\.example"/],
    ['user:a@b:hunter2@registry.example/app', /unexpected value "user:\*\*\*@registry/],
    ['user:hunter2/%@registry.example/app', /unexpected value "user:\*\*\*@registry/],
    [
      'https://user:hunter2@registry.example/app',
      /unexpected value "https:\/\/\*\*\*@registry\.example\/app"/,
    ],
    ['https://hunter2@registry.example/app', /unexpected value "https:\/\/\*\*\*@registry/],
    [`user:${'hunter2'.repeat(20)}@registry.example/app`, /unexpected value "user:\*\*\*@registry/],
    ['"user:hunter\\x32@registry.example/app"', /unexpected value "user:\*\*\*@registry/],
    ["'user:hunter2@registry.example/app'", /unexpected value "user:\*\*\*@registry/],
    ['"{organization}:hunter2@registry.example/app"', /unexpected value "\{organization\}:\*\*\*@registry/],
    ['ubi9:9.4@sha256:aa', /unexpected value "ubi9:9\.4@sha256:aa"/],
    ['localhost:5000/ubi9@sha256:aa', /unexpected value "localhost:5000\/ubi9@sha256:aa"/],
    ['quay.io/a/b} # https://user:hunter2@x.example\n    stat: {x: 1', /unknown key "stat"/],
    ['quay.io/a/b} # user:hunter2@x.example\n    stat: {x: 1', /unknown key "stat"/],
    ['quay.io/a/b}\n    state: user:hunter2@x.example #{', /unexpected value "user:\*\*\*@x\.example"/],
    ['quay.io/a/b}\n    user:hunter2@x.example: {a: 1', /unknown key "user:\*\*\*@x\.example"/],
    ['user:hunter2@registry.example/app}\n  web: [', /not YAML|is not closed/],
    ['https://user:hunter2@registry.example/app}\n  web: [', /not YAML|is not closed/],
  ])('%s', (reference, message) => {
    const { diagnostics, sources, files } = configure(organization(reference))
    const shown = renderDiagnostics(diagnostics, sources, files, uncolored)
    expect(diagnostics.length).toBeGreaterThan(0)
    expect(shown).toMatch(message)
    expect(shown).toContain(' | ')
    expect(shown + JSON.stringify(diagnostics)).not.toMatch(/hunter|x32/)
  })
})

test.each([
  // Nothing there is a secret.
  ['ssh://git@a and ssh://root@a', 'ssh://git@a and ssh://root@a'],
  ['https://git-ci.bot@h:8443/x@1', 'https://git-ci.bot@h:8443/x@1'],
  ['https://wiki.example.com:8443/@team', 'https://wiki.example.com:8443/@team'],
  ['https://wiki.example.com/@team', 'https://wiki.example.com/@team'],
  ['Ask at 10:30@office', 'Ask at 10:30@office'],
  ['user:bob@corp.example, robot:ci@x (team:a.b@y)', 'user:bob@corp.example, robot:ci@x (team:a.b@y)'],
  ['mailto:bob@corp.example', 'mailto:bob@corp.example'],
  ['git@github.com:acme/api.git', 'git@github.com:acme/api.git'],
  ['ubi9:9.4@sha256:aa', 'ubi9:9.4@sha256:aa'],
  ['Ask at 10:30:15@office', 'Ask at 10:30:15@office'],
  ['user:Bob.Smith@corp.example', 'user:Bob.Smith@corp.example'],
  ['https://registry.example:5000/ubi9@sha256:aa', 'https://registry.example:5000/ubi9@sha256:aa'],
  // What looks like a token, and passwords.
  ['ssh://hunter2@a', 'ssh://***@a'],
  [`https://${'token'.repeat(5)}@a`, 'https://***@a'],
  ['https://a@hunter2@b', 'https://***@b'],
  ['https://a@hunter2:x@b', 'https://***@b'],
  ['https://bob:12345@host', 'https://***@host'],
  ['https://bob:12345,abc@host', 'https://***@host'],
  ['user:hunter2@registry.example', 'user:***@registry.example'],
  ['user:bob@x:hunter2@registry.example', 'user:***@registry.example'],
  ['username:bob@registry.example', 'username:***@registry.example'],
  ['//bob:hunter22@host/x', '//***@host/x'],
  ['see //bob:hunter22@host/x', 'see //***@host/x'],
  ['u:p@ss/w@h/db', 'u:***@h/db'],
  ['postgres://u:p@ss@h/db', 'postgres://***@h/db'],
  ['10001:S3cret!x@proxy:3128', '10001:***@proxy:3128'],
  ['10:300@office', '10:***@office'],
  [`https://${'AbCdEfGhIj'.repeat(2)}@host`, 'https://***@host'],
  [`https://${'token'.repeat(3)}@host`, 'https://***@host'],
  [`user:${'AbCdEfGhIj'.repeat(2)}@host`, 'user:***@host'],
  ['https://u:p@sha256:3128', 'https://***@sha256:3128'],
  ['https:///u:hunter2@host', 'https:///***@host'],
  // Where what follows the @ is not the host it is not shown.
  ['postgres://u:p@ss/w@h/db', 'postgres://***'],
  ['postgres://u:p/w@h/db', 'postgres://***'],
  ['https://evil.example?a:b@idp.example and on', 'https://evil.example/*** and on'],
  ['https://evil.example?a@idp.example', 'https://evil.example/***'],
  ['https://evil.example:/@idp.example', 'https://evil.example/***'],
  ['https://evil.example:443?a:b@idp.example', 'https://evil.example/***'],
  ['https://evil.example#x:y@idp.example', 'https://evil.example/***'],
  ['https://evil.example\\x:y@idp.example', 'https://evil.example/***'],
  ['https://[::1]/x@idp.example', 'https://[::1]/***'],
  ['https://u:hunter2@evil.example/@idp.example', 'https://***'],
  ['https://evil.example:x/@idp.example', 'https://***'],
  ['https:/evil.example/x@idp.example', 'https:***'],
  ['evil.example:3128/@proxy.example', 'evil.example:***'],
])('of %j messages repeat %j', (text, shown) => {
  expect(repeatable(text)).toBe(shown)
})

test('the host that a masked URL shows is the one it has', () => {
  const part = fc.constantFrom('@', ':', '/', '?', '#', '\\', '%', '[', '8443', 'ab1', 'evil.example', 'x')
  fc.assert(
    fc.property(fc.array(part, { maxLength: 9 }), (parts) => {
      const url = `https://${parts.join('')}`
      const shown = withoutUserinfo(url)
      expect(withoutUserinfo(shown)).toBe(shown)
      if (/^https:[/\\]+\*{3}$/.test(shown) || shown === url) return
      if (URL.canParse(url)) expect(new URL(shown).hostname).toBe(new URL(url).hostname)
    }),
    { numRuns: 20_000 },
  )
})

test('what is masked is not masked further', () => {
  const token = `gh${'p_'}${'a1'.repeat(18)}`
  const part = fc.constantFrom('//', ':', '@', '/', ' ', '=', ',', '(', 'a', 'bob', 'x1', '8443', '***')
  const more = fc.constantFrom(
    'user',
    'token',
    'password',
    token,
    '"',
    '?',
    '#',
    '\\',
    'https:',
    '(looks like a secret)',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(part, more), { maxLength: 14 }), (parts) => {
      const shown = repeatable(parts.join(''))
      expect(repeatable(shown)).toBe(shown)
    }),
    { numRuns: 20_000 },
  )
})

/** Every place for words that people read, and some for addresses. */
const worded = (write: (text: string) => string) => `apiVersion: quayctl/v1
kind: Registry
messages: [{severity: info, media_type: text/plain, content: ${write('message')}}]
---
apiVersion: quayctl/v1
kind: Organization
name: acme
email: quay@acme.example
robots:
  ci:
    federation: [{issuer: ${write('https://idp.example/?issuer')}, subject: 'repo:acme/api'}]
    description: ${write('robot')}
    unstructured_metadata: {note: ${write('map')}, deep: [${write('list')}]}
  sync: {}
teams:
  owners: {role: admin, members: [user:admin]}
  devs: {role: member, members: [], description: ${write('team')}}
applications:
  console:
    description: ${write('application')}
    application_uri: ${write('https://console.example/?home')}
    redirect_uri: ${write('https://console.example/cb?to')}
repositories:
  api:
    description: ${write('repository')}
    mirror:
      external_reference: registry.example/api
      tags: ['*']
      sync_interval: 1d
      robot: sync
      proxy: {https_proxy: ${write('http://proxy.example:3128/?https')}, no_proxy: ${write('no_proxy')}}
`

describe('no plan shows it, and a saved one sends it all the same', () => {
  const forms: Readonly<Record<string, (plan: Plan) => string>> = {
    text: (plan) => renderPlan(plan, uncolored),
    markdown: (plan) => renderMarkdown({ ...sites, plan, findings: plan.findings }),
    html: (plan) => renderHtml({ ...sites, plan, findings: plan.findings }),
    sarif: (plan) => renderSarif({ ...sites, plan, findings: plan.findings }),
    junit: (plan) => renderJunit({ ...sites, plan, findings: plan.findings }),
    annotations: (plan) => renderAnnotations({ ...sites, plan, findings: plan.findings }),
    json: (plan) => planText(plan),
  }
  const samples = Object.fromEntries(
    Object.entries(kinds).map(([kind, secrets]) => [
      kind,
      fc.sample(secrets, { numRuns: 1, seed: 7 })[0] ?? '',
    ]),
  )
  const shown = (plan: Plan, value: string) => {
    for (const [form, render] of Object.entries(forms)) expect(render(plan), form).not.toContain(value)
  }

  test.each(Object.entries(samples))('%s', async (_, secret) => {
    const value = tellingPart(secret)
    const files = worded((of) => JSON.stringify(`${of}: ${secret} it is`))
    await withWorld(async (world) => {
      const made = await world.plan(files)
      shown(made.plan, value)
      expect(forms.text?.(made.plan)).toContain(secret.includes('://') ? '://***@' : '(looks like a secret)')
      await world.applySaved(made, files)
      expect((await world.plan(files)).plan.status).toBe('clean')
      const { body } = await world.call('GET', '/repository/acme/api')
      expect(body).toMatchObject({ description: `repository: ${secret} it is` })

      // Taken out, changed beside it, and gone with its object.
      const without = files.replaceAll(JSON.stringify(secret).slice(1, -1), '')
      const changed = await world.plan(without, { replace: ['robot.acme+ci', 'application.acme/console'] })
      expect(changed.plan.changes.length).toBeGreaterThan(4)
      shown(changed.plan, value)
      await world.applySaved(changed, without)
      expect((await world.plan(without)).plan.status).toBe('clean')
    })
  })

  test('a map of metadata that looks like the digest of one is what it is', async () => {
    const files = (metadata: string) => worded((of) => of).replace('{note: map, deep: [list]}', metadata)
    await withWorld(async (world) => {
      for (const metadata of [
        '{sha256: abc, shown: def}',
        '{sha256: abc, shown: {password: hunter2-and-more}}',
        '{password: hunter2-and-more}',
      ]) {
        const made = await world.plan(files(metadata), { replace: ['robot.acme+ci'] })
        shown(made.plan, 'hunter2')
        await world.applySaved(made, files(metadata))
        expect((await world.plan(files(metadata))).plan.status).toBe('clean')
      }
    })
  })

  test('another one that looks the same is said to be another one', async () => {
    const [one, other] = ['hunter2-and-more', 'hunter3-and-more'].map((password) =>
      worded((of) => JSON.stringify(`${of}&password=${password}`)),
    )
    await withWorld(async (world) => {
      await world.converge(String(one))
      const made = await world.plan(String(other), { replace: ['robot.acme+ci'] })
      shown(made.plan, 'hunter')
      const fields = made.plan.changes.flatMap((change) =>
        change.action === 'create' ? [] : change.fields.map((field) => ({ ...field, change })),
      )
      // What Quay has beside a reference is never shown.
      for (const { path, after, added, change } of fields.filter(({ path: at }) => !at.startsWith('/proxy')))
        expect(String(added ?? after), change.address + path).toMatch(/\(another one\)$/)
      expect(fields.length).toBeGreaterThan(8)
      await world.applySaved(made, String(other))
      expect((await world.plan(String(other))).plan.status).toBe('clean')
    })
  })

  describe('sets of maps', () => {
    const robot = (...identities: readonly string[]) => `apiVersion: quayctl/v1
kind: Organization
name: acme
email: quay@acme.example
robots:
  ci: {federation: [${identities.join(', ')}]}
`
    const at = (issuer: string, subject: string) => JSON.stringify({ issuer, subject })
    /** The same in the other order. */
    const written = (issuer: string, subject: string) => JSON.stringify({ subject, issuer })
    const federationOf = ({ changes }: Plan) =>
      changes.flatMap(({ fields }) => fields).find(({ path }) => path === '/federation')

    test.each(['sa:deployer@proj.iam', 'repo:x/y:ref:refs/heads/me@v2', `repo:gh${'p_'}${'a1'.repeat(18)}`])(
      'the subject %s is shown as it is',
      async (subject) => {
        const files = robot(written('https://accounts.google.com', subject))
        await withWorld(async (world) => {
          const made = await world.plan(files)
          expect(federationOf(made.plan)?.added).toEqual([at('https://accounts.google.com', subject)])
          await world.applySaved(made, files)
          expect((await world.plan(files)).plan.status).toBe('clean')
        })
      },
    )

    test('what a robot had of them is told without', () => {
      const [had] = federation(address('organization', 'acme'), 'ci', [
        { issuer: 'https://u:hunter2pw@idp.example/', subject: 'sa:deployer@proj.iam' },
      ])
      expect(had?.words).toBe('federation with https://***@idp.example/ as sa:deployer@proj.iam')
    })

    test('what stands before the @ of an issuer is not shown, and what else changes is', async () => {
      const [first, second] = ['hunter2pw', 'hunter3pw'].map((password) =>
        at(`https://u:${password}@idp.example/`, 'x'),
      )
      const other = at('https://accounts.google.com', 'sa:deployer@proj.iam')
      const masked = at('https://***@idp.example/', 'x')
      const beside = at('https://u:hunter4pw@b.example/', 'x')
      const shownBeside = at('https://***@b.example/', 'x')
      await withWorld(async (world) => {
        for (const [identities, field] of [
          [[first], { added: [masked], removed: [], kept: [] }],
          [[first, other], { added: [other], removed: [], kept: [masked] }],
          [[second, other], { added: [`${masked} (another one)`], removed: [masked], kept: [other] }],
          // Something else changes, too, and another one that is masked does not.
          [
            [first, beside],
            { added: [shownBeside, `${masked} (another one)`], removed: [other, masked], kept: [] },
          ],
          [
            [second, beside, other],
            { added: [other, `${masked} (another one)`], removed: [masked], kept: [shownBeside] },
          ],
          // Of two that look the same one goes.
          [[first, second, other], { added: [masked], removed: [shownBeside], kept: [other, masked] }],
          [[second, other], { added: [], removed: [masked], kept: [other, masked] }],
          [[other], { added: [], removed: [masked], kept: [other] }],
        ] as const) {
          const files = robot(...identities.map(String))
          const made = await world.plan(files)
          expect(federationOf(made.plan)).toMatchObject({ set: true, ...field })
          shown(made.plan, 'hunter')
          await world.applySaved(made, files)
          expect((await world.plan(files)).plan.status).toBe('clean')
        }
      })
    })

    test('no saved plan says that nothing differs', async () => {
      const [first, second] = ['hunter2pw', 'hunter3pw'].map((password) =>
        robot(at(`https://u:${password}@idp.example/`, 'x')),
      )
      await withWorld(async (world) => {
        await world.converge(String(first))
        const { plan } = await world.plan(String(second))
        expect(stepsOf(plan, registry, 'plan.json')).toHaveLength(1)
        const quiet = plan.changes.map((change) => ({
          ...change,
          fields: change.fields.map((field) => ({
            ...field,
            added: [],
            removed: [],
            kept: field.removed ?? [],
          })),
        }))
        expect(() => stepsOf({ ...plan, changes: quiet }, registry, 'plan.json')).toThrow(/fields do not say/)
      })
    })
  })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { secretIn } from '../src/model/secret-shapes.ts'
import { renderDiagnostics } from '../src/render/diagnostics.ts'
import { uncolored } from '../src/render/style.ts'
import { configure } from './world.ts'

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

test('no text takes long', () => {
  const parts = [
    'password',
    'A',
    'a1B',
    'eyJ',
    'token: ',
    '-----BEGIN A ',
    'x://a:',
    'http://',
    'pass=',
    'gh',
  ]
  for (const part of parts) {
    const text = part.repeat(400_000 / part.length)
    const start = process.cpuUsage()
    secretIn(text)
    const { user } = process.cpuUsage(start)
    expect(user / 1000, part).toBeLessThan(1000)
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
        // Of one with a word before it the value counts, of a key what follows.
        const value = secret.replace(/^.*(?:[=:]\s?"?|:\/\/bob:)/, '').replace(/@.*/, '')
        expect(shown).not.toContain(style === 'escaped' ? escaped(value) : value)
        expect(JSON.stringify(diagnostics)).not.toContain(value)
      }),
      { numRuns: 60 },
    )
  })
})

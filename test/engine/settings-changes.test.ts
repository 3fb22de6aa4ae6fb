import { describe, expect, test } from 'vitest'
import { changedSince, sayingsOf } from '../../src/engine/changed.ts'
import { settingsChanges } from '../../src/engine/settings-changes.ts'
import { configure, registry } from '../world.ts'

const registryOf = (body: string) =>
  configure(
    `apiVersion: quayctl/v1\nkind: Registry\n${body}---\napiVersion: quayctl/v1\nkind: Organization\nname: acme\n`,
  ).expanded

/** `severity line message` of what is said of the second. */
function said(then: string, now: string): readonly string[] {
  const [past, present] = [registryOf(then), registryOf(now)]
  return settingsChanges({ ref: 'main', settings: past.settings, ignored: [] }, present.settings).map(
    ({ code, severity, message, at }) => {
      expect(code).toBe('QC4061')
      return `${severity} ${at?.line} ${message}`
    },
  )
}

describe('a change of', () => {
  test.each([
    ['nothing', 'safety: {max_deletes: 5}\n', '# moved\nsafety: {max_deletes: 5}\n', []],
    ['nothing but a word for what holds anyway', '', 'safety: {max_deletes: 5}\n', []],
    [
      'the Quay',
      'url: https://a.example\n',
      'url: https://b.example\n',
      ['warning 3 url was https://a.example at main, is now https://b.example'],
    ],
    [
      'the Quay to none',
      'url: https://a.example\n',
      '',
      ['warning 1 url was https://a.example at main, is now (none)'],
    ],
    [
      'a limit upwards',
      'safety: {max_deletes: 5}\n',
      'safety:\n  max_deletes: 500\n',
      ['warning 4 safety.max_deletes was 5 at main, is now 500'],
    ],
    [
      'limits that are not written any more',
      'safety: {max_revokes: 100, max_delete_percent: 10}\n',
      '',
      [
        'warning 1 safety.max_delete_percent was 10 at main, is now 25',
        'note 1 safety.max_revokes was 100 at main, is now 25',
      ],
    ],
    [
      'a limit that counts the other way round',
      'safety: {min_org_admins: 2}\n',
      'safety: {min_org_admins: 1}\n',
      ['warning 3 safety.min_org_admins was 2 at main, is now 1'],
    ],
    [
      'what is protected',
      'safety: {protect: ["organization.*", "robot.**"]}\n',
      'safety: {protect: ["organization.*", "!organization.acme", "quota.*"]}\n',
      [
        'warning 3 safety.protect had "robot.**" at main, not now',
        'warning 3 safety.protect has "!organization.acme" now, not at main',
        'note 3 safety.protect has "quota.*" now, not at main',
      ],
    ],
    [
      'the order of what is protected',
      'safety: {protect: ["!organization.acme", "organization.*"]}\n',
      'safety: {protect: ["organization.*", "!organization.acme"]}\n',
      ['warning 3 safety.protect has another order than at main: the last match wins'],
    ],
    [
      'an exception that goes',
      'safety: {protect: ["organization.*", "!organization.acme"]}\n',
      'safety: {protect: ["organization.*"]}\n',
      ['note 3 safety.protect had "!organization.acme" at main, not now'],
    ],
    [
      'rules',
      'rules: {public_repository: error}\n',
      'rules: {admin_robot: error}\n',
      [
        'warning 3 rules.public_repository was error at main, is now off',
        'note 3 rules.admin_robot was note at main, is now error',
      ],
    ],
    [
      'variables that files may refer to',
      'secrets: [QC_*]\n',
      'secrets: [QC_A, "AWS_*"]\n',
      ['note 3 secrets had "QC_*" at main, not now', 'warning 3 secrets has "AWS_*" now, not at main'],
    ],
    [
      'what files of an entry are held to',
      'include: [{path: "orgs/{organization}.yaml", only_organization: true, secrets: [QC_A, QC_B]}]\n',
      'include: ["orgs/*.yaml"]\n',
      [
        'note 3 include had "orgs/{organization}.yaml, only_organization, secrets QC_A QC_B" at main, not now',
        'warning 3 include has "orgs/*.yaml" now, not at main',
      ],
    ],
    [
      'what files of an entry may refer to',
      'include: [{path: "orgs/*.yaml", secrets: [QC_A]}]\n',
      'include: [{path: "orgs/*.yaml", secrets: [QC_*]}]\n',
      [
        'note 3 include had "orgs/*.yaml, secrets QC_A" at main, not now',
        'warning 3 include has "orgs/*.yaml, secrets QC_*" now, not at main',
      ],
    ],
    [
      'entries, one more of which is bound',
      'include: [{path: "a/*.yaml", secrets: [QC_A]}]\n',
      'include: [{path: "a/*.yaml", secrets: [QC_A]}, {path: "b/{organization}.yaml", only_organization: true, secrets: []}]\n',
      ['note 3 include has "b/{organization}.yaml, only_organization, secrets none" now, not at main'],
    ],
    [
      'what files of an entry may refer to, to less',
      'include: [{path: "orgs/*.yaml", secrets: [QC_A, QC_B]}]\n',
      'include: [{path: "orgs/*.yaml", secrets: [QC_A]}]\n',
      [
        'note 3 include had "orgs/*.yaml, secrets QC_A QC_B" at main, not now',
        'note 3 include has "orgs/*.yaml, secrets QC_A" now, not at main',
      ],
    ],
    [
      'entries, one more of which may refer to more than any',
      'include: [{path: "a/*.yaml", secrets: [QC_A]}]\n',
      'include: [{path: "a/*.yaml", secrets: [QC_A]}, {path: "b/{organization}.yaml", only_organization: true, secrets: ["*"]}]\n',
      ['warning 3 include has "b/{organization}.yaml, only_organization, secrets *" now, not at main'],
    ],
    ['entries that bind nothing', 'include: [a/*.yaml]\n', 'include: [b/*.yaml]\n', []],
    [
      'entries, which begin to bind',
      'include: ["a/*.yaml"]\n',
      'include: [{path: "a/*.yaml", secrets: [QC_A]}]\n',
      [
        'note 3 include had "a/*.yaml" at main, not now',
        'note 3 include has "a/*.yaml, secrets QC_A" now, not at main',
      ],
    ],
    [
      'the order of what is protected, beside another line',
      'safety: {protect: ["!repository.acme/x", "repository.acme/*"]}\n',
      'safety: {protect: ["repository.acme/*", "!repository.acme/x", "team.acme/*"]}\n',
      [
        'note 3 safety.protect has "team.acme/*" now, not at main',
        'warning 3 safety.protect has another order than at main: the last match wins',
      ],
    ],
  ] as const)('%s', (_, then, now, words) => {
    expect(said(then, now)).toEqual(words)
  })
})

test('without a Registry document the limits hold that hold anyway, and there is no url to change', () => {
  const nothing = configure('apiVersion: quayctl/v1\nkind: Organization\nname: acme\n').expanded.settings
  const { settings } = registryOf('url: https://a.example\nsafety: {max_deletes: 100}\n')
  const found = settingsChanges({ ref: 'main', settings: nothing, ignored: [] }, settings)
  expect(found.map(({ severity, message }) => `${severity} ${message}`)).toEqual([
    'warning safety.max_deletes was 5 at main, is now 100',
  ])
})

test.each([
  ['url: https://a.example\n', 'url: https://b.example\n', { names: ['acme'], others: 0, isAll: true }],
  ['url: https://a.example\n', 'url: https://a.example/\n', { names: [], others: 1, isAll: false }],
  ['safety: {max_deletes: 1}\n', 'safety: {max_deletes: 2}\n', { names: [], others: 1, isAll: false }],
])('of another Quay every organization has changed: %j, %j', (then, now, expected) => {
  const { names, others, isAll } = changedSince(
    'main',
    sayingsOf(registryOf(now), registry),
    sayingsOf(registryOf(then), registry),
  )
  expect({ names: [...names], others, isAll }).toEqual(expected)
})

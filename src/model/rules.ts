import type { Severity } from './diagnostics.ts'

/** How much it matters that a rule is broken. */
export type Level = Severity | 'off'

export const levels: readonly Level[] = ['error', 'warning', 'note', 'off']

/** A rule of the registry's owner: what Quay and quayctl allow, and somebody may not want. */
interface Rule {
  readonly code: string
  /** What holds where `rules` does not say otherwise. */
  readonly level: Level
  /** What breaks it, without full stop. */
  readonly title: string
  readonly text: string
  readonly fix: string
}

export type RuleName = keyof typeof rules

/** Every rule, by its key in `rules`. What many do on purpose is off. */
export const rules = {
  public_repository: {
    code: 'QC5001',
    level: 'off',
    title: 'A public repository',
    text: 'Everybody can pull from it, without an account: from a repository whose visibility is public, or from those that an organization mirror makes so.',
    fix: 'Write visibility: private.',
  },
  admin_robot: {
    code: 'QC5002',
    level: 'note',
    title: 'A robot that administers',
    text: 'A robot with the role admin on a repository, by a permission or a default permission, its own or that of a team that lists it, or on a team of role admin, can delete images and give access to others. Its token often lies in many places. write is enough to push.',
    fix: 'Give the robot read or write.',
  },
  unverified_mirror: {
    code: 'QC5003',
    level: 'warning',
    title: 'A mirror that does not verify TLS',
    text: 'With verify_tls: false, insecure: true at a proxy cache, or an upstream of http, whoever is between Quay and the upstream can put other images in, and read the password.',
    fix: 'Remove the line; let Quay trust the certificate authority of the upstream.',
  },
  mirror_of_everything: {
    code: 'QC5004',
    level: 'off',
    title: 'A mirror of everything',
    text: 'A mirror whose tags has *, or an organization mirror without repository_filters or with * among them, pulls whatever the upstream has, and whatever it will have.',
    fix: 'Name the tags or repositories that are needed, with globs such as 9.*.',
  },
  missing_quota: {
    code: 'QC5005',
    level: 'off',
    title: 'An organization without quota',
    text: 'Nothing limits what its repositories may hold together, but a default quota of the server.',
    fix: 'Declare a quota, in a template for instance.',
  },
  secret_in_description: {
    code: 'QC5006',
    level: 'warning',
    title: 'What looks like a secret in a description',
    text: 'Descriptions, metadata and messages are shown to whoever may look, in Quay and in plans, and the files keep them in Git. It is known by its look: tokens of GitHub, GitLab, AWS, Slack, npm, Docker and Quay, JSON Web Tokens, private keys, password= or token: with a value, and passwords in URLs. What was found is not shown.',
    fix: 'Take it out, and change the secret: it has been read.',
  },
  empty_team: {
    code: 'QC5007',
    level: 'off',
    title: 'A team without members',
    text: 'Its members are an empty set, or it declares neither members nor sync, so that no file says who has what it is given.',
    fix: 'List its members, let a directory give them with sync, or remove the team.',
  },
} as const satisfies Readonly<Record<string, Rule>>

/** The names of all rules, in the order of their codes. */
export const ruleNames = Object.keys(rules) as readonly RuleName[]

/** Is it said of a rule, or of a comment that ignores one? Then the files mean what they say all the same. */
export const isOfRules = (code: string): boolean => code.startsWith('QC50')

import { Flags } from '@oclif/core'

/** Flags of every command that reads files. */
export const fileFlags = {
  file: Flags.string({
    char: 'f',
    multiple: true,
    helpValue: 'PATH',
    description:
      'A file, a folder with all below it, or - for standard input; repeatable. Default: quayctl.yaml and what it includes.',
  }),
  registry: Flags.string({
    helpValue: 'NAME',
    description:
      'Another registry of the same files: registries/NAME.yaml beside quayctl.yaml replaces its keys.',
  }),
  'no-color': Flags.boolean({ description: 'Print without color; NO_COLOR and TERM=dumb do the same.' }),
}

/** Flags of every command that talks to Quay. */
export const serverFlags = {
  url: Flags.string({
    helpValue: 'URL',
    description: "The Quay server, instead of the files' url and QUAY_URL.",
  }),
  'token-file': Flags.string({
    helpValue: 'PATH',
    description: 'A file that holds the OAuth token, instead of QUAY_TOKEN.',
  }),
  'ca-file': Flags.string({
    helpValue: 'PATH',
    description: 'A PEM file with a certificate authority to trust besides the known ones.',
  }),
  'insecure-skip-tls-verify': Flags.boolean({
    description: "Do not check the server's certificate. Said on every run.",
  }),
  concurrency: Flags.integer({
    min: 1,
    max: 16,
    default: 16,
    description: 'How many requests run at once at most.',
  }),
  timeout: Flags.string({
    helpValue: 'DURATION',
    description:
      'How long the run may take, like 90s, 10m or 2h: after that no step begins, and reading is given up.',
  }),
  stats: Flags.boolean({ description: 'Say how many requests were sent, and what for.' }),
  verbose: Flags.boolean({ char: 'v', description: 'Print each request to standard error.' }),
  trace: Flags.string({
    helpValue: 'FILE',
    description:
      'Write each request to this file, a HAR archive for the network view of a browser, with what was said and without secrets; readable by its owner only. What it held is replaced.',
  }),
}

/** Flags that shape a plan; `plan` and `apply` have them alike. */
export const planFlags = {
  organization: Flags.string({
    multiple: true,
    helpValue: 'NAME',
    description: 'Only this organization and all below it, or - for what is in none; repeatable.',
  }),
  shard: Flags.string({
    helpValue: 'I/N',
    description:
      'Only the I-th of N parts: each organization is in one of them, by its name, and what is in none in the first. quayctl plan merge puts the plans of all together.',
  }),
  target: Flags.string({
    multiple: true,
    helpValue: 'GLOB',
    description:
      'Only objects whose address matches, and what must be created for them; repeatable. Prunes nothing.',
  }),
  exclude: Flags.string({
    multiple: true,
    helpValue: 'GLOB',
    description: 'Not the objects whose address matches; repeatable.',
  }),
  replace: Flags.string({
    multiple: true,
    helpValue: 'GLOB',
    description: 'Objects that may be deleted and created again where Quay cannot change them; repeatable.',
  }),
  base: Flags.string({
    helpValue: 'REF',
    description:
      'The commit whose files were applied last: what they listed and these do not is told of, or deleted where prune says dropped; secrets of another version are sent.',
  }),
  'changed-since': Flags.string({
    helpValue: 'REF',
    description:
      'Only organizations of which the files say something else than at this commit, after templates and defaults; what belongs to no organization counts as one. Others are not read.',
  }),
  resend: Flags.string({
    multiple: true,
    helpValue: 'GLOB',
    description:
      'Send the secrets of these objects again, or with upstream:HOST those of all that have them from that entry of upstreams; repeatable.',
  }),
  'max-deletes': Flags.integer({
    min: 0,
    description: 'How many objects may be deleted or replaced, instead of safety.max_deletes.',
  }),
  'max-revokes': Flags.integer({
    min: 0,
    description:
      'How many permissions, default permissions and members may be taken away or lowered, instead of safety.max_revokes.',
  }),
  'max-delete-percent': Flags.integer({
    min: 0,
    max: 100,
    description:
      'How many percent of one type an organization may lose, instead of safety.max_delete_percent.',
  }),
  'min-org-admins': Flags.integer({
    min: 0,
    description:
      'How many users must be left to administer an organization, instead of safety.min_org_admins.',
  }),
  'allow-empty': Flags.boolean({
    description: 'Files that list nothing of a pruned block any more are meant so: all of it may go.',
  }),
  'hold-blocked': Flags.boolean({
    description:
      'Where a guard stops some organizations, hold those and go on with the others; exits with 4.',
  }),
  json: Flags.boolean({ description: 'Print JSON.' }),
}

/** `--report`, of what one command has to tell. */
export const reportFlag = (what: string) =>
  Flags.string({
    multiple: true,
    helpValue: 'FORMAT=PATH',
    description: `${what}, to a file, as text, markdown, html, json, sarif or junit: markdown=PATH. In GitHub Actions github, without a path: the summary of the step, annotations and outputs. Repeatable.`,
  })

/** What `--split` calls the ways to lay a document in files. */
export const splits = { repository: 'object', block: 'block' } as const

export const splitFlag = Flags.option({
  options: ['repository', 'block'] as const,
  dependsOn: ['output'],
  description: 'A file for each repository, or each block, instead of one for each organization.',
})

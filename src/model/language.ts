/** Words about a key of documents, or an idea of the language. */
interface Idea {
  /** What it is; a key has this from the schema. */
  readonly what?: string
  readonly text: readonly string[]
  readonly example: string
}

/** What the descriptions of the schema leave open about the keys that every type shares. */
export const keys: Readonly<Record<string, Idea>> = {
  use: {
    text: [
      'A template holds the body of an organization. Maps are merged key by key, lists and single values are replaced; what comes later is stronger, and the document itself is the strongest but for overrides.',
      'none at an entry, and whatever except names, is as if no template had it: not managed, not deleted. except takes the type, a dot, and what follows the organization in the address; of a singleton the type alone. All below it goes with it.',
      'A template uses no template.',
    ],
    example: 'use: [standard, {template: catalog, except: [repository.redis, quota]}]',
  },
  prune: {
    text: [
      'Without prune, what is in Quay and in no file is left alone and counted as unmanaged. all: everything of a block that no file lists is deleted.',
      'dropped: of that only what the files listed in the commit of --base, so that what others made stays. Without --base nothing is deleted, and the plan says so.',
      'A block under prune must be written, be it empty, or it is an error: a lost file must not delete everything. Where it is empty, and two objects or more would go, the plan stops unless --allow-empty is passed.',
      'Notifications go where their block is written: those of the organization if it writes it, and those of each declared repository that does.',
      'Organizations, repositories and users are never pruned: their deletion takes a line of removed.',
    ],
    example: 'prune: {robots: all, teams: dropped}\nrobots:\n  ci: {}\nteams:\n  owners: {role: admin}',
  },
  paused: {
    text: [
      'The changes of the organization are planned and shown, and not applied, up to and with the last day (UTC). Other organizations go on. After that day the line is a warning, and the organization is applied again.',
      'It stands in the document of the organization only: not in a template, nor in a part.',
    ],
    example: 'paused: {reason: "INFRA-431, moves to the new cluster", until: 2026-12-31}',
  },
  removed: {
    text: [
      'The line that deletes what holds data: by block and name, with a reason for the reviewer and the last day on which it holds. After that day it is a warning and deletes nothing.',
      'What is gone already is a note: delete the line. What is declared and removed is an error.',
    ],
    example:
      'removed:\n  repositories:\n    legacy-web: {reason: "INFRA-412, images archived", until: 2026-12-31}',
  },
  external: {
    text: [
      'Names that something in the files refers to, and that others look after. quayctl never reads, writes, prunes or counts them.',
    ],
    example: 'external:\n  robots: [legacy-builder]',
  },
  lifecycle: {
    text: [
      'Some attributes cannot be changed in place. To delete and create the object anew costs its credentials, so a difference is only a warning, unless this says that it may be done.',
      'For one run --replace ADDRESS does the same.',
    ],
    example: 'robots:\n  ci: {description: Pushes from CI, lifecycle: {replace: allow}}',
  },
  defaults: {
    text: [
      'By type; attributes only, no sets and no blocks. A default never creates an object, and is weaker than every template and document. It counts as written: an object that differs in Quay is changed.',
    ],
    example: 'defaults:\n  repository: {visibility: private}\n  mirror: {sync_interval: 24h}',
  },
  overrides: {
    text: [
      'As defaults, but stronger than every template and document. Meant for registries/NAME.yaml, so that one of several registries from the same files differs.',
    ],
    example: 'overrides:\n  mirror: {enabled: false}',
  },
  rules: {
    text: [
      'What quayctl allows, and you may not want. error: validate, plan and apply stop; warning and note: they say so; off: nothing is said. A rule that is not named keeps its default. Rules see what the files come to, with templates and defaults.',
      'Where something shall be so all the same, a comment on its line, or right above it, says the code of the rule and why: see ignore.',
    ],
    example: 'rules: {public_repository: error, missing_quota: warning, admin_robot: off}',
  },
  include: {
    text: [
      'Without -f, these files are loaded. *.yaml and *.yml count, no folder that begins with a dot, no node_modules, nothing below registries/.',
      'An entry can bind files to an organization by their path, and say which variables they may refer to. So what CODEOWNERS guards by path is guarded by content, too. A file that several entries match is held by all of them.',
    ],
    example:
      'include:\n  - templates/*.yaml\n  - path: organizations/{organization}/*.yaml\n    only_organization: true\n    secrets: ["QC_{ORGANIZATION}_*"]',
  },
  upstreams: {
    text: [
      'Used where a mirror of that upstream writes neither username nor password. The longest match over whole path segments counts: ghcr.io/acme is stronger than ghcr.io.',
    ],
    example: 'upstreams:\n  registry.redhat.io: {username: acme-pull, password: {from_env: QC_REDHAT}}',
  },
}

/** Words of the language that are no keys. */
export const ideas: Readonly<Record<string, Idea & { readonly what: string }>> = {
  none: {
    what: 'a word in place of a value',
    text: [
      'For a singleton such as quota or mirror: it shall not be. A quota that is there is deleted, a mirror disabled, because Quay cannot delete it. For an entry of a block: what a template has is left out. For some attributes: not set.',
      'A key without value is an error, because it could mean any of this.',
    ],
    example: 'quota: none',
  },
  set: {
    what: 'a kind of key',
    text: [
      'A list whose order means nothing, and which is exact: what is listed is the whole set, what is not listed is taken away. Absent, it is not managed. [] is the empty set, where the set may be empty.',
      'A set can stand in a template, where it is replaced and not joined. It cannot stand in defaults.',
    ],
    example: 'tags: [latest, "9.*"]',
  },
  singleton: {
    what: 'a kind of key',
    text: [
      'An object of which its parent has one at most: quota, mirror. Absent, it is not managed. none: it shall not be. {} is an error, since it says neither.',
    ],
    example: 'quota: {limit: 250 GiB}',
  },
  block: {
    what: 'a kind of key',
    text: [
      'A map of objects by name: robots, repositories. Objects that no file lists are left alone, unless prune names the block.',
    ],
    example: 'robots:\n  ci: {description: Pushes from CI}\n  sync: {}',
  },
  secret: {
    what: 'a kind of value',
    text: [
      'A reference to where a secret is: from_env, a variable that secrets of the Registry document allows; or from_file, a file below the folder of this one. A secret itself is never written in a file, and a literal is an error that is not printed.',
      'validate and plan never read one. apply reads all that it will send before its first write; if one is missing, nothing is sent. Quay never returns a secret, so it is not compared.',
      'version is a number of your own, to be raised with each new value: where it is another than at --base, the secret is sent. --resend sends one again for one run.',
    ],
    example: 'password: {from_env: QC_REDHAT, version: 3}',
  },
  ignore: {
    what: 'a comment',
    text: [
      'quayctl-ignore, the code of a rule, a colon and a reason: the rule does not hold for what stands on the line of the comment or, where the comment has a line of its own, on the next one. That is an attribute, the line where its object begins, or the use line that brings a template in. In a template it holds for all that use it.',
      'Without a reason it is an error, and so is the code of anything but a rule. One that hides nothing is a note. validate --expand prints no comments of the files, and so none of these.',
    ],
    example:
      'mirror:\n  # quayctl-ignore QC5003: the upstream has no certificate, INFRA-512\n  verify_tls: false',
  },
  duration: {
    what: 'a kind of value',
    text: [
      'A whole number and s, min, h, d or w; or 0. Months and years have no fixed length. Compared in seconds: 24h and 1d are the same.',
    ],
    example: 'sync_interval: 12h',
  },
  size: {
    what: 'a kind of value',
    text: [
      'A whole number and B, KiB, MiB, GiB or TiB. Decimal units such as GB are an error, because Quay counts in binary ones. Compared in bytes: 1024 MiB and 1 GiB are the same.',
    ],
    example: 'limit: 250 GiB',
  },
  time: {
    what: 'a kind of value',
    text: ['A date and a time in UTC, to the second, with T between and Z behind.'],
    example: 'sync_start_date: 2026-12-01T02:00:00Z',
  },
  placeholder: {
    what: 'a word in a value',
    text: [
      '{organization} stands for the name of the organization, in the values of templates and in paths of include. There is no other placeholder.',
    ],
    example: 'email: "quay+{organization}@example.com"',
  },
}

/** What each kind of document is for. */
export const documents: Readonly<Record<string, Idea>> = {
  Registry: {
    text: ['One at most in what is loaded, usually quayctl.yaml. Everything in it is optional.'],
    example:
      'apiVersion: quayctl/v1\nkind: Registry\nurl: https://quay.example.com\ninclude: [organizations/**/*.yaml]\ndefaults:\n  mirror: {sync_interval: 24h}\nupstreams:\n  registry.redhat.io: {username: acme-pull, password: {from_env: QC_REDHAT}}\nsecrets: [QC_*]\nsafety: {max_deletes: 5, protect: ["organization.*"]}\nremoved:\n  organizations: {legacy-shop: {reason: "INFRA-977", until: 2026-12-31}}',
  },
  Organization: {
    text: [
      'One a name; parts may add to it. What of it is managed is what is written: all else in Quay is left alone.',
    ],
    example:
      'apiVersion: quayctl/v1\nkind: Organization\nname: acme\nemail: quay@acme.example\ntag_expiration: 2w\nquota: {limit: 250 GiB, warn_at: [70, 85], reject_at: 100}\nrobots:\n  ci: {description: Pushes from CI}\nrepositories:\n  api: {description: Public API}',
  },
  OrganizationTemplate: {
    text: ['It creates nothing by itself: organizations name it under use.'],
    example:
      'apiVersion: quayctl/v1\nkind: OrganizationTemplate\nname: standard\nemail: "quay+{organization}@acme.example"\nquota: {limit: 50 GiB, warn_at: [70, 85], reject_at: 100}',
  },
  OrganizationPart: {
    text: [
      'Lets another team own objects of an organization in a file of its own. It holds no attributes, no quota, no prune and no use. Across the document and its parts the same object twice is an error.',
      'Without an Organization document the organization must exist in Quay, and is not written.',
    ],
    example:
      'apiVersion: quayctl/v1\nkind: OrganizationPart\norganization: acme\nrobots:\n  deploy: {description: Pulls for production}\nrepositories:\n  web: {description: The shop}',
  },
  User: {
    text: ['Of the user whose token quayctl has, and of no other: Quay does not let it write elsewhere.'],
    example:
      'apiVersion: quayctl/v1\nkind: User\nname: alice\nrobots:\n  laptop: {}\nrepositories:\n  scratch: {visibility: private}',
  },
}

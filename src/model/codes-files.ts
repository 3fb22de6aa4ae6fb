import type { Codes } from './code.ts'

/** What can be wrong with files before their content is compared with each other. */
export const fileCodes: Codes = {
  QC0001: {
    title: 'A bug in quayctl',
    text: 'Something happened that quayctl does not foresee. Nothing in your files makes this right.',
    fix: 'Report it with the lines that follow it. Look at what was done before with quayctl plan.',
  },
  QC1001: {
    title: 'Not YAML',
    text: 'The file cannot be read as YAML 1.2. A tab in the indentation counts, too.',
    fix: 'Look at the marked place and the line before it: often a quote, a colon or the indentation is missing.',
  },
  QC1002: {
    title: 'Unknown key',
    text: 'No such key stands here. Keys are checked strictly, because a misspelt one would be a line without effect.',
    fix: 'Take the suggested key, or look at quayctl explain for the keys of the type.',
    example: 'tag_expiration: 2w   # not tag_expiry',
  },
  QC1003: {
    title: 'A key is written twice',
    text: 'One map has the same key twice, and only one of the two could count.',
    fix: 'Remove one, or join what stands below them.',
  },
  QC1004: {
    title: 'An unexpected value',
    text: 'The value is not of the kind that the key takes: another type, unit, word or form.',
    fix: 'Write what stands after "expected". A number where a text is meant is quoted: "1.10".',
    example: 'sync_interval: 12h   # not 12, and not 12 hours',
  },
  QC1005: {
    title: 'No value',
    text: 'A key or an entry of a list has no value, or null. What that means would be a guess.',
    fix: 'Write {} for an object without attributes, none for a singleton that shall not be, or remove the line.',
    example: 'robots:\n  ci: {}',
  },
  QC1006: {
    title: 'Something is missing',
    text: 'An object lacks a key without which Quay cannot have it, in the document, its templates and the defaults together.',
    fix: 'Write the key that is named.',
  },
  QC1007: {
    title: 'YAML that quayctl does not take',
    text: 'Tags (!!str), merge keys (<<), other versions than YAML 1.2, aliases that hold themselves or expand without end, values nested too deeply, and numbers that lose digits are refused.',
    fix: 'Write the value out. To share something between documents there are defaults and templates.',
  },
  QC1008: {
    title: 'Not a document of quayctl',
    text: 'A document is a map that begins with apiVersion: quayctl/v1 and a kind that quayctl knows; its keys are texts.',
    fix: 'Add the two lines, or correct the kind.',
    example: 'apiVersion: quayctl/v1\nkind: Organization\nname: acme',
  },
  QC1009: {
    title: 'A file cannot be read',
    text: 'A named file is not there, may not be read, is not UTF-8, or has more than 4 MiB.',
    fix: 'Check the path. A large file can be split: an organization and its parts may stand in files of their own.',
  },
  QC1010: {
    title: 'Nothing to read',
    text: 'There is no quayctl.yaml in the working directory or above, or what -f names holds no file of quayctl.',
    fix: 'Write a quayctl.yaml with an include, or name files with -f.',
    example: 'apiVersion: quayctl/v1\nkind: Registry\ninclude: [organizations/**/*.yaml]',
  },
  QC1011: {
    title: 'An include that matches nothing',
    text: 'A glob of include names no file. The run goes on: a folder may be empty for a while.',
    fix: 'Correct the glob, or remove it. It is relative to the file that it stands in.',
  },
  QC1012: {
    title: 'Files of two quayctl.yaml',
    text: 'What -f names lies below different quayctl.yaml, or only some of it below one: which Registry document holds for all would be a guess.',
    fix: 'Run quayctl once for each.',
  },
  QC1202: {
    title: 'Defined twice',
    text: 'The same object stands, or is removed, in two documents, or an organization has the name of a user. Neither is stronger than the other, so quayctl does not choose.',
    fix: 'Keep one of the two. Templates and defaults are the way to give the same to many.',
  },
  QC1203: {
    title: 'Two Registry documents',
    text: 'One Registry document says which Quay is meant and what holds for all files; a second would contradict it.',
    fix: 'Join them. For several registries from the same files there is registries/NAME.yaml and --registry NAME.',
  },
  QC1205: {
    title: 'A document that its path does not allow',
    text: 'An include with only_organization lets the files of a folder speak of that organization only.',
    fix: 'Move the document to the files of its organization.',
  },
  QC1206: {
    title: 'A binding that does not bind',
    text: 'For only_organization, and for {ORGANIZATION} in secrets, the path must say by {organization} which part of it is the name that files there are bound to. In a glob no wildcard stands before {ORGANIZATION}: it would take in the secrets of others.',
    fix: 'Put {organization} into the path, and write what stands before {ORGANIZATION} without wildcards.',
    example: 'include:\n  - {path: "teams/{organization}/*.yaml", only_organization: true}',
  },
  QC1207: {
    title: 'Two organizations with one name in secrets',
    text: 'In {ORGANIZATION} every character but letters and digits becomes _, so acme-web and acme.web would share their secrets.',
    fix: 'Rename one, or give its files an include entry of their own with its own secrets.',
  },
  QC1209: {
    title: 'A set cannot be a default',
    text: 'A set is exact: a line for all objects would take away from each what it does not list.',
    fix: 'Write the set at the objects, or in a template that they use.',
  },
  QC1210: {
    title: 'Of one of several registries',
    text: 'What holds for one registry of several stands in registries/NAME.yaml: one Registry document, read with --registry NAME. Its keys replace those of quayctl.yaml, and only it has overrides; which files there are says quayctl.yaml alone.',
    fix: 'Move the key, or the document, to the other file.',
  },
  QC1211: {
    title: 'A file that no include entry names',
    text: 'Where include entries bind files by their paths, every file below the folder of quayctl.yaml must be named by one; otherwise a file beside them, named with -f, could say anything.',
    fix: 'Move the file to where an entry names it, or add an entry for it.',
  },
  QC1301: {
    title: 'A secret is written in the file',
    text: 'Files are read by many and kept for ever, so a secret is only referred to. The value is not printed.',
    fix: 'Write a reference instead. If the value was ever committed, change it: it is in the Git history.',
    example: 'password: {from_env: QC_REDHAT}',
  },
  QC1302: {
    title: 'A reference to a secret that cannot be used',
    text: 'It has no source or two, or it names a variable that these files may not refer to: it is none of those that secrets allows, or it belongs to an organization whose name is longer (QC_ACME_WEB_KEY is of acme-web, not of acme).',
    fix: 'Write one of from_env and from_file; the variable must match secrets of the Registry document and of the include entry, and cannot be QUAY_TOKEN, QUAY_READ_TOKEN, QUAY_WRITE_TOKEN or QUAY_PASSWORD.',
    example: 'secrets: [QC_*]',
  },
  QC1303: {
    title: 'A secret is not there',
    text: 'All secrets that an apply sends are read before its first write. One is not set, empty, or its file cannot be read, or is a link that leaves its folder. Nothing was sent.',
    fix: 'Set the variable or write the file, and apply again.',
  },
  QC1304: {
    title: "A secret's file outside its folder",
    text: "from_file is relative to the file that it stands in, and stays below its folder. Where an include entry binds secrets, that folder must be one organization's: {organization} is a folder in the path of the entry.",
    fix: 'Put the secret below the folder, or hand it over in a variable (from_env).',
  },
}

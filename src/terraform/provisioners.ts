import { createHash } from 'node:crypto'
import type { Unit } from '../index.ts'
import { ConfigError } from '../model/errors.ts'

/** How `quayctl apply` is called by Terraform. */
export interface Call {
  /** Where it runs, as seen from the module, with `/`. */
  readonly workingDirectory: string
  /** Files and folders as of `-f`, as seen from there. */
  readonly files: readonly string[]
  /** A file, as seen from there, that stands for standard input. */
  readonly input?: string | undefined
  readonly registry?: string | undefined
  readonly base?: string | undefined
  readonly allow: readonly string[]
  readonly tokenFile?: string | undefined
  readonly credentialsOut?: string | undefined
}

/** A `local-exec` provisioner, as cdktf takes it. Its command is the same for all units of a stack: whatever somebody has written comes by the environment. */
export interface Provisioner {
  readonly type: 'local-exec'
  readonly command: string
  readonly environment: Readonly<Record<string, string>>
  readonly interpreter: string[]
  readonly workingDir?: string
  readonly when?: 'destroy'
}

/** A text that is no template to Terraform, and no token to cdktf. */
export function literal(text: string): string {
  if (text.normalize() !== text)
    throw new ConfigError('QC3131', `Terraform cannot hold ${JSON.stringify(text)}`, ['use Unicode NFC'])
  return text.replace(/([$%])\{/g, '$1$1{').replaceAll('TfToken[', `TfToken\${"["}`)
}

/** JSON in ASCII, which Terraform leaves as it is. */
const json = (value: unknown): string =>
  JSON.stringify(value).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** Makes Quay be as the files say of one unit. */
export function applyProvisioner(unit: Unit, id: string, call: Call): Provisioner {
  const { organization, targets, excludes } = unit
  const { workingDirectory, files, input, registry, base, allow, tokenFile, credentialsOut } = call
  const numbered = (flag: string, values: readonly string[]) =>
    values.map((value, index) => [flag, `QUAYCTL_${flag.toUpperCase()}_${index + 1}`, value] as const)
  const flags = [
    ...numbered('file', files),
    ['registry', 'QUAYCTL_REGISTRY', registry],
    ['base', 'QUAYCTL_BASE', base],
    ['organization', 'QUAYCTL_ORGANIZATION', organization],
    ...numbered('target', targets),
    ...numbered('exclude', excludes),
    ['allow', 'QUAYCTL_ALLOW', allow.join(',') || undefined],
    ['token-file', 'QUAYCTL_TOKEN_FILE', tokenFile],
    ['credentials-out', 'QUAYCTL_CREDENTIALS', credentialsOut && withName(credentialsOut, id)],
  ] as const
  const given = flags.flatMap(([flag, name, value]) => (value === undefined ? [] : [`--${flag}="$${name}"`]))
  const from = input === undefined ? '' : ' --file=- < "$QUAYCTL_INPUT"'
  const values = [
    ...flags.map(([, name, value]) => [name, value] as const),
    ['QUAYCTL_INPUT', input] as const,
  ]
  return {
    ...run(`quayctl apply --yes ${given.join(' ')}${from}`, values),
    workingDir: `\${path.module}${workingDirectory && `/${literal(workingDirectory)}`}`,
  }
}

/** What `quayctl drift external` is asked of one unit; its files are a list in JSON. */
export function queryOf(
  { organization, targets: [target] }: Unit,
  { files, input, registry }: Call,
): Readonly<Record<string, string>> {
  const all = input === undefined ? files : [input]
  const query = { organization, target, registry, files: all.length > 0 ? json(all) : undefined }
  return literals(Object.entries(query))
}

/** Deletes one unit from Quay. It reads no file: those may be gone by then. */
export function destroyProvisioner({ removal }: Unit): Provisioner | null {
  if (!removal) return null
  const { documents, deletes: most } = removal
  // A variable takes 128 KiB.
  const pieces =
    documents
      .map(json)
      .join('\n---\n')
      .match(/.{1,60000}/gs) ?? []
  const named = pieces.map((piece, index) => [`QUAYCTL_REMOVED_${index + 1}`, piece] as const)
  const text = named.map(([name]) => `"$${name}"`).join(' ')
  const budgets = `--max-deletes=${most} --max-revokes=${most} --max-delete-percent=100`
  const command = `quayctl apply --yes --file=- --allow=credential,data ${budgets}`
  return { ...run(`printf %s ${text} | ${command}`, named), when: 'destroy' }
}

const run = (command: string, variables: Variables): Provisioner => ({
  type: 'local-exec',
  command,
  environment: literals(variables),
  interpreter: ['/bin/sh', '-c'],
})

type Variables = readonly (readonly [string, string | undefined])[]

const literals = (variables: Variables): Record<string, string> =>
  Object.fromEntries(
    variables.flatMap(([name, value]) => (value === undefined ? [] : [[name, literal(value)] as const])),
  )

/** What a unit is called in Terraform: the name of its organization where that is a name there, too, and else with a part of its hash. */
export const unitId = ({ key }: Unit): string =>
  key === '-' ? 'registry_wide' : identifier(key, /^(?!registry_wide$)[a-z0-9][a-z0-9_-]*$/)

/** The same of the place of a construct; no two places and units share one. */
export const placeId = (path: string): string =>
  identifier(path, /^[A-Za-z][A-Za-z0-9-]*(\/[A-Za-z0-9-]+)*$/).replaceAll('/', '__')

function identifier(text: string, plain: RegExp): string {
  if (plain.test(text)) return text
  const readable = text.replace(/[^A-Za-z0-9-]+/g, '_').replace(/^(?=[0-9-])/, '_')
  return `${readable}__${createHash('sha256').update(text).digest('hex').slice(0, 8)}`
}

/** Applies run side by side, so each has a file of its own: `robots.json` becomes `robots.acme.json`. */
const withName = (path: string, id: string): string => path.replace(/(\.[^./\\]*)?$/, (end) => `.${id}${end}`)

import { type Change, type Desired, originOf } from '../model/change.ts'
import { type Diagnostic, type Origin, problemAt } from '../model/diagnostics.ts'
import { globMatches } from '../model/glob.ts'
import type { Registry } from '../model/resource.ts'
import {
  type Attribute,
  isReference,
  mapReferences,
  type Schema,
  type SecretReference,
  type Value,
} from '../model/schema.ts'
import type { Binding, Bindings } from './bindings.ts'
import { PLACEHOLDER } from './placeholders.ts'
import type { Settings } from './settings.ts'

/** Reads one secret; a text says why it cannot. `file` is where the reference is written. */
export type ReadSecret = (
  reference: SecretReference,
  file: string,
) => Promise<{ readonly value: string } | { readonly problem: string }>

/** What quayctl itself and the set-ups for CI sign in with. */
const FORBIDDEN = new Set(['QUAY_TOKEN', 'QUAY_PASSWORD', 'QUAY_READ_TOKEN', 'QUAY_WRITE_TOKEN'])

/** What is wrong with an object's references; nothing is read. */
export function referenceProblems(
  desired: Desired,
  schema: Schema,
  settings: Settings,
  bindings: Bindings,
): Diagnostic[] {
  return Object.entries(desired.origins).flatMap(([name, origin]) => {
    const attribute = schema[name]
    if (!attribute) return []
    const value = desired.attributes[name]
    if (attribute.kind === 'secret' && value !== undefined && !isReference(attribute, value))
      return [
        problemAt('QC1302', 'this secret has no source', origin, {
          hint: 'write from_env or from_file into it',
        }),
      ]
    return referencesIn(attribute, value).flatMap((reference) =>
      problemsOf(reference, origin, settings, bindings(origin.at.file)),
    )
  })
}

function problemsOf(
  reference: SecretReference,
  origin: Origin,
  settings: Settings,
  bindings: readonly Binding[],
): Diagnostic[] {
  const { from_env, from_file } = reference as { from_env?: string; from_file?: string }
  const error = (code: string, message: string, hint: string) => [problemAt(code, message, origin, { hint })]
  if (from_env !== undefined && from_file !== undefined)
    return error('QC1302', 'a secret has one source', 'write from_env or from_file, not both')
  if (from_env === undefined) {
    const path = from_file ?? ''
    return leaves(path)
      ? error('QC1304', `from_file: ${path} leaves the folder of this file`, 'name a file below it')
      : bindings.flatMap((binding) => sharedFolder(binding, path, origin))
  }
  if (FORBIDDEN.has(from_env))
    return error(
      'QC1302',
      `${from_env} may not be referred to: it is quayctl's own`,
      'use a variable of its own for each secret',
    )
  const allows = (globs: readonly string[]) => globs.some((glob) => globMatches(glob, from_env))
  if (!allows(settings.secrets))
    return error(
      'QC1302',
      `the files may not refer to ${from_env}`,
      `allowed are ${settings.secrets.join(', ') || 'none'}: see "secrets" of the Registry document`,
    )
  return bindings.flatMap(({ secrets, others, include }) => {
    const also = [{ at: include.at, text: 'by this line' }]
    const about = (hint: string) => ({ hint, also })
    if (secrets && !allows(secrets)) {
      const hint = `allowed here are ${secrets.join(', ') || 'none'}`
      return [problemAt('QC1302', `this file may not refer to ${from_env}`, origin, about(hint))]
    }
    const owner = others.find((other) => allows(other.secrets))
    if (!owner) return []
    const message = `${from_env} belongs to ${owner.organization}`
    return [problemAt('QC1302', message, origin, about('name the variable otherwise'))]
  })
}

const leaves = (path: string): boolean =>
  path.startsWith('/') || path.includes('\\') || path.split('/').includes('..')

/** May a reference that stands in no file be read? What the files allow has been asked when it was written there. */
export const isSafe = (reference: SecretReference): boolean =>
  typeof reference.from_env === 'string'
    ? reference.from_file === undefined && !FORBIDDEN.has(reference.from_env)
    : typeof reference.from_file === 'string' && !leaves(reference.from_file)

/** Where variables are bound, a file is bound by its folder: it must be one organization's. */
function sharedFolder(
  { secrets, include: { text, at } }: Binding,
  path: string,
  origin: Origin,
): Diagnostic[] {
  if (!secrets || text.split('/').slice(0, -1).includes(PLACEHOLDER)) return []
  return [
    problemAt('QC1304', `from_file: ${path} lies in a folder that several organizations may share`, origin, {
      hint: `use from_env, or give each organization a folder of its own: …/${PLACEHOLDER}/…`,
      also: [{ at, text: 'by this line' }],
    }),
  ]
}

/** Every reference in an attribute's value. */
export function referencesIn(
  attribute: Attribute | undefined,
  value: Value | undefined,
): readonly SecretReference[] {
  const found: SecretReference[] = []
  if (value !== undefined)
    mapReferences(attribute, value, (reference) => {
      found.push(reference)
      return null
    })
  return found
}

/** What is sent of one object. */
type Sending = Pick<Change, 'address' | 'values' | 'desired' | 'action'>

/** Resolves all that the changes will send, before the first write; every problem at once. */
export async function resolveSecrets(changes: readonly Sending[], registry: Registry, read: ReadSecret) {
  const secrets = new Map<string, string>()
  const diagnostics: Diagnostic[] = []
  for (const { address, values, desired, action } of changes) {
    if (!desired || action === 'delete') continue
    const schema = registry.get(address.type)?.schema
    for (const [name, value] of Object.entries(values))
      for (const reference of referencesIn(schema?.[name], value)) {
        const { at } = originOf(desired, name)
        const found = await read(reference, at.file)
        if ('value' in found) secrets.set(secretKey(reference, at.file), found.value)
        else
          diagnostics.push({
            code: 'QC1303',
            severity: 'error',
            message: found.problem,
            at,
            hint: 'set it, and apply again: nothing was sent',
          })
      }
  }
  return { secrets, diagnostics: unique(diagnostics) }
}

/** The values of a change with references replaced by what they refer to. */
export function withSecrets(
  change: Sending,
  schema: Schema,
  secrets: ReadonlyMap<string, string>,
): Record<string, Value | undefined> {
  return Object.fromEntries(
    Object.entries(change.values).map(([name, value]) => {
      const file = change.desired ? originOf(change.desired, name).at.file : ''
      const fill = (reference: SecretReference) => secrets.get(secretKey(reference, file)) ?? null
      return [name, value === undefined ? undefined : mapReferences(schema[name], value, fill)]
    }),
  )
}

const secretKey = (reference: SecretReference, file: string): string =>
  reference.from_env !== undefined ? `env ${reference.from_env}` : `file ${file} ${reference.from_file}`

function unique(list: readonly Diagnostic[]): readonly Diagnostic[] {
  return [
    ...new Map(list.map((entry) => [`${entry.message}${entry.at?.file}:${entry.at?.line}`, entry])).values(),
  ]
}

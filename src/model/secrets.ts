import { looksSecret } from './excerpt.ts'
import { type Attribute, isReference, type Schema, type SecretReference, type Value } from './schema.ts'
import { MARK, withoutSecrets } from './secret-shapes.ts'
import { USERINFO_MARK, withoutUserinfo } from './userinfo.ts'

/** What stands where a value is not shown. */
export const HIDDEN = '(not shown)'

/** Who says a value: a file, in which a secret is a reference, or Quay, which tells some of what references stood for. */
type Teller = 'file' | 'quay'

/** Whether what stands at an attribute may be a secret: the one place that decides it. */
export const maySecret = ({ kind, sensitive, reference }: Attribute, teller: Teller): boolean =>
  kind === 'secret' || sensitive === true || (teller === 'quay' && reference === true)

/** A value as people may see it: by field, without what may be a secret, wherever it stands in it. References are where a secret is, and not the secret. */
export function veiled(
  attribute: Attribute | undefined,
  value: Value,
  teller: Teller,
  refer: (reference: SecretReference) => Value = () => '(secret)',
): Value {
  if (isReference(attribute, value)) return refer(value)
  if (value === null || !attribute) return value
  if (maySecret(attribute, teller)) return HIDDEN
  if (attribute.prose) return veiledProse(value)
  if (typeof value === 'string') return isName(attribute) ? value : repeatable(value)
  const { fields } = attribute
  if (typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item) => veiled(attribute, item, teller, refer))
  if (!fields) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, veiled(ownOf(fields, key), inner, teller, refer)]),
  )
}

/** Whom or what a text names nobody could tell without all of it. */
const isName = ({ kind, identifier }: Attribute): boolean => kind === 'subject' || identifier === true

/** Words for people, without what seems to be a secret; in a map a key may say that its value is one, or be one. */
function veiledProse(value: Value, key = ''): Value {
  if (typeof value === 'string') {
    const shown = repeatable(value)
    const beside = withoutSecrets(`${key}: ${shown}`)
    return beside.startsWith(`${key}: `) ? beside.slice(key.length + 2) : HIDDEN
  }
  if (Array.isArray(value)) return value.map((item) => veiledProse(item))
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).map(([name, inner]) => [withoutSecrets(name), inner] as const)
  return Object.fromEntries(entries.map(([name, inner]) => [name, veiledProse(inner, name)]))
}

/** What a file says, its references as they are. */
export const veiledByField = (attribute: Attribute | undefined, value: Value): Value =>
  veiled(attribute, value, 'file', (reference) => reference)

/** Is something in a shown text not shown? */
export const hasVeil = (shown: string): boolean =>
  [HIDDEN, USERINFO_MARK, MARK].some((mark) => shown.includes(mark))

/** Nobody writes more of them into each other. */
const MOST_TURNS = 8

/** A text of a file as messages may repeat it; done to that once more it stays the same. */
export function repeatable(text: string): string {
  let shown = text
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const next = withoutSecrets(withoutUserinfo(shown))
    if (next === shown) return shown
    shown = next
  }
  return MARK
}

const ownOf = (fields: Schema, key: string): Attribute | undefined =>
  Object.hasOwn(fields, key) ? fields[key] : undefined

/** What Quay itself makes and tells: tokens of robots and of users, passwords, the secrets of applications, private keys. */
const CREDENTIALS =
  'token token_code csrf_token access_token client_secret password encrypted_password private_key'.split(' ')

/** The keys of Quay's JSON under which secrets stand. */
export interface SecretKeys {
  /** Surely a secret. */
  isSecret(key: string): boolean
  /** A secret, or a text that may have been one before it was sent. */
  mayBeSecret(key: string): boolean
}

/** By the schemas of all types: what each calls its fields in Quay. */
export function secretKeysOf(schemas: Iterable<Schema>): SecretKeys {
  const all = [...schemas].flatMap(leaves)
  const names = (teller: Teller) =>
    new Set([
      ...CREDENTIALS,
      ...all.filter(([, attribute]) => maySecret(attribute, teller)).map(([name]) => name),
    ])
  const [sure, possible] = [names('file'), names('quay')]
  return {
    isSecret: (key) => sure.has(key),
    mayBeSecret: (key) => possible.has(key) || looksSecret(key),
  }
}

/** Every attribute that holds a value of its own, by its last name in Quay's JSON. */
function leaves(schema: Schema): readonly (readonly [string, Attribute])[] {
  return Object.entries(schema).flatMap(([name, attribute]) =>
    attribute.fields
      ? leaves(attribute.fields)
      : [[(attribute.quay ?? name).replace(/.*\./, ''), attribute] as const],
  )
}

/** The texts in JSON of Quay's that are surely secrets. */
export function secretsIn(json: unknown, keys: SecretKeys): readonly string[] {
  const found: string[] = []
  gather(json, false, keys, found)
  return found
}

/** Every answer is searched: nothing is built on the way. */
function gather(json: unknown, isSecret: boolean, keys: SecretKeys, into: string[]): void {
  if (typeof json === 'string') {
    if (isSecret) into.push(json)
  } else if (Array.isArray(json)) for (const item of json) gather(item, isSecret, keys, into)
  else if (isRecord(json))
    for (const key of Object.keys(json)) gather(json[key], isSecret || keys.isSecret(key), keys, into)
}

const isRecord = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null

/** JSON of Quay's as people may see it: by field, as in `veiled`, and its texts without known secrets. */
export function veiledJson(json: unknown, keys: SecretKeys, conceal: (text: string) => string): unknown {
  if (Array.isArray(json)) return json.map((item) => veiledJson(item, keys, conceal))
  if (typeof json === 'string') return withoutUserinfo(conceal(json))
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(
    Object.entries(json).map(([key, inner]) => [
      conceal(key),
      isSaid(inner) && keys.mayBeSecret(key) ? HIDDEN : veiledJson(inner, keys, conceal),
    ]),
  )
}

/** Of what is not there, and of a yes or no, nothing can be told. */
const isSaid = (value: unknown): boolean => value !== null && value !== '' && typeof value !== 'boolean'

import type { TypeName } from './address.ts'

/** What an attribute can hold after parsing: seconds, bytes, sorted sets, `null` for the word `none`. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value }

/** Where a secret comes from. Never the secret. */
export type SecretReference = { readonly version?: number } & (
  | { readonly from_env: string; readonly from_file?: never }
  | { readonly from_file: string; readonly from_env?: never }
)

export type Kind =
  | 'text'
  | 'boolean'
  | 'integer'
  | 'percent'
  | 'time'
  | 'duration'
  | 'size'
  | 'secret'
  | 'subject'
  | 'keep'
  | 'map'
  | 'object'

/** An attribute is data; its readers are the validator, the differ, the JSON Schema and the docs. */
export interface Attribute {
  readonly kind: Kind
  /** A sentence, with a full stop. */
  readonly description: string
  /** Must be written. */
  readonly required?: true
  /** What Quay gets at a create when nothing is written, as one would write it. On a live object absent is not managed. */
  readonly fallback?: string | boolean
  /** What a new object has where nothing is written and nothing is sent, in canonical form; of texts, sets and maps the empty one. */
  readonly initial?: string | boolean
  readonly choices?: readonly string[]
  /** A regular expression over the written text, and its words. */
  readonly pattern?: string
  readonly expected?: string
  /** Limits in canonical units. */
  readonly minimum?: number
  readonly maximum?: number
  /** `set`: a list that is a set; `loose`: one or several; `single`: one, or none. All are sets inside. */
  readonly many?: 'set' | 'loose' | 'single'
  readonly words?: readonly ('none' | 'spread')[]
  /** The keys of an `object`; each is compared by itself. */
  readonly fields?: Schema
  /** The value names an object of this type under the same organization. */
  readonly refers?: TypeName
  /** Quay gives whom the value names at least this beside the object: less cannot be declared there. */
  readonly gives?: { readonly type: TypeName; readonly attribute: string; readonly value: string }
  /** Of a subject: its kinds. Those that are types under the same organization must be declared. */
  readonly subjects?: readonly TypeName[]
  /** `choices` stand from the least to the most, and a pattern asks for at least its own. */
  readonly ascending?: true
  /** The value names another object of the same type and parent, which goes when this one has all that it had. */
  readonly supersedes?: true
  /** Words for people, shown to whoever may look: no place for a secret. */
  readonly prose?: true
  /** Names somebody or something elsewhere, as a subject does: no secret, and shown whole. */
  readonly identifier?: true
  /** May hold a secret though Quay returns it: compared, shown to nobody. */
  readonly sensitive?: true
  /** Filled in from `upstreams` where the object declares neither. */
  readonly upstream?: 'username' | 'password'
  /** A text that may be a secret reference too; then it is never compared. */
  readonly reference?: true
  /** Is sent only together with these. */
  readonly together?: readonly string[]
  /** Cannot be changed in place: a difference replaces the object, where that is allowed. */
  readonly replaces?: true
  /** Quay never returns it: sent, never compared. */
  readonly writeOnly?: true
  /** Quay changes it by itself: create-only. `forward`: a later time than the live one is sent. */
  readonly serverOwned?: true | 'forward'
  /** What discovery must list: a path, or `Definition.property`. */
  readonly since?: string
  /** The first release of Quay that has it; only words, discovery decides. */
  readonly introduced?: string
  /** The flags without which discovery does not list it, without their `FEATURE_`; only words, too. */
  readonly feature?: string | readonly string[]
  /** Which of its values a server takes stands in `/registry/capabilities`. */
  readonly capability?: true
  /** Quay's own name of the field, where it is another. */
  readonly quay?: string
  /** What must stand beside it in examples, where it says nothing alone. */
  readonly beside?: Readonly<Record<string, Value>>
  /** Two values that pass validation, for examples and tests; kinds have their own where this is absent. */
  readonly examples?: readonly [unknown, unknown]
}

export type Schema = { readonly [name: string]: Attribute }

type Scalar<A extends Attribute> = A['kind'] extends 'boolean'
  ? boolean
  : A['kind'] extends 'integer' | 'percent' | 'duration' | 'size'
    ? number
    : A['kind'] extends 'secret'
      ? SecretReference
      : A['kind'] extends 'map'
        ? { readonly [key: string]: Value }
        : A['kind'] extends 'object'
          ? A['fields'] extends Schema
            ? Infer<A['fields']>
            : never
          : string

type Canonical<A extends Attribute> = A['many'] extends string
  ? readonly Scalar<A>[]
  : Scalar<A> | (A['words'] extends readonly ('none' | 'spread')[] ? null : never)

/** The attributes a schema describes, in canonical form; secrets are plain texts by the time a type sends them. */
export type Infer<S extends Schema> = { readonly [K in keyof S]?: Canonical<S[K]> }

/** Attributes of any type. */
export type Attributes = { readonly [name: string]: Value | undefined }

/** What a type sends: secret references have become texts. */
export type Sent<A> = {
  readonly [K in keyof A]: A[K] extends SecretReference | undefined ? string | undefined : A[K]
}

/** Does this attribute hold a reference to a secret? The look of a value is not enough: a map of data may look the same. */
export function isReference(attribute: Attribute | undefined, value: unknown): value is SecretReference {
  return (attribute?.kind === 'secret' || attribute?.reference === true) && looksLikeReference(value)
}

/** A value with the references in it replaced: only those that stand where the attribute takes one. */
export function mapReferences(
  attribute: Attribute | undefined,
  value: Value,
  replace: (reference: SecretReference) => Value,
): Value {
  if (isReference(attribute, value)) return replace(value)
  const fields = attribute?.fields
  if (!fields || value === null || typeof value !== 'object' || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, mapReferences(fields[key], inner, replace)]),
  )
}

/** Of a value that stands where a reference may. */
export const looksLikeReference = (value: unknown): value is SecretReference =>
  typeof value === 'object' && value !== null && ('from_env' in value || 'from_file' in value)

/** Where a value stands among the choices of an attribute, from the least; -1 where it is none of them. */
export const rankOf = ({ choices = [] }: Attribute, value: Value | undefined): number =>
  typeof value === 'string' ? choices.indexOf(value) : -1

/** The attribute by which an object says whose place it takes. */
export const placeTaking = (schema: Schema): string | undefined =>
  Object.entries(schema).find(([, { supersedes }]) => supersedes)?.[0]

import fc from 'fast-check'
import type { Attribute, Value } from '../src/model/schema.ts'
import { maySecret } from '../src/model/secrets.ts'
import { requiredOf, type Written } from './documents.ts'
import { registry } from './world.ts'

/** A secret, and the letters in it that nothing else has. */
export interface Planted {
  readonly value: string
  readonly core: string
}

const around = fc.string({
  unit: fc.constantFrom(...'aZ9 "\'\\/+%&<>?#=:@{}[]é☃😀\n\t'.split(/(?:)/u)),
  maxLength: 6,
})
const core = fc.string({
  unit: fc.constantFrom(...'abcdefghjkmnpqrstuvwxyz23456789'),
  minLength: 14,
  maxLength: 14,
})

/** Secrets with all that an encoding changes. */
export const secrets: fc.Arbitrary<Planted> = fc
  .tuple(around, core, around)
  .map(([before, letters, after]) => ({ value: `${before}${letters}${after}`, core: letters }))

/** A secret as others may spell it. */
export const spellings = (secret: string): readonly string[] => [
  secret,
  JSON.stringify(secret),
  JSON.stringify(JSON.stringify({ [secret]: secret })),
  JSON.stringify(secret).replaceAll(
    /[^ -~]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  ),
  encodeURIComponent(secret),
  encodeURI(secret),
  new URLSearchParams({ secret }).toString(),
  encodeURIComponent(encodeURIComponent(secret)),
  secret.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`),
  secret.replaceAll(/['\\]/g, '\\$&').replaceAll('\n', '\\n'),
  ...['', 'u:', 'us:'].flatMap((user) => [
    Buffer.from(user + secret).toString('base64'),
    Buffer.from(`${user}${secret}.`).toString('base64url'),
  ]),
]

/** What must be found in no output: its letters, and those that they alone decide in Base64. */
export const traces = ({ core: letters }: Planted): readonly string[] => [
  letters,
  ...[0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), Buffer.from(letters)])
      .toString('base64')
      .slice(before === 0 ? 0 : before + 1, Math.floor(((before + letters.length) * 8) / 6)),
  ),
]

/** An attribute, or a key of an object attribute, that may hold a secret, and the attributes of an object with one there. */
export interface SecretField {
  readonly title: string
  readonly type: string
  readonly attribute: Attribute
  write(value: Value): Written
}

/** Every secret field of every type, by the schemas. */
export const secretFields: readonly SecretField[] = [...registry.values()].flatMap(({ name: type, schema }) =>
  Object.entries(schema).flatMap(([name, attribute]): readonly SecretField[] => {
    const field = (title: string, leaf: Attribute, place: (value: Value) => Written): SecretField[] => {
      if (!maySecret(leaf, 'quay')) return []
      const companions = Object.fromEntries(
        (attribute.together ?? []).flatMap((other) => {
          const beside = schema[other]
          return beside?.reference ? [[other, { from_env: 'QC_BESIDE' }]] : []
        }),
      )
      const base = { ...requiredOf(schema), ...companions }
      return [
        {
          title: `${type}.${title}`,
          type,
          attribute: leaf,
          write: (value) => merged(merged(base, leaf.beside ?? {}), place(value)),
        },
      ]
    }
    return attribute.fields
      ? Object.entries(attribute.fields).flatMap(([key, leaf]) =>
          field(`${name}.${key}`, leaf, (value) => ({
            [name]: { ...(isMap(leaf.beside?.[name]) ? (leaf.beside?.[name] as Written) : {}), [key]: value },
          })),
        )
      : field(name, attribute, (value) => ({ [name]: value }))
  }),
)

const isMap = (value: unknown): value is Written =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const merged = (weaker: Written, stronger: Written): Written => ({ ...weaker, ...stronger })

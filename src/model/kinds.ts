import { canonicalJson } from './canonical.ts'
import type { Attribute, Kind, Value } from './schema.ts'

/** How a kind is written, read and printed: one row, read by every stage. */
interface KindRow {
  /** The JSON Schema of one written value. */
  readonly json: Readonly<Record<string, unknown>>
  /** Words for "expected …". */
  readonly expected: string
  /** Written value to canonical; only called on what `json` accepts. */
  parse(written: Value): Value
  /** Canonical value to the text a user would write. */
  print(value: Value): string
  readonly examples: readonly [Value, Value]
}

const durations = { w: 604800, d: 86400, h: 3600, min: 60, s: 1 } as const
const sizes = { TiB: 2 ** 40, GiB: 2 ** 30, MiB: 2 ** 20, KiB: 2 ** 10, B: 1 } as const

const plain = { parse: (v: Value) => v, print: (v: Value) => (typeof v === 'string' ? v : JSON.stringify(v)) }

export const kinds: Readonly<Record<Kind, KindRow>> = {
  text: { ...plain, json: { type: 'string' }, expected: 'a text', examples: ['one', 'two'] },
  boolean: { ...plain, json: { type: 'boolean' }, expected: 'true or false', examples: [true, false] },
  integer: { ...plain, json: { type: 'integer' }, expected: 'a whole number', examples: [1, 2] },
  percent: {
    ...plain,
    json: { type: 'integer', minimum: 1, maximum: 100 },
    expected: 'a whole percent from 1 to 100',
    print: (v) => `${v}%`,
    examples: [70, 80],
  },
  time: {
    ...plain,
    json: {
      type: 'string',
      pattern:
        '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$',
    },
    expected: 'a time in UTC like 2026-12-01T02:00:00Z',
    examples: ['2020-01-02T02:00:00Z', '2020-01-01T02:00:00Z'],
  },
  duration: {
    json: { type: ['string', 'integer'], minimum: 0, maximum: 0, pattern: '^(0|[1-9][0-9]*(s|min|h|d|w))$' },
    expected: 'a duration like 30min, 12h, 1d or 2w',
    parse: (v) => amount(String(v), durations),
    print: (v) => (v === 0 ? '0' : largest(Number(v), durations, '')),
    examples: ['1d', '1w'],
  },
  size: {
    json: { type: 'string', pattern: '^[1-9][0-9]* ?(B|KiB|MiB|GiB|TiB)$' },
    expected: 'a size like 50 GiB',
    parse: (v) => amount(String(v), sizes),
    print: (v) => largest(Number(v), sizes, ' '),
    examples: ['10 GiB', '20 GiB'],
  },
  secret: {
    json: {
      type: 'object',
      title: 'reference to a secret',
      properties: {
        from_env: {
          type: 'string',
          pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
          description: 'The environment variable that holds it.',
          secret: true,
        },
        from_file: {
          type: 'string',
          minLength: 1,
          description: 'The file that holds it, relative to this one.',
        },
        version: {
          type: 'integer',
          minimum: 1,
          description:
            'A number of your own, to be raised with each new value: where it is another than at --base, the secret is sent.',
        },
      },
      additionalProperties: false,
    },
    expected: 'a reference: {from_env: NAME} or {from_file: PATH}',
    parse: (v) => v,
    print: () => '(secret)',
    examples: [{ from_env: 'QC_PASSWORD' }, { from_env: 'QC_OTHER' }],
  },
  subject: {
    ...plain,
    json: { type: 'string', pattern: '^[a-z]+:[^\\s:]+$' },
    expected: 'a subject like user:NAME',
    examples: ['user:admin', 'user:mallory'],
  },
  keep: {
    json: { type: ['integer', 'string'], minimum: 1, pattern: '^[1-9][0-9]*[smhdwy]$' },
    expected: 'a number of tags, or an age like 30d',
    parse: (v) => v,
    print: (v) => String(v),
    examples: [50, 100],
  },
  map: {
    ...plain,
    json: { type: 'object' },
    expected: 'a map',
    parse: (v) => JSON.parse(canonicalJson(v)),
    examples: [{ a: 1 }, { a: 2 }],
  },
  object: {
    ...plain,
    json: { type: 'object' },
    expected: 'a map',
    print: (v) => canonicalJson(v),
    examples: [{}, {}],
  },
}

/** Canonical value to text, for one element of a set too. */
export function printValue(attribute: Attribute, value: Value): string {
  if (value === null) return 'none'
  if (Array.isArray(value)) return `[${value.map((item) => printValue(attribute, item)).join(', ')}]`
  return kinds[attribute.kind].print(value)
}

/** `at least 60s, at most 2147483647s`: limits that stand in no JSON Schema, because they are compared after parsing. */
export function limitsOf(attribute: Attribute): string | undefined {
  const { minimum, maximum, many } = attribute
  if (many) return undefined
  const limits = [
    ...(minimum === undefined ? [] : [`at least ${printValue(attribute, minimum)}`]),
    ...(maximum === undefined ? [] : [`at most ${printValue(attribute, maximum)}`]),
  ]
  return limits.length > 0 ? limits.join(', ') : undefined
}

/** Values as one would write them: the attribute's own, its choices, or those of its kind. */
export function examplesOf(attribute: Attribute): readonly unknown[] {
  const { examples, choices, fields, many, kind } = attribute
  if (examples) return examples
  if (fields)
    return [Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, examplesOf(field)[0]]))]
  const [one, two] = choices ?? kinds[kind].examples
  return many === 'set' ? [[one], [one, two]] : [one, two]
}

/** The words after "expected" for an attribute. */
export function expectedOf(attribute: Attribute): string {
  const one = attribute.choices
    ? attribute.choices.map((c) => `"${c}"`).join(' or ')
    : attribute.subjects
      ? subjectsExpected(attribute.subjects)
      : (attribute.expected ?? kinds[attribute.kind].expected)
  const reference = attribute.reference ? `${one}, or ${kinds.secret.expected}` : one
  const many =
    attribute.many === 'set'
      ? `a list, each entry ${one}`
      : attribute.many === 'loose'
        ? `${one}, or a list of them`
        : reference
  return attribute.words ? `${many}, or ${attribute.words.join(' or ')}` : many
}

/** `user:NAME or team:NAME` */
export const subjectsExpected = (subjects: readonly string[]): string =>
  subjects.map((kind) => `${kind}:NAME`).join(' or ')

function amount(text: string, units: Readonly<Record<string, number>>): number {
  const [, digits = '0', unit = ''] = /^([0-9]+) ?([A-Za-z]*)$/.exec(text) ?? []
  return Number(digits) * (units[unit] ?? 1)
}

function largest(value: number, units: Readonly<Record<string, number>>, gap: string): string {
  const hit = Object.entries(units).find(([, size]) => value % size === 0)
  return hit ? `${value / hit[1]}${gap}${hit[0]}` : String(value)
}

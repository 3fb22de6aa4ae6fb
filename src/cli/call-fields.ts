import { UsageError } from '../model/errors.ts'

/** One field of a request: `key`, `key[inner]` or `key[]`, and its value. */
export interface Field {
  readonly key: string
  readonly value: unknown
}

type Body = Record<string, unknown>

/** `-F key=value`: true, false, null and whole numbers are those, `@FILE` is what stands there, the rest is text; `key[]` alone is an empty list. */
export function typedField(text: string, read: (path: string) => string): Field {
  if (/^[^=]*\[\]$/.test(text)) return { key: text, value: EMPTY }
  const { key, value } = rawField(text, '--field')
  return { key, value: value.startsWith('@') ? read(value.slice(1)) : typed(value) }
}

/** `--raw-field key=value`: always text. */
export function rawField(
  text: string,
  flag = '--raw-field',
): { readonly key: string; readonly value: string } {
  const [, key, value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (key === undefined)
    // What it holds may be a secret.
    throw new UsageError('QC6456', `${flag} takes KEY=VALUE, and there is no = behind a key`, [
      'for example -F limit_bytes=1073741824',
    ])
  return { key, value }
}

/** A list without items. */
const EMPTY = Symbol('empty')
const WORDS = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
])

function typed(text: string): unknown {
  if (WORDS.has(text)) return WORDS.get(text)
  const isNumber = /^-?(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text))
  return isNumber ? Number(text) : text
}

/** The query of a request that has no body. */
export function queryOf(fields: readonly Field[]): string {
  return fields
    .map(({ key, value }) => {
      if (/[[\]]/.test(key)) throw clash(key, 'a query has no lists and no inner keys')
      return `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`
    })
    .join('&')
}

/** The JSON object that fields make together; undefined without any. */
export function bodyOf(fields: readonly Field[]): unknown {
  if (fields.length === 0) return undefined
  const body: Body = Object.create(null)
  for (const { key, value } of fields) {
    const [, first = '', rest = ''] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(key) ?? []
    if (first === '') throw clash(key, 'a key is written like a, a[b] or a[]')
    put(body, [first, ...[...rest.matchAll(/\[([^\]]*)\]/g)].map(([, inner = '']) => inner)], value, key)
  }
  return body
}

function put(into: Body, [key = '', ...inner]: readonly string[], value: unknown, whole: string): void {
  const [next, ...more] = inner
  if (next === undefined) {
    if (Object.hasOwn(into, key)) throw clash(whole, 'it is there twice')
    into[key] = value
  } else if (next === '') {
    into[key] ??= []
    const list = into[key]
    if (!Array.isArray(list)) throw clash(whole, 'it is a list here, and none elsewhere')
    if (value === EMPTY) return
    if (more.length === 0) list.push(value)
    else put(itemFor(list, more[0] ?? ''), more, value, whole)
  } else {
    into[key] ??= Object.create(null)
    const below = into[key]
    if (!isBody(below)) throw clash(whole, 'it has inner keys here, and none elsewhere')
    put(below, inner, value, whole)
  }
}

/** The last item of a list, until it has the key; then another. */
function itemFor(list: unknown[], key: string): Body {
  const last = list.at(-1)
  if (isBody(last) && !Object.hasOwn(last, key)) return last
  const item: Body = Object.create(null)
  list.push(item)
  return item
}

const isBody = (value: unknown): value is Body =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const clash = (key: string, why: string): UsageError =>
  new UsageError('QC6456', `the field ${key} cannot be: ${why}`, [
    'give the whole body as JSON with --input instead, from a file or -',
  ])

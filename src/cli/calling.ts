import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type ApiPath, pathOf } from '../model/api.ts'
import { UsageError } from '../model/errors.ts'
import { checkPath } from '../quay/checks.ts'
import type { Called, Client } from '../quay/client.ts'
import { readPages } from '../quay/pages.ts'
import { type Sure, sureOf } from './call-checks.ts'
import { bodyOf, queryOf, rawField, typedField } from './call-fields.ts'
import { exactText, parseExact } from './exact-json.ts'
import { MOST_BYTES } from './shelf.ts'
import type { Surroundings } from './world.ts'

export interface CallFlags {
  readonly field?: readonly string[] | undefined
  readonly 'raw-field'?: readonly string[] | undefined
  readonly input?: string | undefined
  readonly undocumented?: boolean
  readonly paginate?: boolean
}

const METHODS = ['GET', 'POST', 'PUT', 'DELETE'] as const

/** One call of Quay's API. */
export interface Call {
  readonly method: (typeof METHODS)[number]
  readonly path: ApiPath
  /** What must be sure before it is sent. */
  readonly below: Sure['below']
  /** JSON, as it is sent. */
  readonly body: string | undefined
  /** Of the URL, where a whole one was given. */
  readonly origin: string | null
}

/** What is to be sent. Throws a `UsageError` where that is no call, or none that Quay documents. */
export function callOf(
  word: string,
  target: string | undefined,
  flags: CallFlags,
  { cwd, stdin }: Surroundings,
): Call {
  const method = methodOf(word, target)
  if (flags.paginate && method !== 'GET')
    throw new UsageError('QC6458', `--paginate reads, and ${method} does not`, ['leave it out'])
  const { origin, route, query } = partsOf(target ?? '')
  checkStdin(flags)
  const read = (path: string) => textOf(path, cwd, stdin)
  const fields = [
    ...(flags.field ?? []).map((text) => typedField(text, (path) => read(path).replace(/\r?\n$/, ''))),
    ...(flags['raw-field'] ?? []).map((text) => rawField(text)),
  ]
  const isQuery = method === 'GET' || flags.input !== undefined
  if (method === 'GET' && flags.input !== undefined)
    throw new UsageError('QC6458', 'GET sends no body, so there is no --input', [
      'fields are its query: -F key=value',
    ])
  const content = isQuery ? undefined : bodyOf(fields)
  const body = content === undefined ? undefined : JSON.stringify(content)
  const { path, below } = flags.undocumented ? { path: route, below: null } : sureOf(method, route)
  const asked = [query, isQuery ? queryOf(fields) : ''].filter((text) => text !== '').join('&')
  return {
    method,
    path: pathOf(asked === '' ? path : `${path}?${asked}`),
    below,
    body: flags.input === undefined ? body : jsonOf(read(flags.input), flags.input),
    origin,
  }
}

function methodOf(word: string, target: string | undefined): Call['method'] {
  const known = METHODS.find((method) => method === word.toUpperCase())
  if (known && target !== undefined) return known
  const isPath = target === undefined && word.includes('/')
  throw new UsageError(
    'QC6453',
    isPath
      ? `there is no METHOD before ${word}`
      : known
        ? `there is no PATH after ${word}`
        : `${word} is no method of Quay's API`,
    [
      known
        ? `for example quayctl api ${known} /organization/acme`
        : `write one of ${METHODS.join(', ')}: quayctl api GET ${isPath ? word : (target ?? '/organization/acme')}`,
    ],
  )
}

/** A path below `/api/v1`, with or without that, or a whole URL. */
function partsOf(target: string) {
  const [, origin = null, rest = ''] = /^(https?:\/\/[^/?#]*)?(.*)$/is.exec(target) ?? []
  const [, path = rest] = /^\/?api\/v1(\/.*|\?.*|)$/s.exec(rest) ?? []
  if (origin !== null && path === rest)
    throw new UsageError('QC6454', 'the URL leads to nothing below /api/v1', [
      'write the path alone, like /organization/acme',
    ])
  const whole = path.startsWith('/') ? path : `/${path}`
  const [placeholder] = /[{<][^}>]*[}>]/.exec(whole) ?? []
  if (placeholder)
    throw new UsageError('QC6454', `${placeholder} in the path stands for a name`, ['write the name'])
  checkPath(whole)
  const [route = '', ...query] = whole.split('?')
  return {
    origin: origin && (URL.canParse(origin) ? new URL(origin).origin : origin),
    route,
    query: query.join('?'),
  }
}

/** Who reads it second would find nothing there. */
function checkStdin({ field = [], input }: CallFlags): void {
  const readers = [...field.filter((text) => /^[^=]+=@-$/.test(text)), ...(input === '-' ? [input] : [])]
  if (readers.length > 1)
    throw new UsageError(
      'QC6449',
      `standard input is to be read ${readers.length} times, and is there once`,
      ['write one of them into a file'],
    )
}

function textOf(path: string, cwd: string, stdin: Surroundings['stdin']): string {
  if (path === '-') return Buffer.from(stdin(MOST_BYTES)).toString('utf8')
  try {
    return readFileSync(resolve(cwd, path), 'utf8')
  } catch {
    throw new UsageError('QC6457', `${path} cannot be read`, [
      'name a file that is there, or - for standard input',
    ])
  }
}

/** The text itself, if it is JSON: parsed, large numbers would be others. What is wrong with it is not said: it may hold secrets. */
function jsonOf(text: string, path: string): string {
  try {
    JSON.parse(text)
    return text
  } catch {
    throw new UsageError('QC6457', `--input ${path} is not JSON`, ['the body of a request is JSON'])
  }
}

/** Throws where the URL is another server's than the one that is asked. */
export function checkOrigin({ origin }: Call, url: string): void {
  if (origin !== null && origin !== new URL(url).origin)
    throw new UsageError('QC6454', `${origin} is not the Quay that is asked, ${new URL(url).origin}`, [
      'write the path alone, or name the server with --url',
    ])
}

/** The items of all pages, a page at a time. */
export const itemsOf = ({ path }: Call, client: Client): AsyncIterable<readonly unknown[]> =>
  readPages(async (at) => parseExact((await client.call('GET', at)).text), path, null)

const CALL_FORMAT = '1.0'

/** An answer as one JSON document, as `schemas/api.schema.json` says. */
export const answerText = ({ method, path }: Call, { status, text }: Called): string =>
  exactText(
    {
      format_version: CALL_FORMAT,
      kind: 'quayctl.api',
      method,
      path,
      status,
      ...(text !== '' && { body: parseExact(text) }),
    },
    2,
  )

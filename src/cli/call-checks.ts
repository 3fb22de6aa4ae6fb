import { path, pathOf } from '../model/api.ts'
import { MissingRouteError, UsageError } from '../model/errors.ts'
import { anything, mapOf, optional, record } from '../model/shape.ts'
import type { Client } from '../quay/client.ts'
import { type Below, type Documented, documented, isNested } from '../quay/documented.ts'

/** A call that Quay documents. */
export interface Sure {
  readonly path: string
  /** What a write must be sure of before it is sent: Quay would take it for one of another repository. Null: nothing. */
  readonly below: Below | null
}

const UNDOCUMENTED = 'what is not documented is sent with --undocumented'

/** The path as Quay has it. What only reads may be any. */
export function sureOf(method: string, route: string): Sure {
  const found = documented(method, route)
  if (found.kind === 'call') return { path: found.path, below: method === 'GET' ? null : found.below }
  if (method === 'GET') return { path: route, below: null }
  throw new UsageError(
    'QC6455',
    `${method} ${route} is no call that Quay documents: ${reasonOf(found, route)}`,
    [...waysOf(method, route, found), UNDOCUMENTED],
  )
}

function reasonOf(found: Exclude<Documented, { kind: 'call' }>, route: string): string {
  if (found.kind === 'method') return `${found.template} has ${found.methods.join(', ')}`
  if (found.kind === 'below')
    return `Quay would take ${found.repository} for the name of a repository, and "${found.word}" in it is a route of its own`
  return `it has nothing at ${route}`
}

function waysOf(method: string, route: string, found: Documented): readonly string[] {
  const isBelow = /^\/repository\/[^/]+\/[^/]+\//.test(route)
  const isTaken = isBelow && (method === 'DELETE' || method === 'PUT')
  const isMirror = found.kind === 'method' && found.template === '/repository/{repository}/mirror'
  return [
    ...(isTaken && found.kind === 'method'
      ? ['Quay takes the path for a nested repository of that name, and acts on that where there is one']
      : []),
    ...(isMirror && method === 'DELETE'
      ? [
          `a mirror is never deleted; quayctl api PUT ${route} -F is_enabled=false stops it, as mirror: none in a file does`,
        ]
      : []),
    ...(found.kind === 'unknown' ? ['quayctl api GET /discovery lists what this server has'] : []),
  ]
}

const discovery = record({ paths: mapOf(mapOf(anything)) })
const named = record({ namespace: optional(anything), name: optional(anything) })

/** Throws where the server would take the call for one of another repository than is meant: it has no such route, or there is no nested repository of that name. */
export async function checkServed(
  method: string,
  { path: route, below }: Sure,
  client: Client,
): Promise<void> {
  if (below === null) return
  if (isNested(below)) await checkNested(method, route, below.repository, client)
  else if (!(await serves(method, below.template, client)))
    throw new MissingRouteError(
      'QC7404',
      `${method} ${route}: the server has no such API route, and would take the path for the name of another repository`,
      [
        'The feature is off on this server, or the server is too old to have it: quayctl api GET /discovery -F internal=true lists what it has.',
        'Nothing was sent. --undocumented sends it all the same.',
      ],
    )
}

/** What discovery does not list is off, or not in this release (internal routes are listed only when asked for). */
async function serves(method: string, template: string, client: Client): Promise<boolean> {
  const { paths } = await client.get(path`/discovery?internal=true`, discovery)
  return Object.entries(paths).some(
    ([listed, methods]) =>
      nameless(listed.replace(/^\/api\/v1/, '')) === nameless(template) &&
      Object.hasOwn(methods, method.toLowerCase()),
  )
}

/** Releases differ in what they call the names in a path. */
const nameless = (template: string): string => template.replaceAll(/\{\w+\}/g, '{}')

async function checkNested(method: string, route: string, repository: string, client: Client) {
  const [name = ''] = route.split('?')
  const found = await client.find(pathOf(name), named)
  if (found && `${found.namespace}/${found.name}` === repository) return
  throw new UsageError(
    'QC6455',
    `${method} ${name} is no call that Quay documents: it would be one of the repository ${repository}, which is not there`,
    [
      'correct the path: Quay takes one that it does not know for the name of a nested repository, and answers a DELETE of nothing with success',
      UNDOCUMENTED,
    ],
  )
}

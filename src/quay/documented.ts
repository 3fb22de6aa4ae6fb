import { routes } from './routes.ts'

/** What a method and a path, without its query, are by Quay's documents. */
export type Documented =
  /** The path as Quay has it: some end with a slash, some must not. */
  | { readonly kind: 'call'; readonly path: string; readonly below: Below | null }
  /** The path is one, and has these methods only. */
  | { readonly kind: 'method'; readonly template: string; readonly methods: readonly string[] }
  /** Quay takes a path below a repository that it does not know for the name of another repository. */
  | { readonly kind: 'below'; readonly repository: string; readonly word: string }
  | { readonly kind: 'unknown' }

/** A call of what a repository has, or of a repository with slashes in its name. */
export interface Below {
  readonly template: string
  readonly repository: string
}

/** The one name that holds slashes. */
const GREEDY = '{repository}'
const REPOSITORY = `/repository/${GREEDY}`

const templates = Object.entries(routes)
  .map(([path, methods]) => ({
    path,
    methods: methods.split(' '),
    pattern: patternOf(path),
    fixed: path.replaceAll(/\{\w+\}/g, '').length,
  }))
  .sort((a, b) => b.fixed - a.fixed)

/** What stands behind the name of a repository: no name of a nested one may hold it. */
const words = new Set(
  Object.keys(routes).flatMap((path) =>
    path.startsWith(`${REPOSITORY}/`) ? [path.slice(REPOSITORY.length + 1).split('/')[0] ?? ''] : [],
  ),
)

function patternOf(path: string): RegExp {
  const source = path.replaceAll(/\{(\w+)\}/g, (_, name) =>
    `{${name}}` === GREEDY ? '([^/]+(?:/[^/]+)+?)' : '[^/]+',
  )
  return new RegExp(`^${source}$`)
}

/** Looks a call up. Without or with a slash at its end the path may be Quay's, too. */
export function documented(method: string, path: string): Documented {
  const paths = [path, path.endsWith('/') ? path.slice(0, -1) : `${path}/`]
  const fitting = paths.flatMap((one) =>
    templates
      .map(({ pattern, ...template }) => ({ ...template, one, found: pattern.exec(decoded(one)) }))
      .filter(({ found }) => found !== null),
  )
  const sound = fitting.filter(({ path: template, found }) => wordIn(template, found?.[1]) === null)
  const call = sound.find(({ methods }) => methods.includes(method))
  if (call) return { kind: 'call', path: call.one, below: belowOf(call.path, call.found?.[1]) }
  const [other] = sound.filter(({ path: template }) => template !== REPOSITORY)
  if (other) return { kind: 'method', template: other.path, methods: other.methods }
  for (const { path: template, found } of fitting) {
    const word = wordIn(template, found?.[1])
    if (word !== null) return { kind: 'below', repository: found?.[1] ?? '', word }
  }
  return sound[0]
    ? { kind: 'method', template: sound[0].path, methods: sound[0].methods }
    : { kind: 'unknown' }
}

/** Of a repository with a plain name itself there is no doubt. */
function belowOf(template: string, repository = ''): Below | null {
  const isPlain = template === REPOSITORY && repository.split('/').length === 2
  return template.startsWith(REPOSITORY) && !isPlain ? { template, repository } : null
}

/** Is it the repository itself? Its name could as well be a misspelt path below another. */
export const isNested = ({ template }: Below): boolean => template === REPOSITORY

/** The word in a repository's name that makes it no name; null: there is none. */
function wordIn(template: string, repository = ''): string | null {
  if (!template.startsWith(REPOSITORY)) return null
  const [, , ...rest] = repository.split('/')
  return rest.find((part) => words.has(part)) ?? null
}

/** Quay decodes a path before it looks for the route. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

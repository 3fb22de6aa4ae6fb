import type { Route, Since } from '../model/emulation.ts'

/** A route ready to be matched. */
export interface Entry {
  readonly route: Route
  readonly method: string
  readonly path: string
  /** What stands before the first parameter: a path that begins otherwise needs no closer look. */
  readonly start: string
  readonly pattern: RegExp
  readonly names: readonly string[]
}
/** What becomes of a method and a path. */
export type Match =
  | { readonly kind: 'found'; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'redirect' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'method'; readonly known: boolean }

const parameter = /\{(\w+)(\*?)\}/g
const literal = (text: string): string => text.replace(/[.+*?()[\]{}|^$\\]/g, '\\$&')
const isOpen = (path: string): boolean => path.endsWith('*}')

type Compiled = Pick<Entry, 'path' | 'start' | 'pattern' | 'names'> & { readonly fixedLength: number }
const compiled = new Map<string, Compiled>()

/** Every emulator has the same paths: each is compiled once. */
function compile(path: string): Compiled {
  const known = compiled.get(path) ?? compiledAnew(path)
  compiled.set(path, known)
  return known
}

/** `{repo*}` takes any number of parts, none of them empty (path_converters.py:24). */
function compiledAnew(path: string): Compiled {
  const names: string[] = []
  let text = ''
  let end = 0
  for (const found of path.matchAll(parameter)) {
    text += literal(path.slice(end, found.index)) + (found[2] ? '([^/]+(?:/[^/]+)*)' : '([^/]+)')
    end = found.index + found[0].length
    names.push(found[1] ?? '')
  }
  return {
    path,
    start: path.replace(/(\{.*|\/)$/, ''),
    pattern: new RegExp(`^${text}${literal(path.slice(end))}$`, 'su'),
    names,
    fixedLength: path.replace(parameter, '').length,
  }
}

/** Routes in the order Quay's framework tries them: the more fixed text the earlier, whatever takes any depth last. */
export function table(routes: readonly Route[], feature: (name: string) => boolean, since: Since): Entry[] {
  return routes
    .filter((route) => route.since === undefined || since(route.since))
    .filter((route) => [route.feature ?? []].flat().every(feature))
    .map((route) => {
      const [method = '', below = ''] = route.operation.split(' ')
      return { route, method, ...compile((route.root ? '' : '/api/v1') + below) }
    })
    .sort((a, b) => Number(isOpen(a.path)) - Number(isOpen(b.path)) || b.fixedLength - a.fixedLength)
}

const named = (entry: Entry, values: readonly string[]): Record<string, string> =>
  Object.fromEntries(entry.names.map((name, i) => [name, values[i] ?? '']))

/** The methods that a path has. */
export const methods = (entries: readonly Entry[], path: string): Set<string> =>
  new Set(entries.filter((entry) => entry.pattern.test(path)).map((entry) => entry.method))

/**
 * A path that lacks only its end slash is redirected where the method is served there; a GET that nobody serves meets
 * the web pages' catch-all routes (endpoints/web.py:985), any other method is refused.
 */
export function match(entries: readonly Entry[], method: string, path: string): Match {
  const asked = method === 'HEAD' ? 'GET' : method
  for (const entry of entries) {
    if (entry.method !== asked || !path.startsWith(entry.start)) continue
    const found = entry.pattern.exec(path)
    if (found) return { kind: 'found', route: entry.route, params: named(entry, found.slice(1)) }
    if (entry.path.endsWith('/') && entry.pattern.test(`${path}/`)) return { kind: 'redirect' }
  }
  if (asked !== 'GET') return { kind: 'method', known: methods(entries, path).size > 0 }
  const caught = !path.endsWith('/') && path.lastIndexOf('/') > 0
  return caught ? { kind: 'redirect' } : { kind: 'missing' }
}

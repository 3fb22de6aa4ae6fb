import type { Since } from '../model/emulation.ts'
import { scopeTexts } from './auth.ts'
import type { Entry } from './router.ts'
import { schemaIn } from './versions.ts'

/** How the discovery document writes the path parameters. */
const parameters: readonly (readonly [string, string])[] = [
  ['{ns}/{repo*}', '{repository}'],
  ['{org}', '{orgname}'],
  ['{short}', '{robot_shortname}'],
  ['{team}', '{teamname}'],
  ['{member}', '{membername}'],
  ['{quota}', '{quota_id}'],
  ['{limit}', '{limit_id}'],
  ['{policy}', '{policy_uuid}'],
  ['{prototype}', '{prototypeid}'],
  ['{user}', '{username}'],
  ['{build}', '{build_uuid}'],
  ['{trigger}', '{trigger_uuid}'],
  ['{digest}', '{manifestref}'],
  ['{label}', '{labelid}'],
  ['{token}', '{token_uuid}'],
]

const documented = (path: string): string =>
  parameters.reduce((text, [ours, theirs]) => text.replace(ours, theirs), path)

function operation(entry: Entry): object {
  const name = Object.keys(entry.route.body ?? {})[0]
  const schema = name === undefined ? undefined : { $ref: `#/definitions/${name}` }
  const body = schema && { name: 'body', in: 'body', required: true, schema }
  return {
    parameters: body ? [body] : [],
    responses: { 200: { description: 'Successful invocation' } },
  }
}

/** Swagger 2.0 of the registered routes: what isn't listed is off, or unknown to this version (endpoints/api/discovery.py). */
export function discovery(entries: readonly Entry[], internal: boolean, since: Since): object {
  const shown = entries.filter((entry) => !entry.route.root && (internal || !entry.route.internal))
  const paths: Record<string, Record<string, unknown>> = {}
  const definitions: Record<string, object> = {}
  for (const entry of shown.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    const path = documented(entry.path)
    paths[path] ??= { 'x-path': path }
    paths[path][entry.method.toLowerCase()] = operation(entry)
    for (const [name, schema] of Object.entries(entry.route.body ?? {}))
      definitions[name] = schemaIn(since, schema)
  }
  return {
    swagger: '2.0',
    info: { version: 'v1', title: 'Quay Frontend' },
    basePath: '/',
    schemes: ['http'],
    paths,
    definitions,
    securityDefinitions: { oauth2_implicit: { type: 'oauth2', scopes: scopeTexts } },
  }
}

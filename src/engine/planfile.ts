import { canonicalJson, jsonPieces } from '../model/canonical.ts'
import { ConfigError, StaleError } from '../model/errors.ts'
import type { Plan, Run, SavedPlan } from '../model/plan.ts'
import { digestOfWhole, idsOf, planId } from './ids.ts'
import type { Validator } from './validate.ts'

/** The format that is read: a minor version adds what may be left unread. */
const READABLE = /^1\.[0-9]+$/

/** The plan as a file: everything but `run` is the same for the same files, live state and scope. */
export const planText = (plan: Plan, run?: Run): string => [...planPieces(plan, run)].join('')

/** The same in pieces: that of a large registry takes a multiple of its own memory as one text. */
export function* planPieces(plan: Plan, run?: Run): Generator<string> {
  yield* jsonPieces({ ...plan, digest: digestOf({ ...plan }), ...(run && { run }) }, { indent: true })
  yield '\n'
}

/** Over all of a plan but what differs from run to run. */
const digestOf = ({ digest: _, run: __, ...plan }: Readonly<Record<string, unknown>>): string =>
  `sha256:${digestOfWhole(plan)}`

/** The plan that a file holds; an error unless it is as quayctl wrote it. `file`: what messages call it. */
export function readPlan(text: string, file: string, validator: Validator): SavedPlan {
  try {
    const found = parsed(text)
    if (!isOfKind(found, 'quayctl.plan'))
      throw notOne(
        file,
        isOfKind(found, 'quayctl.diff')
          ? 'it is a diff of files: no Quay was asked'
          : 'it is no plan of quayctl',
      )
    checkFormat(found, file)
    if (typeof found.digest === 'string' && found.digest !== digestOf(found)) throw changed(file)
    if (!conforms(found, validator)) throw notOne(file, wordsOf(validator))
    if (!isServer(found.server.url)) throw notOne(file, `${found.server.url} is no address of a server`)
    const ids = idsOf(found.changes, found.server.url)
    if (canonicalJson(ids) !== canonicalJson(found.plan_ids) || planId(ids) !== found.plan_id)
      throw changed(file)
    return found
  } catch (error) {
    // The stack ends where a value is nested without end.
    if (error instanceof RangeError) throw notOne(file, 'it is nested too deeply')
    throw error
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isOfKind = (value: unknown, kind: Plan['kind']): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind

/** The schema says all that the type does. */
const conforms = (value: unknown, validator: Validator): value is SavedPlan => validator(value)

function checkFormat(
  { format_version: format, tool }: Readonly<Record<string, unknown>>,
  file: string,
): void {
  if (typeof format !== 'string' || READABLE.test(format)) return
  const maker = tool && typeof tool === 'object' && 'version' in tool ? String(tool.version) : 'another'
  throw new ConfigError(
    'QC3124',
    `${file} cannot be used: it has format ${format}, and this quayctl reads 1.x`,
    [`make the plan anew, or apply it with quayctl ${maker}, which made it`],
  )
}

/** The first thing that is wrong; a value is not repeated. */
function wordsOf({ errors }: Validator): string {
  const first = errors?.[0]
  return first ? `${first.instancePath || '/'} ${first.message}` : 'it has not the form of one'
}

const isServer = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)

/** Nobody can apply it or comment on it, whatever Quay is like. */
export const notOne = (file: string, why: string): ConfigError =>
  new ConfigError('QC3124', `${file} cannot be used: ${why}`, ['make one with quayctl plan --out FILE'])

const changed = (file: string): StaleError =>
  new StaleError('QC4304', `${file} was changed since it was made: nothing of it is applied`, [
    'make the plan anew; what it shall do stands in the files',
  ])

import { digest } from '../engine/ids.ts'
import type { Action } from '../model/change.ts'
import { UsageError } from '../model/errors.ts'
import type { Plan } from '../model/plan.ts'

/** What may be asked, each a text: as Terraform's data source external sends it. */
export interface Query {
  readonly organization?: string
  readonly target?: string
  readonly registry?: string
  /** A list of files in JSON. */
  readonly files?: string
}

const known: Readonly<Record<keyof Query, true>> = {
  organization: true,
  target: true,
  registry: true,
  files: true,
}
const EXAMPLE = 'it is a JSON object of texts, like {"registry": "staging"}'

/** The query on standard input. */
export function parseQuery(text: string): Query {
  const query = parsed(text)
  if (query === null || typeof query !== 'object' || Array.isArray(query))
    throw new UsageError('QC6484', 'standard input holds no query', [EXAMPLE])
  for (const [key, value] of Object.entries(query)) {
    if (!Object.hasOwn(known, key))
      throw new UsageError('QC6484', `the query has no key "${key}"`, [
        `it may have ${Object.keys(known).join(', ')}`,
      ])
    if (typeof value !== 'string') throw new UsageError('QC6484', `the query's ${key} is no text`, [EXAMPLE])
  }
  return query
}

/** The flags that say the same. */
export function flagsOf({ organization, target, registry, files }: Query) {
  return {
    ...(organization !== undefined && { organization: [organization] }),
    ...(target !== undefined && { target: [target] }),
    ...(registry !== undefined && { registry }),
    ...(files !== undefined && { file: filesOf(files) }),
  }
}

function filesOf(text: string): readonly string[] {
  const list = parsed(text)
  const isFile = (one: unknown) => typeof one === 'string' && one !== '-'
  if (Array.isArray(list) && list.length > 0 && list.every(isFile)) return list
  throw new UsageError('QC6484', "the query's files are no list of files in JSON", ['like "[\\"quay\\"]"'])
}

/** The answer: an object of texts. `fingerprint` is the same as long as Quay is as the files say, whatever they say, and else another each time: drift that comes again is one that no trigger has seen. What is held does not count. */
export function answerOf({ plan_id, changes }: Plan, now: Date): Readonly<Record<string, string>> {
  const due = changes.filter(({ held }) => !held)
  const isSame = due.length === 0
  const count = (action: Action) => due.filter((change) => change.action === action).length
  return {
    fingerprint: digest(isSame ? 'in sync' : [plan_id, now.toISOString()]),
    in_sync: String(isSame),
    changes: String(due.length),
    summary: isSame
      ? 'no changes'
      : `${count('create')} to create, ${count('update')} to update, ${count('replace')} to replace, ${count('delete')} to delete`,
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

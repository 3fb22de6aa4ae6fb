import { readFileSync } from 'node:fs'
import type { Planned } from '../engine/pipeline.ts'
import { allowedBy, heldToReviews, type Reviewed } from '../engine/reviewed.ts'
import { ConfigError } from '../model/errors.ts'
import { list, oneOf, record, type Shape, text } from '../model/shape.ts'
import { IMPACTS, type Spoken } from './applying.ts'
import { registry } from './world.ts'

const reviews = list(record({ request: text, seen: list(text), allow: list(oneOf(...IMPACTS)) }))

/** What is planned, held to the reviews in a file; without one, as it is. */
export function reviewedOnly<S extends Spoken>(
  planned: Planned,
  path: string | undefined,
  said: S,
): { readonly planned: Planned; readonly spoken: S } {
  if (path === undefined || planned.errors) return { planned, spoken: said }
  const read = readReviews(path)
  const allowances = [...said.allowances, ...allowedBy(planned.plan, read)]
  return { planned: heldToReviews(planned, read, allowances, registry), spoken: { ...said, allowances } }
}

function readReviews(path: string): readonly Reviewed[] {
  const value = parsed(path)
  if (fits(value, reviews)) return value
  const { at = '', due = '' } = reviews.misfit(value) ?? {}
  throw unusable(path, `${at || 'all of it'} is not ${due}`)
}

function parsed(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw unusable(path, whyUnread(error))
  }
}

function whyUnread(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  return code === undefined ? 'it is no JSON' : `it cannot be read (${code})`
}

const fits = <T>(value: unknown, shape: Shape<T>): value is T => shape.misfit(value) === null

const unusable = (path: string, why: string): ConfigError =>
  new ConfigError('QC3127', `--reviewed: ${path} is not what quayctl comment --reviewed prints: ${why}`, [
    'quayctl comment --reviewed origin/quayctl/applied > reviewed.json',
  ])

import { created, noContent, notFound, notNormal, ok } from '../../model/answers.ts'
import type { Answer, Call, Role, Route } from '../../model/emulation.ts'

const path = '/repository/{ns}/{repo*}/manifest/{digest}/labels'

const addLabel = {
  type: 'object',
  required: ['key', 'value', 'media_type'],
  properties: {
    key: { type: 'string' },
    value: { type: 'string' },
    media_type: { type: ['string', 'null'], enum: ['text/plain', 'application/json', null] },
  },
}

interface LabelRow {
  readonly id: string
  readonly key: string
  readonly value: string
  readonly source_type: 'api'
  readonly media_type: string
}

/** The labels of an image that a tag names. */
function labelsOf(call: Call, need: Role): Map<string, LabelRow> {
  const row = call.repository(need)
  if (need !== 'read' && row.state !== 'NORMAL') throw notNormal(row.name)
  const { digest = '' } = call.params
  if (![...(row.tags?.values() ?? [])].some((tag) => tag.digest === digest)) throw notFound()
  const tables = call.rows<Map<string, Map<string, LabelRow>>>('label')
  const key = `${row.namespace}/${row.name}`
  const images = tables.get(key) ?? new Map<string, Map<string, LabelRow>>()
  tables.set(key, images)
  const labels = images.get(digest) ?? new Map<string, LabelRow>()
  images.set(digest, labels)
  return labels
}

function list(call: Call): Answer {
  const wanted = call.query.get('filter') ?? ''
  return ok({ labels: [...labelsOf(call, 'read').values()].filter(({ key }) => key.startsWith(wanted)) })
}

function add(call: Call): Answer {
  const labels = labelsOf(call, 'write')
  const { key, value, media_type } = call.read<{ key: string; value: string; media_type: string | null }>(
    addLabel,
  )
  const label = {
    id: call.uuid(),
    key,
    value,
    source_type: 'api' as const,
    media_type: media_type ?? 'text/plain',
  }
  labels.set(label.id, label)
  return created({ label })
}

function show(call: Call): Answer {
  const label = labelsOf(call, 'read').get(call.params.label ?? '')
  if (!label) throw notFound()
  return ok(label)
}

function remove(call: Call): Answer {
  if (!labelsOf(call, 'write').delete(call.params.label ?? '')) throw notFound()
  return noContent()
}

/** Labels of images (endpoints/api/manifest.py). */
export const labelRoutes: readonly Route[] = [
  { operation: `GET ${path}`, handle: list },
  { operation: `POST ${path}`, body: { AddLabel: addLabel }, handle: add },
  { operation: `GET ${path}/{label}`, handle: show },
  { operation: `DELETE ${path}/{label}`, handle: remove },
]

import { created, frameworkTexts, message, noContent, notFound, notNormal, ok } from '../../model/answers.ts'
import type { Answer, Call, RepositoryRow, Route, TagRow } from '../../model/emulation.ts'
import { labelRoutes } from './emulator-labels.ts'
import { listTags } from './emulator-tags.ts'

const path = '/repository/{ns}/{repo*}/tag/'

const changeTag = {
  type: 'object',
  properties: {
    manifest_digest: { type: ['string', 'null'] },
    expiration: { type: ['number', 'null'] },
    immutable: { type: 'boolean' },
  },
}
const restoreTag = { type: 'object', properties: { manifest_digest: { type: 'string' } } }

/** A repository whose tags may be changed. */
function writable(call: Call): RepositoryRow {
  const row = call.repository('write')
  if (row.state !== 'NORMAL') throw notNormal(row.name)
  return row
}

const tagsIn = (row: RepositoryRow): Map<string, TagRow> => {
  row.tags ??= new Map()
  return row.tags
}

function alive(call: Call, row: RepositoryRow): TagRow {
  const tag = tagsIn(row).get(call.params.tag ?? '')
  if (!tag || (tag.end !== undefined && tag.end * 1000 <= call.now.getTime())) throw notFound()
  return tag
}

/** Moves a tag to an image that is there, or sets when it expires; nothing to do is done for any name. */
function change(call: Call): Answer {
  const row = writable(call)
  const { manifest_digest: digest, expiration } = call.read<{
    manifest_digest?: string | null
    expiration?: number | null
  }>(changeTag)
  const now = Math.floor(call.now.getTime() / 1000)
  if (expiration !== undefined) {
    if (expiration !== null && expiration <= now) throw message(frameworkTexts.broken)
    const tag = alive(call, row)
    if (expiration === null) delete tag.end
    else tag.end = expiration
  }
  if (digest) tagsIn(row).set(call.params.tag ?? '', { ...withDigest(row, digest), start: now })
  return created('Updated')
}

function withDigest(row: RepositoryRow, digest: string): Pick<TagRow, 'digest' | 'size'> {
  const found = [...tagsIn(row).values()].find((tag) => tag.digest === digest)
  if (!found) throw notFound()
  return { digest, size: found.size }
}

function remove(call: Call): Answer {
  const row = writable(call)
  alive(call, row).end = Math.floor(call.now.getTime() / 1000)
  call.log('delete_tag', { repo: row.name, namespace: row.namespace, tag: call.params.tag })
  return noContent()
}

function restore(call: Call): Answer {
  const row = writable(call)
  const { manifest_digest: digest } = call.read<{ manifest_digest?: string }>(restoreTag)
  if (!digest) throw message(frameworkTexts.broken)
  const start = Math.floor(call.now.getTime() / 1000)
  tagsIn(row).set(call.params.tag ?? '', { ...withDigest(row, digest), start })
  return ok({})
}

/** Tags and labels, which a push makes (endpoints/api/tag.py). */
export const tagRoutes: readonly Route[] = [
  { operation: `GET ${path}`, handle: listTags },
  { operation: `PUT ${path}{tag}`, body: { ChangeTag: changeTag }, handle: change },
  { operation: `DELETE ${path}{tag}`, handle: remove },
  { operation: `POST ${path}{tag}/restore`, body: { RestoreTag: restoreTag }, handle: restore },
  ...labelRoutes,
]

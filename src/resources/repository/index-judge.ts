import { type Access, EVERYBODY } from '../../model/access.ts'
import type { Reader } from '../../model/api.ts'
import type { Change, Judgement } from '../../model/change.ts'
import { readTags } from '../../model/tags.ts'
import { countOf, someOf, type Tally } from '../../model/tally.ts'
import type { Repository } from './wire.ts'

const visibilityOf = ({ differences }: Change<Repository>) =>
  differences.find(({ attribute }) => attribute === 'visibility')?.after

/** Reads the tags that go, or that everybody can pull. */
export async function weighRepository(change: Change<Repository>, reader: Reader): Promise<Judgement | null> {
  const { action, address, live } = change
  const matters = action === 'delete' || (action === 'update' && visibilityOf(change) === 'public')
  if (!matters || live?.empty) return null
  return judgeRepository(change, await readTags(address.parent?.name ?? '', address.name, reader))
}

/** `tags`: its live ones, where they were read. */
export function judgeRepository(change: Change<Repository>, tags: Tally | null): Judgement {
  const { action, live, differences } = change
  const known = live?.empty ? { names: [] } : tags
  if (action === 'delete')
    return { impacts: ['data'], consequences: [`its images are deleted with it${tagWords(known)}`] }
  const visibility = visibilityOf(change)
  if (visibility === 'public')
    return {
      impacts: ['public'],
      consequences: [`everybody can pull its images${action === 'update' ? tagWords(known) : ''}`],
      access: [{ subject: EVERYBODY, before: null, after: 'read', effect: 'broadens' }],
    }
  const state = differences.find(({ attribute }) => attribute === 'state')?.after
  const isClosed = action === 'update' && visibility === 'private'
  const loss: Access = { subject: EVERYBODY, before: 'read', after: null, effect: 'narrows' }
  return {
    narrows: isClosed || (action === 'update' && state === 'read_only'),
    access: isClosed ? [loss] : [],
  }
}

function tagWords(tags: Tally | null): string {
  if (!tags) return '; its tags were not read'
  return tags.names.length > 0 ? `, ${countOf(tags, 'tag')}: ${someOf(tags)}` : '; it has no tags'
}

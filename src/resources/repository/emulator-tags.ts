import { message, ok } from '../../model/answers.ts'
import type { Answer, Call, RepositoryRow, TagRow } from '../../model/emulation.ts'

/** RFC 2822, in UTC as `-0000`. */
const mailDate = (seconds: number): string => new Date(seconds * 1000).toUTCString().replace('GMT', '-0000')

const isAlive = ({ end }: TagRow, now: Date): boolean => end === undefined || end * 1000 > now.getTime()

/** The newest first, those of one moment by name (data/model/oci/tag.py, list_repository_tag_history). */
const tagsOf = ({ tags = new Map() }: RepositoryRow): readonly (readonly [string, TagRow])[] =>
  [...tags].sort(([a, one], [b, two]) => two.start - one.start || (a < b ? -1 : 1))

/** When a live tag was pushed last, in seconds. */
export const lastModified = (row: RepositoryRow, now: Date): number | null =>
  tagsOf(row).find(([, tag]) => isAlive(tag, now))?.[1].start ?? null

/** 500 at most (endpoints/api/repository.py). */
export const newestTags = (row: RepositoryRow, now: Date): object =>
  Object.fromEntries(
    tagsOf(row)
      .filter(([, tag]) => isAlive(tag, now))
      .slice(0, 500)
      .map(([name, { digest, size, start }]) => [
        name,
        { name, size, last_modified: mailDate(start), manifest_digest: digest },
      ]),
  )

/** `GET …/tag/`: dead ones too, unless only live ones are asked for; pages of 50, of 100 at most (endpoints/api/tag.py). */
export function listTags(call: Call): Answer {
  const row = call.repository('read')
  const page = Math.max(1, call.integer('page', 'Page index for the results. Default 1.') ?? 1)
  const help = 'Limit to the number of results to return per page. Max 100.'
  const limit = Math.min(100, Math.max(1, call.integer('limit', help) ?? 50))
  const specific = call.query.get('specificTag')
  const isWanted = filterOf(call.query.get('filter_tag_name'))
  const found = tagsOf(row).filter(
    ([name, tag]) =>
      (!call.flag('onlyActiveTags', false) || isAlive(tag, call.now)) &&
      (!specific || name === specific) &&
      isWanted(name),
  )
  const from = limit * (page - 1)
  return ok({
    tags: found.slice(from, from + limit).map(view),
    page,
    has_additional: found.length > from + limit,
  })
}

/** `like:x` or `eq:x`. */
function filterOf(text: string | null): (name: string) => boolean {
  if (!text) return () => true
  const [, operation, wanted = ''] = /^(like|eq):([\s\S]*)$/.exec(text) ?? []
  if (!operation) throw message('Unsupported syntax for tag name filter')
  return (name) => (operation === 'eq' ? name === wanted : name.includes(wanted))
}

const view = ([name, { digest, size, start, end }]: readonly [string, TagRow]): object => ({
  name,
  reversion: false,
  start_ts: start,
  ...(end !== undefined && { end_ts: end }),
  manifest_digest: digest,
  is_manifest_list: false,
  size,
  last_modified: mailDate(start),
  ...(end !== undefined && { expiration: mailDate(end) }),
})

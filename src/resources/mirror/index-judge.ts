import type { Reader } from '../../model/api.ts'
import type { Change, Judgement, Live } from '../../model/change.ts'
import { readTags, tagMatches } from '../../model/tags.ts'
import { countOf, isSingle, someOf, type Tally } from '../../model/tally.ts'
import type { Mirror } from './wire.ts'

/** Reads the tags for a change after which a sync may delete some. */
export async function weighMirror(
  change: Change<Mirror>,
  parent: Live | null,
  reader: Reader,
): Promise<Judgement | null> {
  if (!parent || !endangers(change, parent)) return null
  const namespace = parent.address.parent?.name ?? ''
  return judgeMirror(change, parent, await readTags(namespace, parent.address.name, reader))
}

/** `tags`: the live ones of the repository; null: they are not known, so any may go. */
export function judgeMirror(change: Change<Mirror>, parent: Live | null, tags: Tally | null): Judgement {
  const { action, differences } = change
  if (action === 'delete')
    return {
      consequences: [
        'the mirror is disabled and its repository takes pushes again; its configuration and its robot stay bound in Quay',
      ],
    }
  const password = action === 'update' && differences.some(({ attribute }) => attribute === 'password')
  const shown = shownElsewhere(change)
  const credential = password || shown.length > 0 ? (['credential'] as const) : []
  const narrows = isNarrowed(change)
  if (!endangers(change, parent)) return { impacts: credential, consequences: shown, narrows }
  const lost = tags && lostOf(change, tags)
  return {
    impacts: [...(isLoss(lost) ? (['data'] as const) : []), ...credential],
    consequences: [...shown, ...lossWords(change, lost, parent), ...upstreamWords(change, tags, lost)],
    narrows,
  }
}

/** Whether a sync may delete what it kept before: what no glob matches, and where the upstream is another, what that has not. */
function endangers(change: Change<Mirror>, parent: Live | null): boolean {
  if (change.action === 'delete' || !parent || parent.empty) return false
  const enabled = change.differences.find(({ attribute }) => attribute === 'enabled')
  return isRedirected(change) || isNarrowed(change) || enabled?.after === true
}

const isRedirected = ({ action, differences }: Change<Mirror>): boolean =>
  action === 'create' || differences.some(({ attribute }) => attribute === 'external_reference')

const globsOf = ({ values, live }: Change<Mirror>): readonly string[] =>
  values.tags ?? live?.attributes.tags ?? []

function isNarrowed(change: Change<Mirror>): boolean {
  const kept = globsOf(change)
  return change.live?.attributes.tags?.some((glob) => !kept.includes(glob)) ?? false
}

function lostOf(change: Change<Mirror>, { names, more }: Tally): Tally {
  const globs = globsOf(change)
  const lost = names.filter((name) => !globs.some((glob) => tagMatches(glob, name)))
  return { names: lost, ...(more && { more }) }
}

const isLoss = (lost: Tally | null): boolean => !lost || lost.names.length > 0 || lost.more === true

function lossWords({ action }: Change<Mirror>, lost: Tally | null, parent: Live | null): readonly string[] {
  const miss =
    action === 'create' ? ['does not match', 'do not match'] : ['no longer matches', 'no longer match']
  if (!lost)
    return [
      `live tags of ${parent?.address.place} that ${miss[1]} are deleted at the next sync; how many is not known: they were not read`,
    ]
  if (lost.names.length > 0)
    return [
      `${countOf(lost, 'tag')} that ${isSingle(lost) ? `${miss[0]} is` : `${miss[1]} are`} deleted at the next sync: ${someOf(lost)}`,
    ]
  return lost.more
    ? ['tags may be deleted at the next sync: there are more than were read, all of which match']
    : []
}

/** A sync that finds tags upstream deletes all others (workers/repomirrorworker, delete_obsolete_tags). */
function upstreamWords(change: Change<Mirror>, tags: Tally | null, lost: Tally | null): readonly string[] {
  const kept = (tags?.names.length ?? 0) - (lost?.names.length ?? 0)
  if (!isRedirected(change) || kept === 0) return []
  const count = countOf({ names: Array(kept).fill(''), ...(tags?.more && { more: true }) }, 'tag')
  return [`of ${count} that match, the next sync keeps those that ${change.values.external_reference} has`]
}

const hostOf = (reference: unknown): string => String(reference ?? '').split('/')[0] ?? ''

/** Quay keeps the credentials of a mirror that gets another upstream, and shows them to that. */
function shownElsewhere({ action, differences, live }: Change<Mirror>): readonly string[] {
  const of = (name: string) => differences.find(({ attribute }) => attribute === name)
  const moved = of('external_reference')
  const [from, to] = [hostOf(moved?.before), hostOf(moved?.after)]
  const keeps = action === 'update' && moved && from !== to && live?.attributes.username && !of('username')
  return keeps
    ? [
        `${to} is shown the user name and password of ${from}: "username: none" takes them away, another pair replaces them`,
      ]
    : []
}

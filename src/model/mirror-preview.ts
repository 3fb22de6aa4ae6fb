import { byText } from './address.ts'
import { tagMatches } from './tags.ts'

/** What the next sync of a mirror would do, by the tags on both sides. */
export interface Preview {
  readonly address: string
  readonly reference: string
  /** As whom the upstream was read; null: anonymously. */
  readonly user: string | null
  /** How many tags the upstream has. */
  readonly upstream: number
  /** Each with the upstream tags that it matches. */
  readonly globs: readonly { readonly glob: string; readonly tags: readonly string[] }[]
  /** How many tags the repository has; null where Quay does not show them. */
  readonly ours: number | null
  /** What is copied that is not there yet, and what is copied over what is there. */
  readonly brings: readonly string[]
  readonly renews: readonly string[]
  readonly deletes: readonly string[]
  readonly notes: readonly string[]
}

interface Sides {
  readonly globs: readonly string[]
  readonly upstream: readonly string[]
  readonly ours: readonly string[] | null
}

/** A sync that finds tags copies them and deletes all others; one that finds none leaves all as it is (workers/repomirrorworker, delete_obsolete_tags). Globs count as they are stored: a comma or a blank is part of one. */
export function foreseen({
  globs,
  upstream,
  ours,
}: Sides): Pick<Preview, 'upstream' | 'globs' | 'ours' | 'brings' | 'renews' | 'deletes'> {
  const sorted = [...upstream].sort(byText)
  const matches = globs.map((glob) => ({ glob, tags: sorted.filter((tag) => tagMatches(glob, tag)) }))
  const found = new Set(matches.flatMap(({ tags }) => tags))
  const here = new Set(ours ?? [])
  const all = sorted.filter((tag) => found.has(tag))
  return {
    upstream: upstream.length,
    globs: matches,
    ours: ours?.length ?? null,
    brings: all.filter((tag) => !here.has(tag)),
    renews: all.filter((tag) => here.has(tag)),
    deletes: found.size === 0 ? [] : [...here].filter((tag) => !found.has(tag)).sort(byText),
  }
}

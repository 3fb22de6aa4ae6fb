/** Files as they are somewhere: in a commit, at a path, or in the working tree. */
export interface Revision {
  /** As it was given; null: the working tree. */
  readonly name: string | null
  readonly commit?: string
}

/** Something that files alone do not tell. */
export interface Unknown {
  readonly about:
    | 'values'
    | 'times'
    | 'present'
    | 'unlisted'
    | 'removed'
    | 'grants'
    | 'stakes'
    | 'administrators'
  /** "what Quay has now where the base says nothing" */
  readonly message: string
  /** Of what; globs where nobody knows the names. */
  readonly addresses: readonly string[]
}

/** What a diff compares: no Quay, but what the files said with what they say. */
export interface Revisions {
  readonly base: Revision
  readonly head: Revision
  /** What only Quay knows. */
  readonly unknown: readonly Unknown[]
}

/** A key or object that stands below another. */
export interface Below {
  /** As it is written. */
  readonly key: string
  readonly text: string
  /** The topic that says more. */
  readonly topic?: string
}

/** Something that is explained in words: a type, an attribute, a key, a kind of document, an idea. */
export interface Topic {
  /** What one asks for: `mirror.tags`, `Organization`, `prune`. */
  readonly name: string
  /** What it is: `an attribute of a mirror`. */
  readonly what: string
  /** The page of the reference that it stands on, without ending. */
  readonly page: string
  /** Paragraphs. */
  readonly text: readonly string[]
  /** What there is to know, by heading. */
  readonly facts: readonly (readonly [string, string])[]
  readonly below: readonly Below[]
  /** YAML: a line or a whole document. */
  readonly example?: string
}

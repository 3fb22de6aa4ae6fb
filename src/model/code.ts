/** What one code means, for whoever sees it. */
export interface Code {
  /** A sentence without full stop. */
  readonly title: string
  /** What it means, and why it is so. */
  readonly text: string
  /** What to do. */
  readonly fix: string
  /** YAML or a command line. */
  readonly example?: string
}

export type Codes = { readonly [code: string]: Code }

/** A place that hosts Git and reviews, as far as a comment on one pull or merge request of it needs. */
export interface Forge {
  /** The request as people there write it: `acme/quay#7`, `acme/quay!7`. */
  readonly place: string
  /** What to do where the request comes from a fork, and its run may not comment. */
  readonly forkHints: readonly string[]
  pull(): Promise<Pull>
  /** The commits that a commit was made of; none where it is not there. */
  parents(commit: string): Promise<readonly string[]>
  /** Those that the user of the token wrote, oldest first. */
  comments(): Promise<readonly Comment[]>
  /** Null: it is there. An error: the answer was lost, and nobody knows. */
  create(body: string): Promise<Error | null>
  edit(id: number, body: string): Promise<void>
  /** One that is gone already is no error. */
  remove(id: number): Promise<void>
}

/** What a pull or merge request is about now. */
export interface Pull {
  /** The newest commit of its branch, in full. */
  readonly head: string
  readonly fork: boolean
}

/** What was merged in a repository. */
export interface History {
  /** The name of its default branch. */
  branch(): Promise<string>
  /** The requests that were merged with this commit, to whatever branch. */
  merged(commit: string): Promise<readonly Merged[]>
}

/** A request that brought a commit to a branch. */
export interface Merged {
  readonly number: number
  /** The newest commit of the branch that was merged. */
  readonly head: string
  /** The branch that it was merged to. */
  readonly target: string
  readonly labels: readonly string[]
}

export interface Comment {
  readonly id: number
  readonly body: string
}

/** Time, and whom to tell of waiting; handed in so that tests need neither. */
export interface Patience {
  /** Milliseconds since 1970. */
  now(): number
  sleep(milliseconds: number): Promise<void>
  tell(text: string): void
}

/** What a request is opened with. */
export interface Opening extends Door {
  readonly number: number
}

/** The way to a repository. */
export interface Door {
  readonly way: Way
  /** Where its API begins on that host: `/api/v3`, `/gitlab/api/v4` or nothing. */
  readonly prefix: string
  /** `OWNER/NAME`; in GitLab the path or the id of the project. */
  readonly repository: string
  readonly token: string
  /** quayctl's own, for the User-Agent. */
  readonly version: string
  readonly patience: Patience
}

/** The way to one host. Sends a request once, and brings what came of it. */
export interface Way {
  readonly host: string
  send(message: Message): Promise<Sent>
}

export interface Message {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** From the root of the host, encoded. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** An answer, good or bad; or why there is none, and whether the server may have acted all the same. */
export type Sent = { readonly answer: Answer } | { readonly failure: Error; readonly acted: boolean }

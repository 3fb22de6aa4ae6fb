import { execFileSync } from 'node:child_process'
import { ConfigError, UsageError } from '../model/errors.ts'
import { type Kind, MOST_BYTES, TOO_LARGE } from './shelf.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Who wants to know what the files said in a commit. */
export interface Asker {
  /** `--base`, or the command. */
  readonly from: string
  /** What stands before the name of the commit. */
  readonly prefix: string
  /** What else can be done. */
  readonly instead: string
  /** What a name that is none may mean. */
  readonly more?: string
}

export const askerOf = (flag: string): Asker => ({
  from: flag,
  prefix: `${flag} `,
  instead: `leave out ${flag}`,
})

/** What a commit has at a path. */
export interface Entry {
  readonly kind: Kind
  readonly hash: string
}

/** The program, in a folder. No shell sees what it is given, and it asks nobody anything. */
export class Git {
  readonly top: string
  readonly #ref: string
  readonly #folder: string
  readonly #env: Environment
  readonly #asker: Asker

  constructor(ref: string, folder: string, env: Environment, asker: Asker) {
    this.#asker = asker
    if (!/^[^-^:\s][^:\s]*$/.test(ref))
      throw new UsageError('QC6415', `${asker.prefix}${ref}: that is no name of a commit`, [
        'a branch, a tag or a hash, like origin/main or HEAD~1',
      ])
    this.#ref = ref
    this.#folder = folder
    // The repository is that of the files, whatever a hook or a shell is about.
    this.#env = {
      ...env,
      GIT_DIR: undefined,
      GIT_WORK_TREE: undefined,
      GIT_TERMINAL_PROMPT: '0',
      LC_ALL: 'C',
    }
    this.top = this.#asked(['rev-parse', '--show-toplevel'], noRepository(folder, asker))
  }

  commit(): string {
    const { status, output } = this.#run(['rev-parse', '--verify', '--quiet', `${this.#ref}^{commit}`])
    if (status === 0) return text(output)
    const isShallow = text(this.#run(['rev-parse', '--is-shallow-repository']).output) === 'true'
    throw new ConfigError('QC3119', `${this.#asker.prefix}${this.#ref}: Git has no such commit here`, [
      isShallow
        ? `this clone is shallow: fetch all of it, with ${WHOLE}`
        : 'fetch it, or correct the name; git log shows what there is',
      ...(this.#asker.more ? [this.#asker.more] : []),
    ])
  }

  /** Every file and link by its path. */
  files(commit: string): readonly (readonly [string, Entry])[] {
    const { status, output, said } = this.#run(['ls-tree', '-r', '-z', '--full-tree', commit])
    if (status !== 0) throw this.#broken(said)
    return [
      ['', { kind: 'folder', hash: '' }] as const,
      ...output
        .toString('utf8')
        .split('\0')
        .flatMap((line) => {
          const [, mode = '', hash = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? []
          return path === '' ? [] : [[path, { kind: kindOfMode(mode), hash }] as const]
        }),
    ]
  }

  /** The contents of files by their hashes. */
  blobs(hashes: readonly string[]): ReadonlyMap<string, Uint8Array> {
    if (hashes.length === 0) return new Map()
    const limit = hashes.length * (MOST_BYTES + 100)
    const { status, output, said } = this.#run(['cat-file', '--batch'], `${hashes.join('\n')}\n`, limit)
    if (status === null) throw new RangeError(TOO_LARGE)
    const found = new Map<string, Uint8Array>()
    for (let at = 0; at < output.length; ) {
      const end = output.indexOf(10, at)
      const [hash = '', kind, size] = output.subarray(at, end).toString('latin1').split(' ')
      if (kind !== 'blob') throw this.#broken(`${hash} is not there`)
      const from = end + 1
      found.set(hash, output.subarray(from, from + Number(size)))
      at = from + Number(size) + 1
    }
    if (status !== 0) throw this.#broken(said)
    return found
  }

  /** When a commit was made, as ISO 8601 in UTC. */
  dateOf(commit: string): string {
    const seconds = this.#asked(['show', '--no-patch', '--format=%ct', commit], (said) => this.#broken(said))
    return new Date(Number(seconds) * 1000).toISOString()
  }

  /** Those of the branch that is checked out that came after the commit, oldest first; of what was merged, the merge. */
  commitsSince(commit: string): readonly string[] {
    const args = ['rev-list', '--first-parent', '--reverse', `${commit}..HEAD`]
    return this.#asked(args, (said) => this.#broken(said))
      .split('\n')
      .filter(Boolean)
  }

  #asked(args: readonly string[], refusal: (said: string) => ConfigError): string {
    const { status, output, said } = this.#run(args)
    if (status !== 0) throw refusal(said)
    return text(output)
  }

  #broken(said: string): ConfigError {
    return new ConfigError('QC3121', `Git does not give the files of ${this.#ref}: ${said}`, [
      `a clone that lacks some of them is completed with ${WHOLE}`,
    ])
  }

  /** `status` null: more than `limit` bytes. */
  #run(args: readonly string[], input = '', limit = Number.POSITIVE_INFINITY) {
    const options = { cwd: this.#folder, env: this.#env, input, maxBuffer: limit, stdio: 'pipe' as const }
    try {
      return { status: 0, output: execFileSync('git', args, options), said: '' }
    } catch (error) {
      const { code, status, stdout, stderr } = error as Partial<Failure>
      if (code === 'ENOBUFS') return { status: null, output: Buffer.alloc(0), said: TOO_LARGE }
      if (code === 'ENOENT')
        throw new ConfigError('QC3118', `${this.#asker.from} needs git, and there is none`, [
          `install it, or ${this.#asker.instead}`,
        ])
      const [said = ''] = String(stderr ?? error).split('\n')
      return { status: status ?? 1, output: stdout ?? Buffer.alloc(0), said: said.replace(/^fatal: /, '') }
    }
  }
}

const WHOLE = 'git fetch --unshallow, fetch-depth: 0 of actions/checkout, or GIT_DEPTH: 0 of GitLab'

interface Failure {
  readonly code: string
  readonly status: number | null
  readonly stdout: Buffer
  readonly stderr: Buffer
}

const noRepository =
  (folder: string, { from, instead }: Asker) =>
  (said: string) =>
    new ConfigError(
      'QC3118',
      /not a git repository/i.test(said)
        ? `${from}: ${folder} lies in no Git repository`
        : `${from}: Git does not open the repository of ${folder}: ${said}`,
      [
        /dubious ownership/.test(said)
          ? 'git config --global --add safe.directory FOLDER says that it may'
          : `run it where the files are in Git, or ${instead}`,
      ],
    )

const text = (output: Buffer): string => output.toString('utf8').trimEnd()

const kindOfMode = (mode: string): Kind =>
  mode === '120000' ? 'link' : mode.startsWith('100') ? 'file' : 'other'

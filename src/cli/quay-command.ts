import type { Client } from '../quay/client.ts'
import { chooseFiles, writtenUrl } from './chosen.ts'
import { QuayctlCommand } from './command.ts'
import { Files } from './files.ts'
import { type PlanFlags, planByFlags } from './planning.ts'
import { mistakes, type Tell } from './reports.ts'
import { parseShard, type ShardFlag } from './shard.ts'
import { type Trace, type TraceFlags, tracing } from './trace.ts'
import {
  type ConnectFlags,
  connect,
  openDoor,
  type ReadFlags,
  readFiles,
  type Surroundings,
} from './world.ts'

interface OpenFlags extends ReadFlags, ConnectFlags, TraceFlags {
  readonly 'no-color'?: boolean
}

/** A command about the files and the Quay that they are for. */
export abstract class QuayCommand extends QuayctlCommand {
  readonly #opened: Client[] = []

  protected override surroundings(): Surroundings {
    return { ...super.surroundings(), opened: (client) => this.#opened.push(client) }
  }

  /** However the run has ended, nobody stays signed in. */
  protected override async finally(): Promise<void> {
    for (const client of this.#opened) await client.close()
  }

  /** Reads the files and opens the door to Quay; null where the files are wrong, and that is said, and reported. */
  protected async open(flags: OpenFlags, tell?: Tell, onlyPlan = false) {
    const surroundings = this.surroundings()
    const configuration = await readFiles({ ...flags, onlyPlan }, surroundings)
    if (this.stopsAt(configuration.diagnostics, configuration, flags['no-color'])) {
      tell?.(mistakes(configuration.diagnostics))
      return null
    }
    const quay = await connect(configuration, flags, surroundings, this.tracing(flags))
    return { configuration, surroundings, quay }
  }

  /** Is there a file that the flags name, or a quayctl.yaml? */
  protected hasFiles(flags: OpenFlags): boolean {
    const { cwd, stdin } = this.surroundings()
    return (flags.file ?? []).length > 0 || chooseFiles(new Files(cwd, stdin), flags) !== null
  }

  /** The same, with the plan that it comes to. */
  protected async planned(flags: OpenFlags & PlanFlags & ShardFlag, tell: Tell, onlyPlan = false) {
    const shard = parseShard(flags.shard)
    const opened = await this.open(flags, tell, onlyPlan)
    if (!opened) return null
    const { configuration, quay, surroundings } = opened
    return {
      ...opened,
      planned: await planByFlags(configuration, flags, quay, surroundings, { onlyPlan, shard }),
    }
  }

  /** Opens the door to the Quay of `--url`, `QUAY_URL` or a Registry document, where one is found; no other file is read, and nothing asked. */
  protected async openDoor(flags: OpenFlags) {
    const surroundings = this.surroundings()
    return openDoor(this.#written(flags), flags, surroundings, this.tracing(flags))
  }

  /** The same, with who is there: for what needs no files. */
  protected async openBare(flags: OpenFlags) {
    const surroundings = this.surroundings()
    const settings = { url: this.#written(flags) }
    const quay = await connect({ expanded: { settings } }, flags, surroundings, this.tracing(flags))
    return { surroundings, quay }
  }

  /** With the files where there are any, and else the door alone. */
  protected async openAny(flags: OpenFlags) {
    if (this.hasFiles(flags)) return this.open(flags)
    return { ...(await this.openBare(flags)), configuration: null }
  }

  #written(flags: OpenFlags) {
    const { cwd, stdin } = this.surroundings()
    return flags.url ? null : writtenUrl(new Files(cwd, stdin), flags)
  }

  /** A plan that was made before, and the Quay that it is for. */
  protected async saved(path: string, flags: OpenFlags & ShardFlag & Readonly<Record<string, unknown>>) {
    const surroundings = this.surroundings()
    const { openSaved } = await import('./saved.ts')
    const opened = await openSaved(path, flags, surroundings, this.tracing(flags))
    return { ...opened, surroundings, configuration: { sources: new Map(), files: 0 } }
  }

  /** Where requests are told, if they are. Says what a run must never do in silence. */
  protected tracing(flags: OpenFlags): Trace | undefined {
    if (flags['insecure-skip-tls-verify']) this.tell("warning: the server's certificate is not checked")
    return tracing(flags, this.config.version, (text) => this.tell(text))
  }
}

import type { Client } from '../quay/client.ts'
import { chooseFiles } from './chosen.ts'
import { QuayctlCommand } from './command.ts'
import { Files } from './files.ts'
import { settingsOf } from './main-file.ts'
import { type PlanFlags, planByFlags } from './planning.ts'
import { mistakes, type Tell } from './reports.ts'
import { parseShard, type ShardFlag } from './shard.ts'
import { type Trace, type TraceFlags, tracing } from './trace.ts'
import { type ConnectFlags, connect, type ReadFlags, readFiles, type Surroundings } from './world.ts'

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
    return chooseFiles(new Files(cwd, stdin), flags) !== null
  }

  /** The door to Quay for a command that needs no files: its URL is that of --url, of QUAY_URL, or of a Registry document if there is one. */
  protected async openBare(flags: OpenFlags) {
    const surroundings = this.surroundings()
    const main = chooseFiles(new Files(surroundings.cwd, surroundings.stdin), flags)?.main
    const settings = { url: main ? settingsOf(main).url : null }
    const quay = await connect({ expanded: { settings } }, flags, surroundings, this.tracing(flags))
    return { surroundings, quay }
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

import { QuayctlCommand } from './command.ts'
import { type Trace, type TraceFlags, tracing } from './trace.ts'
import { type ConnectFlags, connect, type FileFlags, readFiles } from './world.ts'

interface OpenFlags extends FileFlags, ConnectFlags, TraceFlags {
  readonly 'no-color'?: boolean
}

/** A command about the files and the Quay that they are for. */
export abstract class QuayCommand extends QuayctlCommand {
  /** Reads the files and opens the door to Quay; null where the files are wrong, and that is said. */
  protected async open(flags: OpenFlags) {
    const surroundings = this.surroundings()
    const configuration = await readFiles(flags, surroundings)
    if (this.stopsAt(configuration.diagnostics, configuration, flags['no-color'])) return null
    const quay = await connect(configuration, flags, surroundings, this.tracing(flags))
    return { configuration, surroundings, quay }
  }

  /** Where requests are told, if they are. Says what a run must never do in silence. */
  protected tracing(flags: OpenFlags): Trace | undefined {
    if (flags['insecure-skip-tls-verify']) this.tell("warning: the server's certificate is not checked")
    return tracing(flags, (text) => this.tell(text))
  }
}

import { Command } from '@oclif/core'
import type { Configuration } from '../engine/pipeline.ts'
import { type Diagnostic, hasErrors, sortDiagnostics } from '../model/diagnostics.ts'
import { QuayctlError } from '../model/errors.ts'
import { renderDiagnostics } from '../render/diagnostics.ts'
import { colored, type Style, uncolored, visible } from '../render/style.ts'
import { exitCodeOf, exitCodes } from './exit.ts'
import { readStdin } from './stdin.ts'
import type { Surroundings } from './world.ts'

/** What every command shares: one exit code, results on standard output, everything else on standard error, errors in one clear form. */
export abstract class QuayctlCommand extends Command {
  /** Does the work and says how it ended. */
  protected abstract execute(): Promise<number>

  override async run(): Promise<void> {
    process.exitCode = await this.execute()
  }

  /** Told apart by `exitCodeOf`; oclif's own errors are about the command line. */
  protected override async catch(error: Error & { oclif?: unknown }): Promise<void> {
    process.exitCode = reportError(error, this.config.version)
  }

  /** Prints a result. */
  protected print(text: string): void {
    process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
  }

  protected tell(text: string): void {
    process.stderr.write(`${text}\n`)
  }

  protected surroundings(): Surroundings {
    return {
      cwd: process.cwd(),
      env: process.env,
      stdin: readStdin,
      version: this.config.version,
      now: () => new Date(),
    }
  }

  /** Color only where a person looks at it; of results, or of what goes to standard error. */
  protected style(noColor: boolean | undefined, stream: 'stdout' | 'stderr' = 'stdout'): Style {
    const { NO_COLOR, FORCE_COLOR, TERM } = process.env
    if (noColor || NO_COLOR || TERM === 'dumb') return uncolored
    if (FORCE_COLOR === '0') return uncolored
    return FORCE_COLOR || process[stream].isTTY ? colored : uncolored
  }

  /** Prints what is wrong; true when it keeps the command from going on. */
  protected stopsAt(
    list: readonly Diagnostic[],
    { sources, files }: Configuration,
    noColor: boolean | undefined,
  ): boolean {
    if (!hasErrors(list)) return false
    const sorted = sortDiagnostics(list)
    this.tell(
      renderDiagnostics(sorted, sources, Math.max(files, sources.size), this.style(noColor, 'stderr')),
    )
    return true
  }
}

/** One message on standard error; returns the exit code. */
export function reportError(error: unknown, version: string): number {
  const write = (text: string) => process.stderr.write(`${text}\n`)
  if (error instanceof QuayctlError) {
    write(`error ${error.code} ${visible(error.message)}`)
    for (const hint of error.hints) write(`  = ${visible(hint)}`)
    return exitCodeOf(error)
  }
  if (error instanceof Error && 'oclif' in error) {
    const [first = '', ...rest] = error.message.split('\n')
    write(`error QC6400 ${first}`)
    for (const line of rest.filter((text) => text.trim() !== '')) write(`  = ${line.trim()}`)
    return exitCodes.usage
  }
  write(
    `error QC0001 this is a bug in quayctl ${version}, not a mistake of yours; please report it with these lines`,
  )
  write(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return exitCodes.internal
}

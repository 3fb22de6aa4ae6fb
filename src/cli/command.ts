import { once } from 'node:events'
import { Command, type Interfaces } from '@oclif/core'
import type { Configuration } from '../engine/pipeline.ts'
import { type Diagnostic, hasErrors, sortDiagnostics } from '../model/diagnostics.ts'
import { QuayctlError, UsageError } from '../model/errors.ts'
import { renderDiagnostics } from '../render/diagnostics.ts'
import { colored, harmless, on, type Style, uncolored, visible, wrapText } from '../render/style.ts'
import { usageErrorOf } from './command-line.ts'
import { exactText, parseExact } from './exact-json.ts'
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

  /** oclif takes an empty text for a value; here it is most often a variable that is not set. */
  protected override async parse<
    F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    A extends Interfaces.OutputArgs<Interfaces.ArgInput>,
  >(options?: Interfaces.Input<F, B, A>, argv?: string[]): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse(options, argv).catch((error) => {
      throw usageErrorOf(error, this.#taken()) ?? error
    })
    for (const [name, value] of Object.entries(parsed.flags))
      if ([value].flat().includes(''))
        throw new UsageError('QC6400', `--${name} has an empty value`, ['leave it out, or say which'])
    return parsed
  }

  #taken() {
    const { id = '', flags, examples } = this.ctor
    const [first] = examples ?? []
    const example = typeof first === 'string' ? first : (first?.command ?? '')
    return {
      name: id.replaceAll(':', ' '),
      flags,
      example: example.replaceAll('<%= config.bin %>', this.config.bin),
    }
  }

  /** Told apart by `exitCodeOf`; oclif's own errors are about the command line. */
  protected override async catch(error: Error & { oclif?: unknown }): Promise<void> {
    process.exitCode = reportError(error, this.config.version)
  }

  /** Prints a result. */
  protected print(text: string): void {
    process.stdout.write(harmless(text.endsWith('\n') ? text : `${text}\n`))
  }

  /** The same of a long one, no faster than it is taken. */
  protected async printAll(pieces: Iterable<string>): Promise<void> {
    let text = ''
    const flush = async () => {
      const isTaken = process.stdout.write(harmless(text))
      text = ''
      // Who reads no further, as head, is no mistake.
      if (!isTaken) await once(process.stdout, 'drain').catch(() => process.stdout.destroy())
    }
    for (const piece of pieces) {
      if (process.stdout.destroyed) return
      text += piece
      if (text.length > 65_536) await flush()
    }
    if (text !== '') await flush()
  }

  /** Prints items as lines of JSON, page by page, as long as somebody takes them. */
  protected async printLines(pages: AsyncIterable<readonly unknown[]>): Promise<void> {
    for await (const items of pages) {
      await this.printAll(items.map((item) => `${exactText(item)}\n`))
      if (process.stdout.destroyed) return
    }
  }

  /** Prints JSON of somebody else's: laid out where a person looks at it, else as it came. */
  protected printJson(text: string): void {
    this.print(process.stdout.isTTY ? exactText(parseExact(text), 2) : text)
  }

  protected tell(text: string): void {
    process.stderr.write(harmless(`${text}\n`))
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
    const { isTTY, columns } = process[stream]
    const never = noColor || NO_COLOR || TERM === 'dumb' || FORCE_COLOR === '0'
    return on(!never && (FORCE_COLOR || isTTY) ? colored : uncolored, isTTY ? columns : undefined)
  }

  /** Prints what is wrong; true when it keeps the command from going on. */
  protected stopsAt(
    list: readonly Diagnostic[],
    { sources, files }: Pick<Configuration, 'sources' | 'files'>,
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
  const write = (text: string) => process.stderr.write(harmless(`${text}\n`))
  const { width } = on(uncolored, process.stderr.isTTY ? process.stderr.columns : undefined)
  const head = (text: string) => write(wrapText(`error ${text}`, width, '  '))
  const hint = (text: string) => write(wrapText(`  = ${text}`, width, '    '))
  if (error instanceof QuayctlError) {
    head(`${error.code} ${visible(error.message)}`)
    for (const text of error.hints) hint(visible(text))
    return exitCodeOf(error)
  }
  if (error instanceof Error && 'oclif' in error) {
    const [first = '', ...rest] = error.message.split('\n')
    head(`QC6400 ${visible(first.trim())}`)
    for (const line of rest.filter((text) => text.trim() !== '')) hint(visible(line.trim()))
    return exitCodes.usage
  }
  head(
    `QC0001 this is a bug in quayctl ${version}, not a mistake of yours; please report it with these lines`,
  )
  write(error instanceof Error ? (error.stack ?? error.message) : String(error))
  return exitCodes.internal
}

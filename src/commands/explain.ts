import { Args, Flags } from '@oclif/core'
import { QuayctlCommand } from '../cli/command.ts'
import { exitCodes, exitMeanings } from '../cli/exit.ts'
import { registry } from '../cli/world.ts'
import { findTopics, topicsOf } from '../engine/topics.ts'
import { nearest } from '../model/canonical.ts'
import { codes } from '../model/codes.ts'
import { UsageError } from '../model/errors.ts'
import { renderCode, renderExit, renderTopic, renderTopics } from '../render/explain.ts'

/** Words by exit code. */
const exits: ReadonlyMap<string, string> = new Map(
  Object.entries(exitMeanings).map(([name, text]) => [
    String(exitCodes[name as keyof typeof exitCodes]),
    text,
  ]),
)

export default class Explain extends QuayctlCommand {
  static override summary = 'Say in words what a key, a type, a kind of document or a code means.'
  static override examples = [
    { description: 'One attribute', command: '<%= config.bin %> explain mirror.tags' },
    { description: 'A type with all its keys', command: '<%= config.bin %> explain mirror' },
    {
      description: 'A key of the Registry document',
      command: '<%= config.bin %> explain safety.max_deletes',
    },
    { description: 'The code of a message', command: '<%= config.bin %> explain QC2001' },
    { description: 'How a run ended', command: '<%= config.bin %> explain 4' },
    { description: 'All there is', command: '<%= config.bin %> explain' },
  ]
  static override args = { what: Args.string({ description: 'A name or a code. Default: list them.' }) }
  static override flags = {
    'no-color': Flags.boolean({ description: 'Print without color; NO_COLOR and TERM=dumb do the same.' }),
  }

  protected async execute(): Promise<number> {
    const { args, flags } = await this.parse(Explain)
    const style = this.style(flags['no-color'])
    const topics = topicsOf(registry)
    const { what } = args
    const code = what?.toUpperCase() ?? ''
    const known = codes[code]
    const exit = exits.get(code)
    if (what === undefined) this.print(renderTopics(topics, Object.keys(codes), [...exits.keys()], style))
    else if (known) this.print(renderCode(code, known, style))
    else if (exit) this.print(renderExit(code, exit, style))
    else {
      const found = findTopics(what, topics, registry)
      if (found.length === 0) throw unknown(what, [...topics.map(({ name }) => name), ...Object.keys(codes)])
      this.print(found.map((topic) => renderTopic(topic, style)).join('\n\n'))
    }
    return exitCodes.ok
  }
}

function unknown(what: string, names: readonly string[]): UsageError {
  const guess = nearest(what, names)
  return new UsageError('QC6408', `there is nothing called ${what} to explain`, [
    guess ? `did you mean "${guess}"?` : 'quayctl explain lists all there is',
  ])
}

import { Flags, type Interfaces } from '@oclif/core'
import { nextOf, readDrift } from '../cli/drifting.ts'
import { exitCodes } from '../cli/exit.ts'
import { fileFlags, planFlags, serverFlags } from '../cli/flags.ts'
import { measured, metricsFile } from '../cli/metrics.ts'
import { readMoves, refuseQuick } from '../cli/moves.ts'
import { QuayCommand } from '../cli/quay-command.ts'
import { isWritable, refuseStdin, writeBack } from '../cli/rewriting.ts'
import { statsText } from '../cli/stats.ts'
import type { Drift as Told } from '../model/drift.ts'
import { renderDrift } from '../render/drift.ts'
import { renderMoves } from '../render/moves.ts'
import type { Style } from '../render/style.ts'

type Flagged = Interfaces.InferredFlags<typeof Drift.flags>
type Opened = NonNullable<Awaited<ReturnType<Drift['open']>>>

export default class Drift extends QuayCommand {
  static override summary = 'Show what was changed in Quay and not in the files, by whom and when.'
  static override description =
    'Holds Quay against the files, or with --base against what they said when they were applied last: what only the files have changed since is no drift. Reads only; --write puts what Quay has into the files.'
  static override examples = [
    { description: 'All that is not in Quay as the files say', command: '<%= config.bin %> drift' },
    {
      description: 'What was changed since the files were applied, 2 where there is something',
      command: '<%= config.bin %> drift --base origin/quayctl/applied --detailed-exitcode',
    },
    {
      description: "Take Quay's side: comments and formatting of the files stay",
      command: '<%= config.bin %> drift --write',
    },
    {
      description: 'Which organizations moved, by the logs alone',
      command: '<%= config.bin %> drift --quick --base origin/quayctl/applied',
    },
    {
      description: 'For a textfile collector of Prometheus',
      command: '<%= config.bin %> drift --report openmetrics=quay.prom',
    },
    { description: 'For scripts', command: '<%= config.bin %> drift --organization acme --json' },
  ]
  static override flags = {
    ...fileFlags,
    ...serverFlags,
    organization: planFlags.organization,
    target: planFlags.target,
    exclude: planFlags.exclude,
    base: Flags.string({
      helpValue: 'REF',
      description: 'The commit whose files were applied last. Default: the files as they are.',
    }),
    quick: Flags.boolean({
      exclusive: ['write', 'target', 'exclude', 'report'],
      description:
        "Read only Quay's logs since --base, and say which organizations moved: a hint, never a proof.",
    }),
    write: Flags.boolean({
      description: "Put Quay's side into the files: only the values concerned, never a secret.",
    }),
    'detailed-exitcode': Flags.boolean({
      description: 'Exit with 2 when there is drift that is not written.',
    }),
    report: Flags.string({
      helpValue: 'openmetrics=PATH',
      description: 'Write figures to a file, for a textfile collector; where the run fails, that.',
    }),
    json: planFlags.json,
  }

  protected async execute(): Promise<number> {
    const { flags } = await this.parse(Drift)
    refuseQuick(flags)
    if (flags.write) refuseStdin(flags)
    const path = metricsFile(flags.report)
    return measured(path, this.surroundings().now, (tell) => this.#run(flags, tell))
  }

  async #run(flags: Flagged, tell: (drift: Told) => void): Promise<number> {
    const opened = await this.open(flags, undefined, true)
    if (!opened) return exitCodes.config
    const code = flags.quick ? await this.#moves(flags, opened) : await this.#drift(flags, opened, tell)
    if (flags.stats) this.tell(statsText(opened.quay.client.stats()))
    return code
  }

  async #drift(flags: Flagged, opened: Opened, tell: (drift: Told) => void): Promise<number> {
    const { configuration, quay, surroundings } = opened
    const seen = await readDrift(configuration, flags, quay, surroundings)
    if (seen.errors) {
      this.stopsAt(seen.errors, configuration, flags['no-color'])
      return exitCodes.config
    }
    const read = { ...seen, configuration, quay, flags }
    const drift: Told = flags.write ? { ...seen.drift, ...(await writeBack(read, surroundings)) } : seen.drift
    tell(drift)
    const next = () => nextOf(flags, !flags.write && isWritable(read, surroundings))
    this.#say(drift, flags, (style) => renderDrift(drift, next(), style))
    const isLeft = drift.left ? drift.left.length > 0 : drift.status === 'drift'
    return flags['detailed-exitcode'] && isLeft ? exitCodes.changes : exitCodes.ok
  }

  async #moves(flags: Flagged, { configuration, quay, surroundings }: Opened): Promise<number> {
    const moves = await readMoves(configuration, flags, quay, surroundings)
    this.#say(moves, flags, (style) => renderMoves(moves, style))
    const isMoved = moves.organizations.some(({ status }) => status === 'moved')
    return flags['detailed-exitcode'] && isMoved ? exitCodes.changes : exitCodes.ok
  }

  #say(told: object, flags: Flagged, render: (style: Style) => string): void {
    this.print(flags.json ? JSON.stringify(told, null, 2) : render(this.style(flags['no-color'])))
  }
}

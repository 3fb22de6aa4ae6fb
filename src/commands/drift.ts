import { Flags, type Interfaces } from '@oclif/core'
import { afterWriting, readDrift } from '../cli/drifting.ts'
import { exitCodes } from '../cli/exit.ts'
import { fileFlags, planFlags, serverFlags } from '../cli/flags.ts'
import { QuayCommand } from '../cli/quay-command.ts'
import { refuseStdin, writeBack } from '../cli/rewriting.ts'
import { statsText } from '../cli/stats.ts'
import { renderDrift } from '../render/drift.ts'

type Flagged = Interfaces.InferredFlags<typeof Drift.flags>

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
    write: Flags.boolean({
      description: "Put Quay's side into the files: only the values concerned, never a secret.",
    }),
    'detailed-exitcode': Flags.boolean({
      description: 'Exit with 2 when there is drift that is not written.',
    }),
    json: Flags.boolean({ description: 'Print JSON.' }),
  }

  protected async execute(): Promise<number> {
    const { flags } = await this.parse(Drift)
    if (flags.write) refuseStdin(flags)
    return this.#drift(flags)
  }

  async #drift(flags: Flagged): Promise<number> {
    const opened = await this.open(flags, undefined, true)
    if (!opened) return exitCodes.config
    const { configuration, quay, surroundings } = opened
    const seen = await readDrift(configuration, flags, quay, surroundings)
    if (seen.errors) {
      this.stopsAt(seen.errors, configuration, flags['no-color'])
      return exitCodes.config
    }
    const drift = flags.write
      ? afterWriting(seen.drift, await writeBack({ ...seen, configuration, quay, flags }, surroundings))
      : seen.drift
    this.print(
      flags.json ? `${JSON.stringify(drift, null, 2)}\n` : renderDrift(drift, this.style(flags['no-color'])),
    )
    if (flags.stats) this.tell(statsText(quay.client.stats()))
    const isLeft = drift.left ? drift.left.length > 0 : drift.status === 'drift'
    return flags['detailed-exitcode'] && isLeft ? exitCodes.changes : exitCodes.ok
  }
}

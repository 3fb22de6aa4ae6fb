import { Flags } from '@oclif/core'
import { checkUp } from '../cli/checkup.ts'
import { QuayctlCommand } from '../cli/command.ts'
import { firstOf } from '../cli/exit.ts'
import { fileFlags, serverFlags } from '../cli/flags.ts'
import { statsText } from '../cli/stats.ts'
import { tracing } from '../cli/trace.ts'
import { checkupText, renderCheckup } from '../render/checkup.ts'

export default class Doctor extends QuayctlCommand {
  static override summary =
    'Look at all that plan and apply depend on, and say how to mend what is wrong. Reads only.'
  static override description =
    'From the files to the rights of the token in each organization that they name; what cannot be looked at is said, too. Ends with 0 where nothing failed, else as apply would.'
  static override examples = [
    {
      description: 'The Quay of quayctl.yaml, and whether it can do what the files need',
      command: '<%= config.bin %> doctor',
    },
    { description: 'With each request that it sends', command: '<%= config.bin %> doctor --verbose --stats' },
    { description: 'For scripts', command: '<%= config.bin %> doctor --json' },
  ]
  static override flags = {
    ...fileFlags,
    ...serverFlags,
    json: Flags.boolean({ description: 'Print JSON.' }),
  }

  protected async execute(): Promise<number> {
    const { flags } = await this.parse(Doctor)
    const trace = tracing(flags, this.config.version, (text) => this.tell(text))
    const { checkup, stats } = await checkUp(flags, this.surroundings(), trace)
    const code = firstOf(checkup.rows.flatMap(({ exit }) => exit ?? []))
    this.print(
      flags.json ? checkupText(checkup, code) : renderCheckup(checkup, this.style(flags['no-color'])),
    )
    if (flags.stats && stats) this.tell(statsText(stats))
    return code
  }
}

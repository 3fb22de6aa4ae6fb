import { Args, Flags } from '@oclif/core'
import { exitCodes } from '../cli/exit.ts'
import { ExportRun } from '../cli/export-run.ts'
import { serverFlags, splitFlag } from '../cli/flags.ts'
import { QuayCommand } from '../cli/quay-command.ts'
import { statsText } from '../cli/stats.ts'
import { MAIN_FILE } from '../engine/export-files.ts'
import { renderExport } from '../render/export.ts'
import { renderPlan } from '../render/plan.ts'

export default class Export extends QuayCommand {
  static override summary = 'Write what Quay has as files that plan to nothing. Reads only.'
  static override description =
    'What a new object has anyway is left out. Secrets become references to variables, which are listed at the end; what no file can say becomes a comment.'
  static override examples = [
    { description: 'One organization, to look at', command: '<%= config.bin %> export acme' },
    {
      description: 'All that the token may see, as a configuration',
      command: '<%= config.bin %> export --all --output quay',
    },
    {
      description: 'A file for each repository',
      command: '<%= config.bin %> export acme --output quay --split repository',
    },
    {
      description: 'Only who may do what, and see that a plan of it is empty',
      command: '<%= config.bin %> export acme --blocks teams,robots,permissions --check',
    },
  ]
  static override args = {
    organization: Args.string({
      multiple: true,
      description: "Organizations, or the token's own user.",
    }),
  }
  static override flags = {
    all: Flags.boolean({
      description: 'All organizations that the token may see, and for a superuser users and messages.',
    }),
    output: Flags.string({
      char: 'o',
      helpValue: 'FOLDER',
      description:
        'Write files into this folder, a quayctl.yaml among them. Default: one text on standard output.',
    }),
    split: splitFlag(),
    using: Flags.string({
      multiple: true,
      helpValue: 'PATH',
      description:
        'Templates, with --output below its folder: an organization uses those that make it shorter. Repeatable.',
    }),
    blocks: Flags.string({
      multiple: true,
      helpValue: 'LIST',
      description: 'Only these blocks, joined by commas: less is read. Repeatable.',
    }),
    redact: Flags.boolean({
      exclusive: ['check', 'using'],
      description: 'Other names and texts for all that people have chosen: to show it to others.',
    }),
    check: Flags.boolean({
      description:
        'Plan the export, with --output all of its folder, against what was read; exit with 2 when that is not empty.',
    }),
    force: Flags.boolean({
      default: false,
      description: 'Replace files that are there. A quayctl.yaml stays.',
    }),
    ...serverFlags,
    'no-color': Flags.boolean({ description: 'Print without color; NO_COLOR and TERM=dumb do the same.' }),
  }

  protected async execute(): Promise<number> {
    const { args, flags } = await this.parse(Export)
    const names = args.organization ?? []
    const run = await ExportRun.read(names, flags, this.surroundings(), this.tracing(flags))
    const { output } = flags
    const instead = 'name another folder with --output, or pass --force'
    if (output !== undefined) run.write(output, { replace: flags.force, keep: [MAIN_FILE], instead })
    const text = output === undefined ? run.text() : ''
    if (text) this.print(text)
    this.tell(renderExport(run.summary()))
    const code = flags.check ? await this.#check(run, flags['no-color']) : exitCodes.ok
    if (flags.stats) this.tell(statsText(run.client.stats()))
    // Who named an organization wanted to see it.
    return code === exitCodes.ok && names.length > 0 && run.exported.missing.size > 0 ? exitCodes.auth : code
  }

  async #check(run: ExportRun, noColor: boolean | undefined): Promise<number> {
    const { planned, configuration } = await run.plan()
    if (!planned || planned.errors) {
      this.stopsAt(planned?.errors ?? configuration.diagnostics, configuration, noColor)
      return exitCodes.config
    }
    if (planned.plan.changes.length === 0) {
      this.tell('Checked: a plan of it is empty.')
      return exitCodes.ok
    }
    this.tell(renderPlan(planned.plan, this.style(noColor, 'stderr')))
    return exitCodes.changes
  }
}

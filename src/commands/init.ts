import { Args, Flags } from '@oclif/core'
import { exitCodes } from '../cli/exit.ts'
import { serverFlags } from '../cli/flags.ts'
import { begin } from '../cli/init-run.ts'
import { QuayCommand } from '../cli/quay-command.ts'
import { UsageError } from '../model/errors.ts'
import { renderExport } from '../render/export.ts'
import { plural } from '../render/style.ts'

const MOST_NAMED = 8

export default class Init extends QuayCommand {
  static override summary =
    'Begin a configuration: of what Quay has, or an empty one. Its first plan is empty.'
  static override description =
    'Writes quayctl.yaml, the schema for editors and, if wanted, a set-up for CI. Overwrites nothing, and changes nothing in Quay.'
  static override examples = [
    { description: 'An empty one', command: '<%= config.bin %> init --url https://quay.example.com' },
    { description: 'All that the token may see', command: '<%= config.bin %> init --from-live' },
    {
      description: 'One organization, with workflows that plan and apply',
      command: '<%= config.bin %> init --from-live acme --ci github',
    },
  ]
  static override args = {
    organization: Args.string({
      multiple: true,
      description: 'With --from-live, only these. Default: all that the token may see.',
    }),
  }
  static override flags = {
    'from-live': Flags.boolean({ description: 'Write what Quay has, as quayctl export does.' }),
    output: Flags.string({
      char: 'o',
      helpValue: 'FOLDER',
      default: '.',
      description: 'The folder to write to.',
    }),
    ci: Flags.option({
      options: ['github', 'gitlab'] as const,
      description:
        'Write a set-up for CI too, that of examples/ci: plan in a pull or merge request, apply once it is merged. Where quayctl.yaml is there, only this is written, unless --from-live is passed.',
    })(),
    ...serverFlags,
    'no-color': Flags.boolean({ description: 'Print without color; NO_COLOR and TERM=dumb do the same.' }),
  }

  protected async execute(): Promise<number> {
    const { args, flags } = await this.parse(Init)
    const names = args.organization ?? []
    if (names.length > 0 && !flags['from-live'])
      throw new UsageError('QC6414', 'names of organizations are for --from-live', [
        'pass --from-live, or leave them out',
      ])
    const { paths, live, next } = await begin(
      names,
      flags,
      this.surroundings(),
      this.config.root,
      this.tracing(flags),
    )
    this.print(paths.slice(0, MOST_NAMED).join('\n'))
    if (paths.length > MOST_NAMED) this.print(`and ${plural(paths.length - MOST_NAMED, 'file')} more`)
    for (const text of next) this.tell(text)
    if (!live) return exitCodes.ok
    this.tell(renderExport(live.summary()))
    const { planned, configuration } = await live.plan()
    if (!planned || planned.errors) {
      this.stopsAt(planned?.errors ?? configuration.diagnostics, configuration, flags['no-color'])
      return exitCodes.config
    }
    const isEmpty = planned.plan.changes.length === 0
    this.tell(
      isEmpty
        ? 'Checked: a plan of it is empty. Next: look at the files, and commit them.'
        : 'A plan of the folder is not empty: quayctl plan shows it.',
    )
    return exitCodes.ok
  }
}

import { Flags } from '@oclif/core'
import { QuayctlCommand } from '../cli/command.ts'
import { exitCodes } from '../cli/exit.ts'
import { fileFlags, reportFlag } from '../cli/flags.ts'
import { refuseTwice } from '../cli/outputs.ts'
import { checked, parseReports, reporting, type Tell } from '../cli/reports.ts'
import { type Loaded, readFiles, registry } from '../cli/world.ts'
import { veiledByField } from '../model/secrets.ts'
import { renderDiagnostics } from '../render/diagnostics.ts'
import { validText } from '../render/text.ts'

export default class Validate extends QuayctlCommand {
  static override summary = 'Check the files: no network, no credentials, all problems at once.'
  static override examples = [
    {
      description: 'quayctl.yaml here or above, and what it includes',
      command: '<%= config.bin %> validate',
    },
    {
      description: 'What templates, defaults and parts come to',
      command: '<%= config.bin %> validate --expand',
    },
    { description: 'One folder', command: '<%= config.bin %> validate -f examples/acme' },
    {
      description: 'For code scanning, at the lines that are wrong',
      command: '<%= config.bin %> validate --report sarif=quayctl.sarif',
    },
  ]
  static override flags = {
    ...fileFlags,
    expand: Flags.boolean({ description: 'Print what the files come to, with the line of each value.' }),
    report: reportFlag('Write what was found'),
  }

  protected async execute(): Promise<number> {
    const { flags } = await this.parse(Validate)
    const reports = parseReports(flags.report)
    refuseTwice(reports.map(({ path }) => path))
    return reporting(reports, this.surroundings(), async (tell) => {
      const configuration = await readFiles(flags, this.surroundings())
      return this.#check(configuration, flags, tell)
    })
  }

  async #check(
    configuration: Loaded,
    flags: { readonly expand: boolean; readonly 'no-color': boolean },
    tell: Tell,
  ): Promise<number> {
    const { diagnostics, files, sources, expanded } = configuration
    const counts = { files, objects: expanded.desired.length }
    tell(checked(diagnostics, counts))
    if (this.stopsAt(diagnostics, configuration, flags['no-color'])) return exitCodes.config
    if (diagnostics.length > 0)
      this.tell(renderDiagnostics(diagnostics, sources, files, this.style(flags['no-color'], 'stderr')))
    if (flags.expand) {
      const { exportExpanded } = await import('../engine/export-expanded.ts')
      this.print(exportExpanded(expanded, registry, veiledByField))
    } else this.print(validText(counts))
    return exitCodes.ok
  }
}

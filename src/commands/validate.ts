import { Flags } from '@oclif/core'
import { QuayctlCommand } from '../cli/command.ts'
import { exitCodes } from '../cli/exit.ts'
import { fileFlags } from '../cli/flags.ts'
import { readFiles, registry } from '../cli/world.ts'
import { veiledByField } from '../model/secrets.ts'
import { renderDiagnostics } from '../render/diagnostics.ts'

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
  ]
  static override flags = {
    ...fileFlags,
    expand: Flags.boolean({ description: 'Print what the files come to, with the line of each value.' }),
  }

  protected async execute(): Promise<number> {
    const { flags } = await this.parse(Validate)
    const configuration = await readFiles(flags, this.surroundings())
    const { diagnostics, files, sources } = configuration
    if (this.stopsAt(diagnostics, configuration, flags['no-color'])) return exitCodes.config
    if (diagnostics.length > 0)
      this.tell(renderDiagnostics(diagnostics, sources, files, this.style(flags['no-color'], 'stderr')))
    if (flags.expand) {
      const { exportExpanded } = await import('../engine/export-expanded.ts')
      this.print(exportExpanded(configuration.expanded, registry, veiledByField))
      return exitCodes.ok
    }
    const objects = configuration.expanded.desired.length
    this.print(
      `Valid: ${objects} ${objects === 1 ? 'object' : 'objects'} in ${files} ${files === 1 ? 'file' : 'files'}.`,
    )
    return exitCodes.ok
  }
}

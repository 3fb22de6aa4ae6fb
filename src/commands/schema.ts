import { Args, Flags } from '@oclif/core'
import { QuayctlCommand } from '../cli/command.ts'
import { exitCodes } from '../cli/exit.ts'
import { schemaNames, schemaText, writeSchemas } from '../cli/schemas.ts'

export default class Schema extends QuayctlCommand {
  static override summary =
    'Print or write the JSON Schemas: of the files, of plan --json, of apply --json, of what validate reports, of status --json.'
  static override examples = [
    { description: 'For editors', command: '<%= config.bin %> schema --write .quayctl/schema' },
    { description: 'That of the files', command: '<%= config.bin %> schema' },
    { description: 'For those who read plans', command: '<%= config.bin %> schema plan' },
  ]
  static override args = {
    name: Args.string({
      options: [...schemaNames],
      description: 'Which one. Default: quayctl, that of the files; with --write all.',
    }),
  }
  static override flags = {
    write: Flags.string({
      helpValue: 'FOLDER',
      description: 'Write NAME.schema.json into this folder instead, for example .quayctl/schema.',
    }),
  }

  protected async execute(): Promise<number> {
    const { args, flags } = await this.parse(Schema)
    const name = schemaNames.find((known) => known === args.name)
    const { root } = this.config
    if (flags.write === undefined) this.print(schemaText(root, name ?? 'quayctl'))
    else this.print(writeSchemas(root, name ? [name] : schemaNames, flags.write).join('\n'))
    return exitCodes.ok
  }
}

import { Args } from '@oclif/core'
import { QuayctlCommand } from '../cli/command.ts'
import { exitCodes } from '../cli/exit.ts'
import { schemaNames, schemaText } from '../cli/schemas.ts'

export default class Schema extends QuayctlCommand {
  static override summary = 'Print a JSON Schema: of the files, of plan --json, or of apply --json.'
  static override examples = [
    { description: 'For editors', command: '<%= config.bin %> schema' },
    { description: 'For those who read plans', command: '<%= config.bin %> schema plan' },
  ]
  static override args = {
    name: Args.string({ options: [...schemaNames], default: 'quayctl', description: 'Which one.' }),
  }

  protected async execute(): Promise<number> {
    const { args } = await this.parse(Schema)
    const name = schemaNames.find((known) => known === args.name) ?? 'quayctl'
    this.print(schemaText(this.config.root, name))
    return exitCodes.ok
  }
}

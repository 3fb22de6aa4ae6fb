import { exitCodes } from '../../cli/exit.ts'
import { answerOf, flagsOf, parseQuery } from '../../cli/external.ts'
import { serverFlags } from '../../cli/flags.ts'
import { QuayCommand } from '../../cli/quay-command.ts'

const MOST_BYTES = 65_536

export default class DriftExternal extends QuayCommand {
  static override summary = "Answer Terraform's data source external: is Quay as the files say?"
  static override description =
    'Reads a query on standard input, a JSON object of texts: organization, target, registry, and files, a list in JSON; {} asks for all. Prints a JSON object of texts: fingerprint, which is the same as long as Quay is as the files say and else another each time, in_sync, changes and summary. Reads Quay only. What is a mistake ends with another code than 0, and says why on standard error, as Terraform wants it.'
  static override examples = [
    {
      description: 'As Terraform asks it',
      command: `echo '{"organization": "acme"}' | <%= config.bin %> drift external`,
    },
  ]
  static override flags = { ...serverFlags }

  protected async execute(): Promise<number> {
    const { flags } = await this.parse(DriftExternal)
    const query = parseQuery(new TextDecoder().decode(this.surroundings().stdin(MOST_BYTES)))
    const opened = await this.planned({ ...flags, ...flagsOf(query) }, () => {}, true)
    if (!opened) return exitCodes.config
    const { planned, configuration } = opened
    if (planned.errors) {
      this.stopsAt(planned.errors, configuration, true)
      return exitCodes.config
    }
    this.print(JSON.stringify(answerOf(planned.plan, opened.surroundings.now()), null, 2))
    return exitCodes.ok
  }
}

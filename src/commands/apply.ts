import { Flags } from '@oclif/core'
import { ApplyRun } from '../cli/apply-run.ts'
import { exitCodes } from '../cli/exit.ts'
import { fileFlags, planFlags, serverFlags } from '../cli/flags.ts'
import { QuayCommand } from '../cli/quay-command.ts'
import { UsageError } from '../model/errors.ts'

export default class Apply extends QuayCommand {
  static override summary = 'Make Quay be as the files say. Shows the plan and asks first.'
  static override examples = [
    { description: 'Plan, ask, apply', command: '<%= config.bin %> apply' },
    { description: 'Where nobody can answer', command: '<%= config.bin %> apply --yes' },
    {
      description: 'Allow what may delete images of one organization',
      command: "<%= config.bin %> apply --yes --allow 'data:mirror.acme/**'",
    },
    {
      description: 'Send the credentials of one upstream again',
      command: '<%= config.bin %> apply --yes --resend upstream:registry.redhat.io --allow credential',
    },
    {
      description: 'Keep the tokens of new robots',
      command: '<%= config.bin %> apply --yes --credentials-out robots.json',
    },
  ]
  static override flags = {
    ...fileFlags,
    ...serverFlags,
    ...planFlags,
    yes: Flags.boolean({
      char: 'y',
      description: 'Do not ask. Impacts other than access still need their --allow.',
    }),
    allow: Flags.string({
      multiple: true,
      helpValue: 'IMPACT[:GLOB]',
      description:
        'Allow what can cost something: access, credential, data or public; of addresses that match. Repeatable, or a comma list.',
    }),
    'credentials-out': Flags.string({
      helpValue: 'FILE',
      description:
        'Write the tokens, passwords and client secrets that Quay makes to this new file, readable by its owner only.',
    }),
    'fail-fast': Flags.boolean({ description: 'Begin no further step after one failed.' }),
  }

  protected async execute(): Promise<number> {
    const { flags } = await this.parse(Apply)
    if (flags['credentials-out'] === '-')
      throw new UsageError('QC6400', '--credentials-out takes no -: tokens are not printed', ['name a file'])
    const opened = await this.open(flags)
    if (!opened) return exitCodes.config
    const { configuration, quay, surroundings } = opened
    const run = new ApplyRun(configuration, flags, quay, surroundings, {
      print: (text) => this.print(text),
      tell: (text) => this.tell(text),
      stopsAt: (list) => this.stopsAt(list, configuration, flags['no-color']),
      style: this.style(flags['no-color']),
    })
    return run.run()
  }
}

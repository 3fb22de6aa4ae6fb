import { Args, Flags } from '@oclif/core'
import { addressed } from '../../cli/addresses.ts'
import { exitCodes } from '../../cli/exit.ts'
import { fileFlags, serverFlags } from '../../cli/flags.ts'
import { LoginOutput, loginFlags } from '../../cli/login-output.ts'
import { readLogins } from '../../cli/logins.ts'
import { QuayCommand } from '../../cli/quay-command.ts'
import { statsText } from '../../cli/stats.ts'
import { wrapText } from '../../render/style.ts'

export default class RobotCredentials extends QuayCommand {
  static override summary = "Write a robot's name and token in the form of who signs in with them."
  static override description =
    'Reads the token from Quay and changes nothing. Without a file and without - for standard output nothing is written: no secret is printed unasked.'
  static override usage = 'robot credentials ADDRESS... --format FORMAT --output FILE [FLAGS]'
  static override strict = false
  static override examples = [
    {
      description: 'A Secret for Kubernetes, to pull images with',
      command:
        '<%= config.bin %> robot credentials robot.acme+ci --format kubernetes --namespace shop -o secret.yaml',
    },
    {
      description: 'Into the variables of a job of CI',
      command: '<%= config.bin %> robot credentials robot.acme+ci --format env --output ci.env',
    },
    {
      description: 'Sign Docker in right now',
      command: '<%= config.bin %> robot credentials robot.acme+ci --format docker-login --output - | sh',
    },
  ]
  static override args = {
    address: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'A robot, like robot.acme+ci; several with --format json.',
    }),
  }
  static override flags = {
    ...loginFlags,
    json: Flags.boolean({ description: 'The same as --format json.', exclusive: ['format'] }),
    ...fileFlags,
    ...serverFlags,
  }

  protected async execute(): Promise<number> {
    const { argv, flags } = await this.parse(RobotCredentials)
    const { json, ...rest } = flags
    const candidates = [...new Set(argv.map(String))].map((text) => addressed(text, ['robot']))
    const output = new LoginOutput({ ...rest, ...(json && { format: 'json' as const }) }, candidates.length)
    const { quay } = await this.openBare(flags)
    const { logins, notes } = await readLogins(candidates, output, quay)
    if (output.path === null) this.print(output.checked(logins))
    else output.save(logins)
    const { width } = this.style(flags['no-color'], 'stderr')
    for (const line of output.told(logins, width)) this.tell(line)
    for (const note of notes) this.tell(wrapText(note, width, '  '))
    if (flags.stats) this.tell(statsText(quay.client.stats()))
    return exitCodes.ok
  }
}

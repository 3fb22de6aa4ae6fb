import { Args, Flags } from '@oclif/core'
import { addressed } from '../../cli/addresses.ts'
import { fileFlags, serverFlags } from '../../cli/flags.ts'
import { LoginOutput, loginFlags } from '../../cli/login-output.ts'
import { QuayCommand } from '../../cli/quay-command.ts'
import { Rotation } from '../../cli/rotation.ts'
import { statsText } from '../../cli/stats.ts'

export default class RobotRotate extends QuayCommand {
  static override summary = 'Give a robot a new token, and write it. Says who uses the robot, and asks first.'
  static override description =
    'The old token stops working at once. Mirrors go on: Quay takes the new token for them itself.'
  static override usage = 'robot rotate ADDRESS... --format FORMAT --output FILE [FLAGS]'
  static override strict = false
  static override examples = [
    {
      description: 'A new token, in the Secret that Pods pull with',
      command:
        '<%= config.bin %> robot rotate robot.acme+ci --format kubernetes --output secret.yaml --force',
    },
    {
      description: 'Where nobody can answer',
      command: '<%= config.bin %> robot rotate robot.acme+ci --format env --output ci.env --force --yes',
    },
    {
      description: 'Several at once',
      command:
        '<%= config.bin %> robot rotate robot.acme+ci robot.acme+sync --format json --output tokens.json --yes',
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
    yes: Flags.boolean({ char: 'y', description: 'Do it without asking.' }),
    json: Flags.boolean({ description: 'Print JSON: what was rotated, and who uses it; no secrets.' }),
    ...fileFlags,
    ...serverFlags,
  }

  protected async execute(): Promise<number> {
    const { argv, flags } = await this.parse(RobotRotate)
    const candidates = [...new Set(argv.map(String))].map((text) => addressed(text, ['robot']))
    const output = new LoginOutput(flags, candidates.length)
    const { quay, surroundings } = await this.openBare(flags)
    const rotation = new Rotation(output, quay, surroundings, {
      print: (text) => this.print(text),
      tell: (text) => this.tell(text),
      style: this.style(flags['no-color'], 'stderr'),
    })
    const code = await rotation.run(candidates, flags)
    if (flags.stats) this.tell(statsText(quay.client.stats()))
    return code
  }
}

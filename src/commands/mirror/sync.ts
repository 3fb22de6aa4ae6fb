import { Flags } from '@oclif/core'
import { addressArgument, askFlags, MirrorCommand } from '../../cli/mirroring.ts'

export default class MirrorSync extends MirrorCommand {
  static override summary = 'Have mirrors synchronised now, and wait for it where told to.'
  static override description =
    'A mirror that is at it is let go on. Ends with 0 when all are asked, with --wait when all have succeeded; with 5 when some have not.'
  static override usage = 'mirror sync ADDRESS... [FLAGS]'
  static override strict = false
  static override examples = [
    { description: 'One mirror', command: '<%= config.bin %> mirror sync mirror.acme/ubi9' },
    {
      description: 'All that the files declare in acme, until each is over',
      command: "<%= config.bin %> mirror sync 'mirror.acme/**' --wait --timeout 1h",
    },
    {
      description: 'For scripts',
      command: '<%= config.bin %> mirror sync mirror.acme/api mirror.acme/ubi9 --json',
    },
  ]
  static override args = { address: addressArgument }
  static override flags = {
    ...askFlags,
    wait: Flags.boolean({ description: 'Wait until each sync is over. One that fails counts as not done.' }),
    timeout: Flags.string({
      helpValue: 'DURATION',
      default: '30m',
      description:
        'How long the run may take, like 90s, 10m or 2h: after that nobody waits any more, and the syncs go on.',
    }),
  }

  protected async execute(): Promise<number> {
    const { argv, flags } = await this.parse(MirrorSync)
    return this.ask('sync', argv.map(String), flags, flags.wait)
  }
}

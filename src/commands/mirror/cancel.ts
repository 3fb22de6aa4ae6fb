import { addressArgument, askFlags, MirrorCommand } from '../../cli/mirroring.ts'

export default class MirrorCancel extends MirrorCommand {
  static override summary = 'Cancel syncs of mirrors, those that hang too.'
  static override description =
    'A mirror whose sync was cancelled rests: Quay begins no other until somebody asks for one. Before Quay 3.15 its schedule goes on. One that is not at it is let be; an organization mirror rests afterwards whatever it did.'
  static override usage = 'mirror cancel ADDRESS... [FLAGS]'
  static override strict = false
  static override examples = [
    { description: 'One mirror', command: '<%= config.bin %> mirror cancel mirror.acme/ubi9' },
    {
      description: 'All that the files declare in acme',
      command: "<%= config.bin %> mirror cancel 'mirror.acme/**'",
    },
    {
      description: 'A sync that hangs, and another in its place',
      command:
        '<%= config.bin %> mirror cancel mirror.acme/ubi9 && <%= config.bin %> mirror sync mirror.acme/ubi9',
    },
  ]
  static override args = { address: addressArgument }
  static override flags = askFlags

  protected async execute(): Promise<number> {
    const { argv, flags } = await this.parse(MirrorCancel)
    return this.ask('cancel', argv.map(String), flags)
  }
}

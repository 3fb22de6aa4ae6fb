import { Args, Flags } from '@oclif/core'
import { addressed } from '../../cli/addresses.ts'
import { exitCodes } from '../../cli/exit.ts'
import { fileFlags, serverFlags } from '../../cli/flags.ts'
import { previewable, previewed } from '../../cli/previewing.ts'
import { QuayCommand } from '../../cli/quay-command.ts'
import { statsText } from '../../cli/stats.ts'
import { previewText, renderPreview } from '../../render/mirror-preview.ts'

export default class MirrorPreview extends QuayCommand {
  static override summary = 'Show which upstream tags a mirror matches, and what its next sync deletes.'
  static override description =
    'A mirror that files declare is taken as they say, in Quay or not yet, with the password that they refer to; another as Quay has it. The upstream is asked from this machine.'
  static override examples = [
    { description: 'Before an apply', command: '<%= config.bin %> mirror preview mirror.acme/api' },
    {
      description: 'As somebody else than the mirror pulls as; the password stands on standard input',
      command:
        '<%= config.bin %> mirror preview mirror.acme/api --username bob --password-stdin < password.txt',
    },
    {
      description: 'Every tag, for scripts',
      command: '<%= config.bin %> mirror preview mirror.acme/api --json',
    },
  ]
  static override args = {
    address: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'The address of the mirror of a repository, in the files or not.',
    }),
  }
  static override flags = {
    ...fileFlags,
    ...serverFlags,
    username: Flags.string({
      helpValue: 'NAME',
      description:
        'Read the upstream as this user, with the password of QUAYCTL_UPSTREAM_PASSWORD or --password-stdin.',
    }),
    'password-stdin': Flags.boolean({
      dependsOn: ['username'],
      description: 'Standard input has the password of --username.',
    }),
    'upstream-ca-file': Flags.string({
      helpValue: 'PATH',
      description: 'A PEM file with a certificate authority to trust for the upstream.',
    }),
    json: Flags.boolean({ description: 'Print JSON.' }),
  }

  protected async execute(): Promise<number> {
    const { args, flags } = await this.parse(MirrorPreview)
    const opened = await this.openAny(flags)
    if (!opened) return exitCodes.config
    const { configuration, quay, surroundings } = opened
    const declared = (configuration?.expanded.desired ?? []).filter(({ absent }) => !absent)
    const [address] = addressed(
      args.address,
      previewable(),
      declared.map((one) => one.address),
    )
    const desired = declared.find((one) => one.address.text === address.text) ?? null
    const found = await previewed(address, desired, flags, quay, surroundings)
    if (flags.stats) this.tell(statsText(quay.client.stats()))
    if ('diagnostics' in found) {
      this.stopsAt(found.diagnostics, configuration ?? { sources: new Map(), files: 0 }, flags['no-color'])
      return exitCodes.config
    }
    const { preview } = found
    this.print(flags.json ? previewText(preview) : renderPreview(preview, this.style(flags['no-color'])))
    return exitCodes.ok
  }
}

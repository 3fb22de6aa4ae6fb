import { Flags, type Interfaces } from '@oclif/core'
import { parseAllowances } from '../cli/applying.ts'
import { QuayctlCommand } from '../cli/command.ts'
import { exitCodes } from '../cli/exit.ts'
import { fileFlags } from '../cli/flags.ts'
import { inScratch, loadBridge, refuseUnread, SYNTH_FILE, writeModule } from '../cli/synthesis.ts'
import { readFiles } from '../cli/world.ts'
import { wrapText } from '../render/style.ts'

type Flagged = Interfaces.InferredFlags<typeof Synth.flags>

export default class Synth extends QuayctlCommand {
  static override summary = 'Write the configuration as resources of Terraform, whose apply calls quayctl.'
  static override description =
    'For teams that plan everything with Terraform or OpenTofu: what needs Quay to be ready can depend on it. Each organization has a resource that stands for its presence and one for its state, which is made anew whenever the files say something else of it. Reads files only: no network, no secrets.'
  static override examples = [
    { description: 'Look at it', command: '<%= config.bin %> synth' },
    {
      description: 'As a part of a module of Terraform; the files stay where they are',
      command: '<%= config.bin %> synth --out terraform',
    },
    {
      description: 'Mirrors that may delete tags, and new users with their passwords kept',
      command: '<%= config.bin %> synth --out terraform --allow data --credentials-out passwords.json',
    },
    {
      description: 'With a resource for each object, for what depends on a single one',
      command: '<%= config.bin %> synth --out terraform --granularity object',
    },
  ]
  static override flags = {
    ...fileFlags,
    out: Flags.string({
      helpValue: 'FOLDER',
      description: `Write ${SYNTH_FILE} into this folder, the module. Default: print it, for a module in the working directory.`,
    }),
    granularity: Flags.option({
      options: ['organization', 'object'] as const,
      default: 'organization' as const,
      description:
        'What a resource stands for: an organization, or an object of one with all below it. By object nothing is pruned or revoked.',
    })(),
    resource: Flags.option({
      options: ['terraform_data', 'null_resource'] as const,
      default: 'terraform_data' as const,
      description:
        'The kind of resource. terraform_data needs no provider, null_resource that of hashicorp/null.',
    })(),
    'allow-destroy': Flags.boolean({
      description: 'Let terraform destroy delete from Quay, too. Without it Quay stays as it is.',
    }),
    allow: Flags.string({
      multiple: true,
      helpValue: 'IMPACT[:GLOB]',
      description:
        'What each apply is allowed: access, credential, data or public. Repeatable, or a comma list.',
    }),
    base: Flags.string({
      helpValue: 'REF',
      description:
        'The commit whose files were applied last, when Terraform applies: without it nothing is dropped, and no new version of a secret is sent.',
    }),
    'credentials-out': Flags.string({
      helpValue: 'FILE',
      description:
        'Where each apply keeps secrets that Quay makes, as seen from the working directory: a file for each resource, with its name before the ending.',
    }),
    'token-file': Flags.string({
      helpValue: 'PATH',
      description:
        'The file with the token for each apply, as seen from the working directory. Default: QUAY_TOKEN.',
    }),
    drift: Flags.boolean({
      description:
        'Have each plan of Terraform ask Quay, and what was changed there mended. Takes the provider hashicorp/external.',
    }),
  }

  protected async execute(): Promise<number> {
    const { flags } = await this.parse(Synth)
    refuseUnread(flags)
    parseAllowances(flags.allow ?? [])
    const surroundings = this.surroundings()
    const { base: _, ...now } = flags
    const configuration = await readFiles(now, surroundings)
    if (this.stopsAt(configuration.diagnostics, configuration, flags['no-color'])) return exitCodes.config
    const { text, units, warnings } = await this.#synthesize(flags)
    const { width } = this.style(flags['no-color'], 'stderr')
    for (const warning of warnings) this.tell(wrapText(`warning: ${warning}`, width, '  '))
    if (flags.out === undefined) this.print(text)
    else
      this.tell(`Written: ${writeModule(flags.out, text)}, with ${units} ${units === 1 ? 'unit' : 'units'}.`)
    return exitCodes.ok
  }

  async #synthesize(flags: Flagged) {
    const { synthesize } = await loadBridge(() => import('../terraform/synth.ts'))
    const { file, registry, base, out = '.', granularity, resource, allow, drift } = flags
    const props = {
      file,
      registry,
      base,
      granularity,
      resource,
      allow,
      drift,
      tokenFile: flags['token-file'],
      credentialsOut: flags['credentials-out'],
      allowDestroy: flags['allow-destroy'],
      module: out,
    }
    return inScratch((scratch) => synthesize(props, scratch))
  }
}

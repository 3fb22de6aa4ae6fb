import { Flags, type Interfaces } from '@oclif/core'
import { exitCodes } from '../cli/exit.ts'
import { fileFlags, serverFlags } from '../cli/flags.ts'
import { clearOutput, writeOutput } from '../cli/outputs.ts'
import { QuayCommand } from '../cli/quay-command.ts'
import { statsText } from '../cli/stats.ts'
import { conditions, exitOf, parseConditions, statusReport } from '../cli/status-run.ts'
import { noFiles } from '../cli/world.ts'
import { statusPage } from '../render/html-status.ts'
import { hitLines, renderStatus } from '../render/status.ts'
import { statusText } from '../render/status-json.ts'

type Flagged = Interfaces.InferredFlags<typeof Status.flags>

export default class Status extends QuayCommand {
  static override summary = 'Show how mirrors, quotas and notifications fare, and what is in no file.'
  static override description =
    'Reads only. Of the organizations that the files declare. What lists tell, by few requests: one for each mirror, one for the notifications of each repository, and a handful for each organization. With --all or --organization it needs no files; without files nothing counts as unmanaged.'
  static override examples = [
    { description: 'What the files declare', command: '<%= config.bin %> status' },
    {
      description: 'For monitoring: ends with 4 where one of these holds',
      command: "<%= config.bin %> status --fail-on 'failed-mirror,stale-mirror,quota>90%'",
    },
    {
      description: 'A page to look at, of all that the token may see',
      command: '<%= config.bin %> status --all --html status.html',
    },
    {
      description: 'Only mirrors, for scripts',
      command: '<%= config.bin %> status --blocks mirror --json',
    },
  ]
  static override flags = {
    ...fileFlags,
    organization: Flags.string({
      multiple: true,
      helpValue: 'NAME',
      description: "Only this organization, or the token's own user, declared or not; repeatable.",
    }),
    all: Flags.boolean({
      exclusive: ['organization'],
      description: 'All organizations that the token may see, declared or not.',
    }),
    blocks: Flags.string({
      multiple: true,
      helpValue: 'LIST',
      description: 'Only these blocks, joined by commas: less is read. Repeatable.',
    }),
    'fail-on': Flags.string({
      multiple: true,
      helpValue: 'LIST',
      description: `Exit with 4 where one of these holds, and with 7 where the token may not see all; joined by commas, repeatable: ${Object.keys(conditions).join(', ')}.`,
    }),
    html: Flags.string({
      helpValue: 'FILE',
      description: 'Write it to this file, too, as a page that can be sorted and filtered.',
    }),
    json: Flags.boolean({ description: 'Print JSON.' }),
    ...serverFlags,
  }

  protected async execute(): Promise<number> {
    const { flags } = await this.parse(Status)
    const wanted = parseConditions(flags)
    const { html } = flags
    if (html) clearOutput(html, '--html')
    const opened = await this.#open(flags)
    if (!opened) return exitCodes.config
    const report = await statusReport(flags, opened.expanded, opened.quay, opened.surroundings)
    const code = exitOf(wanted, report)
    this.print(flags.json ? statusText(report, code) : renderStatus(report, this.style(flags['no-color'])))
    for (const line of hitLines(report)) this.tell(line)
    if (html) writeOutput(html, statusPage(report, this.config.version), '--html')
    if (flags.stats) this.tell(statsText(opened.quay.client.stats()))
    return code
  }

  /** Names, and all there is, can be told of without files. */
  async #open(flags: Flagged) {
    if (!this.hasFiles(flags)) {
      if (!flags.all && !flags.organization) throw noFiles('--all or --organization NAME needs none')
      return { ...(await this.openBare(flags)), expanded: null }
    }
    const opened = await this.open(flags)
    return opened && { ...opened, expanded: opened.configuration.expanded }
  }
}

import { Args, Flags, type Interfaces } from '@oclif/core'
import { QuayctlCommand } from '../cli/command.ts'
import { exitCodes } from '../cli/exit.ts'
import { fileFlags, planFlags, reportFlag } from '../cli/flags.ts'
import { refuseIdle } from '../cli/narrowing.ts'
import { refuseTwice } from '../cli/outputs.ts'
import { mistakes, parseReports, reporting, type Tell } from '../cli/reports.ts'
import { readRevisions } from '../cli/revisions.ts'
import { registry } from '../cli/world.ts'
import { planText } from '../engine/planfile.ts'
import { compareRevisions } from '../engine/revisions.ts'
import { renderPlan } from '../render/plan.ts'

type Flagged = Interfaces.InferredFlags<typeof Diff.flags>

export default class Diff extends QuayctlCommand {
  static override summary = 'Show what a change of the files means: no network, no credentials, no secrets.'
  static override description =
    'Compares the files of two revisions as if Quay held what the first say, and says what only Quay knows. BASE and HEAD are what Git calls commits; a name that begins with . or / is a path of a file or folder. What moves from one file to another is no change. quayctl plan compares with Quay itself.'
  static override examples = [
    {
      description: 'What the working tree changes since main',
      command: '<%= config.bin %> diff origin/main',
    },
    { description: 'What the last commit has changed', command: '<%= config.bin %> diff HEAD~1 HEAD' },
    { description: 'Two folders', command: '<%= config.bin %> diff ./before ./after' },
  ]
  static override args = {
    base: Args.string({ ignoreStdin: true, required: true, description: 'What the files were.' }),
    head: Args.string({
      ignoreStdin: true,
      description: 'What they are. Default: the working tree.',
    }),
  }
  static override flags = {
    ...fileFlags,
    organization: planFlags.organization,
    json: planFlags.json,
    report: reportFlag('Write what the change means'),
    'detailed-exitcode': Flags.boolean({ description: 'Exit with 2 when there are changes.' }),
  }

  protected async execute(): Promise<number> {
    const { args, flags } = await this.parse(Diff)
    const reports = parseReports(flags.report)
    refuseTwice(reports.map(({ path }) => path))
    return reporting(reports, this.surroundings(), (tell) => this.#compare(args.base, args.head, flags, tell))
  }

  async #compare(base: string, head: string | undefined, flags: Flagged, tell: Tell): Promise<number> {
    const surroundings = this.surroundings()
    const { past, after, names } = await readRevisions(base, head, flags, surroundings)
    if (this.stopsAt(after.diagnostics, after, flags['no-color']) || !past) {
      tell(mistakes(after.diagnostics))
      return exitCodes.config
    }
    const selection = { organizations: flags.organization ?? [], targets: [], excludes: [] }
    refuseIdle(after.expanded, selection, registry, past.expanded)
    const plan = await compareRevisions(past, after, registry, {
      selection,
      today: surroundings.now().toISOString().slice(0, 10),
      version: surroundings.version,
      partial: after.partial,
      names,
    })
    tell({ plan, findings: plan.findings, json: () => planText(plan) })
    this.print(flags.json ? planText(plan) : renderPlan(plan, this.style(flags['no-color'])))
    return flags['detailed-exitcode'] && plan.changes.length > 0 ? exitCodes.changes : exitCodes.ok
  }
}

import { Flags, type Interfaces } from '@oclif/core'
import { exitCodes } from '../cli/exit.ts'
import { fileFlags, planFlags, reportFlag, serverFlags } from '../cli/flags.ts'
import { clearOutput, refuseTwice, writeOutput } from '../cli/outputs.ts'
import { QuayCommand } from '../cli/quay-command.ts'
import { mistakes, parseReports, reporting, type Tell } from '../cli/reports.ts'
import { runOf } from '../cli/runs.ts'
import { statsText } from '../cli/stats.ts'
import { planPieces } from '../engine/planfile.ts'
import { renderPlan, savedLine } from '../render/plan.ts'

type Flagged = Interfaces.InferredFlags<typeof Plan.flags>

export default class Plan extends QuayCommand {
  static override summary = 'Show what apply would change in Quay. Reads only.'
  static override examples = [
    { description: 'All that quayctl.yaml includes', command: '<%= config.bin %> plan' },
    {
      description: 'For scripts: 2 when there are changes',
      command: '<%= config.bin %> plan --detailed-exitcode',
    },
    {
      description: 'One organization, as JSON',
      command: '<%= config.bin %> plan --organization acme --json',
    },
    {
      description: 'To have it reviewed, and apply it later',
      command: '<%= config.bin %> plan --out plan.json',
    },
    {
      description: 'For those who review it: a page to look at, and a comment of a pull request',
      command: '<%= config.bin %> plan --report html=plan.html --report markdown=plan.md',
    },
    { description: 'Only the mirrors of acme', command: "<%= config.bin %> plan --target 'mirror.acme/**'" },
    {
      description: 'With what a pull request takes out of the files, and new versions of secrets',
      command: '<%= config.bin %> plan --base origin/main',
    },
    {
      description: 'The third of eight runners, whose plans quayctl plan merge puts together',
      command: '<%= config.bin %> plan --shard 3/8 --out shard-3.json',
    },
  ]
  static override flags = {
    ...fileFlags,
    ...serverFlags,
    ...planFlags,
    out: Flags.string({
      helpValue: 'FILE',
      description: 'Save the plan to this file, for quayctl apply FILE. It holds no secrets.',
    }),
    report: reportFlag('Write the plan, with when and by whom it was made'),
    'detailed-exitcode': Flags.boolean({ description: 'Exit with 2 when there are changes.' }),
  }

  protected async execute(): Promise<number> {
    const { flags } = await this.parse(Plan)
    const surroundings = this.surroundings()
    const reports = parseReports(flags.report)
    refuseTwice([...reports.map(({ path }) => path), flags.out, flags.trace])
    if (flags.out) clearOutput(flags.out, '--out')
    return reporting(reports, surroundings, (tell) => this.#plan(flags, surroundings.now(), tell))
  }

  async #plan(flags: Flagged, started: Date, tell: Tell): Promise<number> {
    const made = await this.#made(flags, tell)
    if (!made) return exitCodes.config
    const { plan, client } = made
    if (flags.json) await this.printAll(planPieces(plan))
    else this.print(renderPlan(plan, this.style(flags['no-color'])))
    const run = runOf(started, this.surroundings(), client.stats())
    const whole = () => planPieces(plan, run)
    tell({ plan, findings: plan.findings, run, json: whole })
    if (flags.out) {
      writeOutput(flags.out, whole(), '--out')
      this.tell(savedLine(flags.out, plan))
    }
    if (flags.stats) this.tell(statsText(client.stats()))
    if (plan.safety.blocked) return exitCodes.blocked
    return flags['detailed-exitcode'] && plan.changes.length > 0 ? exitCodes.changes : exitCodes.ok
  }

  /** The plan alone: what it was made of takes as much memory again. */
  async #made(flags: Flagged, tell: Tell) {
    const opened = await this.planned(flags, tell, true)
    if (!opened) return null
    const { planned, configuration, quay } = opened
    if (!planned.errors) return { plan: planned.plan, client: quay.client }
    tell(mistakes(planned.errors))
    this.stopsAt(planned.errors, configuration, flags['no-color'])
    return null
  }
}

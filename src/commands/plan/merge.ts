import { resolve } from 'node:path'
import { Args, Flags, type Interfaces } from '@oclif/core'
import { QuayctlCommand } from '../../cli/command.ts'
import { exitCodes } from '../../cli/exit.ts'
import { fileFlags, planFlags, reportFlag } from '../../cli/flags.ts'
import { mergeSaved } from '../../cli/merging.ts'
import { clearOutput, refuseTwice, writeOutput } from '../../cli/outputs.ts'
import { parseReports, reporting, type Tell } from '../../cli/reports.ts'
import { planPieces } from '../../engine/planfile.ts'
import { renderPlan, savedLine } from '../../render/plan.ts'

type Flagged = Interfaces.InferredFlags<typeof PlanMerge.flags>

export default class PlanMerge extends QuayctlCommand {
  static override summary = 'Make one plan of the plans of all shards, as one run would have made it.'
  static override description =
    'Its guards look at the whole, and it is reviewed and applied like every saved plan. Talks to no Quay and reads none of the files. docs/runners.md says when several runners help.'
  static override usage = 'plan merge PLAN... [FLAGS]'
  static override strict = false
  static override examples = [
    {
      description: 'After quayctl plan --shard 1/2 --out shard-1.json, and the same of 2/2',
      command: '<%= config.bin %> plan merge shard-1.json shard-2.json --out plan.json',
    },
    {
      description: 'However many there are, with a report for those who review it',
      command: '<%= config.bin %> plan merge shard-*.json --out plan.json --report markdown=plan.md',
    },
  ]
  static override args = {
    plan: Args.string({
      required: true,
      ignoreStdin: true,
      description: 'A plan that quayctl plan --shard I/N --out has saved; all N of them.',
    }),
  }
  static override flags = {
    out: Flags.string({
      helpValue: 'FILE',
      description: 'Save the plan to this file, for quayctl apply FILE.',
    }),
    report: reportFlag('Write the plan, with when and by whom its shards were planned'),
    'detailed-exitcode': Flags.boolean({ description: 'Exit with 2 when there are changes.' }),
    json: planFlags.json,
    'no-color': fileFlags['no-color'],
  }

  protected async execute(): Promise<number> {
    const { argv, flags } = await this.parse(PlanMerge)
    const paths = argv.map(String)
    const reports = parseReports(flags.report)
    const read = new Set(paths.map((path) => resolve(path)))
    refuseTwice([...read, ...reports.map(({ path }) => path), flags.out])
    if (flags.out) clearOutput(flags.out, '--out')
    return reporting(reports, this.surroundings(), (tell) => this.#merge(paths, flags, tell))
  }

  async #merge(paths: readonly string[], flags: Flagged, tell: Tell): Promise<number> {
    const { plan, run } = await mergeSaved(paths, this.surroundings().version)
    if (flags.json) await this.printAll(planPieces(plan))
    else this.print(renderPlan(plan, this.style(flags['no-color'])))
    const whole = () => planPieces(plan, run)
    tell({ plan, findings: plan.findings, ...(run && { run }), json: whole })
    if (flags.out) {
      writeOutput(flags.out, whole(), '--out')
      this.tell(savedLine(flags.out, plan))
    }
    if (plan.safety.blocked) return exitCodes.blocked
    return flags['detailed-exitcode'] && plan.changes.length > 0 ? exitCodes.changes : exitCodes.ok
  }
}

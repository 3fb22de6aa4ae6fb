import { Flags } from '@oclif/core'
import { exitCodes } from '../cli/exit.ts'
import { fileFlags, planFlags, serverFlags } from '../cli/flags.ts'
import { planByFlags } from '../cli/planning.ts'
import { QuayCommand } from '../cli/quay-command.ts'
import { statsText } from '../cli/stats.ts'
import { planText } from '../engine/plan.ts'
import { renderPlan } from '../render/plan.ts'

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
    { description: 'Only the mirrors of acme', command: "<%= config.bin %> plan --target 'mirror.acme/**'" },
    {
      description: 'With what a pull request takes out of the files, and new versions of secrets',
      command: '<%= config.bin %> plan --base origin/main',
    },
  ]
  static override flags = {
    ...fileFlags,
    ...serverFlags,
    ...planFlags,
    'detailed-exitcode': Flags.boolean({ description: 'Exit with 2 when there are changes.' }),
  }

  protected async execute(): Promise<number> {
    const { flags } = await this.parse(Plan)
    const opened = await this.open(flags)
    if (!opened) return exitCodes.config
    const { configuration, quay, surroundings } = opened
    const planned = await planByFlags(configuration, flags, quay, surroundings, { onlyPlan: true })
    if (planned.errors) {
      this.stopsAt(planned.errors, configuration, flags['no-color'])
      return exitCodes.config
    }
    const { plan } = planned
    this.print(flags.json ? planText(plan) : renderPlan(plan, this.style(flags['no-color'])))
    if (flags.stats) this.tell(statsText(quay.client.stats()))
    if (plan.safety.blocked) return exitCodes.blocked
    return flags['detailed-exitcode'] && plan.changes.length > 0 ? exitCodes.changes : exitCodes.ok
  }
}

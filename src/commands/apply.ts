import { Args, Flags, type Interfaces } from '@oclif/core'
import { type ApplyFlags, ApplyRun } from '../cli/apply-run.ts'
import { type Spoken, spokenIn } from '../cli/applying.ts'
import { exitCodes } from '../cli/exit.ts'
import { fileFlags, planFlags, reportFlag, serverFlags } from '../cli/flags.ts'
import { refuseTwice } from '../cli/outputs.ts'
import { QuayCommand } from '../cli/quay-command.ts'
import { reporting, type Tell } from '../cli/reports.ts'
import { reviewedOnly } from '../cli/reviewed.ts'
import { UsageError } from '../model/errors.ts'

type Flagged = Interfaces.InferredFlags<typeof Apply.flags>
type Said = Spoken & Pick<ApplyFlags, 'saved' | 'started'>

export default class Apply extends QuayCommand {
  static override summary = 'Make Quay be as the files say. Shows the plan and asks first.'
  static override examples = [
    { description: 'Plan, ask, apply', command: '<%= config.bin %> apply' },
    { description: 'Where nobody can answer', command: '<%= config.bin %> apply --yes' },
    {
      description: 'Allow what may delete images of one organization',
      command: "<%= config.bin %> apply --yes --allow 'data:mirror.acme/**'",
    },
    { description: 'What was planned and reviewed before', command: '<%= config.bin %> apply plan.json' },
    {
      description: 'Of that the organizations of one runner of eight',
      command: '<%= config.bin %> apply plan.json --shard 3/8 --yes',
    },
    {
      description: 'With a record of what was done, also as test results',
      command: '<%= config.bin %> apply --yes --report json=report.json --report junit=report.xml',
    },
    {
      description: 'Change mirrors now, whether Quay is synchronising them or not',
      command: '<%= config.bin %> apply --yes --cancel-sync',
    },
    {
      description: 'Send the credentials of one upstream again',
      command: '<%= config.bin %> apply --yes --resend upstream:registry.redhat.io --allow credential',
    },
    {
      description: 'Keep the tokens of new robots',
      command: '<%= config.bin %> apply --yes --credentials-out robots.json',
    },
  ]
  static override args = {
    plan: Args.string({
      ignoreStdin: true,
      description: 'A plan that quayctl plan --out has saved. Default: what the files come to now.',
    }),
  }
  static override flags = {
    ...fileFlags,
    ...serverFlags,
    ...planFlags,
    yes: Flags.boolean({
      char: 'y',
      description: 'Do not ask. Impacts other than access still need their --allow.',
    }),
    allow: Flags.string({
      multiple: true,
      helpValue: 'IMPACT[:GLOB]',
      description:
        'Allow what can cost something: access, credential, data or public; of addresses that match. Repeatable, or a comma list.',
    }),
    'credentials-out': Flags.string({
      helpValue: 'FILE',
      description:
        'Write the tokens, passwords and client secrets that Quay makes to this file, readable by its owner only: a new one, or that of an earlier run, to which they are added.',
    }),
    expect: Flags.string({
      multiple: true,
      helpValue: '[ORGANIZATION=]ID',
      description:
        'Go on only if the plan has this id, or its part of an organization has (plan_ids in its JSON); 12 digits are enough. Repeatable.',
    }),
    reviewed: Flags.string({
      helpValue: 'FILE',
      description:
        'Only organizations of which reviews have seen and allowed all that would be done, by this file, which quayctl comment --reviewed prints; others wait, and the exit code is 6.',
    }),
    report: reportFlag('Write what was done, by whom and when, and what came of it'),
    'fail-fast': Flags.boolean({ description: 'Begin no further step after one failed.' }),
    'sync-wait': Flags.string({
      default: '10min',
      helpValue: 'DURATION',
      description:
        'How long changes of a mirror that Quay is synchronising wait for that to end, after all others are done; 0: not at all.',
    }),
    'cancel-sync': Flags.boolean({
      description:
        'Cancel the sync of a mirror that is to be changed, and let it begin anew afterwards, instead of waiting for it.',
    }),
  }

  protected async execute(): Promise<number> {
    const { args, flags } = await this.parse(Apply)
    if (flags['credentials-out'] === '-')
      throw new UsageError('QC6400', '--credentials-out takes no -: tokens are not printed', ['name a file'])
    const said = { ...spokenIn(flags), saved: args.plan !== undefined, started: this.surroundings().now() }
    const paths = said.reports.map(({ path }) => path)
    refuseTwice([args.plan, ...paths, flags['credentials-out'], flags.trace])
    return reporting(said.reports, this.surroundings(), (tell) => this.#apply(args.plan, flags, said, tell))
  }

  async #apply(path: string | undefined, flags: Flagged, said: Said, tell: Tell): Promise<number> {
    const opened = path === undefined ? await this.planned(flags, tell) : await this.saved(path, flags)
    if (!opened) return exitCodes.config
    const { quay, surroundings } = opened
    const { sources, files } = opened.configuration
    const { planned, spoken } = reviewedOnly(opened.planned, flags.reviewed, said)
    const run = new ApplyRun({ ...flags, ...spoken }, quay, surroundings, {
      print: (text) => this.print(text),
      tell: (text) => this.tell(text),
      stopsAt: (list) => this.stopsAt(list, { sources, files }, flags['no-color']),
      style: this.style(flags['no-color']),
    })
    // Not awaited: what waits for it would hold all that the files say, and the plan.
    return run.run(planned, tell)
  }
}

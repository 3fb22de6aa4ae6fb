import { Args, Flags } from '@oclif/core'
import { QuayctlCommand } from '../cli/command.ts'
import { comment } from '../cli/commenting.ts'
import { exitCodes } from '../cli/exit.ts'
import { serverFlags } from '../cli/flags.ts'

export default class Comment extends QuayctlCommand {
  static override summary = 'Show a saved plan as one comment on a pull or merge request, edited in place.'
  static override description =
    'For GitHub and GitLab, also on servers of your own. In their CI everything is known but the token: QUAYCTL_COMMENT_TOKEN, GITHUB_TOKEN or GITLAB_TOKEN. Talks to no Quay. docs/comments.md has the set-up.'
  static override examples = [
    {
      description: 'In CI, after quayctl plan --out plan.json',
      command: '<%= config.bin %> comment plan.json',
    },
    {
      description: 'What it would say; needs no token',
      command: '<%= config.bin %> comment plan.json --dry-run',
    },
    {
      description: 'Before a new plan is made: the last one is of an older commit',
      command: '<%= config.bin %> comment --outdated',
    },
    {
      description: 'After merges: what their reviewers have seen',
      command: '<%= config.bin %> comment --reviewed origin/quayctl/applied',
    },
  ]
  static override args = {
    plan: Args.string({ ignoreStdin: true, description: 'A plan that quayctl plan --out has saved.' }),
  }
  static override flags = {
    'dry-run': Flags.boolean({ description: 'Print the comment, and send nothing.' }),
    outdated: Flags.boolean({
      description: 'Instead of a plan: mark the comment as outdated if the head has moved since.',
    }),
    failed: Flags.string({
      helpValue: 'FILE',
      description:
        'Instead of a plan: show the errors in this file, and the last plan folded. One that ends with .md is taken as Markdown, as --report markdown=FILE writes it.',
    }),
    reviewed: Flags.string({
      helpValue: 'REF',
      description:
        'Instead of commenting: print what the comments on all requests say that were merged since this commit, for quayctl apply --reviewed.',
    }),
    branch: Flags.string({
      helpValue: 'NAME',
      description:
        'With --reviewed: the branch that is applied; what was merged to another one does not count. Default: that of the run, else the default branch of the repository.',
    }),
    always: Flags.boolean({
      description: 'Comment also where a plan has no changes and no warnings, and there is no comment yet.',
    }),
    labels: Flags.boolean({
      description:
        'Name the labels of the request that quayctl apply --reviewed waits for, because of what the plan can cost.',
    }),
    key: Flags.string({
      helpValue: 'NAME',
      description: 'Tells several comments on one request apart, where the servers do not.',
    }),
    platform: Flags.option({
      options: ['github', 'gitlab'] as const,
      description: 'Default: that whose CI this runs in.',
    })(),
    repository: Flags.string({
      helpValue: 'OWNER/NAME',
      description: 'The repository; in GitLab the path or the id of the project. Default: that of the run.',
    }),
    'pull-request': Flags.integer({
      min: 1,
      helpValue: 'NUMBER',
      description: 'The pull or merge request. Default: that of the run.',
    }),
    head: Flags.string({
      helpValue: 'COMMIT',
      description: 'The commit that the plan is of. Default: the head that the run is of.',
    }),
    'token-file': Flags.string({
      helpValue: 'PATH',
      description: 'A file that holds the token to comment with, instead of a variable.',
    }),
    'ca-file': serverFlags['ca-file'],
  }

  protected async execute(): Promise<number> {
    const { args, flags } = await this.parse(Comment)
    this.print(await comment(args.plan, flags, this.surroundings(), (text) => this.tell(text)))
    return exitCodes.ok
  }
}

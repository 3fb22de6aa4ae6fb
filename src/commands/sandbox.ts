import { Flags } from '@oclif/core'
import { QuayctlCommand } from '../cli/command.ts'
import { exitCodes } from '../cli/exit.ts'
import { faultKinds } from '../cli/sandbox-faults.ts'

export default class Sandbox extends QuayctlCommand {
  static override summary = 'An emulated Quay on a loopback port, or around a command.'
  static override description =
    'Nothing of it is kept. The wrapped command gets its address and token as QUAY_URL and QUAY_TOKEN, with --session QUAY_USERNAME and QUAY_PASSWORD instead of the token. Without --accounts there is one superuser, admin; with it there are the users and tokens of a YAML file, {users: {NAME: {superuser, email, password}}, tokens: {TEXT: {user, scopes: "org:admin repo:create", expired}}}, and the first token is the one that the command gets.'
  static override examples = [
    {
      description: 'Try a configuration',
      command: '<%= config.bin %> sandbox -- <%= config.bin %> apply --yes -f examples/catalog',
    },
    {
      description: 'See what a change does to what is there',
      command:
        '<%= config.bin %> sandbox --seed examples/catalog -- <%= config.bin %> plan -f examples/catalog',
    },
    {
      description: 'Try a configuration on an old Quay',
      command: '<%= config.bin %> sandbox --quay 3.11 -- <%= config.bin %> apply --yes -f examples/catalog',
    },
    {
      description: 'See what a run makes of a server that limits its rate',
      command:
        '<%= config.bin %> sandbox --fault 429=2% --fault-seed 7 -- <%= config.bin %> apply --yes -f examples/catalog',
    },
    {
      description: 'See what a token can do that is no superuser',
      command:
        '<%= config.bin %> sandbox --accounts examples/sandbox/accounts.yaml -- <%= config.bin %> plan -f examples/catalog',
    },
    {
      description: 'See how long a run takes of which every call costs what it costs a real Quay',
      command:
        '<%= config.bin %> sandbox --session --cost real -- <%= config.bin %> apply --yes -f examples/catalog',
    },
    { description: 'Leave it running', command: '<%= config.bin %> sandbox --port 8080' },
  ]
  static override usage = 'sandbox [FLAGS] [-- COMMAND...]'
  static override flags = {
    port: Flags.integer({ min: 0, max: 65535, description: 'The port to listen on. Default: a free one.' }),
    seed: Flags.string({
      multiple: true,
      helpValue: 'PATH',
      description: 'Apply these files first; repeatable. Their secrets are made up.',
    }),
    quay: Flags.option({
      options: ['3.11', '3.12', 'latest'] as const,
      default: 'latest',
      description:
        'The version of Quay: what it lacks, and how it answers. The latest is of August 2026, after 3.18.',
    })(),
    profile: Flags.string({
      options: ['full', 'plain'],
      default: 'full',
      description: 'Every optional feature of Quay, or none.',
    }),
    feature: Flags.string({
      multiple: true,
      helpValue: 'NAME=on|off',
      description: 'Switch one feature; repeatable.',
    }),
    fault: Flags.string({
      multiple: true,
      helpValue: '[KIND=]PERCENT',
      description: `How many requests suffer, of every kind together or of one; repeatable. Kinds: ${faultKinds.join(', ')}; with late- Quay does first what it is asked.`,
    }),
    'fault-seed': Flags.integer({
      min: 0,
      dependsOn: ['fault'],
      description: 'The same faults for the same requests. Default: by chance, and it is said.',
    }),
    cost: Flags.string({
      helpValue: 'COST',
      description:
        'Let each call take what it costs a server, which serves as many at a time as it has cores: real, or like bearer=200ms,session=30ms,cores=2.',
    }),
    session: Flags.boolean({
      description: 'Hand out a user and a password to sign in with, instead of a token.',
    }),
    worker: Flags.boolean({
      description: 'Let mirrors be synchronised, a step a second. Default: they stay as they are.',
    }),
    accounts: Flags.string({
      helpValue: 'FILE',
      description:
        'Users and tokens, as YAML like examples/sandbox/accounts.yaml. Default: one superuser, admin.',
    }),
  }

  protected async execute(): Promise<number> {
    // oclif sorts equal words after -- together; the command is none of its business.
    const end = this.argv.includes('--') ? this.argv.indexOf('--') : this.argv.length
    const [own, command] = [this.argv.slice(0, end), this.argv.slice(end + 1)]
    const { flags } = await this.parse(Sandbox, own)
    const { interruption, runInside, seed, startSandbox } = await import('../cli/sandbox.ts')
    const { readAccounts } = await import('../cli/accounts.ts')
    const sandbox = await startSandbox({
      port: flags.port,
      version: flags.quay,
      profile: flags.profile === 'plain' ? 'plain' : 'full',
      features: flags.feature ?? [],
      faults: flags.fault ?? [],
      faultSeed: flags['fault-seed'],
      cost: flags.cost,
      session: flags.session,
      worker: flags.worker,
      accounts: flags.accounts === undefined ? null : await readAccounts(flags.accounts),
    })
    try {
      const surroundings = this.surroundings()
      const wrong = flags.seed && (await seed(flags.seed, sandbox, surroundings))
      if (wrong && this.stopsAt(wrong.errors, wrong.configuration, undefined)) return exitCodes.config
      const suffering = sandbox.suffer()
      if (suffering) this.tell(suffering)
      if (command.length > 0) return await runInside(command, sandbox, surroundings)
      const ended = interruption()
      const variables = Object.entries(sandbox.variables).map(([name, text]) => `${name}=${text}`)
      this.print(`${flags.session ? 'unset QUAY_TOKEN; ' : ''}export ${variables.join(' ')}`)
      this.tell('An emulated Quay is listening; Ctrl-C ends it.')
      await ended
      return exitCodes.ok
    } finally {
      await sandbox.close()
    }
  }
}

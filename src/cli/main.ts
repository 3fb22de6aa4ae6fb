import { flush, run } from '@oclif/core'
import { nearest } from '../model/canonical.ts'
import { UsageError } from '../model/errors.ts'
import { reportError } from './command.ts'

const commands = [
  'apply',
  'comment',
  'diff',
  'doctor',
  'explain',
  'export',
  'help',
  'init',
  'plan',
  'plan merge',
  'sandbox',
  'schema',
  'status',
  'validate',
]

/** Runs the command line; sets the exit code and never throws. */
export async function main(root: string): Promise<void> {
  const [first = '--help', ...rest] = process.argv.slice(2)
  const argv = first === 'help' ? [...rest, '--help'] : [first, ...rest]
  try {
    await run(argv, root)
    await flush()
  } catch (error) {
    if (isHelp(error)) return
    process.exitCode = reportError(unknownCommand(error) ?? error, '')
  }
}

const isHelp = (error: unknown): boolean => exitOf(error) === 0

function exitOf(error: unknown): number | undefined {
  const oclif = error && typeof error === 'object' && 'oclif' in error ? error.oclif : undefined
  return oclif && typeof oclif === 'object' && 'exit' in oclif && typeof oclif.exit === 'number'
    ? oclif.exit
    : undefined
}

function unknownCommand(error: unknown): UsageError | null {
  const [, name] = error instanceof Error ? (/^command (\S+) not found$/.exec(error.message) ?? []) : []
  if (!name) return null
  const [first = '', ...rest] = name.split(':')
  if (rest.length > 0 && commands.includes(first)) {
    const meant = nearest(
      `${first} ${rest[0]}`,
      commands.filter((one) => one.includes(' ')),
    )
    return new UsageError('QC6401', `${first} does not take "${rest.join(' ')}"`, [
      meant
        ? `did you mean "${meant}"?`
        : first === 'sandbox'
          ? 'a command to run in it stands after --'
          : `quayctl ${first} --help shows what it takes`,
    ])
  }
  const guess = nearest(first, commands)
  return new UsageError('QC6401', `there is no command ${first}`, [
    guess ? `did you mean "${guess}"?` : 'quayctl --help lists them',
  ])
}

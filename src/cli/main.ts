import { run } from '@oclif/core'
import { nearest } from '../model/canonical.ts'
import { UsageError } from '../model/errors.ts'
import { reportError } from './command.ts'
import { exitCodes } from './exit.ts'
import { endure } from './streams.ts'

const commands = [
  'api',
  'apply',
  'comment',
  'diff',
  'doctor',
  'drift',
  'drift external',
  'explain',
  'export',
  'help',
  'init',
  'mirror',
  'mirror cancel',
  'mirror preview',
  'mirror sync',
  'plan',
  'plan merge',
  'robot credentials',
  'robot rotate',
  'sandbox',
  'schema',
  'status',
  'synth',
  'validate',
]
/** Also of those that only go with a second one. */
const firstWords = [...new Set(commands.map((one) => one.replace(/ .*/, '')))]

/** Runs the command line; sets the exit code and never throws. */
export async function main(root: string): Promise<void> {
  const [first = '--help', ...rest] = process.argv.slice(2)
  const argv = first === 'help' ? [...rest, '--help'] : [first, ...rest]
  const lost = endure(process)
  try {
    await run(argv, root)
  } catch (error) {
    if (!isHelp(error)) process.exitCode = reportError(unknownCommand(error) ?? error, '')
  }
  const error = await lost()
  if (error && isGood(process.exitCode)) process.exitCode = reportError(error, '')
}

const isGood = (code: typeof process.exitCode): boolean =>
  code === undefined || code === exitCodes.ok || code === exitCodes.changes

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
  if (rest.length > 0 && firstWords.includes(first)) {
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
  const guess = nearest(first, firstWords)
  return new UsageError('QC6401', `there is no command ${first}`, [
    guess ? `did you mean "${guess}"?` : 'quayctl --help lists them',
  ])
}

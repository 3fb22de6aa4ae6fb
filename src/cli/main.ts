import { flush, run } from '@oclif/core'
import { nearest } from '../model/canonical.ts'
import { UsageError } from '../model/errors.ts'
import { reportError } from './command.ts'

/** Runs the command line; sets the exit code and never throws. */
export async function main(root: string): Promise<void> {
  const argv = process.argv.slice(2)
  try {
    await run(argv.length > 0 ? argv : ['--help'], root)
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
  const guess = nearest(name, ['apply', 'help', 'plan', 'sandbox', 'schema', 'validate'])
  return new UsageError('QC6401', `there is no command ${name}`, [
    guess ? `did you mean "${guess}"?` : 'quayctl --help lists them',
  ])
}

import { nearest } from '../model/canonical.ts'
import { UsageError } from '../model/errors.ts'

/** What a command takes, as far as messages say it. */
interface Taken {
  readonly name: string
  readonly flags: Readonly<Record<string, object>>
  /** A command line of it that works. */
  readonly example: string
}

/** What the parser of command lines says, in our words; null where it says nothing of one. */
export function usageErrorOf(error: unknown, taken: Taken): UsageError | null {
  if (!(error instanceof Error) || !('oclif' in error)) return null
  const text = error.message.replace(/\n+See more help with --help$/, '')
  const said = listsOf(error, text, taken) ?? misfitOf(text, taken)
  return said && new UsageError('QC6400', said.message, [said.hint])
}

interface Said {
  readonly message: string
  readonly hint: string
}

/** Flags or arguments that are unknown, too many, or missing. */
function listsOf(error: Error, text: string, { name, flags, example }: Taken): Said | null {
  const help = `quayctl ${name} --help shows what it takes`
  if ('flags' in error && Array.isArray(error.flags)) {
    const unknown = error.flags.map(String)
    const known = Object.keys(flags).map((flag) => `--${flag}`)
    const guess = unknown.length === 1 ? nearest(unknown[0] ?? '', known) : undefined
    return {
      message: `${name} has no flag ${unknown.join(' and no ')}`,
      hint: guess ? `did you mean ${guess}?` : `quayctl ${name} --help shows its flags`,
    }
  }
  if (!('args' in error) || !Array.isArray(error.args)) return null
  if (text.startsWith('Unexpected'))
    return { message: `${name} does not take "${error.args.join(' ')}"`, hint: help }
  const [first] = error.args
  const about = String(first?.description ?? '').replace(/\.$/, '')
  return {
    message: `${name} needs ${String(first?.name).toUpperCase()}: ${/^[A-Z]{2}/.test(about) ? about : about.charAt(0).toLowerCase() + about.slice(1)}`,
    hint: `for example ${example}`,
  }
}

/** A value that a flag or an argument does not take. */
function misfitOf(text: string, { name, flags }: Taken): Said | null {
  const [, lacking] = /^Flag --(\S+) expects a value/.exec(text) ?? []
  if (lacking)
    return { message: `--${lacking} has no value`, hint: `write --${lacking} ${wordFor(flags[lacking])}` }
  const number =
    /^Parsing --(\S+)\s+Expected an integer(?: (greater|less) than or equal to (-?\d+))? but received: (.*)$/s.exec(
      text,
    )
  if (number) {
    const [, flag, side, limit, value] = number
    const wrong = side ? `is too ${side === 'greater' ? 'small' : 'large'}` : 'is no whole number'
    const hint = side
      ? `write a whole number ${side === 'greater' ? 'from' : 'up to'} ${limit}`
      : `write digits, as in --${flag} 3`
    return { message: `--${flag} ${value} ${wrong}`, hint }
  }
  const [, flag, given, list] = /^Expected (?:(--[\w-]+)=)?(.*) to be one of: (.*)$/s.exec(text) ?? []
  if (given !== undefined && list !== undefined) {
    const guess = nearest(given, list.split(', '))
    return {
      message: `${flag ?? name} does not take "${given}"`,
      hint: guess ? `did you mean "${guess}"?` : `it takes one of ${list}`,
    }
  }
  const [, needs, missing] = /must be provided when using (--\S+): (.*)/.exec(text) ?? []
  if (needs && missing)
    return {
      message: `${needs} says nothing without ${missing}`,
      hint: `add ${missing}, or leave ${needs} out`,
    }
  const [, one, other] = /(--[\w-]+)(?:=\S*)? cannot also be provided when using (--[\w-]+)/.exec(text) ?? []
  return one && other
    ? { message: `${one} and ${other} exclude each other`, hint: 'leave one of them out' }
    : null
}

const wordFor = (flag: object | undefined): string =>
  flag && 'helpValue' in flag && typeof flag.helpValue === 'string' ? flag.helpValue : 'VALUE'

import { codeText, fenced, markdownTable, page, plainText } from './markdown.ts'

interface ManifestFlag {
  readonly name: string
  readonly char?: string
  readonly description: string
  readonly helpValue?: string
  readonly type: string
  readonly default?: unknown
  readonly options?: readonly string[]
}

/** A command as oclif's manifest has it. */
export interface ManifestCommand {
  readonly id: string
  readonly summary: string
  readonly description?: string
  readonly usage?: string
  readonly args: Readonly<
    Record<
      string,
      { readonly name: string; readonly description: string; readonly options?: readonly string[] }
    >
  >
  readonly flags: Readonly<Record<string, ManifestFlag>>
  readonly examples: readonly { readonly description: string; readonly command: string }[]
}

/** All commands with their flags. */
export function commandsPage(commands: Readonly<Record<string, ManifestCommand>>): string {
  return page([
    '# Commands',
    'Results go to standard output, everything else to standard error. [Exit codes](exit-codes.md).',
    ...Object.values(commands).flatMap(commandParts),
  ])
}

function commandParts({ id, summary, description, usage, args, flags, examples }: ManifestCommand) {
  const words = Object.values(args).map(({ name }) => `[${name.toUpperCase()}]`)
  return [
    `## quayctl ${id.replaceAll(':', ' ')}`,
    plainText(summary),
    plainText(description ?? ''),
    fenced('', `quayctl ${usage ?? [id.replaceAll(':', ' '), ...words, '[FLAGS]'].join(' ')}`),
    markdownTable(
      ['argument', 'is'],
      Object.values(args).map(({ name, description: about, options }) => [
        codeText(name.toUpperCase()),
        plainText([about, choices(options)].filter(Boolean).join(' ')),
      ]),
    ),
    markdownTable(
      ['flag', 'does'],
      Object.values(flags).map((flag) => [flagText(flag), plainText(aboutFlag(flag))]),
    ),
    fenced(
      '',
      examples
        .map(
          ({ description: about, command }) =>
            `# ${about}\n${command.replace(/<%= config\.bin %>/g, 'quayctl')}`,
        )
        .join('\n'),
    ),
  ]
}

const flagText = ({ name, char, type, helpValue }: ManifestFlag): string =>
  codeText(`${char ? `-${char}, ` : ''}--${name}${type === 'option' ? ` ${helpValue ?? 'VALUE'}` : ''}`)

const aboutFlag = ({ description, options, default: preset }: ManifestFlag): string =>
  [description, choices(options), preset === undefined || preset === false ? '' : `Default: ${preset}.`]
    .filter(Boolean)
    .join(' ')

const choices = (options: readonly string[] | undefined): string =>
  options ? `One of ${options.join(', ')}.` : ''

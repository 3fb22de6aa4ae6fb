import type { Diagnostic } from '../model/diagnostics.ts'

/** What a syntax error says, and what to do. */
interface Words {
  readonly message: string
  readonly hint?: string
}

const indented: Words = {
  message: 'this line is not indented as those that it belongs with',
  hint: 'the keys of one map, and the dashes of one list, begin in the same column',
}
const unspaced: Words = {
  message: 'a blank is missing after the colon',
  hint: 'write "key: value"; a text with a colon in it is put in quotes',
}
const uncoloned: Words = {
  message: 'this key has no colon',
  hint: 'write "key: value", and what is in a map or list below it with a colon at the end of its line',
}
const undashed: Words = { message: 'a blank is missing after the dash', hint: 'write "- value"' }
const between = 'entries in { } and [ ] stand between commas'
const quoted = 'put the text in quotes'

/** By how the parser's message begins; the first that fits. */
const known: readonly (readonly [RegExp, Words | ((rest: string, message: string) => Words)])[] = [
  [/^Tabs are/, { message: 'a tab indents this line', hint: 'YAML is indented with spaces' }],
  [/^All (mapping|sequence) items|^A block sequence|^Sequence item without/, indented],
  [
    /^Flow (map|sequence)/,
    (_, message) => {
      const [open, close] = message.startsWith('Flow map') ? ['{', '}'] : ['[', ']']
      return {
        message: `a ${open} before this is not closed`,
        hint: `write the ${close} that belongs to it; lines between them are indented deeper than their key`,
      }
    },
  ],
  [
    /^Nested mappings/,
    (rest) =>
      /:(\s|$)/.test(rest.split('\n')[0] ?? '')
        ? {
            message: 'a text with a colon and a blank in it is not in quotes',
            hint: `${quoted}: "Note: like this"`,
          }
        : {
            message: 'what follows below is indented as if it belonged to this text',
            hint: 'begin the next key in the column of the key before it',
          },
  ],
  [
    /^Implicit (map )?keys/,
    (rest) => (/^-[^\s-]/.test(rest) ? undashed : /^[^\s:]+:[^\s:/]/.test(rest) ? unspaced : uncoloned),
  ],
  [/^Missing space after/, unspaced],
  [
    /^Missing closing/,
    { message: 'this quote is not closed', hint: 'write the same quote where the text ends' },
  ],
  [/^Missing , /, { message: 'a comma is missing before this', hint: between }],
  [
    /^Comments must/,
    {
      message: 'a # right after something else begins no comment',
      hint: `write a blank before it, or ${quoted}`,
    },
  ],
  [
    /^Missing directives-end/,
    {
      message: 'no --- follows a line that begins with %',
      hint: 'remove that line: files need none of its kind',
    },
  ],
  [
    /^Block collection cannot/,
    { message: 'a map or list begins on the line of ---', hint: 'begin it on the next line' },
  ],
  [
    /^Unexpected flow-(map|seq)-end/,
    { message: 'this bracket closes nothing', hint: `remove it, or ${quoted}` },
  ],
  [
    /^Unexpected [\w-]+ (at node end|token)/,
    {
      message: 'something follows where a value has ended',
      hint: `put the whole text in quotes, or write a comma: ${between}`,
    },
  ],
  [
    /^Block scalar header/,
    {
      message: 'something follows a | or > on its line',
      hint: 'begin the text on the next line, or put it in quotes',
    },
  ],
  [/^Plain value cannot/, { message: 'a text cannot begin with this character', hint: quoted }],
  [
    /^Invalid escape/,
    { message: 'this is no escape in a text with "', hint: "write \\\\ for a backslash, or use '...'" },
  ],
  [
    /^A node can have at most one anchor/,
    { message: 'a value has two anchors', hint: 'remove the second &' },
  ],
  [
    /^Alias /,
    { message: 'no name follows this *', hint: 'a * begins an alias: put a text with it in quotes, "*"' },
  ],
  [
    /^Anchor /,
    { message: 'no name follows this &', hint: 'an & begins an anchor: put a text with it in quotes, "&"' },
  ],
]

const CONFLICT = /^(<{7}|={7}|>{7})( |$)/

/** What a syntax error says. What follows a colon, or is an escape, is text of the file: perhaps of a secret. `rest`: the file from the place on. */
export function syntaxWords({ message }: Error, rest: string): Words {
  if (CONFLICT.test(rest.split('\n')[0] ?? ''))
    return {
      message: 'a conflict of Git is not resolved here',
      hint: 'choose what shall be there, and remove the lines with <<<<<<<, ======= and >>>>>>>',
    }
  const [first = ''] = message.split('\n')
  const [, words] = known.find(([begin]) => begin.test(first)) ?? []
  if (words) return typeof words === 'function' ? words(rest, first) : words
  return {
    message: `not YAML: ${first.replace(/ at line \d+, column \d+:?$/, '').replace(/(: | sequence \\).*$/, '')}`,
  }
}

const MOST = 20

/** The first of them: what follows on the same line follows from the first there. */
export function firstOfLines(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const lines = new Set<number | undefined>()
  return problems.filter(({ at }) => !lines.has(at?.line) && lines.add(at?.line)).slice(0, MOST)
}

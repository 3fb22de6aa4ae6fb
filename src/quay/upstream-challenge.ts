/** How a registry wants to be told who asks. */
export interface Challenge {
  /** In small letters. */
  readonly scheme: string
  /** By name in small letters. */
  readonly parameters: Readonly<Record<string, string>>
}

const TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]+"
const PARAMETER = new RegExp(`^(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))`)
const SCHEME = new RegExp(`^(${TOKEN})(?=\\s|,|$)`)

/** What a `WWW-Authenticate` header says: several schemes may stand in one, each with its parameters. What is none of them ends it. */
export function challengesIn(header: string): readonly Challenge[] {
  const found: { scheme: string; parameters: Record<string, string> }[] = []
  let rest = header.replace(/^[\s,]+/, '')
  while (rest !== '') {
    const parameter = PARAMETER.exec(rest)
    const scheme = parameter ? null : SCHEME.exec(rest)
    const last = found.at(-1)
    if (parameter && last) {
      const [, name = '', quoted, bare = ''] = parameter
      last.parameters[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? bare
    } else if (scheme) found.push({ scheme: (scheme[1] ?? '').toLowerCase(), parameters: {} })
    else break
    rest = rest.slice((parameter ?? scheme)?.[0].length).replace(/^[\s,]+/, '')
  }
  return found
}

/** What an expression of a workflow can be about: contexts by name, and functions. */
export interface Scope {
  readonly contexts: Readonly<Record<string, unknown>>
  readonly functions: Readonly<Record<string, (...args: readonly unknown[]) => unknown>>
}

/** A text of a workflow with its `${{ }}` replaced. */
export const resolved = (text: string, scope: Scope): string =>
  text.replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) => String(evaluate(expression, scope) ?? ''))

/** The value of an expression, as far as the set-ups use the language; throws at everything else. */
export function evaluate(expression: string, scope: Scope): unknown {
  const tokens = [
    ...expression.matchAll(/\s*('(?:[^']|'')*'|==|!=|&&|\|\||[(),!]|[A-Za-z_][\w.-]*|\S)/g),
  ].map(([, token = '']) => token)
  const unexpected = () => new Error(`not understood: ${expression} at "${tokens[0] ?? 'its end'}"`)
  const take = (token: string): boolean => tokens[0] === token && tokens.shift() !== undefined

  function either(): unknown {
    const first = both()
    if (!take('||')) return first
    const second = either()
    return first || second
  }
  function both(): unknown {
    const first = comparison()
    if (!take('&&')) return first
    const second = both()
    return first && second
  }
  function comparison(): unknown {
    const first = value()
    if (take('==')) return first === value()
    if (take('!=')) return first !== value()
    return first
  }
  function value(): unknown {
    const token = tokens.shift() ?? ''
    if (token === '!') return !value()
    if (token === '(') {
      const inner = either()
      if (!take(')')) throw unexpected()
      return inner
    }
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'")
    if (!/^[A-Za-z_]/.test(token)) throw unexpected()
    return take('(') ? called(token) : found(token)
  }
  function called(name: string): unknown {
    const args: unknown[] = []
    while (!take(')')) {
      args.push(either())
      if (tokens[0] !== ')' && !take(',')) throw unexpected()
    }
    const run = scope.functions[name]
    if (!run) throw new Error(`no function ${name}: ${expression}`)
    return run(...args)
  }
  /** What is not there is an error: a misspelled name would be empty without a word. */
  function found(path: string): unknown {
    let at: unknown = scope.contexts
    for (const key of path.split('.')) {
      if (typeof at !== 'object' || at === null || !(key in at)) throw new Error(`nothing is called ${path}`)
      at = new Map(Object.entries(at)).get(key)
    }
    return at
  }

  const result = either()
  if (tokens.length > 0) throw unexpected()
  return result
}

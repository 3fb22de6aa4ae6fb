const escapes: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

const escaped = (char: string): string =>
  escapes[char] ?? `\\x${(char.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`

function text(value: string): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'"
  const body = value.replace(/[\\\p{Cc}\xa0\xad]/gu, escaped)
  return quote + (quote === "'" ? body.replaceAll("'", "\\'") : body) + quote
}

/** A JSON value as Python prints it: `None`, `True`, `'x'`, `{'a': [1]}`. */
export function repr(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value).toString() : String(value)
  if (typeof value !== 'object') return String(value)
  return `{${Object.entries(value)
    .map(([key, item]) => `${text(key)}: ${repr(item)}`)
    .join(', ')}}`
}

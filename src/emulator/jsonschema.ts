import { type Check, isFields, keywords, type Violation } from './keywords.ts'
import { repr } from './repr.ts'

const check: Check = (instance, schema) =>
  Object.entries(schema).flatMap(([keyword, value]) =>
    (keywords[keyword]?.(value as never, instance, check, isFields(schema) ? schema : {}) ?? []).map(
      (found) =>
        typeof found === 'string'
          ? { path: [], keyword, message: found, instance, schema, context: [] }
          : { ...found, schema: found.schema ?? schema },
    ),
  )

const isWeak = (violation: Violation): boolean => ['anyOf', 'oneOf'].includes(violation.keyword)
/** Python's `relevance` (jsonschema/exceptions.py): the shallower the better, `oneOf` and `anyOf` last. */
const ranksAbove = (a: Violation, b: Violation): boolean =>
  a.path.length !== b.path.length ? a.path.length < b.path.length : !isWeak(a) && isWeak(b)

/** The shallowest violation; inside alternatives the deepest; of equals the first. */
function best(violations: readonly Violation[]): Violation | undefined {
  const top = violations.reduce<Violation | undefined>(
    (found, one) => (!found || ranksAbove(one, found) ? one : found),
    undefined,
  )
  return top && deepest(top)
}

function deepest(violation: Violation): Violation {
  const low = violation.context.reduce<Violation | undefined>(
    (found, one) => (!found || ranksAbove(found, one) ? one : found),
    undefined,
  )
  return low ? deepest(low) : violation
}

/** What Python says of an instance that breaks a schema, the dump of both included; `undefined` when it doesn't. */
export function violation(instance: unknown, schema: object): string | undefined {
  const found = best(check(instance, schema))
  if (!found) return undefined
  const at = found.path.map((step) => `[${repr(step)}]`).join('')
  return `${found.message}\n\nFailed validating ${repr(found.keyword)} in schema:\n    ${repr(found.schema)}\n\nOn instance${at}:\n    ${repr(found.instance)}`
}

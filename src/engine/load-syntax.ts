import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  type Node,
  visit,
  type YAMLParseError,
} from 'yaml'

/** What each alias stands for: the last anchor of its name before it. One pass; the library looks through the document for every alias. */
export function aliasTargets(document: Document.Parsed, source: string): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>()
  const targets = new Map<Alias, Node>()
  // Hardly any file has anchors.
  if (!source.includes('&')) return targets
  visit(document, (_, node) => {
    if (isAlias(node)) {
      const target = anchors.get(node.source)
      if (target) targets.set(node, target)
    } else if (isNode(node) && node.anchor) anchors.set(node.anchor, node)
  })
  return targets
}

/** Where a syntax error is shown: an unclosed quote at the quote; the library points to the end of the text. */
export function placeOfError(error: YAMLParseError, document: Document.Parsed): [number, number, number] {
  const [at, end] = error.pos
  let quote: number | undefined
  if (error.message.startsWith('Missing closing'))
    visit(document, (_, node) => {
      if (isScalar(node) && /^QUOTE/.test(node.type ?? '') && node.range?.[1] === at) quote = node.range[0]
    })
  return quote === undefined ? [at, at + 1, end] : [quote, quote + 1, quote + 1]
}

const REFERENCE = new Set<unknown>(['from_env', 'from_file', 'version'])

/** Is this how a reference to a secret is written? Any other map may hold the secret itself. */
export const isWrittenReference = (node: unknown): boolean =>
  isMap(node) &&
  node.items.every(
    ({ key, value }) => isScalar(key) && REFERENCE.has(key.value) && (value === null || isScalar(value)),
  )

/** Where the first directive of another YAML stands. */
export function directiveIn(source: string): [number, number, number] {
  const at = Math.max(0, source.search(/^%YAML(?! +1\.2\s)/m))
  return [at, at + 5, at + 5]
}

/** Integers beyond 2^53 lose their last digits; infinity and not-a-number are no values of JSON. */
export const isExact = (value: number): boolean =>
  Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value)

import { Document, isScalar, type Node, Pair, Scalar, visit, YAMLMap } from 'yaml'
import type { Value } from '../model/schema.ts'
import { isBlockText, rangeOf, type Sheet } from './rewrite-sheet.ts'

/** A value on one line that may stand anywhere, inside brackets too. */
export function inline(value: Value): string {
  const document = new Document([value], { compat: 'yaml-1.1' })
  visit(document, {
    Collection: (_, node) => {
      node.flow = true
    },
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && node.value.includes('\n')) node.type = Scalar.QUOTE_DOUBLE
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trimEnd().slice(1, -1)
}

/** A value that takes the place of another, written as that was: its quotes, its lines, and whether its unit stands apart. */
export function likewise(
  old: Node,
  value: Value,
  sheet: Sheet,
  { indent = '', isInside = true } = {},
): string {
  const isText = typeof value === 'string'
  if (!isScalar(old) || !isText) return inline(value)
  const [start, end] = rangeOf(old)
  const written = sheet.text.slice(start, end)
  const isTight = /^["']?\d+[A-Za-z]+["']?$/.test(written) && /^\d+ [A-Za-z]+$/.test(value)
  const scalar = new Scalar(isTight ? value.replace(' ', '') : value)
  scalar.type = old.type ?? Scalar.PLAIN
  if (!isBlockText(old) && value.includes('\n')) scalar.type = Scalar.QUOTE_DOUBLE
  if (isInside && !isBlockText(old) && !isQuoted(old)) return inline(scalar.value as string)
  const map = new YAMLMap()
  map.items.push(new Pair(new Scalar('k'), scalar))
  const text = new Document(map, { compat: 'yaml-1.1' }).toString({ lineWidth: 0 }).slice('k: '.length)
  if (!isBlockText(old)) return text.trimEnd()
  const [head = '', ...lines] = text.split('\n')
  const isClosed = written.endsWith('\n')
  const body = lines.map((line) => (line === '' ? '' : indent + line)).join('\n')
  const whole = `${head}\n${body}`
  return isClosed ? whole : whole.replace(/\n$/, '')
}

const isQuoted = ({ type }: Scalar): boolean => type === Scalar.QUOTE_DOUBLE || type === Scalar.QUOTE_SINGLE

/** A key and its value on one line; what is missing in between as maps. */
export function entryText(keys: readonly string[], value: Value): string {
  const [first = '', ...below] = keys
  const inner = below.reduceRight<Value>((inside, key) => ({ [key]: inside }), value)
  const map = new YAMLMap()
  map.items.push(new Pair(new Scalar(first), new Document(inner).contents))
  const document = new Document(map, { compat: 'yaml-1.1' })
  visit(document, {
    Map: (_, node) => {
      if (node !== map) node.flow = true
    },
    Seq: (_, node) => {
      node.flow = true
    },
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && node.value.includes('\n')) node.type = Scalar.QUOTE_DOUBLE
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trimEnd()
}

/** The same inside brackets. */
export const inlineEntry = (keys: readonly string[], value: Value): string => {
  const [first = '', ...below] = keys
  const inner = below.reduceRight<Value>((inside, key) => ({ [key]: inside }), value)
  return inline({ [first]: inner }).slice(1, -1)
}

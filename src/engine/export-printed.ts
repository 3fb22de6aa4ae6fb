import { type Document, isScalar, Scalar, visit, type YAMLMap, type YAMLSeq } from 'yaml'
import type { Origin, Place } from '../model/diagnostics.ts'
import type { Value } from '../model/schema.ts'

const ODD = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u
const ODD_BUT_LINES = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** A document as text that shows what it holds: what a terminal obeys, and what turns text around in an editor, is written as an escape, in quotes. */
export function printed(document: Document): string {
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && ODD.test(node.value.replaceAll('\n', '')))
        node.type = Scalar.QUOTE_DOUBLE
    },
  })
  const text = document.toString({ lineWidth: 0, flowCollectionPadding: false })
  return text.replace(ODD_BUT_LINES, (char) => {
    const code = Number(char.codePointAt(0))
    return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`
  })
}

const hex = (code: number, length: number): string => code.toString(16).padStart(length, '0')

/** A value as it would be written, with its line behind it. */
export function commented(document: Document, value: Value, origin: Origin) {
  const node = document.createNode(value) as Scalar | YAMLMap | YAMLSeq
  if (!isScalar(node)) node.flow = true
  else if (typeof value === 'string' && value.includes('\n')) node.type = Scalar.QUOTE_DOUBLE
  node.comment = ` ${provenance(origin)}`
  return node
}

/** `orgs/acme.yaml:15 via …, over quayctl.yaml:6` */
export function provenance({ at, via, over = [] }: Origin): string {
  const line = ({ file, line: number }: Place) => `${file}:${number}`
  return `${line(at)}${via ? ` via ${line(via)}` : ''}${over.length > 0 ? `, over ${over.map(line).join(', ')}` : ''}`
}

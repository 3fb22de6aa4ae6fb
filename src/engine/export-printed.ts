import { type Document, Scalar, visit } from 'yaml'

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
    const code = char.codePointAt(0) ?? 0
    return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`
  })
}

const hex = (code: number, length: number): string => code.toString(16).padStart(length, '0')

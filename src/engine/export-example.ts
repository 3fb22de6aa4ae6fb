import { Document, isMap, visit } from 'yaml'

/** A value as YAML, as people write it: lists, and short maps of plain values below others, on one line. */
export function exampleYaml(value: unknown): string {
  const document = new Document(value)
  visit(document, {
    Seq(_, node) {
      node.flow = !node.items.some(isMap)
    },
    Map(_, node, path) {
      const isPlain = node.items.every(({ value: item }) => !(item instanceof Object && 'items' in item))
      const isShort = JSON.stringify(node).length < 60
      if (node.items.length === 0 || (isPlain && isShort && path.length > 4)) node.flow = true
    },
  })
  return document.toString({ flowCollectionPadding: false, lineWidth: 76 }).trimEnd()
}

import { Document, visit } from 'yaml'

/** A value as YAML, as people write it: lists, and maps of plain values three steps down, on one line. */
export function exampleYaml(value: unknown): string {
  const document = new Document(value)
  visit(document, {
    Seq(_, node) {
      node.flow = true
    },
    Map(_, node, path) {
      const isPlain = node.items.every(({ value: item }) => !(item instanceof Object && 'items' in item))
      if (node.items.length === 0 || (isPlain && path.length > 4)) node.flow = true
    },
  })
  return document.toString({ flowCollectionPadding: false, lineWidth: 100 }).trimEnd()
}

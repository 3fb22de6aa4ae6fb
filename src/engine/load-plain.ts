import { plain } from '../model/tree.ts'
import { readYaml } from './load-yaml.ts'

/** The first document of a YAML text as a plain value, null when it is no map. */
export function plainYaml(file: string, text: string): unknown {
  const [tree] = readYaml(file, text, new Set()).trees
  return tree ? plain(tree) : null
}

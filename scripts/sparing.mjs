import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const files = { undici: 'undici.mjs', '@oclif/core': 'oclif.mjs' }

/** For esbuild: of the libraries and of Node what is used, and when it is used. */
export const sparing = {
  name: 'sparing',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(undici|@oclif\/core)$/ }, ({ path }) => ({
      path: fileURLToPath(new URL(files[path], import.meta.url)),
    }))
    onResolve({ filter: /^node:.*#/ }, ({ path }) => ({ path, namespace: 'node', sideEffects: false }))
    onLoad({ filter: /./, namespace: 'node' }, ({ path }) => ({ contents: partOfNode(...path.split('#')) }))
    onLoad({ filter: /@oclif.core.lib.*\.js$/ }, ({ path }) => ({
      contents: inOrder(path, requiredOnUse(readFileSync(path, 'utf8'))),
    }))
  },
}

/** Imports from Node, one of each part: a module that is imported whole runs all that it would load later, as WebCrypto. */
export const partsOfNode = (text) =>
  text.replace(/^import \{([^}]+)\} from '(node:[a-z_/]+)';$/gm, (_, parts, name) =>
    [...parts.matchAll(/(\w+)(?: as (\w+))?/g)]
      .map(([, part, local = part]) => `import ${local} from '${name}#${part}';`)
      .join(' '),
  )

/** A function loads its module when it is called. */
function partOfNode(name, part) {
  const found = `require('${name}').${part}`
  return `export default ${isFunction(part, require(name)[part]) ? `(...given) => ${found}(...given)` : found}`
}

/** And no class, and nothing more besides. */
const isFunction = (name, value) =>
  typeof value === 'function' &&
  /^[a-z]/.test(name) &&
  Reflect.ownKeys(value).every((key) => ['length', 'name', 'prototype'].includes(key))

/** What a file of oclif's requires at its beginning, with the parsers, globs and help that most runs never need. */
function requiredOnUse(text) {
  const names = []
  const begun = text.replace(/^const (\w+_\d+) = (.*require\("[^"]+"\).*);$/gm, (_, name, value) => {
    names.push(name)
    return `let ${name}_; const ${name} = () => ${name}_ ??= ${value};`
  })
  return names.reduce(
    (rest, name) => rest.replace(new RegExp(`\\b${name}(?=[.)])`, 'g'), `(${name}())`),
    begun,
  )
}

/** The manifest has the commands in order. To compare a text by locale takes 14 ms the first time. */
function inOrder(path, text) {
  const sorting = '.sort((a, b) => a.id.localeCompare(b.id))'
  if (!/config.plugin\.js$/.test(path)) return text
  if (!text.includes(sorting)) throw new Error(`${path} sorts the commands in another way now`)
  return text.replace(sorting, '')
}

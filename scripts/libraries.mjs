// What of the libraries goes into the bundle, and when it is run.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const require = createRequire(import.meta.url)
const only = {
  undici: './bundled/undici.mjs',
  '@oclif/core': './bundled/core.mjs',
  'wsl-utils': './bundled/wsl-utils.mjs',
}

export const libraries = {
  name: 'libraries',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(undici|@oclif\/core|wsl-utils)$/ }, ({ path }) => ({
      path: fileURLToPath(new URL(only[path], import.meta.url)),
    }))
    onResolve({ filter: /^node:.*#/ }, ({ path }) => ({ path, namespace: 'built in', sideEffects: false }))
    onLoad({ filter: /./, namespace: 'built in' }, ({ path }) => ({ contents: builtIn(...path.split('#')) }))
    onLoad({ filter: /undici.lib.dispatcher.client\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        "const connectH2 = require('./client-h2.js')",
        "const connectH2 = (...given) => require('./client-h2.js')(...given)",
      ),
    }))
    onLoad({ filter: /@oclif.core.lib.*\.js$/ }, ({ path }) => ({
      contents: lazy(readFileSync(path, 'utf8')).replace('.sort((a, b) => a.id.localeCompare(b.id))', ''),
    }))
  },
}

/** Imports of parts of Node one by one, each of which `libraries` knows. */
export const onePartEach = (text) =>
  text.replace(/^import \{([^}]+)\} from '(node:[a-z_/]+)';$/gm, (_, parts, name) =>
    [...parts.matchAll(/(\w+)(?: as (\w+))?/g)]
      .map(([, part, local = part]) => `import ${local} from '${name}#${part}';`)
      .join(' '),
  )

function builtIn(name, part) {
  const load = `require('${name}')`
  return isFunction(part, require(name)[part])
    ? `export default (...given) => ${load}.${part}(...given)`
    : `export default ${load}.${part}`
}

/** And no class, and nothing more besides. */
const isFunction = (name, value) =>
  typeof value === 'function' &&
  /^[a-z]/.test(name) &&
  Reflect.ownKeys(value).every((own) => ['length', 'name', 'prototype'].includes(own))

function lazy(text) {
  const names = []
  const begun = text.replace(/^const (\w+_\d+) = (.*require\("[^"]+"\).*);$/gm, (_, name, value) => {
    names.push(name)
    return `let ${name}$;const ${name}=()=>${name}$??=${value};`
  })
  return names.reduce((rest, name) => rest.replace(new RegExp(`\\b${name}(?=[.)])`, 'g'), `(${name}())`), begun)
}

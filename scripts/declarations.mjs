// After tsc: leaves the declarations that package.json exports, and what they reach; who imports them finds what is built.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const relative = /(?<= from ')(\.[^']*)\.[jt]s(?=')/g

const reached = new Set(Object.values(exports).flatMap(({ types }) => (types ? [join(root, types)] : [])))
for (const file of reached) {
  const text = readFileSync(file, 'utf8')
  for (const [, path] of text.matchAll(relative)) reached.add(join(dirname(file), `${path}.d.ts`))
  writeFileSync(file, text.replace(relative, '$1.js'))
}

for (const name of readdirSync(join(root, 'dist'), { recursive: true })) {
  const file = join(root, 'dist', name)
  if (name.endsWith('.d.ts') && !reached.has(file)) rmSync(file)
}

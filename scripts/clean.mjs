// Before a build: takes out of dist/ what tsc made of a source that is gone, so that no deleted command ships.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const built = existsSync('dist') ? readdirSync('dist', { recursive: true }) : []
for (const map of built.filter((file) => file.endsWith('.js.map'))) {
  const name = map.slice(0, -'.js.map'.length)
  if (existsSync(join('src', `${name}.ts`))) continue
  for (const end of ['.js', '.js.map']) rmSync(join('dist', name + end), { force: true })
}

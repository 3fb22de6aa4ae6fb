import { execSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

const sources = [
  'src',
  'scripts/bundle.mjs',
  'scripts/declarations.mjs',
  'scripts/oclif.mjs',
  'scripts/undici.mjs',
  'scripts/manifest.mjs',
  'scripts/generate.mjs',
  'schemas/plan.schema.json',
  'package.json',
  'tsconfig.json',
]

/** Before the first test, and again while somebody watches: commands and validators are tested as they ship. */
export function setup(project: TestProject): void {
  build()
  project.onTestsRerun(async () => build())
}

/** Builds when a source is newer than the last build. */
function build(): void {
  const built = Math.min(newest('dist'), newest('.oclif.manifest.json'))
  if (Math.max(...sources.map(newest)) > built) execSync('npm run build', { stdio: 'inherit' })
}

/** Folders count too: theirs is the only trace of a file that was deleted. */
function newest(path: string): number {
  if (!existsSync(path)) return 0
  const entry = statSync(path)
  const below = entry.isDirectory() ? readdirSync(path).map((name) => newest(join(path, name))) : []
  return Math.max(entry.mtimeMs, ...below)
}

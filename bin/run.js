#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import module from 'node:module'

const [first, ...rest] = process.argv.slice(2)
if ((first === '--version' || first === '-V') && rest.length === 0) {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  process.stdout.write(`quayctl ${version}\n`)
} else {
  // From Node 22 on what is loaded is compiled once, not in each run.
  module.enableCompileCache?.()
  const { main } = await import('../dist/cli/main.js')
  await main(import.meta.url)
}

// What reading the YAML alone costs: parses every file of a folder, and does nothing with it.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LineCounter, parseAllDocuments } from 'yaml'

const [folder] = process.argv.slice(2)
for (const name of readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.yaml')))
  parseAllDocuments(readFileSync(join(folder, name), 'utf8'), {
    lineCounter: new LineCounter(),
    uniqueKeys: false,
  })

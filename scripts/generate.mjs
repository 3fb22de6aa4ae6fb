// From the resource types: the published JSON Schema, the validators that ship compiled, the types of documents, and the
// pages of the reference (the page of commands from oclif's manifest, which is made before).
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Ajv } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'
import { build } from 'esbuild'
import { compile } from 'json-schema-to-typescript'

const root = fileURLToPath(new URL('..', import.meta.url))
const load = (file) => import(pathToFileURL(`${root}dist/${file}`).href)
const { documentKinds, publishedSchema } = await load('engine/jsonschema.js')
const { forEditors, forTypes, forValidators } = await load('engine/jsonschema-views.js')
const { modules } = await load('resources/registry.js')
const registry = new Map(modules.flatMap(({ type }) => (type ? [[type.name, type]] : [])))

const schema = publishedSchema(registry)

writeFileSync(`${root}schemas/quayctl.schema.json`, `${JSON.stringify(forEditors(schema), null, 2)}\n`)

const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  allowUnionTypes: true,
  strict: false,
  inlineRefs: false,
  code: { source: true, esm: true },
})
ajv.addSchema(forValidators(schema))
const code = (standalone.default ?? standalone)(
  ajv,
  Object.fromEntries(documentKinds(registry).map((kind) => [kind, `${schema.$id}#/definitions/${kind}`])),
)
await bundled(code, 'validators.js')

// Plans that were saved are read by the schema that is published.
const planSchema = JSON.parse(readFileSync(`${root}schemas/plan.schema.json`, 'utf8'))
const ofPlans = new Ajv({
  allowUnionTypes: true,
  strict: false,
  inlineRefs: false,
  code: { source: true, esm: true },
})
await bundled((standalone.default ?? standalone)(ofPlans, ofPlans.compile(planSchema)), 'validator-plan.js')

function bundled(contents, file) {
  return build({
    stdin: { contents, resolveDir: root },
    outfile: `${root}dist/${file}`,
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  })
}

// The types of documents, which are declarations already: tsc has run before.
const types = await Promise.all(
  Object.entries(forTypes(schema)).map(([name, node]) =>
    compile(node, name, { bannerComment: '', format: false, ignoreMinAndMaxItems: true, unknownAny: true }),
  ),
)
const union = documentKinds(registry).map((kind) => `${kind}Document`)
const declared = `// Made by scripts/generate.mjs from the schemas of the resource types.

${types.join('\n')}
/** A document of quayctl, told apart by its kind. */
export type Document = ${union.join(' | ')}
`
  .replace(/\n \* *\n \* Items: .*/g, '')
  .replace(/\/\*\*\n \* (.*)\n \*\//g, '/** $1 */')
  .replace(/\b\w+\[\]/g, 'readonly $&')
  .replace(/(\((?:[^()]|\([^()]*\))*\)|\{[^{}]*\})\[\]/g, 'readonly $&')
const source = `${root}src/model/documents.ts`
const biome = fileURLToPath(import.meta.resolve('@biomejs/biome/bin/biome'))
const formatted = execFileSync(process.execPath, [biome, 'format', `--stdin-file-path=${source}`], {
  cwd: root,
  input: declared,
  encoding: 'utf8',
})
writeFileSync(`${root}dist/model/documents.d.ts`, formatted)
// A source newer than the build would be built again.
if (readFileSync(source, 'utf8') !== formatted) writeFileSync(source, formatted)

const { topicsOf } = await load('engine/topics.js')
const { referencePages } = await load('render/reference.js')
const { codeGroups, codes } = await load('model/codes.js')
const { exitCodes, exitMeanings } = await load('cli/exit.js')
const { commands } = JSON.parse(readFileSync(`${root}.oclif.manifest.json`, 'utf8'))
const folder = `${root}docs/reference/`
const pages = referencePages({
  topics: topicsOf(registry),
  codes,
  codeGroups,
  exits: Object.entries(exitCodes).map(([name, code]) => [code, exitMeanings[name]]),
  commands,
})
mkdirSync(folder, { recursive: true })
for (const file of readdirSync(folder)) if (!(file in pages)) rmSync(`${folder}${file}`)
for (const [file, text] of Object.entries(pages)) writeFileSync(`${folder}${file}`, text)

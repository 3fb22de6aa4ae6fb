// After tsc: puts the two libraries of many small files that every command loads into one file each. Loading them file
// by file is a third of the start of `quayctl validate` (`npm run bench`). Our own modules stay as tsc made them; without
// this step everything works the same, only later.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const libraries = ['@oclif/core', 'yaml']

const importsOne = (text) => libraries.some((name) => text.includes(`from '${name}'`))
const users = readdirSync(dist, { recursive: true })
  .filter((file) => file.endsWith('.js') && !file.startsWith('libraries'))
  .map((file) => join(dist, file))
  .filter((file) => importsOne(readFileSync(file, 'utf8')))
if (users.length === 0) throw new Error('dist/ is bundled already: tsc makes it anew')

const oursStay = {
  name: 'ours-stay',
  setup({ onResolve }) {
    onResolve({ filter: /./ }, ({ path, kind, importer }) =>
      kind !== 'entry-point' && users.includes(importer) && !libraries.includes(path)
        ? { path, external: true }
        : undefined,
    )
  },
}

rmSync(join(dist, 'libraries'), { recursive: true, force: true })
const { metafile } = await build({
  entryPoints: users,
  outbase: dist,
  outdir: dist,
  allowOverwrite: true,
  chunkNames: 'libraries/[name]-[hash]',
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  metafile: true,
  plugins: [oursStay],
  // What these libraries, being CommonJS, find in every file.
  banner: {
    js: [
      "import { createRequire as requireFrom } from 'node:module'",
      'const require = requireFrom(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname',
    ].join('\n'),
  },
})

/** The folder of the package that a file belongs to. */
function packageOf(file) {
  const folder = dirname(file)
  return existsSync(join(folder, 'package.json')) && /node_modules\/(@[^/]+\/)?[^/]+$/.test(folder)
    ? folder
    : packageOf(folder)
}

const packages = new Set(
  Object.keys(metafile.inputs)
    .filter((file) => file.includes('node_modules/'))
    .map((file) => packageOf(join(root, file))),
)
const notices = [...packages].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  return `${name} ${version}, ${license}\n\n${file ? readFileSync(join(folder, file), 'utf8').trim() : ''}\n`
})
writeFileSync(join(dist, 'libraries', 'LICENSES.txt'), notices.join(`\n${'-'.repeat(80)}\n\n`))

// After tsc: puts what every command loads into a few files. Loading our modules and those of @oclif/core and yaml file by
// file is two thirds of the start of `quayctl validate` (`npm run bench`). Without this step everything works the same,
// only later.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { libraries, onePartEach } from './libraries.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
/** Where a run begins: oclif loads one command, and each what it needs; the emulator only where it is used. */
const entries = [
  'cli/main.js',
  ...readdirSync(join(dist, 'commands'), { recursive: true })
    .filter((file) => file.endsWith('.js'))
    .map((file) => `commands/${file}`),
].map((file) => join(dist, file))
if (entries.some((file) => readFileSync(file, 'utf8').includes('../chunks/')))
  throw new Error('dist/ is bundled already: tsc makes it anew')

const bundle = (options) =>
  build({
    entryPoints: entries,
    outbase: dist,
    outdir: dist,
    allowOverwrite: true,
    chunkNames: 'chunks/[name]-[hash]',
    absWorkingDir: root,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    metafile: true,
    // To compile what is loaded takes a fifth of a short run; names stay, for the lines of a bug report.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    // What these libraries, being CommonJS, find in every file.
    banner: {
      js: [
        "import { createRequire as requireFrom } from 'node:module'",
        'const require = requireFrom(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname',
      ].join('\n'),
    },
    ...options,
  })

/** The files of ours that an output loads from its beginning. */
function loadedBy(name, { outputs }, seen = new Set()) {
  if (seen.has(name)) return []
  seen.add(name)
  const { imports, inputs } = outputs[name]
  return [
    ...Object.keys(inputs).filter((file) => file.startsWith('dist/')),
    ...imports
      .filter(({ kind, external }) => kind === 'import-statement' && !external)
      .flatMap(({ path }) => loadedBy(path, { outputs }, seen)),
  ]
}

const { metafile: apart } = await bundle({ plugins: [libraries], write: false })
const outputs = Object.entries(apart.outputs)
const core = ['dist/commands/plan.js', 'dist/commands/validate.js'].flatMap((name) =>
  loadedBy(name, apart).filter((file) => file !== name),
)
const beginnings = outputs.flatMap(([, { entryPoint }]) =>
  entryPoint && entryPoint.startsWith('dist/') && entryPoint !== 'dist/cli/main.js' && !core.includes(entryPoint)
    ? [join(root, entryPoint)]
    : [],
)

/** Each file that two ways of beginning share would be one of its own, and to load one takes as long as to compile 20 kB. So all share the same. */
const together = {
  name: 'together',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^core$/ }, () => ({ path: 'core', namespace: 'together' }))
    onLoad({ filter: /./, namespace: 'together' }, () => ({
      contents: core.map((file) => `import ${JSON.stringify(join(root, file))}`).join('\n'),
      resolveDir: root,
    }))
    onLoad({ filter: /dist.*\.js$/ }, ({ path }) =>
      path.startsWith(dist) ? { contents: (beginnings.includes(path) ? "import 'core'\n" : '') + onePartEach(readFileSync(path, 'utf8')) } : undefined,
    )
  },
}

rmSync(join(dist, 'chunks'), { recursive: true, force: true })
const { metafile } = await bundle({ plugins: [libraries, together] })
if (process.env.META) writeFileSync(process.env.META, JSON.stringify(metafile))

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
writeFileSync(join(dist, 'chunks', 'LICENSES.txt'), notices.join(`\n${'-'.repeat(80)}\n\n`))

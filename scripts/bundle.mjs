// After tsc: puts what every command loads into a few files. Loading our modules and those of @oclif/core and yaml file by
// file is two thirds of the start of `quayctl validate` (`npm run bench`). Without this step everything works the same,
// only later.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

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
    external: ['cdktf', 'constructs', '@cdktf/*'],
    // What these libraries, being CommonJS, find in every file.
    banner: {
      js: [
        "import { createRequire as requireFrom } from 'node:module'",
        'const require = requireFrom(import.meta.url), __filename = import.meta.filename, __dirname = import.meta.dirname',
      ].join('\n'),
    },
    ...options,
  })

/** Of these libraries what is used. */
const sparing = {
  name: 'sparing',
  setup({ onResolve }) {
    const files = { undici: 'undici.mjs', '@oclif/core': 'oclif.mjs' }
    onResolve({ filter: /^(undici|@oclif\/core)$/ }, ({ path }) => ({
      path: join(root, 'scripts', files[path]),
    }))
  },
}

/** The files of ours that an output loads from its beginning. */
function loadedBy(output, outputs, seen = new Set()) {
  if (seen.has(output)) return []
  seen.add(output)
  const { imports, inputs } = outputs[output]
  return [
    ...Object.keys(inputs).filter((file) => file.startsWith('dist/') && file !== output),
    ...imports
      .filter(({ kind, external }) => kind === 'import-statement' && !external)
      .flatMap(({ path }) => loadedBy(path, outputs, seen)),
  ]
}

/** Where something else is loaded later on, too. */
const { outputs } = (await bundle({ plugins: [sparing], write: false })).metafile
const shared = new Set(
  ['dist/commands/plan.js', 'dist/commands/validate.js'].flatMap((command) => loadedBy(command, outputs)),
)
const beginnings = new Set(
  Object.values(outputs).flatMap(({ entryPoint = '' }) =>
    entryPoint.startsWith('dist/') && entryPoint !== 'dist/cli/main.js' && !shared.has(entryPoint)
      ? [join(root, entryPoint)]
      : [],
  ),
)

/**
 * esbuild makes a file of each set of modules that the same beginnings load, and to load a file takes as long as to
 * compile 20 kB. So every beginning loads what the most common commands share, which then is one.
 */
const together = {
  name: 'together',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^shared$/ }, ({ path }) => ({ path, namespace: 'shared' }))
    onLoad({ filter: /./, namespace: 'shared' }, () => ({
      contents: [...shared].map((file) => `import ${JSON.stringify(join(root, file))}`).join('\n'),
      resolveDir: root,
    }))
    onLoad({ filter: /\.js$/ }, ({ path }) =>
      beginnings.has(path) ? { contents: `import 'shared'\n${readFileSync(path, 'utf8')}` } : undefined,
    )
  },
}

rmSync(join(dist, 'chunks'), { recursive: true, force: true })
const { metafile } = await bundle({ plugins: [together, sparing] })
// A thread of its own loads little more than the library that reads YAML.
await bundle({ entryPoints: [join(dist, 'cli', 'reading-thread.js')], splitting: false })

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

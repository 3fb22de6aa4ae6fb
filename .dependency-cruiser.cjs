/** Which room may import which, besides itself. Type imports count. Every wall below comes from here. */
const rooms = {
  commands: {
    path: 'src/commands/',
    may: ['cli', 'engine', 'render', 'model'],
    also: ['src/terraform/synth\\.ts$'],
  },
  cli: { path: 'src/cli/', may: ['engine', 'render', 'resources', 'emulator', 'quay', 'forge', 'model'] },
  engine: { path: 'src/engine/', may: ['model'] },
  render: { path: 'src/render/', may: ['model'] },
  quay: { path: 'src/quay/', may: ['model'] },
  forge: { path: 'src/forge/', may: ['model'] },
  emulator: { path: 'src/emulator/', may: ['model'] },
  resources: { path: 'src/resources/', may: ['model'] },
  model: { path: 'src/model/', may: [] },
  index: {
    path: 'src/index\\.ts$',
    may: ['engine', 'render', 'quay', 'model'],
    also: ['src/cli/(applying|keeping|library|narrowing|secrets|world)\\.ts$'],
  },
  terraform: { path: 'src/terraform/', may: ['index', 'model'] },
}

/** The places where everything meets; the only ones that know the resource types. */
const roots = 'src/cli/(world|sandbox)\\.ts$'
/** What those places may know of them. */
const registry = 'src/resources/(registry|module)\\.ts$'

/** Packages that one place only may use. */
const packages = {
  undici: 'src/quay/',
  yaml: 'src/engine/(load|read|export|rewrite)',
  '@oclif': 'src/(cli|commands)/',
  '(cdktf|constructs|@cdktf)': 'src/terraform/',
}

/** Built-ins without effects are free; the others belong to the edge. */
const pure = 'assert|buffer|crypto|events|path|querystring|string_decoder|url|util'
const network = 'dns|http|http2|https|net|stream|timers|tls|zlib'
const edge = 'src/cli/|src/emulator/server\\.ts$|src/terraform/construct\\.ts$'

const start = (path) => `^(${path})`
const any = (paths) => start(paths.join('|'))
const builtin = (names) => `^(node:)?(${names})(/|$)`
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

const walls = Object.entries(rooms).map(([name, { path, may, also = [] }]) =>
  rule(
    `wall-of-${name}`,
    `${name} may import ${[...may, ...also].join(', ') || 'nothing'} besides itself.`,
    { path: start(path) },
    { path: '^src/', pathNot: any([path, ...may.map((room) => rooms[room].path), ...also]) },
  ),
)

const oneHome = Object.entries(packages).map(([name, home]) =>
  rule(
    `home-of-${name.replace(/[^a-z]+/g, '-')}`,
    `${name} is used in ${home} only.`,
    { path: '^src/', pathNot: start(home) },
    { path: `(^|/node_modules/|^node_modules/)${name}(/|$)` },
  ),
)

module.exports = {
  forbidden: [
    ...walls,
    ...oneHome,
    rule(
      'every-file-has-a-room',
      'A file outside the rooms has no walls: put it into one, or add a room to the table.',
      { path: '^src/' },
      { path: '^src/', pathNot: any(Object.values(rooms).map(({ path }) => path)) },
    ),
    rule(
      'no-file-without-a-room',
      'The same for a file that nobody imports.',
      { path: '^src/', pathNot: any(Object.values(rooms).map(({ path }) => path)) },
      {},
    ),
    rule(
      'one-composition-root',
      'Only cli/world.ts and cli/sandbox.ts meet the resource types.',
      { path: '^src/cli/', pathNot: start(roots) },
      { path: '^src/resources/' },
    ),
    rule(
      'types-by-the-registry',
      'No resource type is known by name outside resources/: take it from the registry.',
      { path: start(roots) },
      { path: '^src/resources/', pathNot: start(registry) },
    ),
    rule(
      'resource-types-are-strangers',
      'A type imports the model, module.ts and its own files, never another type.',
      { path: '^src/resources/([^/]+)/' },
      { path: '^src/resources/', pathNot: ['^src/resources/$1/', '^src/resources/module\\.ts$'] },
    ),
    rule(
      'both-sides-meet-only-over-http',
      'The emulator of a type knows the model and its own emulator files: what it shared with the other side would prove nothing.',
      { path: '^src/resources/([^/]+)/emulator[^/]*\\.ts$' },
      { path: '^src/', pathNot: ['^src/model/', '^src/resources/$1/emulator-[^/]*\\.ts$'] },
    ),
    rule(
      'nor-the-other-way-round',
      'Of a type, only index.ts hands its emulator on.',
      { path: '^src/resources/[^/]+/', pathNot: '^src/resources/[^/]+/(index|emulator[^/]*)\\.ts$' },
      { path: '^src/resources/[^/]+/emulator[^/]*\\.ts$' },
    ),
    rule(
      'module-is-a-contract',
      'module.ts says what a folder exports and knows no folder.',
      { path: '^src/resources/module\\.ts$' },
      { path: '^src/resources/' },
    ),
    rule(
      'side-effects-at-the-edge',
      'Files, processes, clocks and ports belong to cli/, emulator/server.ts, terraform/construct.ts (which leaves documents beside the stack) and, the network, quay/.',
      { path: '^src/', pathNot: `${start(edge)}|^src/quay/` },
      { dependencyTypes: ['core'], pathNot: builtin(pure) },
    ),
    rule(
      'quay-is-a-door-to-the-network',
      'quay/ talks to the network and touches nothing else of the process.',
      { path: '^src/quay/' },
      { dependencyTypes: ['core'], pathNot: builtin(`${pure}|${network}`) },
    ),
    rule('no-circles', 'Not even of types.', {}, { circular: true }),
    rule(
      'no-orphans',
      'Nobody imports it and it imports nobody.',
      { orphan: true, path: '^src/', pathNot: '^src/(index\\.ts$|commands/)' },
      {},
    ),
    rule(
      'no-development-packages',
      'What ships uses what package.json lists under dependencies.',
      { path: '^src/' },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'npm-peer'] },
    ),
    rule(
      'optional-packages-at-home',
      'Without them all works but the bridge to Terraform.',
      { path: '^src/', pathNot: '^src/terraform/' },
      { dependencyTypes: ['npm-optional'] },
    ),
    rule(
      'no-unresolvable',
      'What is not found passes every wall.',
      { path: '^src/' },
      { couldNotResolve: true },
    ),
  ],
  options: {
    // The installed TypeScript has no compiler API. swc sees every import but a type imported in place
    // (`import('x').T`), which scripts/import-types.grit forbids.
    parser: 'swc',
    tsPreCompilationDeps: true,
    moduleSystems: ['es6', 'cjs'],
    doNotFollow: { path: 'node_modules' },
    // Tests may look into any room.
    exclude: { path: '\\.test\\.ts$' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
}

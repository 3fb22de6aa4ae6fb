import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { Share } from '../src/cli/reading.ts'
import { type PackedFile, packed, unpacked } from '../src/engine/load-packed.ts'
import { type Parsed, readYaml } from '../src/engine/load-yaml.ts'
import { unshownKeys } from '../src/engine/pipeline.ts'
import type { Tree } from '../src/model/tree.ts'
import { cleanUp, execute, folder, root } from './commands/run.ts'
import { estates } from './estates.ts'
import { registry } from './world.ts'

afterAll(cleanUp)

const secretKeys = unshownKeys(registry)

/** All that a tree tells. */
function shape(tree: Tree): unknown {
  const { kind, at } = tree
  if (tree.kind === 'scalar') return { kind, at, value: tree.value, text: tree.text }
  if (tree.kind === 'list') return { kind, at, items: tree.items.map(shape) }
  const entries = [...tree.entries].map(([name, { key, end, value }]) => [name, key, end, shape(value)])
  return { kind, at, entries }
}
const told = ({ trees, ...rest }: Parsed) => ({ ...rest, trees: trees.map(shape) })

const scraps = [
  '',
  ':',
  '- ',
  '{',
  '"',
  '\n',
  '\r\n',
  '&a ',
  '*a',
  '!!x ',
  '? ',
  '---\n',
  '\uFEFF',
  '1.10',
  '.inf',
  '😀',
]

test('what one thread hands to another says the same there', () => {
  fc.assert(
    fc.property(
      fc.tuple(estates, fc.nat(), fc.constantFrom(...scraps), fc.boolean()),
      ([[document = {}], at, scrap, block]) => {
        const written = block ? stringify(document) : JSON.stringify(document, null, 1)
        const start = at % written.length
        const text = written.slice(0, start) + scrap + written.slice(start)
        const read = readYaml('a.yaml', text, secretKeys)
        expect(told(unpacked('a.yaml', text, structuredClone(packed(read))))).toEqual(told(read))
      },
    ),
    { numRuns: 500 },
  )
})

const organization = (name: string, more = '') =>
  `apiVersion: quayctl/v1\nkind: Organization\nname: ${name}\nrepositories:\n${Array.from({ length: 200 }, (_, i) => `  image-${i}: {description: "The image number ${i} of ${name}"}\n`).join('')}${more}`
const faults = ['', 'robots: {ci: {descripton: x}}\n', 'email: &a [\n', 'email: "one\n']
const many = Object.fromEntries(
  Array.from({ length: 100 }, (_, i) => [
    `organizations/${i}.yaml`,
    organization(`acme-${i}`, faults[i % 40]),
  ]),
)

test('the other thread reads all that nobody else does', async () => {
  const files = Object.entries(many).map(([file, text]) => ({ file, text }))
  const begun = new Int32Array(new SharedArrayBuffer(4))
  begun[0] = 10
  const { port1: ours, port2: port } = new MessageChannel()
  const workerData: Share = { files, secretKeys, begun, port }
  const thread = new Worker(join(root, 'dist', 'cli', 'reading-thread.js'), {
    workerData,
    transferList: [port],
  })
  await once(thread, 'exit', { signal: AbortSignal.timeout(60_000) })
  const found = new Map<number, PackedFile>()
  for (let sent = receiveMessageOnPort(ours); sent; sent = receiveMessageOnPort(ours))
    found.set(sent.message[0], sent.message[1])
  ours.close()
  expect([...found.keys()]).toEqual(files.map((_, at) => at).slice(10))
  for (const [at, file] of found) {
    const { file: name, text } = files[at] ?? { file: '', text: '' }
    expect(told(unpacked(name, text, file))).toEqual(told(readYaml(name, text, secretKeys)))
  }
})

// Elsewhere a run cannot be given one processor.
test.skipIf(process.platform !== 'linux')(
  'a large configuration says the same with one processor and with two',
  async () => {
    const cwd = folder({
      ...many,
      'quayctl.yaml': 'apiVersion: quayctl/v1\nkind: Registry\ninclude: [organizations/*.yaml]\n',
    })
    const [, processor = '0'] =
      /Cpus_allowed_list:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
    const program = [process.execPath, join(root, 'bin', 'run.js'), 'validate']
    const [one, two] = [
      await execute('taskset', ['-c', processor, ...program], { cwd }),
      await execute('env', program, { cwd }),
    ]
    expect(one.code).toBe(3)
    expect(one.stderr.match(/ error QC\d+/g)?.length).toBeGreaterThan(5)
    expect(two).toEqual(one)
  },
)

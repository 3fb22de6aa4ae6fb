import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import type { MessagePort, Worker } from 'node:worker_threads'
import type { SourceFile } from '../engine/load.ts'
import { type PackedFile, unpacked } from '../engine/load-packed.ts'
import { type Parsed, readYaml } from '../engine/load-yaml.ts'

/** What both threads know. */
export interface Share {
  readonly files: readonly Pick<SourceFile, 'file' | 'text'>[]
  readonly secretKeys: ReadonlySet<string>
  /** How many files somebody has begun with; both count it on. */
  readonly begun: Int32Array
  /** Takes files as they are read, each with its number. */
  readonly port: MessagePort
}

/** To read so many characters takes ten times as long as to start a thread. */
const MANY = 1_000_000

/** Reads files in two threads, where they are many and there is a second processor. A file that is missing in the result is still to be read: it could not be handed over, or there was no second thread. */
export async function readAhead(
  files: readonly SourceFile[],
  secretKeys: ReadonlySet<string>,
): Promise<ReadonlyMap<SourceFile, Parsed>> {
  const known = new Map<SourceFile, Parsed>()
  const characters = files.reduce((sum, { text }) => sum + text.length, 0)
  if (characters < MANY || files.length === 1 || availableParallelism() === 1) return known
  // Loaded here: most runs have few files.
  const { MessageChannel, Worker: Thread, receiveMessageOnPort } = await import('node:worker_threads')
  const begun = new Int32Array(new SharedArrayBuffer(4))
  const { port1: ours, port2: port } = new MessageChannel()
  const texts = files.map(({ file, text }) => ({ file, text }))
  const other = ended(Thread, { files: texts, secretKeys, begun, port })
  const take = () => {
    for (let sent = receiveMessageOnPort(ours); sent; sent = receiveMessageOnPort(ours)) {
      const [at, read]: [number, PackedFile] = sent.message
      const file = files[at]
      if (file) known.set(file, unpacked(file.file, file.text, read))
    }
  }
  try {
    for (const at of claims(files, begun)) {
      const file = files[at]
      if (file) known.set(file, readYaml(file.file, file.text, secretKeys))
      // Taken one by one, so that few are in memory in both forms.
      take()
    }
  } finally {
    Atomics.store(begun, 0, files.length)
  }
  await other
  take()
  ours.close()
  return known
}

/** The files that are this thread's to read. */
export function* claims(files: readonly unknown[], begun: Int32Array): Generator<number> {
  for (let at = Atomics.add(begun, 0, 1); at < files.length; at = Atomics.add(begun, 0, 1)) yield at
}

/** Resolves once the other thread has ended, or could not be: then all is read here. */
async function ended(Thread: typeof Worker, share: Share): Promise<void> {
  try {
    // In the package, too, where this file is in another folder beside that one.
    const thread = new Thread(new URL('../cli/reading-thread.js', import.meta.url), {
      workerData: share,
      transferList: [share.port],
      execArgv: [],
      env: {},
    })
    await once(thread, 'exit')
  } catch {}
}

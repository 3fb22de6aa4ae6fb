import { readSync } from 'node:fs'

/** All of standard input, or its first bytes up to one more than a limit. A pipe that has nothing yet is waited for. */
export function readStdin(limit: number): Uint8Array {
  const chunks: Uint8Array[] = []
  let size = 0
  while (size <= limit) {
    const chunk = Buffer.alloc(65_536)
    const count = readSome(chunk)
    if (count === 0) break
    chunks.push(chunk.subarray(0, count))
    size += count
  }
  return Buffer.concat(chunks)
}

/** 0 at the end. */
function readSome(chunk: Uint8Array): number {
  for (;;)
    try {
      return readSync(0, chunk)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code === 'EOF') return 0
      if (code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
}

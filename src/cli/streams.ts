import { ConfigError } from '../model/errors.ts'

/** Standard output and standard error, as long as they take anything. */
interface Streams {
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
}

/** From now on no stream that takes nothing more ends the run: an apply goes on to its end. The function tells what became of the result, once the run is over. */
export function endure({ stdout, stderr }: Streams): () => Promise<ConfigError | null> {
  let lost: NodeJS.ErrnoException | null = null
  // oclif's own would end the run.
  for (const stream of [stdout, stderr]) stream.removeAllListeners('error')
  stderr.on('error', () => {})
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Who reads no further, as head, is no mistake.
    if (error.code !== 'EPIPE') lost = error
  })
  return async () => {
    // All that was written before is taken, or lost, by then.
    await new Promise((resolve) => {
      stdout.write('', resolve)
    })
    return (
      lost &&
      new ConfigError('QC3129', `the result was not written to standard output: ${lost.message}`, [
        'make room, or send it elsewhere; what the run has done in Quay is done',
      ])
    )
  }
}

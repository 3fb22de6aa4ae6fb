import { exitCodes } from './exit.ts'

/** The first signal ends what is in flight; the second stops at once, after `last`. */
export function listenForSignals(
  tell: (text: string) => void,
  last: () => void,
): {
  readonly signal: AbortSignal
  readonly code: () => number | null
} {
  const controller = new AbortController()
  let code: number | null = null
  const handler = (name: 'SIGINT' | 'SIGTERM') => () => {
    const ends = name === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated
    if (code !== null) {
      last()
      process.exit(ends)
    }
    code = ends
    tell('Ending the steps in flight; once more to stop at once.')
    controller.abort('interrupted')
  }
  process.on('SIGINT', handler('SIGINT'))
  process.on('SIGTERM', handler('SIGTERM'))
  return { signal: controller.signal, code: () => code }
}

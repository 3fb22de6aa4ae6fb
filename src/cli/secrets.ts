import { readFileSync, realpathSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import type { ReadSecret } from '../engine/secrets.ts'

const KERNEL = /^\/(proc|dev|sys)(\/|$)/

/** Reads secrets of the environment and of files, at apply only. An empty one is a missing one. */
export function secretReader(cwd: string, env: Readonly<Record<string, string | undefined>>): ReadSecret {
  return async ({ from_env, from_file }, file) => {
    if (from_env !== undefined) {
      const value = env[from_env]
      return value
        ? { value }
        : { problem: `the variable ${from_env} is ${value === undefined ? 'not set' : 'empty'}` }
    }
    try {
      const folder = realpathSync(resolve(cwd, dirname(file)))
      const path = realpathSync(resolve(folder, from_file ?? ''))
      if (KERNEL.test(path)) return { problem: `${from_file} is no file that may hold a secret` }
      // A link may lead to what others wrote, or to the machine's own secrets.
      if (!path.startsWith(folder === sep ? sep : folder + sep))
        return { problem: `${from_file} is a link that leaves the folder of this file` }
      const value = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
      return value ? { value } : { problem: `the file ${from_file} is empty` }
    } catch {
      return { problem: `the file ${from_file} cannot be read` }
    }
  }
}

/** For a sandbox's seed: no secret is read for it. */
export const placeholderSecrets: ReadSecret = async () => ({ value: 'sandbox' })

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError, UsageError } from '../model/errors.ts'
import { writeOutput } from './outputs.ts'

export const SYNTH_FILE = 'quay.tf.json'

const PACKAGES = 'cdktf constructs @cdktf/provider-null'

/** Terraform reads the files when it applies: they must be there then. */
export function refuseUnread(flags: {
  readonly file?: readonly string[] | undefined
  readonly 'credentials-out'?: string | undefined
}): void {
  if (flags.file?.includes('-'))
    throw new UsageError('QC6483', '-f -: Terraform reads the files again when it applies', [
      'name files or folders, or write a quayctl.yaml',
    ])
  if (flags['credentials-out'] === '-')
    throw new UsageError('QC6400', '--credentials-out takes no -: tokens are not printed', ['name a file'])
}

/** A folder for as long as something is made. */
export function inScratch<T>(make: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'quayctl-'))
  try {
    return make(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Writes the file of a module, which may be a new folder; returns its path. */
export function writeModule(folder: string, text: string): string {
  const path = join(folder, SYNTH_FILE)
  mkdirSync(folder, { recursive: true })
  writeOutput(path, text, '--out')
  return path
}

/** Loads what makes resources of Terraform; its packages are optional. */
export async function loadBridge<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new ConfigError('QC3130', 'synth needs packages that are not installed', [
      `npm install ${PACKAGES}, beside quayctl`,
      'all other commands work without them',
    ])
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  error.code === 'ERR_MODULE_NOT_FOUND' &&
  /'(cdktf|constructs|@cdktf\/[^']*)'/.test(error.message)

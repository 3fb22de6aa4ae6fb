import type { Fields, Schema, Since } from '../model/emulation.ts'

/** What can be emulated: a release, or what was being developed in August 2026, after 3.18. */
export const versions = ['3.11', '3.12', 'latest'] as const
export type Version = (typeof versions)[number]

const minor = (release: string): number => Number(release.slice(release.indexOf('.') + 1))

/** Whether a version has what came with a release; the latest has everything. */
export const sinceOf =
  (version: Version): Since =>
  (release) =>
    version === 'latest' || minor(release) <= minor(version)

/** A schema as the emulated version has it. */
export const schemaIn = (since: Since, schema: Schema): Fields =>
  typeof schema === 'function' ? schema(since) : schema

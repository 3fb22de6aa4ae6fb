import { isAbout } from '../engine/needs.ts'
import { upstreamHosts } from '../engine/upstream-hosts.ts'
import { doubtful, fine, type Row } from '../model/checkup.ts'
import { type Diagnostic, hasErrors, placeText } from '../model/diagnostics.ts'
import { QuayctlError } from '../model/errors.ts'
import type { Server } from '../model/server.ts'
import { failed, failedAt, failedBy } from './checkup-rows.ts'
import type { FileFlags } from './chosen.ts'
import { exitCodes } from './exit.ts'
import { type Loaded, readFiles, registry, type Surroundings } from './world.ts'

/** What the files are good for. */
export interface FilesRead {
  readonly row: Row
  /** Whatever could be read, right or not. */
  readonly read: Loaded | null
  /** What an apply would go by. */
  readonly sound: Loaded | null
  /** Why there is nothing to go by. */
  readonly because: string
}

/** Reads the files; that there are none is no failure, as the server can be looked at alone. */
export async function readAll(flags: FileFlags, surroundings: Surroundings): Promise<FilesRead> {
  try {
    const read = await readFiles(flags, surroundings)
    const row = rowOf(read)
    const isSound = row.status !== 'failed'
    return { row, read, sound: isSound ? read : null, because: isSound ? '' : 'the files are wrong' }
  } catch (error) {
    if (!(error instanceof QuayctlError)) throw error
    const isNamed = (flags.file ?? []).length > 0 || flags.registry !== undefined
    const none = `${error.message}: only the server is looked at`
    const row = isNamed
      ? failedBy('files', error)
      : doubtful('files', none, error.hints.join('; '), { code: error.code })
    return { row, read: null, sound: null, because: 'there are no files' }
  }
}

function rowOf({ diagnostics, expanded, files }: Loaded): Row {
  const count = (severity: Diagnostic['severity']) => diagnostics.filter((one) => one.severity === severity)
  const [errors, rest] = [count('error'), count('warning')]
  const [first] = errors.length > 0 ? errors : rest
  const about = first && { code: first.code, ...(first.at && { source: placeText(first.at) }) }
  const objects = `${number(expanded.desired.length, 'object')} in ${number(files, 'file')}`
  if (first && hasErrors(diagnostics)) {
    const finding = `${number(errors.length, 'error')}; the first: ${first.message}`
    return failed(
      'files',
      first.code,
      exitCodes.config,
      finding,
      'quayctl validate shows them all with their lines',
      about,
    )
  }
  if (!first) return fine('files', objects)
  const finding = `${objects}, with ${number(rest.length, 'warning')}; the first: ${first.message}`
  return doubtful('files', finding, 'quayctl validate shows them all with their lines', about)
}

const number = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

const TAG_EXPIRATION = 'tag_expiration'

/** The offer as what to do. */
const chosen = (one: Diagnostic): Diagnostic =>
  one.hint?.startsWith('it offers')
    ? {
        ...one,
        hint: `write one that ${one.hint.replace('offers', 'offers:')}, or have the operator add it to TAG_EXPIRATION_OPTIONS in Quay's config.yaml`,
      }
    : one

/** What the files need and the server lacks, a row a line. */
export function featureRows(lacking: readonly Diagnostic[], { expanded }: Loaded): readonly Row[] {
  const rows = lacking.map((one) =>
    isAbout(TAG_EXPIRATION, one, expanded)
      ? failedAt(TAG_EXPIRATION, chosen(one))
      : failedAt('features', one),
  )
  const isMet = rows.every(({ check }) => check !== 'features')
  return isMet ? [...rows, fine('features', 'the server has all that the files need')] : rows
}

/** What the server offers, whether a file asks for it or not. */
export function expirationRow(server: Server): Row {
  const offered = server.setting('TAG_EXPIRATION_OPTIONS')
  const choices = Array.isArray(offered) ? offered.join(', ') : 'it does not say what'
  return server.feature('CHANGE_TAG_EXPIRATION', true)
    ? fine(TAG_EXPIRATION, `the server offers ${choices}`)
    : fine(TAG_EXPIRATION, 'the server lets nobody choose; no file does')
}

/** Upstreams that Quay may take for its own network, which it does not call. */
export function hostRows({ expanded }: Loaded): readonly Row[] {
  const hosts = upstreamHosts(expanded, registry)
  const rows = hosts.flatMap(({ host, doubt, origin }) =>
    doubt === null
      ? []
      : [
          doubtful(
            'private_hosts',
            `Quay may refuse the upstream ${host}: ${doubt}`,
            `write the registry's public name, or have Quay's operator list it: SSRF_ALLOWED_HOSTS: [${host}] in Quay's config.yaml`,
            { source: placeText(origin.at) },
          ),
        ],
  )
  if (rows.length > 0) return rows
  const several = new Set(hosts.map(({ host }) => host)).size
  return [
    fine(
      'private_hosts',
      several > 0 ? `none among ${number(several, 'upstream')}` : 'no file names an upstream',
    ),
  ]
}

import { resolveSecrets, withSecrets } from '../engine/secrets.ts'
import { type Address, rootOf, type TypeName } from '../model/address.ts'
import { canonicalJson } from '../model/canonical.ts'
import type { Desired, Live } from '../model/change.ts'
import type { Diagnostic } from '../model/diagnostics.ts'
import { UsageError } from '../model/errors.ts'
import { foreseen, type Preview } from '../model/mirror-preview.ts'
import type { ResourceType } from '../model/resource.ts'
import type { Attributes, Value } from '../model/schema.ts'
import { readTags } from '../model/tags.ts'
import type { Login } from '../quay/sign-in.ts'
import { listTags } from '../quay/upstream.ts'
import { secretReader } from './secrets.ts'
import { fileText } from './way.ts'
import { type Quayside, registry, type Surroundings } from './world.ts'

export interface PreviewFlags {
  readonly username?: string | undefined
  readonly 'password-stdin'?: boolean
  readonly 'upstream-ca-file'?: string | undefined
  readonly file?: readonly string[] | undefined
}

/** The variable that holds the password of `--username`, where standard input does not. */
const PASSWORD = 'QUAYCTL_UPSTREAM_PASSWORD'

/** The types that pull from one upstream repository. */
export const previewable = (): readonly TypeName[] =>
  [...registry.values()].flatMap(({ name, syncOf, upstreamOf }) => (syncOf && upstreamOf ? [name] : []))

/** What the files say of a mirror, beside what Quay has. */
interface Known {
  readonly address: Address
  readonly type: ResourceType
  readonly desired: Desired | null
  readonly live: Live | null
}

/** Looks at both sides of a mirror, declared or live; what keeps the secrets of the files from being read comes as diagnostics. */
export async function previewed(
  address: Address,
  desired: Desired | null,
  flags: PreviewFlags,
  { client, limit }: Quayside,
  surroundings: Surroundings,
): Promise<{ readonly preview: Preview } | { readonly diagnostics: readonly Diagnostic[] }> {
  const type = registry.get(address.type)
  const live = (await type?.find({ address, parent: null, desired }, client)) ?? null
  if (!type || !(desired || live))
    throw new UsageError('QC6473', `${address.text} is not there, and no file declares it`, [
      'check the address; -f names the files that declare it',
    ])
  const known = { address, type, desired, live }
  const { values, diagnostics } = await filledIn(known, flags, surroundings)
  if (diagnostics.length > 0) return { diagnostics }
  const login = loginFor(values, flags, surroundings)
  const reference = String(values[type.upstreamOf ?? ''])
  const { env, version } = surroundings
  const [upstream, tally] = await Promise.all([
    listTags(reference, {
      login,
      verifyTls: values.verify_tls !== false,
      env: proxiesIn(values.proxy) ?? env,
      ca: fileText(flags['upstream-ca-file'], '--upstream-ca-file'),
      extraCa: env.NODE_EXTRA_CA_CERTS ? fileText(env.NODE_EXTRA_CA_CERTS, 'NODE_EXTRA_CA_CERTS') : undefined,
      version,
      signal: limit.reading,
    }),
    readTags(rootOf(address).name, address.parent?.name ?? '', client, Number.POSITIVE_INFINITY),
  ])
  // Of a repository that is not there yet Quay shows nothing.
  const ours = tally?.names ?? (live ? null : [])
  const globs = ([values.tags].flat() as readonly Value[]).map(String)
  const notes = notesOn(known, values, login)
  return {
    preview: {
      address: address.text,
      reference,
      user: login?.username ?? null,
      ...foreseen({ globs, upstream, ours }),
      notes: tally?.more ? [...notes, 'Quay shows not all tags of the repository'] : notes,
    },
  }
}

/** The declared attributes over the live ones, with the secrets that they refer to; without those of the mirror's user where another reads. */
async function filledIn({ address, desired, live }: Known, flags: PreviewFlags, { cwd, env }: Surroundings) {
  const base: Attributes = live?.attributes ?? {}
  if (!desired) return { values: base, diagnostics: [] }
  const schema = registry.get(address.type)?.schema ?? {}
  const values = Object.fromEntries(
    Object.entries(desired.attributes).filter(
      ([name, value]) => value !== undefined && !(flags.username && schema[name]?.upstream),
    ),
  )
  const sent = { address, action: 'create', desired, values } as const
  const { secrets, diagnostics } = await resolveSecrets([sent], registry, secretReader(cwd, env))
  return {
    values: { ...base, ...withSecrets(sent, schema, secrets) },
    diagnostics: diagnostics.map(
      (one): Diagnostic => ({
        ...one,
        hint: 'set it, and look again; or read the upstream as somebody else, with --username',
      }),
    ),
  }
}

/** Who reads the upstream: whom the flags name, else the mirror's own user, where its password is known. */
function loginFor(
  { username, password }: Attributes,
  flags: PreviewFlags,
  { env, stdin }: Surroundings,
): Login | null {
  if (flags.username === undefined)
    return typeof username === 'string' && typeof password === 'string' ? { username, password } : null
  if (flags['password-stdin'] && flags.file?.includes('-'))
    throw new UsageError('QC6472', '--password-stdin with -f -: standard input is one of them', [
      `set ${PASSWORD} instead`,
    ])
  const given = flags['password-stdin'] ? textIn(stdin) : env[PASSWORD]
  if (!given)
    throw new UsageError('QC6472', `--username ${flags.username} has no password`, [
      `set ${PASSWORD}, or pass --password-stdin and write it to standard input`,
    ])
  return { username: flags.username, password: given }
}

const LONGEST = 65_536
const textIn = (stdin: Surroundings['stdin']): string =>
  new TextDecoder().decode(stdin(LONGEST)).replace(/\r?\n$/, '')

/** The proxies between Quay and the upstream, as variables; null where the mirror has none: who needs no proxy does not count. */
function proxiesIn(proxy: Value | undefined): Readonly<Record<string, string>> | null {
  const set = Object.entries(proxy ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  )
  return set.some(([name]) => name !== 'no_proxy') ? Object.fromEntries(set) : null
}

function notesOn({ desired, live }: Known, values: Attributes, login: Login | null): readonly string[] {
  const differing = Object.entries(desired?.attributes ?? {})
    .filter(([name]) => name === 'tags' || name === 'external_reference')
    .filter(([name, value]) => live && canonicalJson(value) !== canonicalJson(live.attributes[name]))
    .map(([name]) => name)
  return [
    ...(desired && !live ? ['as the files say: it is not in Quay yet'] : []),
    ...(differing.length > 0 ? [`as the files say: Quay has another ${differing.join(' and ')}`] : []),
    ...(values.enabled === false ? ['it is disabled: no sync begins by itself'] : []),
    ...(live?.work && live.work.until === undefined ? [`it ${live.work.words}`] : []),
    ...(login === null && typeof values.username === 'string'
      ? [`Quay pulls as ${values.username}, whose password no file names: --username reads as somebody`]
      : []),
  ]
}

import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { type Exported, exportLive, textOf, textsOf, variablesOf } from '../engine/export.ts'
import { MAIN_FILE } from '../engine/export-files.ts'
import { NOT_SHOWN, redacted } from '../engine/export-redact.ts'
import { type Configuration, type Planned, planConfiguration, readConfiguration } from '../engine/pipeline.ts'
import { hasErrors } from '../model/diagnostics.ts'
import { UsageError } from '../model/errors.ts'
import type { Server } from '../model/server.ts'
import type { Client } from '../quay/client.ts'
import { type ExportSummary, renderVariables, type Written } from '../render/export.ts'
import {
  type Chosen,
  placeOf,
  readTemplates,
  settingsIn,
  textIn,
  typesOf,
  wholePlan,
  writtenUrl,
} from './exporting.ts'
import { splits } from './flags.ts'
import { watchReading } from './progress.ts'
import type { Trace } from './trace.ts'
import { loadValidators } from './validators.ts'
import { type ConnectFlags, connect, readFiles, registry, type Surroundings } from './world.ts'
import { type WriteOptions, writeTexts } from './writing.ts'

export interface ExportFlags extends ConnectFlags {
  readonly all?: boolean
  readonly output?: string | undefined
  readonly split?: keyof typeof splits | undefined
  readonly using?: readonly string[] | undefined
  readonly blocks?: readonly string[] | undefined
  readonly redact?: boolean
  /** What a new Registry document includes in any case. */
  readonly include?: readonly string[]
}

/** A Quay that was read, and what files can say of it. */
export class ExportRun {
  readonly exported: Exported
  readonly server: Server
  readonly client: Client
  readonly #flags: ExportFlags
  readonly #surroundings: Surroundings
  readonly #sandbox: boolean
  readonly #chosen: Chosen
  readonly #names: readonly string[] | null
  #written: Written | null = null

  private constructor(
    exported: Exported,
    quay: { readonly client: Client; readonly server: Server; readonly sandbox: boolean },
    chosen: Chosen,
    names: readonly string[] | null,
    flags: ExportFlags,
    surroundings: Surroundings,
  ) {
    this.#names = names
    this.exported = exported
    this.client = quay.client
    this.server = quay.server
    this.#sandbox = quay.sandbox
    this.#chosen = chosen
    this.#flags = flags
    this.#surroundings = surroundings
  }

  /** Reads what the names stand for, or all that the token may see. */
  static async read(
    names: readonly string[],
    flags: ExportFlags,
    surroundings: Surroundings,
    trace?: Trace,
  ): Promise<ExportRun> {
    const { output, redact, all = false } = flags
    if (all === names.length > 0)
      throw new UsageError(
        'QC6410',
        all ? 'names and --all exclude each other' : 'nothing says what to export',
        ['name organizations, or pass --all for all that the token may see'],
      )
    checkNames(names)
    const types = typesOf(flags.blocks ?? [])
    const chosen = readTemplates(flags.using ?? [], output, surroundings)
    const url = writtenUrl(output, surroundings)
    const quay = await connect({ expanded: { settings: { url } } }, flags, surroundings, trace)
    const { client, server, sandbox } = quay
    const language = { registry, validators: await loadValidators(), server }
    const wanted = all ? null : names
    const settings = settingsIn(output, surroundings)
    const options = {
      interest: { names: wanted, types },
      templates: chosen.templates,
      settings,
      planning: wholePlan(surroundings, sandbox),
    }
    const reading = client.whole(() => exportLive(options, client, language))
    const exported = await watchReading(client, reading)
    refuseUnknown(names, exported)
    const drafts = redact
      ? redacted(exported.drafts, randomBytes(16).toString('hex'), registry)
      : exported.drafts
    return new ExportRun({ ...exported, drafts }, quay, chosen, wanted, flags, surroundings)
  }

  /** All of it as one text. */
  text(): string {
    return textOf(this.exported.drafts, registry)
  }

  /** Texts by path. `listed`: a list of variables that is there already, to which those of this export are added. */
  texts(listed = ''): ReadonlyMap<string, string> {
    const { redact, split } = this.#flags
    const url = redact ? 'https://quay.example.com' : this.server.url
    const include = [...this.#chosen.include, ...(this.#flags.include ?? [])]
    const { drafts } = this.exported
    const texts = textsOf(drafts, split ? splits[split] : 'whole', { url, include }, registry)
    const variables = redact ? [] : variablesOf(drafts)
    const list = renderVariables(variables, listed)
    return variables.length === 0 ? texts : new Map([...texts, [VARIABLES_FILE, list]])
  }

  /** Writes it into a folder; resolves to the paths. `dress`: what is to lie there besides, and how. */
  write(
    folder: string,
    options: WriteOptions,
    dress: (texts: ReadonlyMap<string, string>) => ReadonlyMap<string, string> = (texts) => texts,
  ): readonly string[] {
    const { cwd } = this.#surroundings
    const own = this.texts(textIn(resolve(cwd, folder, VARIABLES_FILE)))
    const texts = dress(own)
    const paths = writeTexts(folder, texts, { ...options, grow: [VARIABLES_FILE] })
    const others = this.#chosen.files.map(({ file }) => resolve(cwd, file))
    const place = placeOf(
      folder,
      { texts: new Set(own.keys()), names: this.#names, others },
      this.#surroundings,
    )
    const kept = paths.includes(MAIN_FILE) ? null : topOf(texts.get(MAIN_FILE) ?? '')
    this.#written = { folder, files: paths.length, kept, ...place }
    return paths
  }

  /** What it came to. */
  summary(): ExportSummary {
    const { drafts, missing } = this.exported
    const { redact } = this.#flags
    const items = drafts.flatMap(({ body }) => [...body.all()])
    const counts = new Map<string, number>()
    for (const { type, as } of items)
      if (type && as === 'whole') counts.set(type.name, (counts.get(type.name) ?? 0) + 1)
    return {
      counts,
      written: this.#written,
      templates: this.#chosen.templates !== null,
      notes: items.flatMap(({ live, notes }) =>
        notes.map((note) => ({ at: redact ? null : (live?.address.text ?? ''), note })),
      ),
      unseen: items.reduce((sum, { unseen }) => sum + unseen.length, 0),
      missing: redact ? new Map([...missing.keys()].map((_, i) => [`no. ${i + 1}`, NOT_SHOWN])) : missing,
      variables: redact ? [] : variablesOf(drafts),
    }
  }

  /** A plan of it against what was read: of the whole folder, once it is written. */
  async plan(): Promise<{ readonly planned: Planned | null; readonly configuration: Configuration }> {
    const configuration = await this.#configuration()
    if (hasErrors(configuration.diagnostics)) return { planned: null, configuration }
    const planning = wholePlan(this.#surroundings, this.#sandbox)
    const planned = await planConfiguration(configuration, registry, this.client, this.server, planning)
    return { planned, configuration }
  }

  async #configuration(): Promise<Configuration> {
    const { cwd } = this.#surroundings
    if (this.#written)
      return readFiles({}, { ...this.#surroundings, cwd: resolve(cwd, this.#written.folder) })
    const files = [...this.texts()]
      .filter(([path]) => path !== VARIABLES_FILE)
      .map(([file, text]) => ({ file, text, named: true }))
    return readConfiguration([...files, ...this.#chosen.files], registry, await loadValidators())
  }
}

/** The file that lists what is to be filled in. */
export const VARIABLES_FILE = 'secrets.env.example'

/** What a main file says besides its server: `include: [organizations/*.yaml], users`. */
const topOf = (text: string): string =>
  text
    .split('\n')
    .filter((line) => /^\w/.test(line) && !/^(apiVersion|kind|url):/.test(line))
    .map((line) => line.replace(/:$/, ''))
    .join(', ')

/** What no organization or user can be called is no path of Quay's API either. */
function checkNames(names: readonly string[]): void {
  const roots = [...registry.values()].filter(({ document }) => document)
  const isName = (text: string) => roots.some(({ keyPattern = '' }) => new RegExp(keyPattern, 'u').test(text))
  const wrong = names.find((name) => !isName(name))
  if (wrong === undefined) return
  throw new UsageError('QC6413', `"${wrong}" is no name of an organization`, [
    wrong.includes('/')
      ? `name the organization: ${wrong.split('/')[0]}`
      : '--all exports all that the token may see',
  ])
}

function refuseUnknown(names: readonly string[], { drafts, missing }: Exported): void {
  const found = new Set([
    ...drafts.map(({ body }) => body.live?.address.name),
    ...[...missing.keys()].map((address) => address.slice(address.indexOf('.') + 1)),
  ])
  const unknown = names.filter((name) => !found.has(name))
  if (unknown.length === 0) return
  throw new UsageError('QC6413', `there is no organization ${unknown.join(', ')} that the token may see`, [
    '--all exports all that it may see',
  ])
}

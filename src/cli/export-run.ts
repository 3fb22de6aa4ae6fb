import { randomBytes } from 'node:crypto'
import { type Exported, exportLive, textOf, textsOf, variablesOf } from '../engine/export.ts'
import { MAIN_FILE } from '../engine/export-files.ts'
import { redacted } from '../engine/export-redact.ts'
import { type Configuration, type Planned, planConfiguration, readConfiguration } from '../engine/pipeline.ts'
import { UsageError } from '../model/errors.ts'
import type { Server } from '../model/server.ts'
import type { Client } from '../quay/client.ts'
import { type ExportSummary, renderVariables } from '../render/export.ts'
import { type Chosen, readTemplates, typesOf, wholePlan, writtenUrl } from './exporting.ts'
import { splits } from './flags.ts'
import { watchRequests } from './progress.ts'
import { type ConnectFlags, connect, loadValidators, registry, type Surroundings } from './world.ts'
import { writeTexts } from './writing.ts'

export interface ExportFlags extends ConnectFlags {
  readonly all?: boolean
  readonly output?: string | undefined
  readonly split?: keyof typeof splits | undefined
  readonly using?: readonly string[] | undefined
  readonly blocks?: readonly string[] | undefined
  readonly redact?: boolean
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
  #kept: string | null = null

  private constructor(
    exported: Exported,
    quay: { readonly client: Client; readonly server: Server; readonly sandbox: boolean },
    chosen: Chosen,
    flags: ExportFlags,
    surroundings: Surroundings,
  ) {
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
    trace?: (line: string) => void,
  ): Promise<ExportRun> {
    const { output, redact, all = false } = flags
    if (all === names.length > 0)
      throw new UsageError(
        'QC6410',
        all ? 'names and --all exclude each other' : 'nothing says what to export',
        ['name organizations, or pass --all for all that the token may see'],
      )
    const types = typesOf(flags.blocks ?? [])
    const chosen = readTemplates(flags.using ?? [], output, surroundings)
    const url = writtenUrl(output, surroundings)
    const quay = await connect({ expanded: { settings: { url } } }, flags, surroundings, trace)
    const { client, server, sandbox } = quay
    const language = { registry, validators: await loadValidators(), server }
    const interest = { names: all ? null : names, types }
    const options = { interest, templates: chosen.templates, planning: wholePlan(surroundings, sandbox) }
    const still = watchRequests(client)
    const exported = await exportLive(options, client, language).finally(still)
    refuseUnknown(names, exported)
    const drafts = redact
      ? redacted(exported.drafts, randomBytes(16).toString('hex'), registry)
      : exported.drafts
    return new ExportRun({ ...exported, drafts }, quay, chosen, flags, surroundings)
  }

  /** All of it as one text. */
  text(): string {
    return textOf(this.exported.drafts, registry)
  }

  /** Texts by path. */
  texts(): ReadonlyMap<string, string> {
    const { redact, split } = this.#flags
    const url = redact ? 'https://quay.example.com' : this.server.url
    const { include } = this.#chosen
    const { drafts } = this.exported
    const texts = textsOf(drafts, split ? splits[split] : 'whole', { url, include }, registry)
    const variables = redact ? [] : variablesOf(drafts)
    return variables.length === 0 ? texts : new Map([...texts, [VARIABLES_FILE, renderVariables(variables)]])
  }

  /** Writes it into a folder; resolves to the paths. A `quayctl.yaml` that is there stays. */
  write(folder: string, replace = false): readonly string[] {
    const instead = 'name another folder with --output, or pass --force'
    const texts = this.texts()
    const paths = writeTexts(folder, texts, { replace, keep: [MAIN_FILE], instead })
    this.#kept = paths.includes(MAIN_FILE) ? null : topOf(texts.get(MAIN_FILE) ?? '')
    return paths
  }

  /** What it came to; `files`: how many were written. */
  summary(files: number | null): ExportSummary {
    const { drafts, missing } = this.exported
    const { output, redact } = this.#flags
    const items = drafts.flatMap(({ body }) => [...body.all()])
    const counts = new Map<string, number>()
    for (const { type, as } of items)
      if (type && as === 'whole') counts.set(type.name, (counts.get(type.name) ?? 0) + 1)
    return {
      counts,
      written: files === null || output === undefined ? null : { folder: output, files, kept: this.#kept },
      notes: items.reduce((sum, { notes }) => sum + notes.length, 0),
      unseen: items.reduce((sum, { unseen }) => sum + unseen.length, 0),
      missing,
      variables: redact ? [] : variablesOf(drafts),
    }
  }

  /** A plan of it against what was read. */
  async plan(): Promise<{ readonly planned: Planned; readonly configuration: Configuration }> {
    const files = [...this.texts()]
      .filter(([path]) => path !== VARIABLES_FILE)
      .map(([file, text]) => ({ file, text, named: true }))
    const configuration = readConfiguration(
      [...files, ...this.#chosen.files],
      registry,
      await loadValidators(),
    )
    const planning = wholePlan(this.#surroundings, this.#sandbox)
    const planned = await planConfiguration(configuration, registry, this.client, this.server, planning)
    return { planned, configuration }
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

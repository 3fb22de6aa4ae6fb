import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { planByFlags } from '../src/cli/planning.ts'
import { readRevisions } from '../src/cli/revisions.ts'
import { type Loaded, readFiles, type Surroundings } from '../src/cli/world.ts'
import { exportExpanded } from '../src/engine/export-expanded.ts'
import { compareRevisions } from '../src/engine/revisions.ts'
import { type Diagnostic, hasErrors, sortDiagnostics } from '../src/model/diagnostics.ts'
import { QuayctlError } from '../src/model/errors.ts'
import { renderDiagnostics } from '../src/render/diagnostics.ts'
import { renderPlan } from '../src/render/plan.ts'
import { uncolored } from '../src/render/style.ts'
import { committed } from './repository.ts'
import { registry, validators, type World, withWorld } from './world.ts'

/** What a golden file holds: the rule it shows, files, and command lines with their output. `live.yaml` is applied first; `HEAD:` stands before what the last commit had. */
interface Case {
  readonly title: string
  readonly files: readonly Section[]
  readonly commands: readonly Section[]
}
interface Section {
  readonly name: string
  readonly text: string
}

const folder = fileURLToPath(new URL('golden/language', import.meta.url))
const LIVE = 'live.yaml'
const HEAD = 'HEAD:'
const URL_SHOWN = 'https://quay.example.com'

function parse(text: string): Case {
  const [title = '', ...sections] = text.split(/^(?=>>> |\$ )/m)
  const parsed = sections.map((section) => {
    const end = section.indexOf('\n')
    return {
      mark: section[0],
      name: section.slice(0, end),
      text: section.slice(end + 1).replace(/\n\n$/, '\n'),
    }
  })
  return {
    title: title.trim(),
    files: parsed.filter(({ mark }) => mark === '>').map((part) => ({ ...part, name: part.name.slice(4) })),
    commands: parsed
      .filter(({ mark }) => mark === '$')
      .map((part) => ({ ...part, name: part.name.slice(2) })),
  }
}

/** As it stands in a golden file. */
const print = ({ title, files, commands }: Case): string =>
  [
    `${title}\n`,
    ...files.map(({ name, text }) => `>>> ${name}\n${text}`),
    ...commands.map(({ name, text }) => `$ ${name}\n${text}`),
  ].join('\n')

interface Flags {
  readonly file: string[]
  readonly organization: string[]
  readonly target: string[]
  readonly replace: string[]
  readonly resend: string[]
  registry?: string
  base?: string
  expand: boolean
}

/** The few flags that the cases use; another one is a mistake of the case. */
function flagsOf(words: readonly string[]): Flags {
  const flags: Flags = { file: [], organization: [], target: [], replace: [], resend: [], expand: false }
  const rest = words.filter((word) => word !== '')
  while (rest.length > 0) {
    const word = rest.shift()
    const value = () => {
      const next = rest.shift()
      if (next === undefined || next.startsWith('-')) throw new Error(`${word} needs a value`)
      return next
    }
    if (word === '-f') flags.file.push(value())
    else if (word === '--organization') flags.organization.push(value())
    else if (word === '--target') flags.target.push(value())
    else if (word === '--replace') flags.replace.push(value())
    else if (word === '--resend') flags.resend.push(value())
    else if (word === '--base') flags.base = value()
    else if (word === '--registry') flags.registry = value()
    else if (word === '--expand') flags.expand = true
    else throw new Error(`the cases know no ${word}`)
  }
  return flags
}

const said = (list: readonly Diagnostic[], { sources, files }: Loaded): string =>
  list.length > 0
    ? `${renderDiagnostics(sortDiagnostics(list), sources, Math.max(files, sources.size), uncolored)}\n`
    : ''

async function planned(loaded: Loaded, flags: Flags, live: string | undefined, around: Surroundings) {
  const plan = async (world: World) => {
    if (live !== undefined) await world.converge(live, { maxDeletes: 100 })
    return world.session(async (client, server) => {
      const result = await planByFlags(loaded, flags, { client, server, sandbox: false }, around)
      if (result.errors) return said(result.errors, loaded)
      return `${renderPlan(result.plan, uncolored)
        .replaceAll(world.url, URL_SHOWN)
        .replace(/^Plan \w+/, 'Plan')}\n`
    })
  }
  return withWorld(plan)
}

async function compared(flags: Flags, around: Surroundings) {
  const { past, after, names } = await readRevisions(
    'HEAD',
    undefined,
    flags,
    around,
    Promise.resolve(validators),
  )
  if (!past || hasErrors(after.diagnostics)) return said(after.diagnostics, after)
  const selection = { organizations: flags.organization, targets: [], excludes: [] }
  const today = around.now().toISOString().slice(0, 10)
  const options = { selection, today, version: '0.0.0', partial: after.partial, names }
  return `${renderPlan(await compareRevisions(past, after, registry, options), uncolored)}\n`
}

/** What a command line prints. */
async function output(command: string, here: string, live: string | undefined): Promise<string> {
  const line = /^(?:cd (\S+) && )?quayctl (validate|plan|diff HEAD)(?: (.*))?$/.exec(command)
  if (!line) throw new Error(`the cases know no such command line: ${command}`)
  const [, below = '', verb, words = ''] = line
  const flags = flagsOf(words.split(' '))
  if (verb !== 'validate' && flags.expand) throw new Error(`${verb} has no --expand`)
  const cwd = join(here, below)
  const around: Surroundings = {
    cwd,
    env: { PATH: process.env.PATH },
    stdin: () => Buffer.from(''),
    version: '0.0.0',
    now: () => new Date('2026-11-21T10:00:00Z'),
  }
  try {
    if (verb === 'diff HEAD') return await compared(flags, around)
    const loaded = await readFiles(flags, around, Promise.resolve(validators))
    const { diagnostics } = loaded
    if (hasErrors(diagnostics)) return said(diagnostics, loaded)
    if (verb === 'plan') return await planned(loaded, flags, live, around)
    const result = flags.expand
      ? exportExpanded(loaded.expanded, registry)
      : `Valid: ${loaded.expanded.desired.map(({ address }) => address.text).join(' ')}\n`
    return said(diagnostics, loaded) + result
  } catch (error) {
    if (!(error instanceof QuayctlError)) throw error
    return [`error ${error.code} ${error.message}`, ...error.hints.map((hint) => `  = ${hint}`), ''].join(
      '\n',
    )
  }
}

const temporary: string[] = []
afterAll(() => {
  for (const path of temporary) rmSync(path, { recursive: true })
})

function written(files: readonly Section[]): string {
  const here = mkdtempSync(join(tmpdir(), 'quayctl-language-'))
  temporary.push(here)
  const before = files.filter(({ name }) => name.startsWith(HEAD))
  for (const { name, text } of before) write(join(here, name.slice(HEAD.length)), text)
  if (before.length > 0) committed(here)
  for (const { name } of before) rmSync(join(here, name.slice(HEAD.length)))
  for (const { name, text } of files) if (!name.startsWith(HEAD)) write(join(here, name), text)
  return here
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

const names = readdirSync(folder).sort()

test.each(names)('%s', { timeout: 30_000 }, async (name) => {
  const path = join(folder, name)
  const text = readFileSync(path, 'utf8')
  const wanted = parse(text)
  expect(wanted.title, 'a golden file begins with the rule that it shows').not.toBe('')
  const here = written(wanted.files.filter((file) => file.name !== LIVE))
  const live = wanted.files.find((file) => file.name === LIVE)?.text
  const commands: Section[] = []
  for (const command of wanted.commands)
    commands.push({ name: command.name, text: await output(command.name, here, live) })
  const actual = print({ ...wanted, commands })
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, actual)
  else expect(actual).toBe(text)
})

test('there are at least sixty of them, and each says another rule', () => {
  const titles = names.map((name) => parse(readFileSync(join(folder, name), 'utf8')).title)
  expect(titles.length).toBeGreaterThanOrEqual(60)
  expect(new Set(titles).size).toBe(titles.length)
})

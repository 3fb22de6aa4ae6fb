import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { getLanguageService } from 'yaml-language-server'
import { root } from './commands/run.ts'

const schema = pathToFileURL(join(root, 'schemas', 'quayctl.schema.json')).href

/** What editors run: with the published schema for every YAML file that names no other. */
const service = getLanguageService({
  schemaRequestService: async (uri) => readFileSync(new URL(uri), 'utf8'),
  workspaceContext: { resolveRelativePath: (path, base) => new URL(path, base).href },
  telemetry: { send: rethrow, sendTrack: rethrow, sendError: (_, error) => rethrow(error) },
})
service.configure({
  validate: true,
  completion: true,
  hover: true,
  yamlVersion: '1.2',
  schemas: [{ uri: schema, fileMatch: ['*.yaml'] }],
})

async function rethrow(error: unknown): Promise<void> {
  throw error
}

/** The problems of a text, each as `line: message`. */
export async function problemsOf(text: string, file?: string): Promise<readonly string[]> {
  const found = await service.doValidation(documentOf(text, file), false)
  return found.map(({ range, message }) => `${range.start.line + 1}: ${message}`)
}

/** What is offered where `@` stands. */
export async function offeredAt(text: string): Promise<readonly string[]> {
  const document = documentOf(text.replace('@', ''))
  const { items } = await service.doComplete(document, document.positionAt(text.indexOf('@')), false)
  return items.map(({ label }) => label)
}

/** What is said of the key where `@` stands. */
export async function saidAt(text: string): Promise<string> {
  const document = documentOf(text.replace('@', ''))
  const hover = await service.doHover(document, document.positionAt(text.indexOf('@')))
  return JSON.stringify(hover?.contents ?? '')
}

let count = 0

/** The server remembers by name and version, so each text is a file of its own. */
const documentOf = (text: string, file = join(root, `made-up-${count++}.yaml`)): TextDocument =>
  TextDocument.create(pathToFileURL(file).href, 'yaml', 1, text)

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { EmulatorOptions } from '../src/emulator/emulator.ts'
import { execute, folder, type Quay, quay, quayctl, root } from './commands/run.ts'

const page = readFileSync(join(root, 'docs', 'from-curl-to-quayctl.md'), 'utf8')
const sections = page
  .split(/^## /m)
  .slice(1)
  .map((text) => ({
    heading: text.split('\n')[0] ?? '',
    lines: fences(text, 'sh').flatMap((fence) =>
      fence
        .trim()
        .replaceAll(/ \\\n\s*/g, ' ')
        .split('\n'),
    ),
    documents: fences(text, 'yaml'),
  }))

function fences(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    ([, body = '']) => body,
  )
}

/** What a section's server must be. */
const servers: Readonly<Record<string, Partial<EmulatorOptions>>> = {
  'Directory synchronization': { authentication: 'LDAP' },
}

type Answer = Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>

/** Where the ids stand that the page leaves to its readers. */
const ids: Readonly<Record<string, readonly [path: string, of: (answer: Answer) => string | undefined]>> = {
  BUILD: ['/repository/acme/api/build/', ({ builds }) => builds?.[0]?.id],
  TRIGGER: ['/repository/acme/api/trigger/', ({ triggers }) => triggers?.[0]?.id],
  DIGEST: ['/repository/acme/api/tag/', ({ tags }) => tags?.[0]?.manifest_digest],
  LABEL: ['/repository/acme/api/manifest/$DIGEST/labels', ({ labels }) => labels?.[0]?.id],
  CLIENT: ['/organization/acme/applications', ({ applications }) => applications?.[0]?.client_id],
  PROTOTYPE: ['/organization/acme/prototypes', ({ prototypes }) => prototypes?.[0]?.id],
  MESSAGE: ['/messages', ({ messages }) => messages?.[0]?.uuid],
  KEY: ['/superuser/keys', ({ keys }) => keys?.[0]?.kid],
  PASSWORD: ['/user/apptoken', ({ tokens }) => tokens?.[0]?.uuid],
  QUOTA: ['/organization/acme', ({ quotas }) => quotas?.[0]?.id],
  LIMIT: ['/organization/acme', ({ quotas }) => Object(quotas?.[0]?.limits)[0]?.id],
}

async function filledIn(text: string, server: Quay): Promise<string> {
  let filled = text
  for (const [word, [path, of]] of Object.entries(ids))
    if (filled.includes(`$${word}`)) {
      const answer = (await server.call('GET', await filledIn(path, server))) as Answer
      filled = filled.replaceAll(`$${word}`, String(of(answer) ?? `no ${word}`))
    }
  return filled
}

/** An organization with a robot or two, a team, and repositories: one has a tag and a trigger. */
async function estate(server: Quay): Promise<void> {
  await server.call('POST', '/organization/', { name: 'acme', email: 'quay@acme.example' })
  for (const robot of ['ci', 'sync']) await server.call('PUT', `/organization/acme/robots/${robot}`, {})
  await server.call('PUT', '/organization/acme/team/developers', { role: 'member' })
  for (const repository of ['api', 'mc', 'minio'])
    await server.call('POST', '/repository', {
      namespace: 'acme',
      repository,
      visibility: 'private',
      description: '',
    })
  const row = server.emulator.ground.repositories.get('acme/api')
  if (!row) throw new Error('there is no repository')
  row.triggers = ['github']
  row.tags = new Map([['latest', { digest: `sha256:${'a'.repeat(64)}`, size: 1024, start: 1_700_000_000 }]])
}

/** The words of a command line that needs no shell. */
const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g)].map(([word]) => word.replaceAll(/['"]/g, ''))

const files = {
  'password.txt': 'password\n',
  'push.json':
    '{"event": "repo_push", "method": "webhook", "config": {"url": "https://hooks.example.com"}, "eventConfig": {}, "title": "pushes"}',
}

async function run(line: string, cwd: string, env: Quay['env']) {
  if (!line.includes('|')) return quayctl(wordsOf(line).slice(1), { cwd, env })
  const program = `${process.execPath} ${join(root, 'bin', 'run.js')}`
  return execute('bash', ['-c', line.replace('quayctl', program)], { cwd, env })
}

describe.concurrent('every line of the page', () => {
  test.each(sections.filter(({ lines }) => lines.length > 0))(
    '$heading',
    { timeout: 60_000 },
    async (section) => {
      const server = await quay(servers[section.heading])
      await estate(server)
      const cwd = folder(files)
      for (const text of section.lines.filter((line) => !line.startsWith('#'))) {
        const [line = '', code = '0'] = text.split(' # ends with ')
        const ran = await run(await filledIn(line, server), cwd, server.env)
        expect([line, ran.code, code === '0' ? ran.stderr : '']).toEqual([line, Number(code), ''])
      }
    },
  )

  test('has the line of curl above it that it stands for', () => {
    const pairs = sections.flatMap(({ lines }) =>
      lines.map((line, index) => [lines[index - 1] ?? '', line] as const),
    )
    const calls = pairs.filter(([, line]) => !line.startsWith('#'))
    expect(calls.length).toBeGreaterThan(100)
    for (const [curl, line] of calls) {
      expect(curl, line).toMatch(/^# curl /)
      const [, method] = /quayctl api (\w+)/.exec(line) ?? []
      const [, route] = /quayctl api \w+ '?([^\s'?]+)/.exec(line) ?? []
      expect(curl, line).toContain(`-X ${method}`)
      expect(curl, line).toContain(`$API${route}`)
    }
  })
})

const documents = sections.flatMap(({ heading, documents: all }) =>
  all.map((text, index) => ({ heading, index, text })),
)

test.concurrent.each(documents)(
  'the file of $heading ($index) is applied, and then there is nothing to do',
  { timeout: 60_000 },
  async ({ heading, text }) => {
    const { env } = await quay(servers[heading])
    const options = { cwd: folder({ 'quayctl.yaml': text }), env: { ...env, QC_MINIO: 'hunter22' } }
    const applied = await quayctl(
      ['apply', '--yes', '--allow', 'credential', '--credentials-out', 'credentials.json'],
      options,
    )
    expect([applied.code, applied.stderr]).toEqual([0, expect.not.stringContaining('error')])
    const { code, stdout } = await quayctl(['plan', '--detailed-exitcode'], options)
    expect([code, stdout]).toEqual([0, expect.any(String)])
  },
)

test('a Quay of the age of the manual takes its calls for mirrors without what later ones require', async () => {
  const server = await quay({ version: '3.11' })
  await estate(server)
  const { lines = [] } = sections.find(({ heading }) => heading === 'Mirrors') ?? {}
  const posts = lines.filter((line) => /^quayctl api POST \S+mirror /.test(line))
  expect(posts).toHaveLength(2)
  for (const line of posts) {
    const old = line.replace(' -F skopeo_timeout_interval=300', '')
    const { code, stderr } = await run(old, folder(files), server.env)
    expect([code, stderr]).toEqual([0, ''])
  }
})

test('without builds a server has none of their routes', async () => {
  const server = await quay({ features: { BUILD_SUPPORT: false } })
  await estate(server)
  for (const args of [
    ['GET', '/repository/acme/api/build/'],
    ['POST', '/repository/acme/api/build/', '-F', 'archive_url=https://example.com/source.tar.gz'],
  ]) {
    const { code, stderr } = await quayctl(['api', ...args], { env: server.env, cwd: folder() })
    expect([code, stderr]).toEqual([3, expect.stringContaining('QC7404')])
  }
})

import { describe, expect, test } from 'vitest'
import { folder, organization, quay, quayctl, registry, writes } from './run.ts'

type Server = Awaited<ReturnType<typeof quay>>

const here = (text: string) => folder({ 'quayctl.yaml': text })
const run = (server: Server, text: string, ...args: readonly string[]) =>
  quayctl(args, { cwd: here(text), env: server.env })

/** A server to which these files were applied. */
async function applied(text: string): Promise<Server> {
  const server = await quay()
  const allow = ['--allow', 'credential,data,public']
  const { code, stdout, stderr } = await run(server, text, 'apply', '--yes', ...allow)
  expect(code, stdout + stderr).toBe(0)
  server.seen.length = 0
  return server
}

/** Robots r10, r11 and so on, less the first ones. */
const robots = (count: number, less = 0): string =>
  `robots:\n${Array.from({ length: count }, (_, index) => `  r${index + 10}: {}\n`)
    .slice(less)
    .join('')}`

const fits = (text: string): void => {
  for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80)
  expect(text).toMatch(/^[\n -~]*$/)
}

describe.concurrent('a share of one type', () => {
  test('stops plan and apply, with the flag that lifts it', async () => {
    const server = await applied(organization('acme', robots(11)))
    const fewer = `${registry('safety: {max_delete_percent: 20}\n')}---\n${organization('acme', `prune: {robots: all}\n${robots(11, 3)}`)}`
    const planned = await run(server, fewer, 'plan')
    expect(planned.code).toBe(4)
    expect(planned.stdout).toContain(
      ' ! stopped    QC4107  quayctl.yaml:3\n     3 of 11 objects of type robot in acme would be deleted or replaced, 28\n     percent; the limit is 20 percent\n     = if that is meant: --max-delete-percent 28\n',
    )
    fits(planned.stdout)
    const flags = ['--yes', '--allow', 'credential']
    const stopped = await run(server, fewer, 'apply', ...flags)
    expect([stopped.code, stopped.stderr, writes(server.seen)]).toEqual([
      4,
      'Stopped: nothing was changed.\n',
      [],
    ])
    const lifted = await run(server, fewer, 'apply', ...flags, '--max-delete-percent', '28')
    expect([lifted.code, writes(server.seen).length]).toEqual([0, 3])
  })

  test.each(['-1', '101', 'x'])('%s is no percent', async (text) => {
    const { code } = await run(await quay(), organization('acme'), 'plan', `--max-delete-percent=${text}`)
    expect(code).toBe(64)
  })
})

describe.concurrent('an empty configuration', () => {
  test('that would delete a whole block stops, until --allow-empty', async () => {
    const server = await applied(organization('acme', robots(3)))
    const empty = organization('acme', 'prune: {robots: all}\nrobots: {}\n')
    const flags = ['--yes', '--allow', 'credential']
    const stopped = await run(server, empty, 'apply', ...flags)
    expect(stopped.stdout).toContain(
      ' ! stopped    QC4108  quayctl.yaml:5\n     the files list no object of type robot in acme any more: 3 of 3 would be\n     deleted\n     = if that is meant: --allow-empty\n',
    )
    fits(stopped.stdout)
    expect([stopped.code, writes(server.seen)]).toEqual([4, []])
    const planned = await run(server, empty, 'plan', '--allow-empty')
    const allowed = await run(server, empty, 'apply', ...flags, '--allow-empty')
    expect([planned.code, allowed.code, writes(server.seen).length]).toEqual([0, 0, 3])
  })

  test.each([
    ['a Registry document', registry('secrets: [QC_*]\n')],
    ['a template', 'apiVersion: quayctl/v1\nkind: OrganizationTemplate\nname: standard\nrobots: {ci: {}}\n'],
  ])('%s alone declares nothing', async (_, text) => {
    const server = await applied(organization('acme', robots(3)))
    for (const command of [['plan'], ['apply'], ['apply', '--yes']]) {
      const { code, stdout, stderr } = await run(server, text, ...command)
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toContain(' ! note       QC4015\n     nothing is declared\n')
      expect(stdout).toContain('\nNo changes. ')
      fits(stdout)
    }
    expect(writes(server.seen)).toEqual([])
  })
})

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { cleanUp, execute, folder, organization, quay, root } from './run.ts'

afterAll(cleanUp)

const program = `node ${join(root, 'bin', 'run.js')}`
const files = () => folder({ 'quayctl.yaml': organization('acme', 'robots:\n  ci: {}\n') })

/** What a shell says of a line in which `quayctl` is the program that ships. */
const shell = (line: string, env = {}) =>
  execute('bash', ['-c', `quayctl() { ${program} "$@"; }; ${line}`], { cwd: files(), env })

describe.skipIf(!existsSync('/dev/full'))('a disk without room', () => {
  test.each(['validate', 'validate --expand', 'plan --help'])('for the result of %s', async (command) => {
    const { code, stderr } = await shell(`quayctl ${command} > /dev/full`)
    expect(stderr).toMatch(/^error QC3129 the result was not written to standard output: ENOSPC/)
    expect(code).toBe(3)
  })

  test('what is wrong goes before that', async () => {
    const { code, stderr } = await shell('quayctl validate -f missing.yaml > /dev/full')
    expect(stderr).not.toContain('QC3129')
    expect(code).toBe(3)
  })

  test.each(['stdout', 'stderr'])('an apply goes on without its %s', async (stream) => {
    const { env, call } = await quay()
    const { code } = await shell(`quayctl apply --yes ${stream === 'stdout' ? '' : '2'}> /dev/full`, env)
    expect(code).toBe(stream === 'stdout' ? 3 : 0)
    expect(await call('GET', '/organization/acme/robots')).toMatchObject({ robots: [{ name: 'acme+ci' }] })
  })
})

describe('nobody reads', () => {
  test('the result to its end', async () => {
    const { stdout, stderr } = await shell('quayctl validate --expand | head -1; echo "$PIPESTATUS"')
    expect(stderr).toBe('')
    expect(stdout).toBe('apiVersion: quayctl/v1\n0\n')
  })

  test('what an apply says', async () => {
    const { env, call } = await quay()
    await shell('quayctl apply --yes 2>&1 | true', env)
    expect(await call('GET', '/organization/acme/robots')).toMatchObject({ robots: [{ name: 'acme+ci' }] })
  })
})

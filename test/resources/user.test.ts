import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { folder, headsOf, quay, quayctl, registry } from '../commands/run.ts'
import { actionsOf, withWorld } from '../world.ts'
import { outcomesOf, registryDocument } from './acme.ts'

const users = 'users:\n  alice: {email: alice@acme.example}\n  bob: {email: bob@acme.example}\n'

describe('the password of a new user', () => {
  test('is told once: without a place for it nothing is sent', async () => {
    const { env, seen } = await quay()
    const cwd = folder({ 'quayctl.yaml': registry(users) })
    const { code, stderr } = await quayctl(['apply', '--yes', '--allow', 'credential'], { cwd, env })
    expect([code, headsOf(stderr)]).toEqual([
      4,
      ['error QC4106 Quay tells the password of user.alice, user.bob once, and nothing'],
    ])
    expect(seen.filter(({ method }) => method !== 'GET')).toEqual([])
  })

  test('goes to --credentials-out, and nowhere else', async () => {
    const { env } = await quay()
    const cwd = folder({ 'quayctl.yaml': registry(users) })
    const path = join(cwd, 'credentials.json')
    const apply = ['apply', '--yes', '--allow', 'credential', '--credentials-out', path, '-v']
    const { code, stdout, stderr } = await quayctl(apply, { cwd, env })
    expect(code).toBe(0)
    expect(stderr).toContain('(mode 600)')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const made: Record<string, { username: string; password: string }> = JSON.parse(
      readFileSync(path, 'utf8'),
    )
    expect(Object.keys(made)).toEqual(['user.alice', 'user.bob'])
    for (const { password } of Object.values(made)) {
      expect(password).toMatch(/^\S{8,}$/)
      expect(stdout + stderr).not.toContain(password)
    }
    const again = await quayctl(['plan', '--detailed-exitcode', '--json'], { cwd, env })
    expect([again.code, again.stdout.includes('password')]).toEqual([0, false])
  })

  test('needs no place where no user is created', async () => {
    const { env, call } = await quay()
    await call('POST', '/superuser/users/', { username: 'alice', email: 'old@acme.example' })
    const cwd = folder({ 'quayctl.yaml': registry('users:\n  alice: {email: alice@acme.example}\n') })
    const { code } = await quayctl(['apply', '--yes'], { cwd, env })
    expect([code, existsSync(join(cwd, 'credentials.json'))]).toEqual([0, false])
  })
})

test('a user is there before the team that lists them', async () => {
  await withWorld(async (world) => {
    const files = {
      'quayctl.yaml': registryDocument({ users: { alice: { email: 'alice@acme.example' } } }),
      'acme.yaml': JSON.stringify({
        apiVersion: 'quayctl/v1',
        kind: 'Organization',
        name: 'acme',
        teams: { developers: { role: 'member', members: ['user:alice'] } },
      }),
    }
    const ready = await world.plan(files)
    expect(actionsOf(ready)).toEqual([
      'create user.alice',
      'create organization.acme',
      'create team.acme/developers',
    ])
    expect(new Set(Object.values(outcomesOf(await world.apply(ready))))).toEqual(new Set(['done']))
    expect(actionsOf(await world.plan(files))).toEqual([])
  })
})

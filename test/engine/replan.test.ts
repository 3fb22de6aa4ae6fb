import { expect, test } from 'vitest'
import { keepsAllBut } from '../../src/engine/replan.ts'
import { configure } from '../world.ts'

const declared = (body: string) =>
  configure({
    'quayctl.yaml': `apiVersion: quayctl/v1\nkind: Organization\nname: acme\nemail: quay@acme.example\n${body}`,
  }).expanded.desired

const before =
  'teams: {dev: {role: member, description: Us}}\nrepositories: {api: {permissions: {team:dev: read}}}\n'

test.each([
  ['the attribute that was written', [['team.acme/dev', '/role']], before.replace('member', 'creator'), true],
  [
    'another attribute beside it',
    [['team.acme/dev', '/role']],
    before.replace(', description: Us', ''),
    false,
  ],
  [
    'what is below an object that was taken out',
    [['repository.acme/api']],
    before.replace(/repositories.*\n/, ''),
    true,
  ],
  [
    'an object that nobody wished gone',
    [['team.acme/dev', '/role']],
    before.replace(/repositories.*\n/, ''),
    false,
  ],
  ['an object that nobody wished for', [['team.acme/dev', '/role']], `${before}robots: {ci: {}}\n`, false],
] as const)('of %s is told whether it was meant', (_, written, after, isKept) => {
  const wished = written.map(([address, path]) => ({ address, ...(path && { path }) }))
  expect(keepsAllBut(wished, declared(before), declared(after))).toBe(isKept)
})

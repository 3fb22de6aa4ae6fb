import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ruleNames, rules } from '../../src/model/rules.ts'
import { committed } from '../repository.ts'
import { folder, organization, quay, quayctl, root, writes } from './run.ts'

const main = (level: string) =>
  `apiVersion: quayctl/v1\nkind: Registry\nrules: {admin_robot: ${level}}\n---\n`
const acme = (comment = '') =>
  [
    'apiVersion: quayctl/v1',
    'kind: Organization',
    'name: acme',
    'robots: {ci: {}}',
    'repositories:',
    `  api: {permissions: {robot:ci: admin}}${comment}`,
    '',
  ].join('\n')
const other = organization('globex')
const ignore = ' # quayctl-ignore QC5002: it sets permissions, INFRA-4'

test('at level error validate, plan and apply stop at the line, and nothing is sent', async () => {
  const { env, seen } = await quay()
  const cwd = folder({ 'quayctl.yaml': main('error') + acme() })
  const head = 'quayctl.yaml:10:33 error QC5002 robot:ci administers repository.acme/api'
  for (const args of [['validate'], ['plan'], ['apply', '--yes']]) {
    const { code, stderr } = await quayctl(args, { cwd, env })
    expect([args[0], code]).toEqual([args[0], 3])
    expect(stderr).toContain(head)
    expect(stderr).toContain(' ^^^^^ admin_robot')
  }
  expect(writes(seen)).toEqual([])
})

test.each([
  ['at level warning', main('warning') + acme()],
  ['at level note', main('note') + acme()],
  ['by default', acme()],
])('%s it is said, and applied', async (_, text) => {
  const { env, seen } = await quay()
  const cwd = folder({ 'quayctl.yaml': text })
  expect((await quayctl(['validate'], { cwd })).code).toBe(0)
  const planned = await quayctl(['plan', '--json'], { cwd, env })
  expect(planned.code).toBe(0)
  const found = JSON.parse(planned.stdout).findings.filter(({ code }: { code: string }) => code === 'QC5002')
  expect(found).toMatchObject([
    { address: 'permission.acme/api:robot:ci', source: { file: 'quayctl.yaml' }, label: 'admin_robot' },
  ])
  expect((await quayctl(['apply', '--yes'], { cwd, env })).code).toBe(0)
  expect(writes(seen).length).toBeGreaterThan(0)
})

test.each([
  ['off', main('off') + acme()],
  ['ignored', main('error') + acme(ignore)],
])('%s it is not said', async (_, text) => {
  const cwd = folder({ 'quayctl.yaml': text })
  const { code, stderr } = await quayctl(['validate'], { cwd })
  expect([code, stderr]).toEqual([0, ''])
})

test('a commit of --base that broke a rule, or ignored one without a reason, is read all the same', async () => {
  const { env } = await quay()
  const cwd = folder({
    'quayctl.yaml': main('error') + acme(),
    'old.yaml': `# quayctl-ignore QC5001\n${other}`,
  })
  committed(cwd)
  writeFileSync(join(cwd, 'quayctl.yaml'), main('error') + acme(ignore))
  writeFileSync(join(cwd, 'old.yaml'), other)
  const { code, stderr } = await quayctl(['plan', '--base', 'HEAD', '-f', '.'], { cwd, env })
  expect([code, stderr]).toEqual([0, ''])
})

test.each(ruleNames)('%s is explained, by name and by code', async (name) => {
  const { code: ofRule, title } = rules[name]
  const byCode = await quayctl(['explain', ofRule], { cwd: root })
  expect(byCode.stdout).toContain(`${ofRule}  ${title}`)
  const byName = await quayctl(['explain', name], { cwd: root })
  expect(byName.stdout).toContain(`(${ofRule})`)
})

test.each([
  ['an exception that is new is said', acme(), acme(ignore), 1],
  ['one with another reason, too', acme(ignore), acme(ignore.replace('INFRA-4', 'INFRA-5')), 1],
  ['one that was there is not', acme(ignore), `# moved\n${acme(ignore)}`, 0],
  ['nor one from a rule that is off', main('off') + acme(), main('off') + acme(ignore), 0],
])('%s', async (_, before, after, count) => {
  const { env } = await quay()
  const cwd = folder({ 'quayctl.yaml': before })
  committed(cwd)
  writeFileSync(join(cwd, 'quayctl.yaml'), after)
  for (const args of [
    ['diff', 'HEAD', '--json'],
    ['plan', '--base', 'HEAD', '--json'],
    ['plan', '--changed-since', 'HEAD', '--json'],
  ]) {
    const { stdout } = await quayctl(args, { cwd, env })
    const found: readonly { readonly code: string; readonly message: string }[] = JSON.parse(stdout).findings
    const notes = found.filter(({ code }) => code === 'QC5094')
    expect([args[0], notes.length]).toEqual([args[0], count])
    for (const { message } of notes)
      expect(message).toMatch(/^robot:ci administers repository.acme\/api: QC5002 is ignored here, it sets/)
  }
})

test('what a reason has that looks like a secret is not shown', async () => {
  const token = `ghp_${'a1B2c3D4'.repeat(5)}`
  const cwd = folder({ 'quayctl.yaml': acme() })
  committed(cwd)
  writeFileSync(join(cwd, 'quayctl.yaml'), acme(ignore.replace('INFRA-4', `${token} https://u:hunter2pw@h/`)))
  for (const args of [
    ['diff', 'HEAD'],
    ['diff', 'HEAD', '--json'],
  ]) {
    const { stdout } = await quayctl(args, { cwd })
    expect(stdout).toContain('QC5094')
    expect(stdout).not.toMatch(/ghp_a1B2|hunter2pw/)
  }
})

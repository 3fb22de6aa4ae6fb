import { expect, test } from 'vitest'
import { actionsOf, configure, lines, withWorld, writesOf } from './world.ts'
import { exportExpanded } from '../src/engine/export-expanded.ts'
import { registry } from './world.ts'
const doc = (perms: string, grants = '') => `
apiVersion: quayctl/v1
kind: Organization
name: acme
robots: {ci: {}, sync: {}}
${grants}
repositories:
  api:
    permissions: ${perms}
  web: {}
`
test('permissions', async () => {
  await withWorld(async (world) => {
    const d = doc('{robot:ci: write, user:mallory: read}')
    const c = configure(d)
    console.log(lines(c.diagnostics), exportExpanded(c.expanded, registry))
    const r = await world.converge(d)
    console.log(actionsOf(r), writesOf(r.sent))
    console.log(actionsOf(await world.plan(d)))
    const r2 = await world.converge(doc('{robot:ci: read}'))
    console.log(actionsOf(r2))
    const g = doc('{}', 'grants: {"*": {team:owners: read}}')
    console.log(lines(configure(g).diagnostics), exportExpanded(configure(g).expanded, registry))
    const r3 = await world.converge(g)
    console.log(actionsOf(r3), r3.sent.map((s) => s.method + ' ' + s.path))
    const r4 = await world.plan(g)
    console.log(actionsOf(r4), r4.sent.map((s) => s.method + ' ' + s.path), JSON.stringify(r4.plan.summary))
  })
})

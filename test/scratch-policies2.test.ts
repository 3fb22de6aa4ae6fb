import { expect, test, vi } from 'vitest'
vi.mock('../src/resources/registry.ts', async (original) => {
  const real: any = await original()
  const { autoPrunePolicy } = await import('../src/resources/auto_prune_policy/index.ts')
  const { immutabilityPolicy } = await import('../src/resources/immutability_policy/index.ts')
  const { organizationMirror } = await import('../src/resources/organization_mirror/index.ts')
  const known = new Set(real.modules.map((m: any) => m.type?.name))
  return { ...real, modules: [...real.modules, ...[autoPrunePolicy, immutabilityPolicy, organizationMirror].filter((t) => !known.has(t.name)).map((type) => ({ type, emulator: async () => ({ emulator: { routes: [] } }) }))] }
})
import { actionsOf, configure, lines, withWorld, writesOf } from './world.ts'

const head = 'apiVersion: quayctl/v1\nkind: Organization\nname: acme\n'
test('policies through the engine', () =>
  withWorld(async (world) => {
    const one = `${head}auto_prune:
  - {method: number_of_tags, value: 50}
  - {method: creation_date, value: 1w, tag_pattern: "^v"}
immutability:
  - {tag_pattern: "v[0-9]+"}
repositories:
  api:
    auto_prune: [{method: creation_date, value: 30d}]
`
    const first = await world.converge(one)
    console.log(actionsOf(first), JSON.stringify(first.plan.changes.map((c: any) => [c.address, c.impacts, c.consequences, c.fields]), null, 1))
    expect(actionsOf(await world.plan(one))).toEqual([])
    const two = `${head}auto_prune:
  - {method: number_of_tags, value: 20}
  - {method: creation_date, value: 7d, tag_pattern: "^v", tag_pattern_matches: false}
immutability:
  - {tag_pattern: "v[0-9]+", tag_pattern_matches: false}
repositories:
  api:
    auto_prune: []
`
    const second = await world.plan(two)
    console.log(actionsOf(second), JSON.stringify(second.plan.changes.map((c: any) => [c.address, c.impacts, c.consequences])))
    const done = await world.apply(second)
    console.log(writesOf(done.sent), [...done.outcomes].map(([a, o]) => `${a} ${o.status}`))
    expect(actionsOf(await world.plan(two))).toEqual([])
  }))
test('mirror through the engine', () =>
  withWorld(async (world) => {
    const text = (rest: string) => `${head}robots: {sync: {}, other: {}}\n${rest}`
    const m = (type: string, more = '') => text(`organization_mirror: {external_registry_type: ${type}, external_registry_url: "https://quay.io", external_namespace: projectquay, robot: sync, sync_interval: 12h${more}}\n`)
    const first = await world.converge(m('quay'))
    console.log(JSON.stringify(first.plan.changes.at(-1)))
    expect(actionsOf(await world.plan(m('quay')))).toEqual([])
    await world.converge(m('quay', ', repository_filters: ["a*"], visibility: public, proxy: {http_proxy: "http://x:1"}, username: me, password: {from_env: QC_X}'))
    const rep = await world.plan(m('harbor', ', lifecycle: {replace: allow}'))
    console.log(JSON.stringify(rep.plan.changes))
    console.log([...(await world.apply(rep)).outcomes].map(([a, o]) => `${a} ${o.status} ${'error' in o ? o.error.message : ''}`))
    expect(actionsOf(await world.plan(m('harbor')))).toEqual([])
    const none = await world.plan(text('organization_mirror: none\n'))
    console.log(JSON.stringify(none.plan.changes))
    await world.apply(none)
    expect(actionsOf(await world.plan(text('organization_mirror: none\n')))).toEqual([])
  }))
test('errors', () => {
  const all = configure(`${head}robots: {sync: {}}
auto_prune:
  - {method: number_of_tags, value: 1d}
  - {method: creation_date, value: 5}
  - {method: creation_date, value: 5d, tag_pattern: "["}
  - {method: creation_date, value: 5d, tag_pattern: " x"}
  - {method: creation_date, value: 5d, tag_pattern_matches: true}
immutability: [{tag_pattern: "("}, {tag_pattern: ""}]
organization_mirror: {external_registry_type: docker, external_registry_url: "quay.io", external_namespace: "", robot: nope, sync_interval: 5s, timeout: 5s, repository_filters: ["a b"], password: {from_env: QC_X}}
repositories:
  api: {mirror: {external_reference: quay.io/a/b, tags: [x], robot: sync, sync_interval: 1d}}
`)
  console.log(lines(all.diagnostics).join('\n'))
})

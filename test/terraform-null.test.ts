import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { execute, folder, organization, quay, quayctl, writes } from './commands/run.ts'
import { Module, without } from './module.ts'

const required = { null: { source: 'hashicorp/null', version: '~> 3.2' } }

/** Is the provider there, or can it be fetched? */
async function isThere(): Promise<boolean> {
  if (without !== '') return false
  const cwd = folder({ 'main.tf.json': JSON.stringify({ terraform: { required_providers: required } }) })
  const { code } = await execute('terraform', ['init'], { cwd, env: { CHECKPOINT_DISABLE: '1' } })
  return code === 0
}

const there = await isThere()
const why = without || (there ? '' : ', not tried because the provider hashicorp/null is not there')

describe.skipIf(!there)(`null_resource in Terraform${why}`, () => {
  test('is applied, stays, is made anew by an edit, and destroys', async () => {
    const at = await quay()
    const cwd = folder({ 'quay.yaml': organization('acme', 'repositories: {api: {}}\n') })
    const flags = ['-f', 'quay.yaml', '--out=terraform', '--resource=null_resource', '--allow-destroy']
    expect((await quayctl(['synth', ...flags], { cwd })).code).toBe(0)
    const module = new Module(join(cwd, 'terraform'), at)
    await module.good('init')
    await module.good('validate')
    await module.good('apply', '-auto-approve')
    expect(await at.call('GET', '/repository/acme/api')).toMatchObject({ name: 'api' })
    expect(await module.planned()).toEqual({})

    module.write('../quay.yaml', organization('acme', 'repositories: {api: {description: API}}\n'))
    expect((await quayctl(['synth', ...flags], { cwd })).code).toBe(0)
    expect(await module.planned()).toEqual({ 'null_resource.quay_acme_state': 'delete,create' })
    const before = at.seen.length
    await module.good('apply', '-auto-approve')
    expect(writes(at.seen.slice(before))).toEqual(['PUT /api/v1/repository/acme/api'])
    await module.good('destroy', '-auto-approve')
    expect(await at.call('GET', '/organization/acme')).toMatchObject({ status: 404 })
  })
})

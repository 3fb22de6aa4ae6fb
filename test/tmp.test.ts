import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { actionsOf, withWorld, wordsOf, writesOf } from './world.ts'

test('x', async () => {
  await withWorld(async (world) => {
    const files = {
      'a.yaml': readFileSync('examples/acme/organizations/acme.yaml', 'utf8'),
      'q.yaml': readFileSync('examples/acme/quayctl.yaml', 'utf8'),
    }
    const p = await world.plan(files)
    console.log(actionsOf(p), p.plan.findings)
    const a = await world.apply(p)
    console.log(
      [...a.outcomes].map(([k, o]) => k + ' ' + wordsOf(o)),
      writesOf(a.sent),
    )
    const q = await world.plan(files)
    console.log(actionsOf(q), q.sent.length)
  })
})

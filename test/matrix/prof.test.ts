import { test } from 'vitest'
import { snapshot } from '../snapshot.ts'
import { cases, stageOf } from './cases.ts'

test('prof', async () => {
  for (const one of [...cases.slice(0, 12), ...cases.slice(0, 12), ...cases.slice(0, 12)]) {
    const stage = await stageOf(one)
    const t: number[] = []
    const mark = () => t.push(process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000)
    mark()
    const site = stage.site()
    mark()
    const s = await site.session()
    mark()
    const p = await stage.plan(s)
    mark()
    await s.apply(p)
    mark()
    await snapshot(site)
    mark()
    await stage.plan(await site.session())
    mark()
    console.log(
      one.title,
      t
        .slice(1)
        .map((x, i) => (x - (t[i] ?? 0)).toFixed(1))
        .join(' '),
    )
  }
}, 60000)

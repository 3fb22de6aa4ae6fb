import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeEstate } from './estate.mjs'
import { measure, median, quayctl } from './measure.mjs'

/** 5,000 objects. */
const size = { organizations: 100, robots: 300, repositories: 4000, mirrors: 500, seed: 20 }
const CHANGES = 5000
const forms = ['markdown', 'sarif', 'html']

/** What each form of a report of 5,000 changes costs beside the run itself, in seconds of CPU, and the most memory that a run with one takes. */
export function reports(folder, rounds) {
  const before = join(folder, 'before')
  mkdirSync(before)
  writeFileSync(join(before, 'quayctl.yaml'), 'apiVersion: quayctl/v1\nkind: Registry\n')
  writeEstate(join(folder, 'after'), size)
  const peakFile = join(folder, 'peak')
  const run = (...args) => {
    const result = measure([quayctl, 'diff', './before', './after', ...args], { cwd: folder, peakFile })
    if (result.status !== 0) throw new Error(`a diff ended with ${result.status}:\n${result.stderr}`)
    return result
  }
  const { changes } = JSON.parse(run('--json').stdout)
  if (changes.length !== CHANGES) throw new Error(`${changes.length} changes, not ${CHANGES}`)
  const turns = Array.from({ length: rounds }, () => {
    const floor = run()
    return forms.map((form) => {
      const { cpu, peak } = run('--report', `${form}=${join(folder, `report.${form}`)}`)
      return { cpu: cpu - floor.cpu, peak }
    })
  })
  const costs = forms.map((form, index) => [
    `report_${form}_cpu_s`,
    median(turns.map((turn) => turn[index].cpu)),
  ])
  return {
    ...Object.fromEntries(costs),
    report_peak_rss_mb: Math.max(...turns.flat().map(({ peak }) => peak)),
  }
}

/** At most so much. */
export const reportLimits = {
  ...Object.fromEntries(forms.map((form) => [`report_${form}_cpu_s`, 2])),
  report_peak_rss_mb: 300,
}

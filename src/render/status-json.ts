import { canonicalJson } from '../model/canonical.ts'
import { levelOf, percentOf, type Standing, type StatusReport } from '../model/vitals.ts'

/** How a registry fares, as data; `exitCode` is that of the run. */
export function statusText(report: StatusReport, exitCode: number): string {
  const { server, at, standings, unseen, hits } = report
  const count = (level: string) => standings.filter((standing) => levelOf(standing) === level).length
  const document = {
    format_version: '1.0',
    kind: 'quayctl.status',
    server,
    at,
    summary: {
      objects: standings.length,
      failing: count('failing'),
      warnings: count('warning'),
      notes: count('note'),
      unmanaged: standings.filter(({ managed }) => !managed).length,
      exit_code: exitCode,
    },
    fail_on: hits,
    objects: standings.map(objectOf),
    unseen,
  }
  return `${JSON.stringify(JSON.parse(canonicalJson(document)), null, 2)}\n`
}

const objectOf = (standing: Standing) => {
  const { address, managed, vitals, troubles } = standing
  const { use, ...rest } = vitals
  return {
    address: address.text,
    type: address.type,
    managed,
    level: levelOf(standing),
    troubles,
    ...rest,
    ...(use && { use: { ...use, percent: percentOf(use) } }),
  }
}

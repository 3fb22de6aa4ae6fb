import type { Stats } from '../quay/stats.ts'

/** How many requests were sent, and what for. */
export function statsText({ requests, retries, routes }: Stats): string {
  const lines = Object.entries(routes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([route, count]) => `  ${String(count).padStart(6)}  ${route}`)
  return [`${requests} requests, ${retries} repetitions`, ...lines].join('\n')
}

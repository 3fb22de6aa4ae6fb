import { join } from 'node:path'
import { sizes, writeEstate } from './estate.mjs'
import { startQuay } from './measure.mjs'
import { Stage } from './phases.mjs'

const LIMIT = { rate: 50, burst: 100 }

/** A server that allows so many requests a second and says 429 without a time: how much of it is used. */
async function limited(stage, output) {
  const run = await stage.quayctl(['export', '--all', '--output', output], { how: LIMIT })
  const allowed = LIMIT.burst + LIMIT.rate * run.seconds
  return {
    ...LIMIT,
    requests: run.requests,
    refused: run.refused,
    quay_s: run.seconds,
    held: {
      rate_unused_percent: { value: 100 * (1 - (run.requests - run.refused) / allowed), most: 15 },
      rate_refused_percent: { value: (100 * run.refused) / run.requests, most: 2 },
    },
  }
}

/** The same plans where a call costs what it costs a real Quay: by a token and by a session, of all objects and of what lists tell. */
async function costly(stage, folders) {
  const { token, login } = stage.quay
  const rows = []
  for (const [files, cwd] of Object.entries(folders))
    for (const [sign_in, who] of Object.entries({ token, session: login }))
      for (const lists of files === 'full' ? ['of everything'] : ['of everything', 'by organization']) {
        const how = { real: true, narrow: lists === 'by organization' }
        const { requests, unserved, seconds } = await stage.quayctl(['plan'], { cwd, how, who })
        // A list of everything that is refused is no part of the way by organization.
        rows.push({
          files,
          sign_in,
          lists,
          requests: requests - (how.narrow ? unserved : 0),
          quay_s: seconds,
        })
      }
  return rows
}

/** What kinds of servers make of the smallest estate. */
export async function servers(folder) {
  const kinds = ['full', 'lean', 'bare']
  const folders = Object.fromEntries(kinds.map((kind) => [kind, join(folder, kind)]))
  for (const kind of kinds) writeEstate(folders[kind], sizes.S, kind)
  const quay = await startQuay()
  try {
    const stage = new Stage(quay, folder)
    await stage.quayctl(['apply', '--yes', '--allow', 'public'], { cwd: folders.full, how: {} })
    return { costs: await costly(stage, folders), limited: await limited(stage, join(folder, 'exported')) }
  } finally {
    await quay.stop()
  }
}

import { mkdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { type Files, folder, headsOf, organization, quay, quayctl, registry, TOKEN } from './run.ts'

/** What no output may hold, and nobody may be sent. */
export const SECRET = 'hunter3-of-somebody-else'
const stolen = { QC_GLOBEX_KEY: SECRET, QC_ACME_WEB_KEY: SECRET, GITHUB_TOKEN: SECRET, HOME_KEY: SECRET }

export const bound = registry(`secrets: [QC_*]
include:
  - {path: "organizations/{organization}/*.yaml", only_organization: true, secrets: ["QC_{ORGANIZATION}_*"]}
`)
export const withPassword = (reference: string): string =>
  organization(
    'acme',
    `robots: {sync: {}}
repositories:
  api:
    mirror:
      external_reference: quay.io/minio/mc
      tags: [latest]
      sync_interval: 1h
      robot: sync
      username: thief
      password: ${reference}
`,
  )
export const MINE = 'organizations/acme/acme.yaml'
/** Applies files to a Quay that counts what it is sent. */
export async function attack(
  files: Files,
  args: readonly string[] = [],
  links: Readonly<Record<string, string>> = {},
) {
  const server = await quay()
  const here = folder(files)
  for (const [link, target] of Object.entries(links)) {
    mkdirSync(dirname(join(here, link)), { recursive: true })
    symlinkSync(target, join(here, link))
  }
  const ran = await quayctl(['apply', '--yes', ...args], { cwd: here, env: { ...server.env, ...stolen } })
  expect(ran.stdout + ran.stderr).not.toContain(SECRET)
  expect(ran.stdout + ran.stderr).not.toContain(TOKEN)
  return { ...ran, server, heads: headsOf(ran.stderr) }
}

// After tsc: writes oclif's manifest, .oclif.manifest.json, and says nothing unless that fails.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const { status, stdout, stderr, error } = spawnSync(
  process.execPath,
  [fileURLToPath(import.meta.resolve('oclif/bin/run.js')), 'manifest'],
  {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, OCLIF_SKIP_NEW_VERSION_CHECK: 'true' },
    encoding: 'utf8',
  },
)
if (status === 0) {
  // oclif takes them in the order of the file system.
  const file = new URL('../.oclif.manifest.json', import.meta.url)
  const { commands, ...rest } = JSON.parse(readFileSync(file, 'utf8'))
  const sorted = Object.fromEntries(Object.entries(commands).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(file, `${JSON.stringify({ commands: sorted, ...rest }, null, 2)}\n`)
} else {
  process.stdout.write(stdout ?? '')
  process.stderr.write(stderr ?? '')
  console.error(`The manifest was not written: ${error?.message ?? `oclif ended with ${status}`}`)
  process.exitCode = 1
}

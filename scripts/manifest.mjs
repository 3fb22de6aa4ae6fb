// After tsc: writes oclif's manifest, .oclif.manifest.json, and says nothing unless that fails.
import { spawnSync } from 'node:child_process'
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
if (status !== 0) {
  process.stdout.write(stdout ?? '')
  process.stderr.write(stderr ?? '')
  console.error(`The manifest was not written: ${error?.message ?? `oclif ended with ${status}`}`)
  process.exitCode = 1
}

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { execute, root } from './run.ts'

/** The terminal is Python's; a machine without it skips these, and says so. */
export const hasTerminal = spawnSync('python3', ['-c', 'import pty']).status === 0

/** Runs quayctl on a terminal of its own and types a line, or Ctrl-C or Ctrl-D, when it asks. */
export async function onTerminal(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
  line: string,
) {
  const script = `
import os, pty, sys
seen = b""
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
asked = False
while True:
    try:
        data = os.read(fd, 65536)
    except OSError:
        break
    if not data:
        break
    seen += data
    if not asked and b"go on: " in seen:
        asked = True
        os.write(fd, sys.argv[1].encode() + (b"" if sys.argv[1] in ("\\x03", "\\x04") else b"\\n"))
sys.stdout.write(seen.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`
  const ran = await execute(
    'python3',
    ['-c', script, line, process.execPath, join(root, 'bin', 'run.js'), ...args],
    {
      cwd,
      env: { TERM: 'xterm', ...env },
    },
  )
  // biome-ignore lint/suspicious/noControlCharactersInRegex: how a prompt moves the cursor
  return { ...ran, screen: ran.stdout.replaceAll('\r\n', '\n').replace(/\u001b\[\d*[GJ]/g, '') }
}

// Regenerates what is committed though it is made, and fails when that differs from what Git has (staged counts).
import { execFileSync } from 'node:child_process'

const made = ['.oclif.manifest.json', 'schemas', 'docs/reference', 'src/model/documents.ts']
const git = (...args) => execFileSync('git', [...args, '--', ...made], { encoding: 'utf8' })

execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] })
const stale = git('diff', '--name-only') + git('ls-files', '--others', '--exclude-standard')
if (stale) {
  process.stdout.write(git('diff', '--stat'))
  console.error(
    `Not current: ${stale.trim().split('\n').join(', ')}. Run \`npm run build\` and add the result.`,
  )
  process.exitCode = 1
}

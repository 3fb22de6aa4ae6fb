import { execFileSync } from 'node:child_process'

const who = { NAME: 'quayctl', EMAIL: 'quayctl@example.com', DATE: '2026-11-20T10:00:00Z' }

/** As on a machine without settings, so that a commit has the same hash everywhere. */
const env = {
  PATH: process.env.PATH,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  ...Object.fromEntries(
    Object.entries(who).flatMap(([key, value]) => [
      [`GIT_AUTHOR_${key}`, value],
      [`GIT_COMMITTER_${key}`, value],
    ]),
  ),
}

/** Git in a folder; what it prints. */
export const git = (cwd: string, ...args: readonly string[]): string =>
  execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: 'pipe' }).trim()

/** Commits all that is there, in a repository that is made where there is none; returns the hash. */
export function committed(cwd: string): string {
  git(cwd, 'init', '--quiet', '--initial-branch=main')
  git(cwd, 'add', '--all')
  git(cwd, 'commit', '--quiet', '--allow-empty', '--message=before')
  return git(cwd, 'rev-parse', 'HEAD')
}

import type { Run } from '../model/plan.ts'
import type { Stats } from '../quay/stats.ts'
import type { Surroundings } from './world.ts'

/** What is to be said of a run until now. */
export function runOf(started: Date, { env, now }: Surroundings, stats: Stats): Run {
  return {
    started_at: started.toISOString(),
    ended_at: now().toISOString(),
    requests: stats.requests,
    repetitions: stats.retries,
    methods: methodsOf(stats),
    kinds: stats.kinds,
    ...attribution(env),
  }
}

function methodsOf({ kinds }: Stats): Readonly<Record<string, number>> {
  const methods: Record<string, number> = {}
  for (const { request, count } of kinds) {
    const [method = ''] = request.split(' ')
    methods[method] = (methods[method] ?? 0) + count
  }
  return methods
}

/** Who set it off, for which commit, and where its log is: as far as a CI system says so. */
export function attribution(env: Surroundings['env']): Pick<Run, 'by' | 'commit' | 'url'> {
  const { GITHUB_ACTOR, GITHUB_SHA, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = env
  const { GITLAB_USER_LOGIN, CI_COMMIT_SHA, CI_JOB_URL } = env
  const url = GITHUB_RUN_ID
    ? `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`
    : CI_JOB_URL
  const by = GITHUB_ACTOR ?? GITLAB_USER_LOGIN
  const commit = GITHUB_SHA ?? CI_COMMIT_SHA
  return { ...(by && { by }), ...(commit && { commit }), ...(url && { url }) }
}

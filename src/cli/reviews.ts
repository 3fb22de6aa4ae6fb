import { labelOf, type Reviewed } from '../engine/reviewed.ts'
import type { Forge, Merged } from '../forge/forge.ts'
import { gitHubHistory, openGitHub } from '../forge/github.ts'
import { gitLabHistory, openGitLab } from '../forge/gitlab.ts'
import { type Identity, seenOn } from '../forge/sticky.ts'
import { plural } from '../render/style.ts'
import { IMPACTS } from './applying.ts'
import { branchOf, homeOf, type PlaceFlags } from './comment-place.ts'
import { atDoor, type DoorFlags } from './door.ts'
import { askerOf, Git } from './git.ts'
import type { Surroundings } from './world.ts'

const forges = {
  github: { history: gitHubHistory, open: openGitHub },
  gitlab: { history: gitLabHistory, open: openGitLab },
} as const

/** What reviews have seen of the requests that were merged to the branch that is applied since a commit, as the file that `--reviewed` of an apply takes. */
export async function reviewsSince(
  ref: string,
  identity: Identity,
  flags: PlaceFlags & DoorFlags,
  surroundings: Surroundings,
  tell: (text: string) => void,
): Promise<string> {
  const git = new Git(ref, surroundings.cwd, surroundings.env, askerOf('--reviewed'))
  const commits = git.commitsSince(git.commit())
  const home = homeOf(flags, surroundings.env)
  const { history, open } = forges[home.platform]
  const found = await atDoor(home, flags, surroundings, tell, async (door) => {
    const { branch, merged } = history(door)
    const applied = branchOf(flags, surroundings.env) ?? (await branch())
    const reviews = new Map<number, Reviewed | null>()
    for (const commit of commits)
      for (const request of await merged(commit)) {
        const { number, target } = request
        if (reviews.has(number)) continue
        const forge = open({ ...door, number })
        if (target !== applied) tell(`${forge.place} does not count: it was merged to ${target}.`)
        reviews.set(number, target === applied ? await reviewOf(forge, request, identity, tell) : null)
      }
    return [...reviews.values()].filter((review) => review !== null)
  })
  return JSON.stringify(found, null, 2)
}

async function reviewOf(
  forge: Forge,
  { head, labels }: Merged,
  identity: Identity,
  tell: (text: string) => void,
): Promise<Reviewed> {
  const seen = await seenOn(forge, identity, head)
  const allow = IMPACTS.filter((impact) => labels.includes(labelOf(impact)))
  const allowed = allow.length > 0 ? `; its labels allow ${allow.join(', ')}` : ''
  tell(
    seen
      ? `${forge.place}: its review has seen ${plural(seen.length, 'id')}${allowed}.`
      : `${forge.place}: no comment shows a plan of its last commit, ${head.slice(0, 7)}.`,
  )
  return { request: forge.place, seen: seen ?? [], allow }
}

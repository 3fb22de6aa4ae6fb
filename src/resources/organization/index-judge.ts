import type { Reader } from '../../model/api.ts'
import type { Change, Judgement } from '../../model/change.ts'
import { countOf, someOf, type Tally, unlessRefused } from '../../model/tally.ts'
import { findOrganization, namesOfRepositories, namesOfRobots, type Organization } from './wire.ts'

/** What stands in an organization; null where the token may not see it. */
interface Contents {
  readonly repositories: Tally | null
  readonly robots: Tally | null
  readonly teams: Tally | null
}

/** Lists what goes with a deleted organization. */
export async function weighOrganization(
  { action, address: { name } }: Change<Organization>,
  reader: Reader,
): Promise<Judgement | null> {
  if (action !== 'delete') return null
  const tally = (names: readonly string[] | null) => names && { names }
  const [repositories, robots, view] = await Promise.all([
    unlessRefused(namesOfRepositories(name, reader)),
    unlessRefused(namesOfRobots(name, reader)),
    unlessRefused(findOrganization(name, reader)),
  ])
  const teams = view?.teams ? Object.keys(view.teams) : null
  return {
    impacts: ['data'],
    consequences: lossWords({
      repositories: tally(repositories),
      robots: tally(robots),
      teams: tally(teams),
    }),
  }
}

function lossWords({ repositories, robots, teams }: Contents): readonly string[] {
  const accounts = [
    ...(robots && robots.names.length > 0 ? [countOf(robots, 'robot')] : []),
    ...(teams && teams.names.length > 0 ? [countOf(teams, 'team')] : []),
  ]
  return [
    repositoryWords(repositories),
    ...(accounts.length > 0 ? [`deleted with it: ${accounts.join(' and ')}`] : []),
  ]
}

function repositoryWords(repositories: Tally | null): string {
  if (!repositories) return 'its repositories with their images are deleted with it; how many was not read'
  if (repositories.names.length === 0) return 'it has no repositories'
  return `deleted with it: ${countOf(repositories, 'repository', 'repositories')} with all images: ${someOf(repositories)}`
}

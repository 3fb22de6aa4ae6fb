import type { Around, Breach } from './resource.ts'
import { isRobot } from './subject.ts'

/** The robots that the role admin reaches: the one that it is given to, or those that files list on the team. `what`: what they administer by it. */
export function adminRobots(
  role: string | undefined,
  subject: string,
  what: string,
  around: Around,
): readonly Breach[] {
  if (role !== 'admin') return []
  const { members } = around.subject(subject) ?? {}
  const named = Array.isArray(members) ? members.map(String) : [subject]
  return named.filter(isRobot).map((robot) => ({
    rule: 'admin_robot',
    attribute: 'role',
    message: `${robot} administers ${what}${robot === subject ? '' : ` as a member of ${subject}`}`,
  }))
}

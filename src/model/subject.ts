/** Somebody who may be given access, as the files write it: `user:alice`, `team:developers`, `robot:ci`. */
export interface Subject {
  readonly kind: string
  /** A robot's without its organization; with it where that is another one. */
  readonly name: string
}

/** The subject of a text; the kind is what stands before the first colon. */
export function parseSubject(text: string): Subject {
  const colon = text.indexOf(':')
  return { kind: text.slice(0, colon), name: text.slice(colon + 1) }
}

export const isRobot = (subject: string): boolean => parseSubject(subject).kind === 'robot'

/** What Quay calls a subject of an organization: a robot by its full name. */
export function quayName({ kind, name }: Subject, organization: string): string {
  return kind === 'robot' && !name.includes('+') ? `${organization}+${name}` : name
}

/** A user or robot as Quay names it, as the files of an organization write it. */
export function subjectOf(name: string, organization: string): string {
  if (!name.includes('+')) return `user:${name}`
  return name.startsWith(`${organization}+`)
    ? `robot:${name.slice(organization.length + 1)}`
    : `robot:${name}`
}

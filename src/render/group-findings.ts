import type { Finding } from '../model/plan.ts'
import { FEWEST, named, starred } from './group.ts'

/** One finding, or the same of several organizations. */
export interface Said {
  readonly finding: Finding
  /** Of which it is said, when that is more than one. */
  readonly organizations: readonly string[]
}

/** What one line makes of at least three organizations is said once, at the place of the first. */
export function groupedFindings(findings: readonly Finding[]): readonly Said[] {
  const alike = new Map<string, Said>()
  const all = findings.map((finding) => {
    const organization = rootNameIn(finding.address)
    if (!organization || !finding.source) return { finding, key: '' }
    const general = generalizedFinding(finding, organization)
    const { code, severity, source, message, hint, label } = general
    const key = JSON.stringify([code, severity, source?.file, source?.line, message, hint, label])
    const before = alike.get(key)?.organizations ?? []
    alike.set(key, { finding: general, organizations: [...new Set([...before, organization])] })
    return { finding, key }
  })
  const shown = new Set<string>()
  return all.flatMap(({ finding, key }) => {
    const said = alike.get(key)
    if (!said || said.organizations.length < FEWEST) return [{ finding, organizations: [] }]
    if (shown.has(key)) return []
    shown.add(key)
    return [said]
  })
}

/** Whose object an address is of. */
export const rootNameIn = (address: string | undefined): string | undefined =>
  /^[^.]+\.([^+/:#]+)/.exec(address ?? '')?.[1]

/** Errors first, then warnings. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  const of = (wanted: Finding['severity']) => findings.filter(({ severity }) => severity === wanted)
  return [...of('error'), ...of('warning'), ...of('note')]
}

function generalizedFinding(finding: Finding, organization: string): Finding {
  const { address = '', source, message, hint } = finding
  const general = (text: string) =>
    named(text.replaceAll(address, starred(address, organization)), organization, '*')
  const { via: _, ...line } = source ?? { file: '', line: 0, column: 0 }
  return {
    ...finding,
    address: starred(address, organization),
    ...(finding.organization && { organization: '*' }),
    source: line,
    message: general(message),
    ...(hint && { hint: general(hint) }),
  }
}

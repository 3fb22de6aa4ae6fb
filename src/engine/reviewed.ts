import { byText } from '../model/address.ts'
import type { Impact } from '../model/change.ts'
import { type Finding, type Held, heldBecause, type Plan, type PlannedChange } from '../model/plan.ts'
import type { Registry } from '../model/resource.ts'
import { type Allowance, unallowed } from './guard.ts'
import { hold } from './holds.ts'
import { changeId } from './ids.ts'
import type { Hold, Step } from './plan.ts'
import { NO_ORGANIZATION } from './select.ts'

/** What the review of one request has seen of its plan, and what it allows of that. */
export interface Reviewed {
  /** As people write it: `acme/quay#7`. */
  readonly request: string
  /** Ids of changes, and of all that was planned for an organization. */
  readonly seen: readonly string[]
  readonly allow: readonly Impact[]
}

/** A plan with its steps, in the same order. */
interface Ready {
  readonly plan: Plan
  readonly steps: readonly Step[]
}

const DIGITS = 12
/** So many ids have room beside a plan in one comment. */
const MOST_SEEN = 1500

/** The ids by which an apply knows again what a reviewer of this plan sees; of a large plan only those of whole organizations. */
export function seenIn(plan: Plan): readonly string[] {
  const ids = Object.values(plan.plan_ids).map(short)
  const all = [...ids, ...plan.changes.map((change) => short(changeId(change, plan.server.url)))]
  return [all, ids].find(({ length }) => length <= MOST_SEEN) ?? []
}

/** What reviews allow: each only of what it has seen. */
export const allowedBy = (plan: Plan, reviews: readonly Reviewed[]): readonly Allowance[] =>
  reviews.flatMap(({ seen, allow }) => {
    const addresses = new Set(plan.changes.filter(knownTo(plan, seen)).map(({ address }) => address))
    return allow.map((impact) => ({ impact, glob: null, addresses }))
  })

/** The plan, with each organization held of which it would do anything that no review has seen, or that costs what nobody has allowed. */
export function heldToReviews<R extends Ready>(
  ready: R,
  reviews: readonly Reviewed[],
  allowances: readonly Allowance[],
  registry: Registry,
): R {
  const { plan, steps } = ready
  const isSeen = knownTo(
    plan,
    reviews.flatMap(({ seen }) => seen),
  )
  const open = unallowed(steps, allowances)
  const costs = ({ address }: PlannedChange) =>
    [...open].flatMap(([impact, list]) =>
      impact !== 'access' && list.some((one) => one.address.text === address) ? [impact] : [],
    )
  const waits = plan.changes.flatMap((change): readonly Waiting[] => {
    if (change.held) return []
    if (!isSeen(change)) return [{ change, unallowed: [] }]
    const impacts = costs(change)
    return impacts.length > 0 ? [{ change, unallowed: impacts }] : []
  })
  return waits.length === 0 ? ready : { ...ready, ...held(ready, waits, registry) }
}

/** A change that is not to be made; for want of these allowances, or of a review. */
interface Waiting {
  readonly change: PlannedChange
  readonly unallowed: readonly Impact[]
}

const isUnseen = ({ unallowed: lacking }: Waiting): boolean => lacking.length === 0

const holdFor = (as: Held): Hold => ({ as, because: heldBecause[as] })

function held({ plan, steps }: Ready, waits: readonly Waiting[], registry: Registry): Ready {
  const names = [...new Set(waits.map(({ change }) => change.organization))]
  const unseen = new Set(waits.filter(isUnseen).map(({ change }) => change.organization))
  const holds = new Map(names.map((name) => [name, holdFor(unseen.has(name) ? 'unreviewed' : 'unallowed')]))
  const marked = hold(steps, holds, registry)
  const holdOf = new Map(marked.map((step) => [step.change.address.text, step.held]))
  const changes = plan.changes.map((change) => {
    const own = holdOf.get(change.address)
    return own ? { ...change, held: own.as } : change
  })
  const impacts = changes.filter((change) => !change.held).flatMap((change) => change.impacts)
  const said = names.map((name) =>
    finding(
      name,
      waits.filter(({ change }) => change.organization === name),
    ),
  )
  return {
    steps: marked,
    plan: {
      ...plan,
      changes,
      access: plan.access.filter(({ address }) => !holdOf.get(address)),
      findings: [...said, ...plan.findings],
      safety: { ...plan.safety, confirm: [...new Set(impacts)].sort(byText) },
    },
  }
}

function finding(name: string, waits: readonly Waiting[]): Finding {
  const whose = name === NO_ORGANIZATION ? 'what is in no organization' : name
  const unseen = waits.filter(isUnseen)
  const about = unseen.length > 0 ? unseen : waits
  const [first] = about
  const impacts = [...new Set(about.flatMap(({ unallowed: lacking }) => lacking))].sort(byText)
  const which = `${first?.change.address}${about.length > 1 ? ` and ${about.length - 1} more` : ''}`
  const words =
    unseen.length > 0
      ? ['QC4306', `no review has seen this: ${which}`, 'have the plan of this moment reviewed']
      : ['QC4307', `nobody allows its impact on ${impacts.join(', ')}: ${which}`, labelHint(impacts)]
  const [code = '', why = '', hint = ''] = words
  return {
    code,
    severity: 'warning',
    message: `${whose} waits: ${why}`,
    ...(name !== NO_ORGANIZATION && { organization: name }),
    ...(first?.change.source && { source: first.change.source }),
    hint,
  }
}

/** The label of a request that allows what its review has seen to have an impact. */
export const labelOf = (impact: Impact): string => `quayctl:allow-${impact}`

/** The labels without which an apply of what was reviewed would hold some of this plan. */
export const labelsFor = ({ safety }: Plan): readonly string[] =>
  safety.confirm.filter((impact) => impact !== 'access').map(labelOf)

const labelHint = (impacts: readonly Impact[]): string =>
  `if that is meant, label the request ${impacts.map(labelOf).join(', ')}, and run this again`

function knownTo({ plan_ids, server }: Plan, ids: readonly string[]): (change: PlannedChange) => boolean {
  const seen = new Set(ids)
  return (change) =>
    seen.has(short(plan_ids[change.organization] ?? '')) || seen.has(short(changeId(change, server.url)))
}

const short = (id: string): string => id.slice(0, DIGITS)

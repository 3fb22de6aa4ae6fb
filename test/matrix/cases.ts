import type { Configuration } from '../../src/engine/pipeline.ts'
import type { Step } from '../../src/engine/plan.ts'
import type { Action } from '../../src/model/change.ts'
import type { ResourceType } from '../../src/model/resource.ts'
import type { Value } from '../../src/model/schema.ts'
import type { ClientOptions } from '../../src/quay/client.ts'
import { documentOf, exampleAddress, examplesOf, requiredOf, type Written } from '../documents.ts'
import { registry } from '../world.ts'
import { documents, type Prepared, type Request, type Session, Site } from './site.ts'

/** Types whose objects are made. */
export const types = [...registry.values()].filter(
  ({ patternOf, document, removable }) => !patternOf && (!document || removable),
)

/** Something to be done to one object. */
export interface Case {
  readonly title: string
  readonly type: ResourceType
  readonly action: Action | 'merge'
  /** What is applied before, and what then. */
  readonly before: Written | null
  readonly after: Written | null
}

/** One case of each kind of write of a type. */
function casesOf(type: ResourceType): readonly Case[] {
  const base = requiredOf(type.schema)
  const one = (action: Case['action'], before: Written | null, after: Written | null): Case => ({
    title: `${action} of a ${type.name}`,
    type,
    action,
    before,
    after,
  })
  const changes = (wants: 'plain' | 'replaces') =>
    Object.entries(type.schema).flatMap(([name, attribute]): readonly [Written, Written][] => {
      const { replaces, serverOwned, writeOnly, supersedes, together, fields, since, words } = attribute
      const odd = serverOwned || writeOnly || supersedes || together || fields || since
      if (odd || words?.includes('none') || (wants === 'replaces') !== (replaces === true)) return []
      const [from, to]: readonly [Value, Value] = examplesOf(attribute)
      return [
        [
          { ...base, [name]: from },
          { ...base, [name]: to },
        ],
      ]
    })
  const [change] = changes('plain').filter(
    ([from, to]) => exampleAddress(type, from).text === exampleAddress(type, to).text && type.update,
  )
  const [replacement] = changes('replaces')
  return [
    one('create', null, base),
    ...(change ? [one('update', ...change)] : []),
    ...(type.identity === 'list' ? [one('merge', base, base)] : []),
    ...(replacement ? [one('replace', ...replacement)] : []),
    ...(type.delete ? [one('delete', base, null)] : []),
  ]
}

export const cases = types.flatMap(casesOf)

export const addressOf = ({ type, before, after }: Case) => exampleAddress(type, after ?? before ?? {})

/** A case in a Quay that is ready for it. */
export interface Stage {
  readonly configuration: Configuration
  /** The same Quay once more. */
  site(): Site
  session(site?: Site, options?: Partial<ClientOptions>): Promise<Session>
  plan(session: Session): Promise<Prepared>
}

export async function stageOf(one: Case): Promise<Stage> {
  const { type, action, before, after } = one
  const writes: Request[] = []
  const first = new Site()
  first.heard = (request) => {
    if (request.method !== 'GET') writes.push(request)
  }
  const parent = registry.get(type.parents[0] ?? '')
  const around = before ? documentOf(type, before) : parent && documentOf(parent, requiredOf(parent.schema))
  if (around) await first.converge(documents(around))
  if (action === 'merge')
    for (const request of [...writes])
      if (request.method === 'POST') first.send({ ...request, body: likeness(request.body) })
  const configuration = documents(documentOf(type, after ?? before ?? {}))
  const replace = action === 'replace' ? ['**'] : []
  const { server } = await first.session()
  const site = () => {
    const again = new Site()
    for (const request of writes) again.send(request)
    return again
  }
  return {
    configuration,
    site,
    session: (at = site(), options = {}) => at.session(options, server),
    plan: async (session) =>
      after
        ? session.plan(configuration, { replace })
        : deletion(one, await session.plan(configuration, { replace })),
  }
}

/** Another object of the same name: Quay refuses a policy that is wholly equal. */
function likeness(text: string): string {
  const body: { readonly value?: unknown } = JSON.parse(text)
  return JSON.stringify(typeof body.value === 'number' ? { ...body, value: body.value + 1 } : body)
}

/** The delete of what is there, whatever would ask for it. */
function deletion(one: Case, { live }: Prepared): Prepared {
  const present = live.get(addressOf(one).text)
  if (!present) return { live, steps: [] }
  const change = {
    address: present.address,
    action: 'delete',
    reason: 'removed',
    desired: null,
    live: present,
    differences: [],
    values: {},
    at: null,
  } as const
  const step: Step = { change, impacts: [], consequences: [], narrows: false, access: [], dependsOn: [] }
  return { live, steps: [step] }
}

import { type Applied, type ReadyPlan, type World, wordsOf } from '../world.ts'

/** The document of organization acme. */
export const acme = (body: object = {}): string =>
  JSON.stringify({ apiVersion: 'quayctl/v1', kind: 'Organization', name: 'acme', ...body })

/** A Registry document. */
export const registryDocument = (body: object): string =>
  JSON.stringify({ apiVersion: 'quayctl/v1', kind: 'Registry', ...body })

/** Somebody else's calls of the API, each of which must succeed. */
export async function given(
  world: World,
  ...calls: readonly (readonly [method: string, path: string, body?: unknown, token?: string | undefined])[]
): Promise<void> {
  for (const [method, path, body, token] of calls) {
    const { status, body: answer } = await world.call(method, path, body, token)
    if (status >= 300) throw new Error(`${method} ${path} ${status} ${JSON.stringify(answer)}`)
  }
}

/** A part of the answer to a GET. */
export async function answer<T>(world: World, path: string): Promise<T> {
  const { status, body } = await world.call('GET', path)
  if (status !== 200) throw new Error(`GET ${path} ${status}`)
  return body as T
}

/** `CODE message` of what a plan says beside its changes. */
export const saysOf = ({ plan }: Pick<ReadyPlan, 'plan'>): readonly string[] =>
  plan.findings.map(({ code, message }) => `${code} ${message}`)

/** How each step ended, by address. */
export const outcomesOf = ({ outcomes }: Applied): Readonly<Record<string, string>> =>
  Object.fromEntries([...outcomes].map(([address, outcome]) => [address, wordsOf(outcome)]))

/** Who is on a team, invited ones too. */
export async function membersOf(world: World, team: string): Promise<readonly string[]> {
  const { members } = await answer<{ members: readonly { readonly name: string }[] }>(
    world,
    `/organization/acme/team/${team}/members?includePending=true`,
  )
  return members.map(({ name }) => name).sort()
}

/** `subject role` of all who have a permission. */
export async function rolesOf(world: World, repository: string): Promise<readonly string[]> {
  const of = async (kind: string) => {
    type Entries = Readonly<Record<string, { readonly name: string; readonly role: string }>>
    const { permissions } = await answer<{ permissions: Entries }>(
      world,
      `/repository/${repository}/permissions/${kind}/`,
    )
    return Object.values(permissions).map(({ name, role }) => `${kind}:${name} ${role}`)
  }
  return [...(await of('user')), ...(await of('team'))].sort()
}

interface Prototype {
  readonly role: string
  readonly activating_user: { readonly name: string } | null
  readonly delegate: { readonly name: string }
}

/** `creator:subject role` of the default permissions, as Quay lists them. */
export async function defaultsOf(world: World): Promise<readonly string[]> {
  const { prototypes } = await answer<{ prototypes: readonly Prototype[] }>(
    world,
    '/organization/acme/prototypes',
  )
  return prototypes.map(
    ({ activating_user: creator, delegate, role }) => `${creator?.name ?? '*'}:${delegate.name} ${role}`,
  )
}

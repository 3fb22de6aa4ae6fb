import type { Answer, Call, Route } from './emulation.ts'
import { namespaceOf } from './emulation-namespaces.ts'

/** Whose policies or notifications a route is about. */
export interface Owner {
  readonly kind: 'organization' | 'user' | 'repository'
  /** Where its routes begin. */
  readonly prefix: string
  /** Its key in a table (`acme`, `acme/api`), for who may administer it; whether it exists is another question. */
  permit(call: Call): string
  exists(call: Call, key: string): boolean
}

/** By an organization's path; a user's name passes for one. */
export const organizationOwner: Owner = {
  kind: 'organization',
  prefix: '/organization/{org}',
  permit(call) {
    const { org = '' } = call.params
    call.require(call.role(org) === 'admin')
    return org
  },
  exists: ({ ground }, name) => namespaceOf(ground, name) !== undefined,
}

/** The calling user. */
export const userOwner: Owner = {
  kind: 'user',
  prefix: '/user',
  permit(call) {
    call.require(call.caller.user !== null && call.caller.scope('user:admin'))
    return call.caller.user ?? ''
  },
  exists: () => true,
}

/** A repository. */
export const repositoryOwner: Owner = {
  kind: 'repository',
  prefix: '/repository/{ns}/{repo*}',
  permit(call) {
    call.findRepository('admin')
    return `${call.params.ns}/${call.params.repo}`
  },
  exists: ({ ground }, key) => ground.repositories.has(key),
}

/** The rows of one owner, by their UUID. */
export const ownRows = <T>(call: Call, table: string, key: string): Map<string, T> =>
  call.rows<Map<string, T>>(table).get(key) ?? new Map<string, T>()

/** Gives an owner one more row; answers its UUID. */
export function addRow<T>(call: Call, table: string, key: string, row: T): string {
  const rows = ownRows<T>(call, table, key)
  const uuid = call.uuid()
  call.rows<Map<string, T>>(table).set(key, rows.set(uuid, row))
  return uuid
}

type Handler = (owner: Owner, call: Call) => Answer

/** A collection that ends with a slash, and its items by UUID: the five routes of a policy, below one owner. */
export function policyRoutes(
  owner: Owner,
  {
    word,
    body,
    ...traits
  }: Pick<Route, 'feature' | 'since'> & {
    readonly word: string
    readonly body: NonNullable<Route['body']>
  },
  handlers: Readonly<Record<'list' | 'create' | 'get' | 'update' | 'remove', Handler>>,
): readonly Route[] {
  const all = `${owner.prefix}/${word}/`
  const one = `${all}{policy}`
  return [
    { operation: `GET ${all}`, ...traits, handle: (call) => handlers.list(owner, call) },
    { operation: `POST ${all}`, ...traits, body, handle: (call) => handlers.create(owner, call) },
    { operation: `GET ${one}`, ...traits, handle: (call) => handlers.get(owner, call) },
    { operation: `PUT ${one}`, ...traits, body, handle: (call) => handlers.update(owner, call) },
    { operation: `DELETE ${one}`, ...traits, handle: (call) => handlers.remove(owner, call) },
  ]
}

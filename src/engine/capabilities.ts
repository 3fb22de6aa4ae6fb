import { path, type Reader } from '../model/api.ts'
import type { Change } from '../model/change.ts'
import type { Registry } from '../model/resource.ts'
import type { Server } from '../model/server.ts'
import { anything, flag, mapOf, optional, record } from '../model/shape.ts'

const ROUTE = '/registry/capabilities'

/** The server with what it tells of its capabilities, asked for only where something that changes depends on them. */
export async function withCapabilities(
  changes: readonly Change[],
  registry: Registry,
  reader: Reader,
  server: Server,
): Promise<Server> {
  const isNeeded = changes.some(({ address, differences }) => {
    const schema = registry.get(address.type)?.schema
    return differences.some(({ attribute }) => schema?.[attribute]?.capability)
  })
  if (!isNeeded || !server.offers(ROUTE)) return server
  const told = await reader.get(path`/registry/capabilities`, mapOf(anything))
  return { ...server, capability: (name) => told[name] }
}

/** The server with whether the token is a superuser's. To some tokens `GET /user/` does not tell, and then it is asked for where the answer matters. */
export async function withRank(
  server: Server,
  reader: Reader,
  refusals: (server: Server) => readonly unknown[],
): Promise<Server> {
  const { superuser, user } = server
  const without = { ...server, superuser: false }
  if (superuser !== null || user === null || refusals(without).length === refusals(server).length)
    return server
  // Only superusers are told of anybody whether they are one.
  const told = await reader.get(path`/users/${user}`, record({ super_user: optional(flag) }))
  return { ...server, superuser: told.super_user === true }
}

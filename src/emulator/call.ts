import { invalidRequest, message, notFound, unauthenticated, unauthorized } from '../model/answers.ts'
import type { Call, OrganizationRow, RepositoryRow, Role, Schema, Since } from '../model/emulation.ts'
import { reaches, reachesTeam, roleIn, roleOn, seen } from './auth.ts'
import { readBody, readOptional } from './body.ts'
import { secret, uuid } from './chance.ts'
import { writeLog } from './logs-rows.ts'
import { pageOf } from './paging.ts'
import { remove } from './removal.ts'
import { rename } from './rename.ts'
import type { Under } from './request.ts'
import type { State } from './state.ts'
import { schemaIn } from './versions.ts'

const falseTexts = new Set(['false', 'False', 'FALSE', '0', 'null', ''])

/** The half of a call that decides who may: refusals, roles, and the rows that the path names. */
function permissions(state: State, { params, caller }: Under) {
  const { ground } = state
  const require = (allowed: boolean): void => {
    if (!allowed) throw caller.user === null ? unauthenticated() : unauthorized()
  }
  const findOrganization = (need: 'member' | 'admin'): OrganizationRow | undefined => {
    require(reachesTeam(roleIn(ground, caller, params.org ?? ''), need))
    return ground.organizations.get(params.org ?? '')
  }
  const findRepository = (need: Role): RepositoryRow | undefined => {
    const { ns = '', repo = '' } = params
    require(reaches(roleOn(ground, caller, ns, repo), need))
    return ground.repositories.get(`${ns}/${repo}`)
  }
  const present = <T>(row: T | undefined): T => {
    if (row === undefined) throw notFound()
    return row
  }
  return {
    require,
    findOrganization,
    findRepository,
    organization: (need: 'member' | 'admin') => present(findOrganization(need)),
    repository: (need: Role) => present(findRepository(need)),
    role: (namespace: string) => roleIn(ground, caller, namespace),
    ownRole: (namespace: string) => roleIn(ground, { ...caller, fullAccess: false }, namespace),
    repositoryRole: (namespace: string, name: string) => roleOn(ground, caller, namespace, name),
    sees: (row: RepositoryRow) => seen(ground, caller, row),
  }
}

/** The half that reads what was sent. */
function reading({ request, query }: Under, since: Since, now: Date) {
  return {
    read: <T>(schema: Schema, options?: { optional?: true }): T =>
      (options?.optional ? readOptional : readBody)(request, schemaIn(since, schema)) as T,
    flag: (name: string, fallback: boolean): boolean => {
      const text = query.get(name)
      return text === null ? fallback : !falseTexts.has(text)
    },
    integer: (name: string, help: string): number | null => {
      const text = query.get(name)
      if (text === null) return null
      if (!/^\s*[+-]?\d+\s*$/.test(text)) throw message({ [name]: help })
      return Number(text)
    },
    page: <T>(rows: Iterable<T>, size: number, isShown?: (row: T) => boolean) => {
      if (size < 0) throw invalidRequest('Invalid page size')
      return pageOf(rows, size, { text: query.get('next_page'), now, isShown })
    },
  }
}

/** A table that only one type knows; its rows are of one kind because one type names it. */
function rowsOf<T>(state: State, table: string): Map<string, T> {
  const known = state.tables.get(table) ?? new Map<string, unknown>()
  state.tables.set(table, known)
  return known as Map<string, T>
}

/** One request under way, for a handler. */
export function newCall(state: State, under: Under): Call {
  const now = state.now()
  const call: Call = {
    ground: state.ground,
    params: under.params,
    query: under.query,
    caller: under.caller,
    cookies: under.request.headers.cookie,
    base: under.base,
    now,
    since: state.since,
    authentication: state.authentication,
    feature: state.features.on,
    rows: (table) => rowsOf(state, table),
    embedded: (into, owner) => {
      const embeds = state.modules
        .flatMap((module) => module.embeds ?? [])
        .filter((embed) => embed.into === into)
      return Object.assign({}, ...embeds.map((embed) => embed.view(owner, call)))
    },
    created: (repository) => {
      for (const module of state.modules) module.created?.(repository, call)
    },
    deleted: (path) => remove(state, path),
    renamed: (from, to) => rename(state.ground, state.tables, state.modules, from, to),
    log: (kind, metadata, at) => writeLog(state, under, kind, metadata, at),
    id: () => ++state.lastId,
    uuid: () => uuid(state.random),
    secret: (length) => secret(state.random, length),
    // Spread first, V8 takes a hundred times as long for the whole.
    ...permissions(state, under),
    ...reading(under, state.since, now),
  }
  return call
}

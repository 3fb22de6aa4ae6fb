import { notFound, ok, type Refusal, serverError } from '../../model/answers.ts'
import type { Answer, Call, Route } from '../../model/emulation.ts'
import { namespaceOf } from '../../model/emulation-namespaces.ts'
import { changeLimit, createLimit, deleteLimit, limitOf } from './emulator-limits.ts'
import {
  governs,
  limitView,
  limitViews,
  type QuotaRow,
  quotaList,
  quotaOf,
  quotaView,
} from './emulator-rows.ts'
import { newLimit, newQuota, type Size, updateLimit, updateQuota } from './emulator-schemas.ts'
import { changeQuota, createQuota, deleteQuota } from './emulator-write.ts'

export const feature = ['SUPER_USERS', 'QUOTA_MANAGEMENT', 'EDIT_QUOTA'] as const

/** The namespace, for who may read it. Only the list and the creation ask whether it is an organization (endpoints/api/namespacequota.py:63). */
const readable = (call: Call): string => {
  const { org = '' } = call.params
  call.require(call.role(org) !== null || governs(call))
  return org
}
/** A limit, up to 3.15 for members only. */
const limitsReadable = (call: Call): string => {
  const { org = '' } = call.params
  call.require(call.role(org) !== null)
  return org
}
const writable = (call: Call): string => {
  call.require(governs(call))
  return call.params.org ?? ''
}

const limit = (call: Call): Answer => ok(limitView(limitOf(call, quotaOf(call, limitsReadable(call)))))

function list(call: Call): Answer {
  const org = readable(call)
  if (!call.ground.organizations.has(org)) throw notFound()
  return ok(quotaList(call, org))
}

function createOfOrganization(call: Call): Answer {
  const body = call.read<Size>(newQuota)
  const org = writable(call)
  if (!call.ground.organizations.has(org)) throw notFound()
  return createQuota(call, org, body, `Organization quota for '${org}' already exists`)
}

function changeOfOrganization(call: Call): Answer {
  const body = call.read<Size>(updateQuota)
  return changeQuota(call, writable(call), body)
}

const path = '/organization/{org}/quota'
const bypass = '3.16'
/** Below an organization, or whatever namespace an id belongs to. */
export const organizationRoutes: readonly Route[] = [
  { operation: `GET ${path}`, handle: list },
  { operation: `POST ${path}`, body: { NewOrgQuota: newQuota }, handle: createOfOrganization },
  { operation: `GET ${path}/{quota}`, handle: (call) => ok(quotaView(call, quotaOf(call, readable(call)))) },
  { operation: `PUT ${path}/{quota}`, body: { UpdateOrgQuota: updateQuota }, handle: changeOfOrganization },
  { operation: `DELETE ${path}/{quota}`, handle: (call) => deleteQuota(call, writable(call)) },
  {
    operation: `GET ${path}/{quota}/limit`,
    bypass,
    handle: (call) => ok(limitViews(quotaOf(call, limitsReadable(call)))),
  },
  { operation: `POST ${path}/{quota}/limit`, body: { NewOrgQuotaLimit: newLimit }, handle: createLimit },
  { operation: `GET ${path}/{quota}/limit/{limit}`, bypass, handle: limit },
  {
    operation: `PUT ${path}/{quota}/limit/{limit}`,
    body: { UpdateOrgQuotaLimit: updateLimit },
    handle: changeLimit,
  },
  { operation: `DELETE ${path}/{quota}/limit/{limit}`, handle: deleteLimit },
]

const asSuperuser = (call: Call, missing: () => Refusal): string => {
  call.require(call.caller.superuser)
  const { namespace = '' } = call.params
  if (!namespaceOf(call.ground, namespace)) throw missing()
  return namespace
}

function createOfNamespace(call: Call): Answer {
  const body = call.read<Size>(newQuota)
  const namespace = asSuperuser(call, serverError)
  return createQuota(call, namespace, body, `Quota for '${namespace}' already exists`)
}

function changeOfNamespace(call: Call): Answer {
  const body = call.read<Size>(updateQuota)
  return changeQuota(call, asSuperuser(call, serverError), body)
}

/** The same under two names; either takes users and organizations (endpoints/api/superuser.py:316). */
export const superuserRoutes: readonly Route[] = ['users', 'organization'].flatMap((kind): Route[] => {
  const below = `/superuser/${kind}/{namespace}/quota`
  return [
    { operation: `GET ${below}`, handle: (call) => ok(quotaList(call, asSuperuser(call, notFound))) },
    { operation: `POST ${below}`, body: { NewNamespaceQuota: newQuota }, handle: createOfNamespace },
    {
      operation: `PUT ${below}/{quota}`,
      body: { UpdateNamespaceQuota: updateQuota },
      handle: changeOfNamespace,
    },
    {
      operation: `DELETE ${below}/{quota}`,
      handle: (call) => deleteQuota(call, asSuperuser(call, notFound)),
    },
  ]
})

const self = (call: Call): string => {
  call.require(call.caller.user !== null && call.caller.scope('user:admin'))
  return call.caller.user ?? ''
}
const own =
  (view: (quota: QuotaRow, call: Call) => unknown) =>
  (call: Call): Answer =>
    ok(view(quotaOf(call, self(call)), call))

/** The calling user's, to read only; a single limit is answered with the whole quota. */
export const userRoutes: readonly Route[] = [
  { operation: 'GET /user/quota', handle: (call) => ok(quotaList(call, self(call))) },
  { operation: 'GET /user/quota/{quota}', handle: own((quota, call) => quotaView(call, quota)) },
  { operation: 'GET /user/quota/{quota}/limit', handle: own(limitViews) },
  {
    operation: 'GET /user/quota/{quota}/limit/{limit}',
    handle: own((quota, call) => limitOf(call, quota) && quotaView(call, quota)),
  },
]

import { created, invalidRequest, noContent, ok } from '../../model/answers.ts'
import type { Answer, Call } from '../../model/emulation.ts'
import { quotaOf, quotas, quotaView } from './emulator-rows.ts'
import type { Size } from './emulator-schemas.ts'
import { bytesOf, checkSize } from './emulator-size.ts'

const sizeOf = ({ since }: Call, { limit, limit_bytes }: Size): number =>
  limit === undefined || !since('3.12') ? (limit_bytes ?? 0) : bytesOf(limit)

/** Answers without the id, which only the list tells. */
export function createQuota(call: Call, namespace: string, body: Size, existsText: string): Answer {
  const bytes = sizeOf(call, body)
  if (quotas(call).has(namespace)) throw invalidRequest(existsText)
  quotas(call).set(namespace, { id: call.id(), bytes: checkSize(bytes, 1), limits: new Map() })
  return created('Created')
}

/** Nothing, or 0, is answered with 200 and changes nothing (seen on a server of August 2026). */
export function changeQuota(call: Call, namespace: string, body: Size): Answer {
  const row = quotaOf(call, namespace)
  const bytes = checkSize(sizeOf(call, body), 0)
  if (bytes > 0) row.bytes = bytes
  return ok(quotaView(call, row))
}

/** Its limits go with it, and the namespace's notifications. */
export function deleteQuota(call: Call, namespace: string): Answer {
  quotaOf(call, namespace)
  quotas(call).delete(namespace)
  call.rows('namespace notification').delete(namespace)
  return noContent()
}

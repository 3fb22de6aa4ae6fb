import { frameworkTexts, invalidRequest, message } from '../model/answers.ts'
import { violation } from './jsonschema.ts'
import type { EmulatedRequest } from './request.ts'

/** `application/json` and `application/*+json`, as Flask takes them. */
const isJson = (type: string | undefined): boolean =>
  /^application\/(?:json|[^;\s]+\+json)$/i.test((type ?? '').split(';')[0]?.trim() ?? '')

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

function checked(value: unknown, schema: object): unknown {
  const text = violation(value, schema)
  if (text !== undefined) throw invalidRequest(text)
  return value
}

/** The body where the endpoint can do without: what cannot be read is `{}` (endpoints/api/robot.py:222). */
export function readOptional(request: EmulatedRequest, schema: object): unknown {
  const body = isJson(request.headers['content-type']) ? parsed(request.body) : undefined
  return body === undefined || body.value === null ? {} : checked(body.value, schema)
}

/** The body, in the server's order: content type, JSON, `null`, schema (endpoints/api/__init__.py, validate_json_request). */
export function readBody(request: EmulatedRequest, schema: object): unknown {
  if (!isJson(request.headers['content-type'])) throw message(frameworkTexts.mediaType, 415)
  const body = parsed(request.body)
  if (body === undefined) throw message(frameworkTexts.broken)
  if (body.value === null) throw invalidRequest('Missing JSON body')
  return checked(body.value, schema)
}

import type { Since } from '../../model/emulation.ts'
import { sizePattern } from './emulator-size.ts'

const bytes = { type: 'integer', description: 'Number of bytes the organization is allowed' }
const text = {
  type: 'string',
  description: 'Human readable storage capacity of the organization',
  pattern: sizePattern,
}

const newest = {
  type: 'object',
  description: 'Description of a new organization quota',
  oneOf: [
    { required: ['limit_bytes'], properties: { limit_bytes: bytes } },
    { required: ['limit'], properties: { limit: text } },
  ],
}
const newestUpdate = {
  type: 'object',
  description: 'Description of a new organization quota',
  oneOf: [
    { properties: { limit_bytes: bytes }, required: ['limit_bytes'], additionalProperties: false },
    { properties: { limit: text }, required: ['limit'], additionalProperties: false },
    { properties: { limit_bytes: { not: {} }, limit: { not: {} } }, additionalProperties: false },
  ],
}
/** Up to 3.11 a size is a number of bytes, and other keys are ignored. */
const old = {
  type: 'object',
  description: 'Description of a new organization quota',
  properties: { limit_bytes: bytes },
}
/** Exactly one of both; the order of the keys decides which violation is shown. */
export const newQuota = (since: Since) => (since('3.12') ? newest : { ...old, required: ['limit_bytes'] })
/** One of both, or none; nothing else. */
export const updateQuota = (since: Since) => (since('3.12') ? newestUpdate : old)

const limitProperties = {
  type: { type: 'string', description: 'Type of quota limit: "Warning" or "Reject"' },
  threshold_percent: { type: 'integer', description: 'Quota threshold, in percent of quota' },
}
export const newLimit = {
  type: 'object',
  description: 'Description of a new organization quota limit',
  required: ['type', 'threshold_percent'],
  properties: limitProperties,
}
export const updateLimit = {
  type: 'object',
  description: 'Description of changing organization quota limit',
  properties: limitProperties,
}

/** A size as it is written. */
export interface Size {
  readonly limit_bytes?: number
  readonly limit?: string
}
export interface Limit {
  readonly type?: string
  readonly threshold_percent?: number
}

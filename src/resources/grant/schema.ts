import type { Schema } from '../../model/schema.ts'

export const schema = {} as const satisfies Schema

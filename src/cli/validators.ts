import { createRequire } from 'node:module'
import type { Validator } from '../engine/validate.ts'

type Validators = Readonly<Record<string, Validator>>

const FILE = '../validators.js'

/** The validators that the build compiled from the schemas of the types. */
export async function loadValidators(): Promise<Validators> {
  return (await import(new URL(FILE, import.meta.url).href)) as Validators
}

/** The same at once, for who cannot wait. */
export const requireValidators = (): Validators => createRequire(import.meta.url)(FILE) as Validators

/** The validator of saved plans; only an apply of one needs it. */
export async function loadPlanValidator(): Promise<Validator> {
  return (await import(new URL('../validator-plan.js', import.meta.url).href)).default as Validator
}

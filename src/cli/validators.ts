import type { Validator } from '../engine/validate.ts'

/** The validators that the build compiled from the schemas of the types. */
export async function loadValidators(): Promise<Readonly<Record<string, Validator>>> {
  return (await import(new URL('../validators.js', import.meta.url).href)) as Readonly<
    Record<string, Validator>
  >
}

/** The validator of saved plans; only an apply of one needs it. */
export async function loadPlanValidator(): Promise<Validator> {
  return (await import(new URL('../validator-plan.js', import.meta.url).href)).default as Validator
}

import { baseOf } from '../../src/engine/base.ts'
import { diff } from '../../src/engine/diff.ts'
import { guard } from '../../src/engine/guard.ts'
import type { Budgets } from '../../src/engine/guard-budgets.ts'
import { makePlan, makeSteps, type PlanContext, type Step } from '../../src/engine/plan.ts'
import { type Selection, select } from '../../src/engine/select.ts'
import { type Address, addressOf } from '../../src/model/address.ts'
import type { Reader } from '../../src/model/api.ts'
import type { Change, Live } from '../../src/model/change.ts'
import type { Diagnostic } from '../../src/model/diagnostics.ts'
import type { Plan } from '../../src/model/plan.ts'
import type { Attributes } from '../../src/model/schema.ts'
import type { Server } from '../../src/model/server.ts'
import { configure, everything, type Files, registry } from '../world.ts'

/** A server that has everything. */
export const server: Server = {
  url: 'https://quay.example',
  version: null,
  user: 'admin',
  superuser: true,
  readOnly: false,
  administers: () => true,
  feature: () => true,
  setting: () => undefined,
  capability: () => undefined,
  offers: () => true,
}

/** The address of an object: its type, and its names from the root on; a singleton has none. */
export function address(type: string, ...names: readonly string[]): Address {
  const step = registry.get(type)
  if (!step) throw new Error(`no type ${type}`)
  const [parent] = step.parents
  if (!parent) return addressOf(step, null, names[0] ?? '')
  const own = step.identity === 'singleton' ? '' : (names.at(-1) ?? '')
  return addressOf(step, address(parent, ...(own === '' ? names : names.slice(0, -1))), own)
}

export const live = (at: Address, attributes: Attributes = {}, remote?: unknown): Live => ({
  address: at,
  attributes,
  ...(remote !== undefined && { remote }),
})

export interface Options {
  readonly selection?: Partial<Selection>
  readonly replace?: readonly string[]
  readonly today?: string
  readonly maxDeletes?: number
  readonly partial?: readonly string[]
  /** What the files said before. */
  readonly base?: Files
  readonly resend?: readonly string[]
  /** For `guarded`: what flags say. */
  readonly budgets?: Budgets
}

/** The changes of a plan. */
export const changesOf = (files: Files, state: readonly Live[]): readonly Change[] =>
  plan(files, state).changes

/** Files and a live state to everything that the pure stages make of them. */
export function plan(files: Files, state: readonly Live[], options: Options = {}) {
  const { expanded } = configure(files)
  const selected = select(expanded, registry, { ...everything, ...options.selection })
  const objects = new Map(state.map((object) => [object.address.text, object]))
  const partial = new Set(options.partial)
  const base =
    options.base === undefined ? undefined : baseOf('HEAD', 'c0ffee', configure(options.base).expanded)
  const difference = diff(expanded, selected, objects, registry, server, {
    today: options.today ?? '2026-11-21',
    replace: options.replace ?? [],
    partial,
    resend: options.resend ?? [],
    base,
  })
  const { changes, findings, unmanaged, unchanged } = difference
  const steps = makeSteps(changes, objects, registry)
  /** All guards, those too that look at what is live. */
  const guarded = guard(steps, expanded.settings, options.budgets ?? {}, registry, {
    live: objects,
    expanded,
    user: server.user,
  })
  return {
    changes,
    /** In the order of an apply: `action address`. */
    actions: steps.map(({ change }) => `${change.action} ${change.address.text}`),
    reasons: Object.fromEntries(steps.map(({ change }) => [change.address.text, change.reason])),
    impacts: Object.fromEntries(steps.map(({ change, impacts }) => [change.address.text, impacts])),
    values: Object.fromEntries(steps.map(({ change }) => [change.address.text, change.values])),
    differences: Object.fromEntries(
      changes.map(({ address: at, differences }) => [
        at.text,
        differences.map(({ path, before, after }) => [path, before ?? null, after ?? null]),
      ]),
    ),
    needs: Object.fromEntries(steps.map(({ change, dependsOn }) => [change.address.text, dependsOn])),
    findings: findings.map(({ code, address: about }) => `${code} ${about}`),
    /** The same in full. */
    remarks: findings,
    unmanaged: unmanaged.map(({ text }) => text),
    unchanged,
    guarded,
    /** As `--json` prints it; its steps may be changed before. */
    document: (
      more: Partial<PlanContext> = {},
      as = (all: readonly Step[]) => all,
      said: readonly Diagnostic[] = findings,
    ): Plan =>
      makePlan(as(steps), difference, said, {
        expanded,
        selection: { ...everything, ...options.selection },
        selected,
        live: objects,
        registry,
        server,
        sandbox: false,
        version: '0.0.0',
        files: 1,
        guarded,
        partial,
        base,
        ...more,
      }),
    stops: guard(
      steps,
      expanded.settings,
      { maxDeletes: options.maxDeletes, maxRevokes: undefined, allowEmpty: true },
      registry,
    ).stops.map(({ code, addresses }) => `${code} ${addresses.join(' ')}`),
  }
}

/** Of a Quay that has nothing. */
export const reader: Reader = {
  get: async () => Promise.reject(),
  find: async () => null,
  list: async () => [],
  pages: async function* () {},
  because: () => reader,
}

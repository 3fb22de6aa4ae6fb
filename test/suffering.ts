import type { EmulatorOptions } from '../src/emulator/emulator.ts'
import { apply } from '../src/engine/apply.ts'
import { resolveSecrets } from '../src/engine/secrets.ts'
import { createClient } from '../src/quay/client.ts'
import {
  type ReadyPlan,
  readSecret,
  registry,
  TOKEN,
  unhurried,
  type World,
  type WorldOptions,
  withWorld,
} from './world.ts'

export type Faults = NonNullable<EmulatorOptions['faults']>
export type Request = Parameters<Faults>[0]
export type Fault = ReturnType<Faults>

export const lineOf = ({ method, target }: Request): string => `${method} ${target.replace('/api/v1', '')}`

/** A world whose faults can be switched on. */
export async function withFaults<T>(
  use: (world: World, suffer: Suffer) => Promise<T>,
  options: WorldOptions = {},
): Promise<T> {
  let faults: Faults = () => undefined
  const suffer: Suffer = async (next, work) => {
    faults = next
    try {
      return await work()
    } finally {
      faults = () => undefined
    }
  }
  return withWorld((world) => use(world, suffer), { ...options, faults: (request) => faults(request) })
}
export type Suffer = <T>(faults: Faults, work: () => Promise<T>) => Promise<T>

/** Applies as `--credentials-out` does, by a client that sends one request so often at most. */
export async function applied(
  world: World,
  { steps, live, server }: ReadyPlan,
  faulty: Suffer,
  faults: Faults,
  attempts = 1,
) {
  const clock = { now: () => 0, sleep: async () => {}, random: () => 0 }
  const client = createClient({
    url: world.url,
    connection: world.connection,
    version: '0.0.0',
    token: TOKEN,
    attempts,
    clock,
  })
  const signal = new AbortController().signal
  const { secrets } = await resolveSecrets(
    steps.map(({ change }) => change),
    registry,
    readSecret,
  )
  const options = { secrets, live, failFast: false, signal, report: () => {}, credentials: true }
  const quay = { ...unhurried, api: client, server, now: () => world.now }
  try {
    return await faulty(faults, () => apply(steps, registry, quay, options))
  } finally {
    await client.close()
  }
}

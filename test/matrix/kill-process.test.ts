import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import type { EmulatorOptions } from '../../src/emulator/emulator.ts'
import { folder, quay, quayctl } from '../commands/run.ts'
import { estate } from './estate.ts'
import { isFull } from './site.ts'

vi.setConfig({ testTimeout: 3_600_000 })

const files = estate(2, 2)
const secrets = { QC_SLACK: 'https://hooks.example.com/x', QC_UPSTREAM: 'hunter3' }
const command = [
  'apply',
  '--yes',
  '--allow',
  'credential',
  '--credentials-out',
  'out.json',
  '-v',
  '--concurrency',
  '4',
]

/** A process that is killed at one request of its apply, as Quay has handled it, or before; and the same command again. False where it ended before. */
async function killed(last: number, isHandled: boolean): Promise<boolean> {
  let pid = 0
  let count = 0
  let begun = false
  const faults: EmulatorOptions['faults'] = ({ method }) => {
    begun ||= method !== 'GET'
    if (!begun || pid === 0) return undefined
    count += 1
    if (count !== last) return undefined
    process.kill(pid, 'SIGKILL')
    return isHandled ? { after: true, fault: 'hang' } : 'hang'
  }
  const server = await quay({ faults })
  const cwd = folder(files)
  const env = { ...secrets, ...server.env }
  const ran = await quayctl(command, {
    cwd,
    env,
    watch: (_, id) => {
      pid = id
    },
  })
  if (count < last) return false
  expect([last, ran.code]).toEqual([last, null])
  pid = 0
  const again = await quayctl(command, { cwd, env })
  expect([last, again.code, again.code === 0 ? '' : again.stdout + again.stderr]).toEqual([last, 0, ''])
  const plan = await quayctl(['plan', '--detailed-exitcode'], { cwd, env })
  expect([last, plan.code]).toEqual([last, 0])
  const saved: Readonly<Record<string, Readonly<Record<string, string>> | null>> = JSON.parse(
    readFileSync(join(cwd, 'out.json'), 'utf8'),
  )
  for (const [name, { token }] of server.emulator.ground.robots)
    expect(saved[`robot.${name}`]?.token).toBe(token)
  for (const name of ['user0', 'user1']) expect(saved[`user.${name}`]?.password).toEqual(expect.any(String))
  for (const credential of Object.values(saved)) expect(credential).not.toBeNull()
  return true
}

test.runIf(isFull)('a process that is killed at any request: the same command goes on', async () => {
  let last = 1
  while (await killed(last, last % 2 === 0)) last += 1
  console.log(`${last - 1} processes killed`)
})

test.each([
  [2, true],
  [5, false],
  [60, true],
])(
  'a process that is killed at request %i of its apply: the same command goes on',
  async (last, isHandled) => {
    expect(await killed(last, isHandled)).toBe(true)
  },
)

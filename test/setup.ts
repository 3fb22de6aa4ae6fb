import fc from 'fast-check'
import { afterAll } from 'vitest'
import { cleanUp } from './commands/run.ts'

// In CI the same cases each time, so that its result says something of the change; elsewhere others in each run.
if (process.env.CI) fc.configureGlobal({ seed: 20261122 })

afterAll(cleanUp)

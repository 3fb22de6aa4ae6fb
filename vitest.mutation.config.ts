import { defineConfig } from 'vitest/config'

/** The tests that mutants of the pure stages are tried on: none starts a process, so each sees the mutant. */
export default defineConfig({
  test: {
    include: ['test/engine/{apply,guard,plan}.test.ts', 'test/quay/retry.test.ts'],
    setupFiles: ['test/setup.ts'],
    isolate: false,
    testTimeout: 30_000,
  },
})

import { defineConfig } from 'vitest/config'

/** The tests that mutants of the pure stages are tried on: none starts a process, so each sees the mutant. */
export default defineConfig({
  test: {
    include: [
      'test/engine/{apply,base,budgets,compare,diff,document,guard,plan}.test.ts',
      'test/quay/retry.test.ts',
    ],
    isolate: false, // as in all others: no module holds what a test changes
    testTimeout: 30_000,
  },
})

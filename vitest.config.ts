import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'src/**/*.test.ts'],
    globalSetup: ['test/build.ts'],
    setupFiles: ['test/seed.ts'],
    pool: 'forks',
    maxWorkers: '100%', // by default one core stays idle, which on two is half
    disableConsoleIntercept: true, // oclif captures the output of a command itself
  },
})

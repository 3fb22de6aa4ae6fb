import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'src/**/*.test.ts'],
    globalSetup: ['test/build.ts'],
    setupFiles: ['test/setup.ts'], // before each file
    pool: 'forks',
    isolate: false, // no module holds what a test changes: a worker loads each but once
    testTimeout: 60_000, // whole runs of the command line, beside others; no test measures time
    hookTimeout: 60_000,
    maxWorkers: '100%', // by default one core stays idle, which on two is half
    coverage: {
      provider: 'v8',
      include: ['src/{engine,model,quay,render}/**/*.ts'],
      reporter: ['json'], // scripts/coverage.mjs adds the processes, and asks for 95 percent
      reportOnFailure: true,
    },
    disableConsoleIntercept: true, // oclif captures the output of a command itself
    server: { deps: { external: [/\/dist\//] } }, // what is built needs no transformation
  },
})

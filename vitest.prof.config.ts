import { defineConfig } from 'vitest/config'
export default defineConfig({ test: { include: ['test/**/*.test.ts'], globalSetup: ['test/build.ts'], setupFiles: ['test/seed.ts'], pool: 'forks', testTimeout: 300000, execArgv: ['--cpu-prof', '--cpu-prof-dir=/tmp/cpu'], disableConsoleIntercept: true } })

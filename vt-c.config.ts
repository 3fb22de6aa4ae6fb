import { defineConfig } from 'vitest/config'
export default defineConfig({ root: '/work/main', test: { pool: 'forks', disableConsoleIntercept: true, include: ['test/**/*.test.ts'] } })

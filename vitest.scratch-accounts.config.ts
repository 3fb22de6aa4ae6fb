import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'src/**/*.test.ts'],
    
    pool: 'forks',
    disableConsoleIntercept: true, // oclif captures the output of a command itself
  },
})

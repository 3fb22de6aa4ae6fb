import { join } from 'node:path'
import { defineConfig, mergeConfig } from 'vitest/config'
import base from './vitest.config.ts'
const src = join(import.meta.dirname, 'src/')
export default mergeConfig(base, defineConfig({
  plugins: process.env.ALT === 'dist' ? [{ name: 'built', enforce: 'pre', async resolveId(source, importer) {
    if (!importer || !/^\.\.?\//.test(source) || !source.endsWith('.ts')) return
    const path = join(importer, '..', source)
    if (path.startsWith(src)) return join(import.meta.dirname, 'dist', path.slice(src.length).replace(/\.ts$/, '.js'))
  } }] : [],
  test: { isolate: process.env.ALT !== 'noiso' },
}))

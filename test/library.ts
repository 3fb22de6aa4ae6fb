import type * as Library from '../src/index.ts'

/** The library as it ships: the validators stand beside what is built. */
export const library: typeof Library = await import(new URL('../dist/index.js', import.meta.url).href)

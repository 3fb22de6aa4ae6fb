import { readFileSync } from 'node:fs'

const read = (name: string) => readFileSync(new URL(`../certificate/${name}.pem`, import.meta.url), 'utf8')

/** Self-signed, for quay.test and 127.0.0.1, good for a hundred years. */
export const certificate = { key: read('key'), cert: read('cert') }

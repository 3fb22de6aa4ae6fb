// usage: node bench/floor.mjs FILE, with QUAY_URL and QUAY_TOKEN
// Sends the requests of a file in their order, 16 at a time, and does nothing with the answers: no client can be faster.
import { readFileSync } from 'node:fs'
import { Agent, request } from 'undici'

const AT_ONCE = 16
const { QUAY_URL, QUAY_TOKEN } = process.env
const messages = readFileSync(process.argv[2], 'utf8')
  .split('\n')
  .map((line) => JSON.parse(line))
const dispatcher = new Agent({ connections: AT_ONCE, pipelining: 1 })
const headers = {
  accept: 'application/json',
  authorization: `Bearer ${QUAY_TOKEN}`,
  'x-requested-with': 'XMLHttpRequest',
}
const typed = { ...headers, 'content-type': 'application/json' }
let next = 0

async function work() {
  for (let message = messages[next++]; message; message = messages[next++]) {
    const { method, target, body } = message
    const sent = body === '' ? { headers } : { headers: typed, body }
    const answer = await request(QUAY_URL + target, { dispatcher, method, ...sent })
    await answer.body.text()
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, work))
await dispatcher.close()

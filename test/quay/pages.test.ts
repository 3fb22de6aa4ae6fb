import { describe, expect, test } from 'vitest'
import { path } from '../../src/model/api.ts'
import { readPages } from '../../src/quay/pages.ts'

/** Reads so many pages of 20, each item what `item` makes of its number; how many items there were. */
async function read(pages: number, item: (at: number) => object, key: string | null = null): Promise<number> {
  let count = 0
  const answer = async (asked: string) => {
    const at = Number(/next_page=(\d+)/.exec(asked)?.[1] ?? 0)
    const items = Array.from({ length: 20 }, (_, index) => item(at * 20 + index))
    return { items, ...(at + 1 < pages && { next_page: `${at + 1}` }) }
  }
  for await (const items of readPages(answer, path`/x`, key)) count += items.length
  return count
}

const datetime = 'Mon, 30 Nov 2026 10:00:00 -0000'
const event = (metadata: object) => ({ kind: 'pull_repo', datetime, metadata })

describe('events', () => {
  test('are read to their end, however many', async () => {
    expect(await read(5100, (at) => event({ at }))).toBe(102_000)
  })

  test.each([
    ['from the first one on', (at: number) => (at < 60 ? {} : { at })],
    ['that begins within the first page', (at: number) => (at < 5 || at > 45 ? { at } : {})],
    ['of two kinds', (at: number) => (at < 5 ? { at } : { odd: at % 2 })],
  ])('in a burst %s are no restart', async (_, metadata) => {
    expect(await read(4, (at) => event(metadata(at)))).toBe(80)
  })

  test.each([0, 3])('that start over behind %i new ones are an error', async (added) => {
    const reading = read(5, (at) => event({ at: at < 40 ? at : at - 40 - added }))
    await expect(reading).rejects.toThrow('GET /x: the list repeats a page')
  })
})

describe.each([null, 'items'])('things with names, key %j', (key) => {
  test('have an end', async () => {
    await expect(read(5100, (at) => ({ name: `r${at}` }), key)).rejects.toThrow('GET /x: the list has no end')
  })

  test('that come again in another order are an error', async () => {
    const reading = read(3, (at) => ({ name: `r${at < 20 ? at : 39 - at}` }), key)
    await expect(reading).rejects.toThrow('GET /x: the list repeats a page')
  })
})

test('a plan reads no list without an end, whatever is in it', async () => {
  await expect(read(5100, (at) => event({ at }), 'items')).rejects.toThrow('GET /x: the list has no end')
  await expect(read(3, () => event({}), 'items')).rejects.toThrow('GET /x: the list repeats a page')
})

import type { ApiPath, Reader } from '../model/api.ts'
import { ApiError } from '../model/errors.ts'
import { list, type Shape } from '../model/shape.ts'
import { shapeError } from './errors.ts'
import { readPages } from './pages.ts'

/** Sends a GET. */
type Get = (path: ApiPath) => Promise<unknown>

/** Two readers over one memory: the first sends each URL once, the second always sends and replaces what is remembered. */
interface Readers {
  readonly remembered: Reader
  readonly fresh: Reader
}

/** Told of each question, sent or remembered, and why it was asked. */
type Note = (path: ApiPath, why: string) => void

/** Such readers by why they ask, and the end of all that they remember. */
export function createReaders(
  get: Get,
  note: Note = () => {},
): ((why: string) => Readers) & { forget(): void } {
  const memory = new Map<string, Promise<unknown>>()
  const first = (key: string, make: () => Promise<unknown>) => {
    const made = make()
    memory.set(key, made)
    // An error holds all that its stack has seen, such as a whole refresh, until that is a text.
    made.catch((error: unknown) => error instanceof Error && error.stack)
    return made
  }
  const once = (key: string, make: () => Promise<unknown>) => memory.get(key) ?? first(key, make)
  // What nobody has asked for before is not kept: an apply reads back all that it writes.
  const anew = (key: string, make: () => Promise<unknown>) => (memory.has(key) ? first(key, make) : make())
  const over = (through: Through, why: string): Reader => ({
    ...readerOver(get, through, (path) => note(path, why)),
    because: (other) => over(through, other),
  })
  const by = (why: string): Readers => ({ remembered: over(once, why), fresh: over(anew, why) })
  return Object.assign(by, { forget: () => memory.clear() })
}

type Through = (key: string, make: () => Promise<unknown>) => Promise<unknown>

function readerOver(send: Get, through: Through, note: (path: ApiPath) => void): Omit<Reader, 'because'> {
  const get = (path: ApiPath) => through(path, () => send(path))
  const read = async <T>(path: ApiPath, shape: Shape<T>) => {
    note(path)
    return shaped('GET', path, await get(path), shape)
  }
  return {
    get: read,
    async find<T>(path: ApiPath, shape: Shape<T>) {
      try {
        return await read(path, shape)
      } catch (error) {
        if (isGone(error)) return null
        throw error
      }
    },
    async list<T>(path: ApiPath, key: string, shape: Shape<T>) {
      note(path)
      const items = await through(`${path} ${key}`, () => collected(readPages(get, path, key)))
      return shaped('GET', path, items, listOf(shape))
    },
    async *pages<T>(path: ApiPath, key: string, shape: Shape<T>) {
      note(path)
      // Not remembered: it may be all that Quay has.
      for await (const items of readPages(send, path, key)) yield shaped('GET', path, items, listOf(shape))
    },
  }
}

async function collected(pages: AsyncIterable<readonly unknown[]>): Promise<readonly unknown[]> {
  const all: unknown[] = []
  for await (const items of pages) for (const item of items) all.push(item)
  return all
}

/** One for each shape, so that it is known by what was looked at. */
const lists = new WeakMap<Shape<unknown>, Shape<readonly unknown[]>>()
function listOf<T>(shape: Shape<T>): Shape<readonly T[]> {
  const made = lists.get(shape) ?? list(shape)
  lists.set(shape, made)
  return made as Shape<readonly T[]>
}

/** Many ask for one answer: what fitted once is not looked at again. */
const fitting = new WeakMap<object, Set<Shape<unknown>>>()

/** The answer, once it is surely of the shape; throws where it is not. */
export function shaped<T>(method: string, path: string, answer: unknown, shape: Shape<T>): T {
  const key = typeof answer === 'object' && answer !== null ? answer : null
  const known = key && fitting.get(key)
  if (known?.has(shape)) return answer as T
  const misfit = shape.misfit(answer)
  if (misfit) throw shapeError(method, path, misfit)
  if (key) fitting.set(key, (known ?? new Set()).add(shape))
  return answer as T
}

/** Did Quay itself say that the object does not exist? */
export const isGone = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 404 && error.failed?.errorType === 'not_found'

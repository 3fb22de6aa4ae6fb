import type { ApiPath, Reader } from '../model/api.ts'
import { ApiError } from '../model/errors.ts'
import { readPages } from './pages.ts'

/** Sends a GET. */
type Get = (path: ApiPath) => Promise<unknown>

/** Two readers over one memory: the first sends each URL once, the second always sends and replaces what is remembered. */
export function createReaders(get: Get): { readonly remembered: Reader; readonly fresh: Reader } {
  const memory = new Map<string, Promise<unknown>>()
  const once = (key: string, make: () => Promise<unknown>) => memory.get(key) ?? anew(key, make)
  const anew = (key: string, make: () => Promise<unknown>) => {
    const made = make()
    memory.set(key, made)
    return made
  }
  return { remembered: readerOver(get, once), fresh: readerOver(get, anew) }
}

type Through = (key: string, make: () => Promise<unknown>) => Promise<unknown>

function readerOver(send: Get, through: Through): Reader {
  const get = (path: ApiPath) => through(path, () => send(path))
  return {
    get: <T>(path: ApiPath) => get(path) as Promise<T>,
    async find<T>(path: ApiPath) {
      try {
        return (await get(path)) as T
      } catch (error) {
        if (isGone(error)) return null
        throw error
      }
    },
    list: <T>(path: ApiPath, key: string) =>
      through(`${path} ${key}`, () => readPages<T>(get, path, key)) as Promise<readonly T[]>,
  }
}

/** Did Quay itself say that the object does not exist? */
export const isGone = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 404 && error.failed?.errorType === 'not_found'

/** Rows by `namespace/name`, in the order in which they came; those of one namespace are found without looking at all. */
export class Namespaced<T> extends Map<string, T> {
  readonly #byNamespace = new Map<string, Map<string, T>>()

  of(namespace: string): readonly T[] {
    return [...(this.#byNamespace.get(namespace)?.values() ?? [])]
  }

  override set(key: string, row: T): this {
    const namespace = namespaceOf(key)
    const rows = this.#byNamespace.get(namespace) ?? new Map<string, T>()
    this.#byNamespace.set(namespace, rows)
    rows.set(key, row)
    return super.set(key, row)
  }

  override delete(key: string): boolean {
    this.#byNamespace.get(namespaceOf(key))?.delete(key)
    return super.delete(key)
  }

  override clear(): void {
    this.#byNamespace.clear()
    super.clear()
  }
}

const namespaceOf = (key: string): string => key.slice(0, key.indexOf('/'))

import type { TypeName } from './address.ts'
import type { Reader } from './api.ts'
import type { Desired, Live } from './change.ts'
import type { Attributes } from './schema.ts'
import type { Server } from './server.ts'

/** What one read covers: the objects of one type under one parent. */
export interface Scope {
  /** The live parent; null at the root. */
  readonly parent: Live | null
  readonly server: Server
  /** Declared and removed names under this parent. */
  readonly names: readonly string[]
  /** Is this attribute of this object declared? For what costs a request of its own. */
  declares(name: string, attribute: string): boolean
  /** What is declared of this name. */
  declared(name: string): Desired | null
  /** What no file lists is to go, so all there is counts. */
  readonly whole: boolean
  /** A pattern holds for what is there, listed or not. */
  readonly matched: boolean
  /** Is what is there of this name to go: removed, or not listed where that goes? */
  leaves(name: string): boolean
  /** All that is there is wanted, what no file could declare too; `told`, for an export: and all that can be told of it. */
  readonly everything?: 'listed' | 'told'
  /** What is declared of the parent. */
  readonly above: Desired | null
  /** Is anything of this type to be read right below an object of this name? */
  below(name: string, type: TypeName): boolean
  /** The declared singleton of another type under the same parent, or above it. */
  beside(type: TypeName): Desired | null
}

/** A request that can serve a type: what a refresh chooses from. */
export interface Listing {
  readonly path: string
  /** What one such request covers. */
  readonly covers: 'object' | 'parent' | 'everything'
  /** How many objects a page holds, where it is paged. */
  readonly page?: number
  /** Only below objects of this type. */
  readonly under?: TypeName
  /** Only for objects that declare this attribute. */
  readonly where?: string
}

/** How a type is read by its list of everything that the token is shown: one place is what stands under one parent, of a root type one object. */
export interface Survey<A extends Attributes> {
  /** Can the list tell all that is wanted of a place? Asked before anything is sent. */
  admits(scope: Scope): boolean
  /** What is there, a page of the list at a time; of these places only. */
  pages(scopes: readonly Scope[], reader: Reader): AsyncIterable<readonly Live<A>[]>
  /** Is what the list has shown of a place surely all? Where it is not, the place is read by itself. */
  proves(scope: Scope, shown: readonly Live<A>[]): boolean
}

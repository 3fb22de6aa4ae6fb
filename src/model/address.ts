export type TypeName = string

/** What one step of an address looks like; data on the resource type. A singleton has no separator: it stands at its parent's place. */
export interface Step {
  readonly name: TypeName
  /** Stands between the parent's place and the name: `+`, `/`, `:`, `#`; empty at the root and for singletons. */
  readonly separator: string
  /** Characters of the name that are not percent-encoded, besides letters, digits and `. _ - *`. */
  readonly keeps?: string
}

/** Where an object stands, made of names only. Compared and printed by `text`, never parsed. */
export interface Address {
  readonly type: TypeName
  readonly name: string
  readonly parent: Address | null
  /** `acme`, `acme+ci`, `acme/api`; a singleton has its parent's. */
  readonly place: string
  /** `robot.acme+ci` */
  readonly text: string
}

/** The address of an object of a type below a parent. */
export function addressOf(step: Step, parent: Address | null, name: string): Address {
  const encoded = encode(name, step.keeps ?? '')
  const own = parent && step.separator === '' ? '' : encoded
  const above = parent ? parent.place + step.separator : ''
  const text = `${step.name}.${above}${own}`
  // A part of the text, not another one: there are very many.
  return { type: step.name, name, parent, place: text.slice(step.name.length + 1), text }
}

/** The organization (or user) that an object belongs to: the top of its chain. */
export function rootOf(address: Address): Address {
  return address.parent ? rootOf(address.parent) : address
}

/** From the object itself up to the root. */
export function chainOf(address: Address): readonly Address[] {
  return address.parent ? [address, ...chainOf(address.parent)] : [address]
}

/** What follows the organization and its separator: `ci`, `api`; the key of `removed`. */
export function relative(address: Address): string {
  return address.place.slice(rootOf(address).place.length).replace(/^[+/:#]/, '')
}

/** Letters, digits and `. _ - *`, by code. */
const PLAIN = Uint8Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9._*-]/.test(String.fromCharCode(code)) ? 1 : 0,
)

/** A fifth of the time that an expression takes: there are very many. */
function isPlain(name: string): boolean {
  for (let at = 0; at < name.length; at++) if (PLAIN[name.charCodeAt(at)] !== 1) return false
  return true
}

function encode(name: string, keeps: string): string {
  if (isPlain(name)) return name
  return Array.from(name, (char) =>
    /[A-Za-z0-9._*-]/.test(char) || keeps.includes(char)
      ? char
      : Array.from(
          new TextEncoder().encode(char),
          (b) => `%${b.toString(16).toUpperCase().padStart(2, '0')}`,
        ).join(''),
  ).join('')
}

/** Orders by code point, the same on every machine. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

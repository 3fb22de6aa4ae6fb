/** A repository of a registry. */
export interface Upstream {
  /** With its port. */
  readonly host: string
  readonly name: string
}

/** Where a reference leads. Without a host it means Docker Hub, as it does for Quay's worker; what stands there by itself is in `library/`. */
export function upstreamOf(reference: string): Upstream {
  const [first = '', ...others] = reference.split('/')
  const isHost = others.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  const isHub = !isHost || first === 'docker.io' || first === 'index.docker.io'
  const name = isHost ? others.join('/') : reference
  if (!isHub) return { host: first, name }
  return { host: 'registry-1.docker.io', name: name.includes('/') ? name : `library/${name}` }
}

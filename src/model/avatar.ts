import { createHash } from 'node:crypto'

/** What Quay's user interface draws for a name. */
export interface Avatar {
  readonly name: string
  readonly hash: string
  readonly color: string
  readonly kind: 'user' | 'org' | 'team' | 'robot' | 'app'
}

const colors = (
  '969696 aec7e8 ff7f0e ffbb78 2ca02c 98df8a d62728 ff9896 9467bd c5b0d5 8c564b c49c94 e377c2 f7b6d2 7f7f7f c7c7c7 ' +
  'bcbd22 1f77b4 17becf 9edae5 393b79 5254a3 6b6ecf 9c9ede 9ecae1 31a354 b5cf6b a1d99b 8c6d31 ad494a e7ba52 a55194'
).split(' ')

/** The hash is of the e-mail address where there is one, the colour of the hash (avatars/avatars.py). */
export function avatar(kind: Avatar['kind'], name: string, email?: string): Avatar {
  const hash = createHash('sha256')
    .update((email || name).trim().toLowerCase())
    .digest('hex')
  return { name, hash, color: `#${colors[Number.parseInt(hash.slice(0, 2), 16) % colors.length]}`, kind }
}

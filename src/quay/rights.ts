/** What a route takes: the scope of the token, and what its user must be (auth/permissions.py, and the scopes that discovery lists). */
interface Right {
  readonly method?: string
  /** Its groups are inserted into the role. */
  readonly path: RegExp
  readonly scope: string
  readonly role?: string
}

const superuser = { scope: 'super:user', role: 'must be a superuser' }
const part =
  '(?:permissions|mirror|notification|autoprunepolicy|immutabilitypolicy|change(?:visibility|state))'

/** The first that fits; what anybody with a token may do is not among them. */
const rights: readonly Right[] = [
  { path: /^\/superuser\//, ...superuser },
  { path: /^\/message(s|\/.+)$/, ...superuser },
  { path: /^\/user\//, scope: 'user:admin' },
  { method: 'POST', path: /^\/organization\/$/, scope: 'user:admin' },
  { method: 'POST', path: /^\/organization\/[^/]+\/quota/, ...superuser },
  { method: 'PUT', path: /^\/organization\/[^/]+\/quota/, ...superuser },
  { method: 'DELETE', path: /^\/organization\/[^/]+\/quota/, ...superuser },
  { path: /^\/organization\/([^/]+)/, scope: 'org:admin', role: 'must be on a team of role admin in $1' },
  { method: 'POST', path: /^\/repository$/, scope: 'repo:create', role: 'must be allowed to create there' },
  {
    path: new RegExp(`^/repository/(.+?)/${part}(?:/|$)`),
    scope: 'repo:admin',
    role: 'needs the role admin on $1',
  },
  { method: 'GET', path: /^\/repository\/(.+)$/, scope: 'repo:read', role: 'needs the role read on $1' },
  { method: 'PUT', path: /^\/repository\/(.+)$/, scope: 'repo:write', role: 'needs the role write on $1' },
  { method: 'DELETE', path: /^\/repository\/(.+)$/, scope: 'repo:admin', role: 'needs the role admin on $1' },
]

/** In words, what a request takes; null where that is not known. A session has every scope. */
export function rightFor(method: string, path: string, session = false): string | null {
  const [route = ''] = path.split('?')
  for (const right of rights) {
    const found = right.method === undefined || right.method === method ? right.path.exec(route) : null
    if (!found) continue
    const { scope } = right
    const role = right.role?.replace('$1', found[1] ?? '') ?? null
    if (session) return role && `the user ${role}`
    const token = `the token must have the scope ${scope}`
    return role ? `${token}, and its user ${role}` : token
  }
  return null
}

const times = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index))

const named = <T>(count: number, name: string, make: (index: number) => T): Readonly<Record<string, T>> =>
  Object.fromEntries(times(count, (index) => [`${name}${index}`, make(index)]))

/** One organization with something of everything that can stand beside the rest: 28 objects. */
const organization = (name: string) => ({
  apiVersion: 'quayctl/v1',
  kind: 'Organization',
  name,
  email: `quay@${name}.example`,
  quota: { limit: '10 GiB', warn_at: [80] },
  robots: { ...named(2, 'ci', () => ({ description: 'Pushes' })), sync: {} },
  teams: {
    developers: { role: 'member', members: ['robot:ci0', 'robot:ci1'] },
    auditors: { role: 'member', description: 'Look' },
  },
  default_permissions: [
    { to: 'team:developers', role: 'write' },
    { creator: 'robot:ci0', to: 'team:auditors', role: 'read' },
  ],
  applications: { dashboards: { description: 'Shows' } },
  auto_prune: [{ method: 'number_of_tags', value: 50 }],
  repositories: {
    ...named(4, 'app', (index) => ({
      description: `App ${index}`,
      permissions: { 'team:developers': 'write', 'robot:ci0': 'read' },
    })),
    'app-special': {
      notifications: {
        vulnerabilities: {
          event: 'vulnerability_found',
          event_config: { level: 1 },
          method: 'slack',
          config: { url: { from_env: 'QC_SLACK' } },
        },
      },
      immutability: [{ tag_pattern: '^v', tag_pattern_matches: true }],
      auto_prune: [{ method: 'creation_date', value: '30d' }],
    },
    ubi9: {
      mirror: {
        external_reference: 'registry.example.com/ubi9',
        tags: ['latest'],
        sync_interval: '12h',
        sync_start_date: '2026-12-01T02:00:00Z',
        robot: 'sync',
        username: 'bob',
        password: { from_env: 'QC_UPSTREAM' },
      },
    },
  },
})

/** Files of so many organizations, and of so many users. */
export const estate = (organizations: number, users: number): Readonly<Record<string, string>> => ({
  'quayctl.yaml': JSON.stringify({
    apiVersion: 'quayctl/v1',
    kind: 'Registry',
    users: named(users, 'user', (index) => ({ email: `user${index}@users.example` })),
  }),
  ...Object.fromEntries(
    times(organizations, (index) => [`org${index}.yaml`, JSON.stringify(organization(`org${index}`))]),
  ),
})

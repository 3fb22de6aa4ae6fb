import type { Schema } from '../../model/schema.ts'

const group = (description: string) =>
  ({ kind: 'text', description, pattern: '\\S', expected: 'a text that is not empty' }) as const

export const schema = {
  role: {
    kind: 'text',
    description:
      'What the team may do in the organization: nothing by itself (member), create repositories (creator), or everything (admin).',
    required: true,
    choices: ['member', 'creator', 'admin'],
  },
  description: {
    kind: 'text',
    prose: true,
    description: 'What the team is for, in Markdown.',
    examples: ['Builds the API', 'Builds and runs the API'],
  },
  members: {
    kind: 'subject',
    description:
      'Who is on the team, exactly: users and robots. An invited user counts. The user of the token is never removed from a team of role admin.',
    many: 'set',
    subjects: ['user', 'robot'],
    examples: [['user:mallory'], ['robot:ci', 'user:mallory']],
  },
  sync: {
    kind: 'object',
    description:
      'The group of the directory (LDAP, Keystone or OIDC) that gives the team its users; members lists robots only then. none: the users are those of members again.',
    words: ['none'],
    since: '/organization/{orgname}/team/{teamname}/syncing',
    feature: 'TEAM_SYNCING',
    examples: [{ group_dn: 'cn=developers,ou=groups' }, { group_dn: 'cn=operators,ou=groups' }],
    fields: {
      group_dn: group("The group's DN in LDAP, relative to the base DN."),
      group_name: group("The group's name in OIDC."),
      group_id: group("The group's id in Keystone."),
    },
  },
  previously: {
    kind: 'text',
    description:
      'The former name of the team. What that team still has and this one lacks is taken over: its members where none are listed, its repository permissions, and the default permissions for it; a role that this team has already stays as it is. Then the former team is deleted.',
    pattern: '^[a-z0-9]+([._-][a-z0-9]+)*$',
    expected: 'the name of a team',
    examples: ['ops', 'dev'],
    supersedes: true,
  },
} as const satisfies Schema

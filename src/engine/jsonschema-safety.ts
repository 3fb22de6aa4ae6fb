import { closed, type JsonSchema } from './jsonschema-attributes.ts'
import { texts } from './jsonschema-words.ts'

/** How careful a plan is. */
export const safety: JsonSchema = closed('The limits of one plan.', [], {
  max_deletes: {
    type: 'integer',
    minimum: 0,
    description: 'How many objects one plan may delete or replace.',
    default: 5,
    expected: 'a whole number',
    examples: [5],
  },
  max_revokes: {
    type: 'integer',
    minimum: 0,
    description: 'How many permissions, default permissions and members one plan may take away or lower.',
    default: 25,
    expected: 'a whole number',
    examples: [25],
  },
  max_delete_percent: {
    type: 'integer',
    minimum: 0,
    maximum: 100,
    description:
      'How many percent of one type one plan may delete or replace in an organization that has 10 of them or more.',
    default: 25,
    expected: 'a whole number of percent, at most 100',
    examples: [25],
  },
  min_org_admins: {
    type: 'integer',
    minimum: 0,
    description:
      'How many users must be left to administer an organization that a plan makes, or takes administrators from.',
    default: 1,
    expected: 'a whole number',
    examples: [2],
  },
  protect: texts(
    'Addresses and globs that may not be deleted or replaced; ! makes an exception, the last match wins.',
    ['organization.*', '!organization.legacy-shop'],
  ),
})

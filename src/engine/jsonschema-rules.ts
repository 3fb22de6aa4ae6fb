import { levels, ruleNames, rules } from '../model/rules.ts'
import { closed, type JsonSchema } from './jsonschema-attributes.ts'

/** How much each rule matters. */
export const rulesSchema: JsonSchema = closed(
  'How much it matters that a rule is broken, by rule.',
  [],
  Object.fromEntries(
    ruleNames.map((name) => [
      name,
      {
        enum: levels,
        description: `${rules[name].title} (${rules[name].code}).`,
        default: rules[name].level,
        expected: '"error", "warning", "note" or "off"',
        examples: levels.filter((level) => level !== rules[name].level).slice(0, 1),
      },
    ]),
  ),
)

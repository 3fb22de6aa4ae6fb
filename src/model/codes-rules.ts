import type { Codes } from './code.ts'
import { ruleNames, rules } from './rules.ts'

/** The rules of the registry's owner, and the comments that ignore them. */
export const ruleCodes: Codes = {
  ...Object.fromEntries(
    ruleNames.map((name) => {
      const { code, level, title, text, fix } = rules[name]
      return [
        code,
        {
          title,
          text: `${text} The rule is called ${name}. It is ${level === 'off' ? 'off' : `a ${level}`}, unless rules of the Registry document says otherwise.`,
          fix: `${fix} Where it shall be so, say why in a comment on the line or above it.`,
          example: `rules: {${name}: ${level === 'off' ? 'warning' : 'error'}}   # in quayctl.yaml\n# quayctl-ignore ${code}: why it shall be so`,
        },
      ]
    }),
  ),
  QC5091: {
    title: 'An ignore without a reason',
    text: 'Whoever reads the line later must see why a rule does not hold there.',
    fix: 'Write a colon and the reason behind the code.',
    example: '# quayctl-ignore QC5003: the upstream has no certificate, INFRA-512',
  },
  QC5092: {
    title: 'An ignore of what is no rule',
    text: 'Only rules can be ignored, each by its code. What is wrong with the files, or what a plan warns of, cannot.',
    fix: 'Correct the code, one a comment, or remove the comment.',
  },
  QC5093: {
    title: 'An ignore that hides nothing',
    text: 'What stands on its line, or on the line below it, does not break the rule. If it once did, the comment would hide that of the next who writes there.',
    fix: 'Remove the comment, or move it to the line that the rule names.',
  },
  QC5094: {
    title: 'A rule that is newly ignored',
    text: 'A comment ignores a rule that the object breaks, and in the files of --base, --changed-since or diff it did not, or for another reason. Without such files there is nothing to compare with, and it is not said.',
    fix: 'Look whether the reason is good enough.',
    example: 'verify_tls: false # quayctl-ignore QC5003: the old box, until March',
  },
}

import { createHash } from 'node:crypto'
import type { Source } from '../model/plan.ts'
import type { Review } from '../model/review.ts'
import { urlPath } from './markdown.ts'
import { meaningOf, type Remark, remarksOf } from './remarks.ts'
import { visible } from './style.ts'

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'
/** Of what has no line, or none of the repository: readers refuse a result without a place. */
const NOWHERE = 'quayctl.yaml'

/** What needs attention, as code scanning takes it: SARIF 2.1.0. */
export function renderSarif(review: Review): string {
  const remarks = remarksOf(review)
  const rules = [...new Set(remarks.map(({ rule }) => rule))]
  const fingerprint = fingerprints(review)
  const log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'quayctl',
            ...(review.plan && { version: review.plan.tool.version }),
            rules: rules.map(ruleOf),
          },
        },
        automationDetails: { id: `quayctl/${review.name}/` },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the repository.' } } },
        results: remarks.map((remark) => ({
          ruleId: remark.rule,
          ruleIndex: rules.indexOf(remark.rule),
          level: remark.level,
          message: { text: textOf(remark) },
          locations: [locationOf(remark.source, review)],
          partialFingerprints: { 'quayctl/v1': fingerprint(remark) },
        })),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

function ruleOf(id: string) {
  const meaning = meaningOf(id)
  return {
    id,
    ...(meaning && {
      shortDescription: { text: meaning.title },
      fullDescription: { text: meaning.text },
      help: { text: `${meaning.text}\n\nWhat to do: ${meaning.fix}` },
    }),
  }
}

/** Nothing in it is a link. */
const textOf = ({ message, more }: Remark): string =>
  [message, ...more].map((text) => visible(text).replaceAll('](', '] (')).join('\n')

function locationOf(source: Source | null, { path }: Review) {
  const file = source && path(source.file)
  const uri = urlPath(file ?? NOWHERE)
  return {
    physicalLocation: {
      artifactLocation: { uri, uriBaseId: '%SRCROOT%' },
      ...(source && file !== null && { region: { startLine: source.line, startColumn: source.column } }),
    },
  }
}

/** The same from run to run, wherever the line has gone: by rule, object and words; by its turn among equal ones. */
function fingerprints({ path }: Review): (remark: Remark) => string {
  const turns = new Map<string, number>()
  return ({ rule, level, subject, message, source }: Remark): string => {
    const what = subject === '' ? [source && path(source.file), message.replace(/:\d+/g, '')] : [subject]
    const key = JSON.stringify([rule, level, ...what])
    const turn = turns.get(key) ?? 0
    turns.set(key, turn + 1)
    return createHash('sha256').update(`${key} ${turn}`).digest('hex')
  }
}

import { byText } from '../model/address.ts'
import type { Drift } from '../model/drift.ts'

type Labels = Readonly<Record<string, string>>

/** One figure, and of what. */
type Sample = readonly [labels: Labels, value: number]

/** Drift as figures, for a textfile collector; null: the run failed. */
export function renderMetrics(drift: Drift | null, started: Date, ended: Date): string {
  const objects = drift?.objects ?? []
  const counted = objects.map(({ organization, type }) => ({ organization, type, count: 1 }))
  return [
    ...(drift
      ? [
          ...family(
            'quayctl_drift_objects',
            'Objects that Quay has otherwise than the files.',
            summed(counted),
          ),
          ...family('quayctl_drift_unmanaged', 'Objects that no file lists.', summed(drift.unmanaged)),
          ...family('quayctl_drift_conflicts', 'Objects that the files have changed, too.', [
            [{}, drift.summary.conflicts],
          ]),
        ]
      : []),
    ...family('quayctl_drift_failures', 'Whether the run failed.', [[{}, drift ? 0 : 1]]),
    ...family('quayctl_drift_timestamp_seconds', 'When the run ended.', [[{}, ended.getTime() / 1000]]),
    ...family('quayctl_drift_duration_seconds', 'How long the run took.', [
      [{}, (ended.getTime() - started.getTime()) / 1000],
    ]),
    '# EOF',
    '',
  ].join('\n')
}

function family(name: string, help: string, samples: readonly Sample[]): readonly string[] {
  const unit = name.endsWith('_seconds') ? [`# UNIT ${name} seconds`] : []
  const lines = samples.map(([labels, value]) => `${name}${labelled(labels)} ${value}`)
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...unit, ...lines]
}

function labelled(labels: Labels): string {
  const all = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return all.length > 0 ? `{${all.join(',')}}` : ''
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

/** One sample of each organization and type. */
function summed(
  rows: readonly { readonly organization: string; readonly type: string; readonly count: number }[],
): readonly Sample[] {
  const sums = new Map<string, Sample>()
  for (const { organization, type: kind, count } of rows) {
    const key = `${organization} ${kind}`
    sums.set(key, [{ organization, kind }, (sums.get(key)?.[1] ?? 0) + count])
  }
  return [...sums].sort(([one], [other]) => byText(one, other)).map(([, sample]) => sample)
}

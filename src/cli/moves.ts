import { deedOf, logReader, movesIn, windowOf } from '../engine/logged.ts'
import { finding } from '../engine/plan-parts.ts'
import { byText } from '../model/address.ts'
import type { Move, Moves } from '../model/drift.ts'
import { UsageError } from '../model/errors.ts'
import { baseOf } from './drifting.ts'
import { refuseIdle } from './narrowing.ts'
import { type PlanFlags, selectionOf } from './planning.ts'
import { type Loaded, type Quayside, registry, type Surroundings } from './world.ts'

/** Refuses a question that no log answers. */
export function refuseQuick(flags: { readonly quick: boolean; readonly base?: string | undefined }): void {
  if (flags.quick && flags.base === undefined)
    throw new UsageError('QC6490', '--quick needs --base: the logs are read since then', [
      'name the commit that was applied last: --base REF',
    ])
}

/** Which organizations have moved since the base, by nothing but the logs: no object is read. */
export async function readMoves(
  configuration: Loaded,
  flags: PlanFlags,
  { client, server, sandbox }: Quayside,
  surroundings: Surroundings,
): Promise<Moves> {
  const { expanded } = configuration
  const selection = selectionOf(flags)
  refuseIdle(expanded, selection, registry)
  const { organizations: names } = selection
  const base = baseOf(configuration, surroundings)
  const window = windowOf(base?.date, surroundings.now())
  const roots = expanded.desired
    .map(({ address }) => address)
    .filter(({ parent, type, name }) => !parent && registry.get(type)?.log && isChosen(name, names))
    .sort((one, other) => byText(one.name, other.name))
  const reader = client.because('what the logs say')
  const readLog = logReader({ registry, reader, window, server })
  const read = await Promise.all(
    roots.map(async (root) => {
      const log = await readLog(root)
      const [last, ...more] = movesIn(log, root.name, registry, server.user)
      const move: Move = {
        organization: root.name,
        status: last ? 'moved' : log.whole ? 'still' : 'unknown',
        entries: last ? more.length + 1 : 0,
        ...(last && { last: deedOf(last) }),
      }
      return { move, findings: log.findings.map(finding) }
    }),
  )
  return {
    format_version: '1.0',
    kind: 'quayctl.moves',
    tool: { name: 'quayctl', version: surroundings.version },
    server: {
      url: server.url,
      ...(server.version && { quay_version: server.version }),
      ...(server.user && { user: server.user }),
      ...(sandbox && { sandbox: true as const }),
    },
    base,
    organizations: read.map(({ move }) => move),
    findings: read.flatMap(({ findings }) => findings),
  }
}

const isChosen = (name: string, names: readonly string[]): boolean =>
  names.length === 0 || names.includes(name)

import type { Address } from '../../model/address.ts'
import type { Credential } from '../../model/change.ts'
import { asError, UnavailableError } from '../../model/errors.ts'
import type { Quay } from '../../model/resource.ts'
import { UnfinishedError } from '../../model/unfinished.ts'
import {
  createRobot,
  credentialOf,
  deleteRobot,
  findRobot,
  fromQuay,
  type Robot,
  type RobotView,
} from './wire.ts'
import { createFederated } from './wire-federation.ts'
import { federation, type Holding, putBack, readHoldings } from './wire-holdings.ts'

/** Deletes a robot, creates it anew and puts back what it had. Once it is deleted, every error names what it lacks. */
export async function replaceRobot(
  address: Address,
  owner: Address,
  values: Robot,
  quay: Quay,
): Promise<Credential | undefined> {
  const before = await findRobot(owner, address.name, quay.api.fresh)
  if (!before) return createFederated(owner, address.name, values, quay)
  const holdings = await readHoldings(owner, address.name, quay)
  const had = [...undeclared(fromQuay(before), values), ...wordsOf(holdings)].join(', ') || 'nothing besides'
  const place: Place = { address, owner, had }
  await remove(place, quay)
  const credential = await createAgain(place, { ...fromQuay(before), ...values }, quay)
  const failures = await putBack(owner, address.name, due(owner, address.name, holdings, values), quay)
  if (failures.length === 0) return credential
  const lost = wordsOf(failures.map(({ holding }) => holding)).join(', ')
  throw unfinished(
    `${address.text} was deleted and created again, and did not get back: ${lost}`,
    failures.map(({ error }) => error),
    credential,
  )
}

/** What is declared wins over what was there. */
const due = (
  owner: Address,
  short: string,
  holdings: readonly Holding[],
  { federation: declared }: Robot,
): readonly Holding[] =>
  declared
    ? [...holdings.filter(({ attribute }) => !attribute), ...federation(owner, short, declared)]
    : holdings

interface Place {
  readonly address: Address
  readonly owner: Address
  /** All that is lost when the robot is. */
  readonly had: string
}

/** Resolves only when it is gone. */
async function remove(place: Place, quay: Quay): Promise<void> {
  const { address, owner, had } = place
  try {
    await deleteRobot(owner, address.name, quay)
  } catch (error) {
    if (!(error instanceof UnavailableError && error.failed?.method === 'DELETE')) throw error
    const found = await present(place, quay)
    if (found) throw error
    if (found === undefined)
      throw unfinished(`${address.text} may be deleted: Quay does not say. It had: ${had}`, [error])
  }
}

/** An error may hide a success: then its token is still to be had. */
async function createAgain(place: Place, robot: Robot, quay: Quay): Promise<Credential | undefined> {
  const { address, owner, had } = place
  try {
    return await createRobot(owner, address.name, robot, quay)
  } catch (error) {
    const found = await present(place, quay)
    if (found) return credentialOf(found)
    const state =
      found === null ? 'was not created again' : 'may not have been created again: Quay does not say'
    throw unfinished(`${address.text} is deleted and ${state}. It had: ${had}`, [error])
  }
}

/** Undefined: that cannot be told. */
const present = ({ owner, address }: Place, { api }: Quay): Promise<RobotView | null | undefined> =>
  findRobot(owner, address.name, api.fresh).catch(() => undefined)

const wordsOf = (holdings: readonly Holding[]): readonly string[] => holdings.map(({ words }) => words)

/** What no file would bring back. */
const undeclared = (before: Robot, values: Robot): readonly string[] => [
  ...(values.description === undefined && before.description
    ? [`description ${JSON.stringify(before.description)}`]
    : []),
  ...(values.unstructured_metadata === undefined && Object.keys(before.unstructured_metadata ?? {}).length > 0
    ? [`unstructured_metadata ${JSON.stringify(before.unstructured_metadata)}`]
    : []),
]

const MOST_CAUSES = 3

const unfinished = (
  message: string,
  causes: readonly unknown[],
  credential?: Credential,
): UnfinishedError => {
  const said = new Set(causes.map((cause) => asError(cause).message))
  const hints = [
    ...[...said].slice(0, MOST_CAUSES),
    'give it back by hand, unless a file declares it: the next plan does not know of it',
  ]
  return new UnfinishedError('QC7412', message, hints, { credential, cause: causes[0] })
}

import type { Address } from '../../model/address.ts'
import { pathOf } from '../../model/api.ts'
import type { Credential } from '../../model/change.ts'
import { ApiError, ServerError } from '../../model/errors.ts'
import type { Quay } from '../../model/resource.ts'
import { orNull } from '../../model/shape.ts'
import { credentialOf, findRobot, madeRobot, robotPath } from './wire.ts'

/** In milliseconds: so long Quay may be at a request whose answer was lost. */
const PAUSE = 5000

/** A new token; the old one stops working at once. Asked for once: where the answer is lost, the token that Quay has now tells whether it is a new one. */
export async function rotateToken(
  address: Address,
  owner: Address,
  { api, sleep }: Pick<Quay, 'api' | 'sleep'>,
): Promise<Credential | undefined> {
  const present = async () => {
    const view = await findRobot(owner, address.name, api.fresh)
    return view ? credentialOf(view) : undefined
  }
  const before = await present()
  try {
    const path = pathOf(`${robotPath(owner, address.name)}/regenerate`)
    const made = await api.post(path, undefined, orNull(madeRobot))
    return (made && credentialOf(made)) ?? (await present())
  } catch (error) {
    if (!(error instanceof ServerError) || error.failed?.effect === 'none') throw error
    if (error.status === null) await sleep(PAUSE)
    const now = await present().catch(() => undefined)
    if (now && now.token !== before?.token) return now
    if (now && error.failed?.effect === 'perhaps') throw error
    throw uncertain(address, error)
  }
}

const uncertain = ({ text }: Address, error: ServerError): ApiError =>
  new ApiError(
    'QC7425',
    `${text} may or may not have a new token by now: ${error.message}`,
    [
      'quayctl robot credentials writes the one that it has; rotate it again only if that is still the old one',
    ],
    error.failed,
    error,
  )

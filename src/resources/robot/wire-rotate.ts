import type { Address } from '../../model/address.ts'
import { pathOf } from '../../model/api.ts'
import type { Credential } from '../../model/change.ts'
import { ApiError, asError, ServerError } from '../../model/errors.ts'
import type { Quay } from '../../model/resource.ts'
import { orNull } from '../../model/shape.ts'
import { credentialOf, findRobot, madeRobot, robotPath } from './wire.ts'

/** A new token; the old one stops working at once. Asked for once: where the answer is lost, the token that Quay has now tells whether it is a new one. */
export async function rotateToken(
  address: Address,
  owner: Address,
  { api }: Pick<Quay, 'api'>,
): Promise<Credential | undefined> {
  const present = async () => {
    const view = await findRobot(owner, address.name, api.fresh)
    return view ? credentialOf(view) : undefined
  }
  const before = await present()
  const path = pathOf(`${robotPath(owner, address.name)}/regenerate`)
  try {
    const made = await api.post(path, undefined, orNull(madeRobot))
    const credential = made ? credentialOf(made) : undefined
    if (credential) return credential
  } catch (error) {
    if (!(error instanceof ServerError) || error.failed?.effect === 'none') throw error
    const now = await present().catch(() => undefined)
    if (now && now.token !== before?.token) return now
    throw now && error.failed?.effect === 'perhaps' ? error : uncertain(address, error)
  }
  return present().catch((error: unknown) => {
    throw uncertain(address, asError(error))
  })
}

const uncertain = ({ text }: Address, error: Error): ApiError =>
  new ApiError(
    'QC7425',
    `${text} may or may not have a new token by now: ${error.message}`,
    [
      'quayctl robot credentials writes the one that it has; rotate it again only if that is still the old one',
    ],
    error instanceof ServerError ? error.failed : null,
    error,
  )

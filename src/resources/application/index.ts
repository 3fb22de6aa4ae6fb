import { type Address, addressOf } from '../../model/address.ts'
import type { Live } from '../../model/change.ts'
import { AuthError } from '../../model/errors.ts'
import { changed, gone, made, told } from '../../model/log.ts'
import type { ResourceType } from '../../model/resource.ts'
import { schema } from './schema.ts'
import {
  type Application,
  type ApplicationView,
  changeApplication,
  createApplication,
  credentialOf,
  deleteApplication,
  fromQuay,
  listApplications,
} from './wire.ts'

const step = { name: 'application', separator: '/' }

const LOGGED = { create_application: made, update_application: changed(), delete_application: gone }

/** Quay's own, for the token that a new server is set up with. */
const RESERVED = '__quay_bootstrap_app'

export const application: ResourceType<Application> = {
  ...step,
  summary: "An OAuth application: what access tokens of Quay's API belong to.",
  parents: ['organization'],
  block: 'applications',
  identity: 'key',
  schema,
  keyPattern: '^[^\\u0000]{1,255}$',
  keyExpected: '1 to 255 characters',
  exampleName: 'dashboards',
  prunable: true,
  removable: true,
  makesCredential: true,
  listings: [{ path: '/organization/{orgname}/applications', covers: 'parent' }],

  checkName: (name) => (name === RESERVED ? 'Quay keeps this name for itself' : null),
  judge: ({ action }) =>
    action === 'delete'
      ? {
          impacts: ['credential'],
          consequences: [
            'its client secret and all its tokens stop working; the token of this run may be one of them',
          ],
        }
      : {},

  logged: (entry) => told(entry, LOGGED, [entry.metadata.application_name]),
  async read({ parent, names, everything }, reader) {
    if (!parent) return []
    const known = new Set(names)
    return fold(parent.address, await listApplications(parent.address.name, reader))
      .filter(
        ({ live: { obscure, address } }) => obscure === undefined || everything || known.has(address.name),
      )
      .map(({ live }) => live)
  },
  async find({ address }, reader) {
    const organization = organizationOf(address)
    const all = fold(organization, await listApplications(organization.name, reader))
    const found = all.find(({ live }) => live.address.name === address.name)
    if (!found) return null
    const credential = found.live.obscure === undefined ? credentialOf(found.view) : undefined
    return { ...found.live, ...(credential && { credential }) }
  },
  create: ({ address, values }, { api }) =>
    createApplication(organizationOf(address).name, address.name, values, api),
  async update({ address, values, live }, { api }) {
    const all = { ...live?.attributes, ...values }
    await changeApplication(organizationOf(address).name, idOf(live), address.name, all, api)
  },
  delete: (live, { api }) => deleteApplication(organizationOf(live.address).name, idOf(live), api),
}

const organizationOf = ({ parent, text }: Address): Address => {
  if (!parent) throw new TypeError(`${text} stands below nothing`)
  return parent
}

const idOf = (live: Live | null): string =>
  (live?.remote as { readonly client_id: string } | undefined)?.client_id ?? ''

/** Of several with one name nobody can say which is meant. */
function fold(organization: Address, views: readonly ApplicationView[]) {
  const groups = new Map<string, { view: ApplicationView; count: number }>()
  for (const view of views) {
    checkWhole(organization, view)
    const first = groups.get(view.name)
    groups.set(view.name, first ? { ...first, count: first.count + 1 } : { view, count: 1 })
  }
  return [...groups.values()].map(({ view, count }) => {
    const live: Live<Application> = {
      address: addressOf(step, organization, view.name),
      attributes: fromQuay(view),
      remote: { client_id: view.client_id },
      ...(count > 1 && { obscure: `Quay has ${count} applications of this name` }),
    }
    return { view, live }
  })
}

/** To who may only read Quay shows applications without what is to be compared. */
function checkWhole({ name }: Address, { client_secret }: ApplicationView): void {
  if (client_secret !== null) return
  throw new AuthError(
    'QC7403',
    `the user is no administrator of organization ${name}: Quay shows its applications only in part`,
    ['put the user on a team of role admin; a token needs the scope org:admin, too'],
  )
}

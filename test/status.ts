import { addressesOf } from '../src/engine/addressed.ts'
import type { Address } from '../src/model/address.ts'
import { troublesOf } from '../src/model/sync-vitals.ts'
import type { Standing, StatusReport, Sync, Trouble, Vitals } from '../src/model/vitals.ts'
import { registry } from './world.ts'

const at = '2026-11-21T10:00:00Z'

function addressOf(text: string): Address {
  const [address] = addressesOf(text, registry)
  if (!address) throw new Error(`${text} is no address`)
  return address
}

const standing = (
  text: string,
  vitals: Vitals,
  troubles: readonly Trouble[] = [],
  managed = true,
): Standing => ({ address: addressOf(text), managed, vitals, troubles })

/** A mirror, by what differs from one that is well. */
function mirror(text: string, change: Partial<Sync> = {}): Standing {
  const sync: Sync = {
    enabled: true,
    result: 'success',
    since: '2026-11-21T02:00:00Z',
    next: '2026-11-21T14:00:00Z',
    until: null,
    retries: 3,
    interval: 43_200,
    ...change,
  }
  return standing(text, { sync }, troublesOf(sync, new Date(at), { ends: text.startsWith('organization') }))
}

function quota(text: string, used: number | null, reject = 100): Standing {
  const use = { used, limit: 2 ** 40, warn_at: [80], reject_at: [reject], counting: null }
  const vitals = { use }
  const type = registry.get('quota')
  const address = addressOf(text)
  return {
    address,
    managed: true,
    vitals,
    troubles: type?.troubles?.({ address, attributes: {}, vitals }, new Date(at)) ?? [],
  }
}

const disabled: Trouble = {
  kind: 'disabled-notification',
  level: 'failing',
  words: 'Quay disabled it after 3 failures; resetting its failures enables it',
}
const many = (count: number) => Array.from({ length: count }, (_, i) => String(i + 1).padStart(2, '0'))

/** A made-up registry in which much is wrong. */
export const troubled: StatusReport = {
  server: { url: 'https://quay.acme.example', user: 'gitops', sandbox: false },
  at,
  standings: [
    mirror('mirror.acme/ubi9'),
    mirror('mirror.acme/%3Cb%3E%26amp%3B', {
      result: 'fail',
      since: null,
      retries: 2,
      next: '2026-11-21T09:00:00Z',
    }),
    mirror('mirror.acme/redis', { result: 'fail' }),
    mirror('mirror.acme/nginx', { result: 'syncing', since: null, until: '2026-11-20T21:00:00Z' }),
    mirror('mirror.acme/curl', { result: 'syncing', since: null, until: '2026-11-21T21:00:00Z' }),
    mirror('mirror.acme/postgres', {
      result: 'success',
      next: '2026-11-19T02:00:00Z',
      since: '2026-11-18T14:00:00Z',
    }),
    mirror('mirror.acme/rest', { result: 'cancel', since: null, next: null, retries: 0 }),
    mirror('mirror.acme/off', { enabled: false, result: 'never_run', since: null }),
    mirror('mirror.acme/a-rather-long-name-of-a-repository/and-a-nested-one'),
    ...many(7).map((name) => mirror(`mirror.acme/base-${name}`)),
    mirror('organization_mirror.upstream', {
      result: 'never_run',
      since: null,
      next: '2026-11-21T12:00:00Z',
    }),
    quota('quota.acme', Math.round(0.87 * 2 ** 40)),
    quota('quota.globex', Math.round(1.1 * 2 ** 40)),
    quota('quota.upstream', 2 ** 33),
    quota('quota.new', null),
    standing('repository.acme/api', { size: 600 * 2 ** 30, last_pushed: '2026-11-20T08:00:00Z' }),
    standing('repository.acme/web', { size: 200 * 2 ** 30, last_pushed: '2026-10-20T08:00:00Z' }),
    standing('repository.acme/old', { size: 2 ** 30, last_pushed: '2021-03-04T08:00:00Z' }, [], false),
    standing('repository.acme/empty', { size: 0, last_pushed: null }, [], false),
    standing('notification.acme/api#ci', { failures: 3 }, [disabled]),
    standing('notification.acme/api#chat', { failures: 0 }),
    standing('robot.acme+ci', { created: '2024-01-02T00:00:00Z', last_used: '2026-11-21T09:00:00Z' }),
    ...many(7).map((name) =>
      standing(
        `robot.acme+old-${name}`,
        { created: `2022-01-${name}T00:00:00Z`, last_used: null },
        [],
        false,
      ),
    ),
    standing('robot.acme+sync', {}, [
      { kind: 'missing', level: 'warning', words: 'is declared and not there; quayctl plan says more' },
    ]),
  ],
  unseen: [{ type: 'quota', below: 'organization.secret' }],
  hits: [{ condition: 'quota>90%', addresses: ['quota.globex'] }],
}

/** One in which all is well, and there is much. */
export const well: StatusReport = {
  ...troubled,
  standings: [
    ...many(40).flatMap((name) => [
      mirror(`mirror.team-${name}/ubi9`),
      quota(`quota.team-${name}`, Number(name) * 2 ** 33),
      standing(`robot.team-${name}+ci`, { last_used: at }),
      standing(`notification.team-${name}/ubi9#chat`, { failures: 0 }),
    ]),
  ],
  unseen: [],
  hits: [],
}

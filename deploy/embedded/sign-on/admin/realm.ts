// The realm's own settings and keys. Keys are not changed here: the embedded engine has one of each algorithm for good.

import type { JWK } from 'jose'
import { Type } from 'typebox'
import { Value } from 'typebox/value'

import { record } from './record.ts'
import { type Asked, membersOf, NO_CONTENT, ok, Refusal, type Reply, type Route } from './route.ts'

const VIEW = ['view-realm', 'manage-realm']
const MANAGE = ['manage-realm']
const VIEW_PROVIDERS = ['view-identity-providers', 'manage-identity-providers']

export const REALM_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/', roles: VIEW, answer: show },
  { method: 'PUT', path: '/', roles: MANAGE, answer: change },
  { method: 'POST', path: '/push-revocation', roles: MANAGE, answer: pushRevocation },
  { method: 'GET', path: '/keys', roles: VIEW, answer: listKeys },
  { method: 'GET', path: '/identity-provider/instances', roles: VIEW_PROVIDERS, answer: none },
  {
    method: 'GET',
    path: '/identity-provider/instances/:alias',
    roles: VIEW_PROVIDERS,
    answer: noSuch,
  },
]

/** The embedded sign-on always keeps its events. */
function show({ realm }: Asked): Reply {
  return ok({ ...realm.settings, id: realm.name, eventsEnabled: true, adminEventsEnabled: true })
}

const Seconds = Type.Integer({ minimum: 0 })
const Changeable = Type.Partial(
  Type.Object({
    notBefore: Seconds,
    accessTokenLifespan: Seconds,
    ssoSessionIdleTimeout: Seconds,
    ssoSessionMaxLifespan: Seconds,
    bruteForceProtected: Type.Boolean(),
    failureFactor: Type.Integer({ minimum: 1 }),
  }),
)

async function change(asked: Asked): Promise<Reply> {
  const members = membersOf(asked.body)
  if (!Value.Check(Changeable, members)) throw new Refusal(400, 'a member is not valid')
  const clean = Value.Clean(Changeable, structuredClone(members))
  if (Value.Check(Changeable, clean)) await asked.realm.changeSettings(clean)
  record(asked, 'UPDATE', { type: 'REALM', path: '' })
  return NO_CONTENT
}

function pushRevocation(asked: Asked): Reply {
  record(asked, 'ACTION', { type: 'REALM', path: 'push-revocation' })
  return ok({})
}

function listKeys({ keys }: Asked): Reply {
  const active = Object.fromEntries(keys.map(({ alg, kid }) => [alg, kid]))
  return ok({ active, keys: keys.map(toKey) })
}

function toKey({ kid, alg, kty }: JWK) {
  return {
    kid,
    providerId: `embedded-${alg}`,
    providerPriority: 100,
    status: 'ACTIVE',
    type: kty,
    algorithm: alg,
    use: 'SIG',
  }
}

function none(): Reply {
  return ok([])
}

function noSuch(): Reply {
  throw new Refusal(404, 'Could not find identity provider')
}

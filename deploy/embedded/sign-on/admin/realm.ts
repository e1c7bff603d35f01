// The realm's own settings. It has no identity providers: a list of them is empty, all else about them is not offered.

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
  { method: 'GET', path: '/identity-provider/instances', roles: VIEW_PROVIDERS, answer: none },
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

function none(): Reply {
  return ok([])
}

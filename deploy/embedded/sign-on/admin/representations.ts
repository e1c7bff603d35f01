// Things of the realm as Keycloak's admin REST API shows them.

import type { LiveClient, LiveRealm, LiveRole, LiveUser } from '../realm/live-realm.ts'
import type { UserSession } from '../realm/user-sessions.ts'

export function toClientRepresentation(realm: LiveRealm, client: LiveClient) {
  return {
    ...client,
    defaultClientScopes: client.defaultClientScopes ?? realm.defaultScopes,
    optionalClientScopes: client.optionalClientScopes ?? realm.optionalScopes,
    access: { view: true, configure: true, manage: true },
  }
}

/** Credentials and roles have paths of their own. */
export function toUserRepresentation(user: LiveUser) {
  const { credentials = [], realmRoles: _realm, clientRoles: _client, ...shown } = user
  return {
    ...shown,
    totp: credentials.some(({ type }) => type === 'otp'),
    requiredActions: user.requiredActions ?? [],
    notBefore: user.notBefore ?? 0,
  }
}

export function toRoleRepresentation(role: LiveRole) {
  const { id, name, description, clientRole, containerId, composites } = role
  const parts = [...(composites?.realm ?? []), ...Object.values(composites?.client ?? {}).flat()]
  return { id, name, description, composite: parts.length > 0, clientRole, containerId }
}

export function toSessionRepresentation(realm: LiveRealm, session: UserSession) {
  const clients = [...session.clients.keys()].map((id) => [
    id,
    realm.clients.get(id)?.clientId ?? id,
  ])
  return {
    id: session.id,
    username: session.username,
    userId: session.userId,
    ipAddress: session.ipAddress,
    start: session.startMs,
    lastAccess: session.lastAccessMs,
    rememberMe: false,
    clients: Object.fromEntries(clients),
    transientUser: false,
  }
}

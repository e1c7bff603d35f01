// Roles of the realm. They are made by the realm's files.

import type { LiveRole } from '../realm/live-realm.ts'
import { toRoleRepresentation } from './representations.ts'
import { type Asked, found, ok, pageOf, type Reply, type Route } from './route.ts'

/** Keycloak lets whoever manages clients or users look a role up, too. */
const VIEW = ['view-realm', 'manage-realm', 'view-users', 'manage-users', 'manage-clients']

export const ROLE_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/roles', roles: VIEW, answer: list },
  { method: 'GET', path: '/roles/:name', roles: VIEW, answer: byName },
  { method: 'GET', path: '/roles/:name/composites', roles: VIEW, answer: partsByName },
  { method: 'GET', path: '/roles-by-id/:id', roles: VIEW, answer: byId },
  { method: 'GET', path: '/roles-by-id/:id/composites', roles: VIEW, answer: partsById },
]

function list({ realm, query }: Asked): Reply {
  const sorted = realm.realmRoles.toSorted((one, other) => (one.name < other.name ? -1 : 1))
  return ok(pageOf(sorted, query).map(toRoleRepresentation))
}

function named({ realm, parameters }: Asked): LiveRole {
  return found(realm.role(parameters['name'] ?? ''), 'role')
}

function withId({ realm, parameters }: Asked): LiveRole {
  return found(realm.roles.get(parameters['id'] ?? ''), 'role')
}

function byName(asked: Asked): Reply {
  return ok(toRoleRepresentation(named(asked)))
}

function byId(asked: Asked): Reply {
  return ok(toRoleRepresentation(withId(asked)))
}

function partsByName(asked: Asked): Reply {
  return parts(asked, named(asked))
}

function partsById(asked: Asked): Reply {
  return parts(asked, withId(asked))
}

function parts({ realm }: Asked, { composites }: LiveRole): Reply {
  const ofRealm = (composites?.realm ?? []).map((name) => realm.role(name))
  const ofClients = Object.entries(composites?.client ?? {}).flatMap(([clientId, names]) =>
    names.map((name) => realm.role(name, realm.clients.byName(clientId)?.id)),
  )
  const roles = [...ofRealm, ...ofClients].filter((role) => role !== undefined)
  return ok(roles.map(toRoleRepresentation))
}

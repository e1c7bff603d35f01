// In: a realm and a user. Out: the names of all roles that the user has, those within composite roles included.
import type { LiveRole, RealmUser } from './realm-types.ts'

export interface RoleNames {
  readonly realm: readonly string[]
  /** By clientId. */
  readonly client: Readonly<Record<string, readonly string[]>>
}

interface RoleHolder {
  role(name: string, clientUuid?: string): LiveRole | undefined
  readonly clients: {
    get(id: string): { readonly clientId: string } | undefined
    byName(clientId: string): { readonly id: string } | undefined
  }
}

export function effectiveRoles(realm: RoleHolder, user: RealmUser): RoleNames {
  return expandRoles(realm, { realm: user.realmRoles, client: user.clientRoles })
}

/** Follows composites; a circle of roles ends where it began. */
export function expandRoles(realm: RoleHolder, given: RoleNames): RoleNames {
  const found = new Map<string, LiveRole>()
  const open = lookUp(realm, given)
  for (let role = open.pop(); role !== undefined; role = open.pop()) {
    if (found.has(role.id)) continue
    found.set(role.id, role)
    const { realm: inner = [], client = {} } = role.composites ?? {}
    open.push(...lookUp(realm, { realm: inner, client }))
  }
  return namesOf(realm, [...found.values()])
}

function lookUp(realm: RoleHolder, names: RoleNames): LiveRole[] {
  const ofRealm = names.realm.map((name) => realm.role(name))
  const ofClients = Object.entries(names.client).flatMap(([clientId, roles]) => {
    const client = realm.clients.byName(clientId)
    return client === undefined ? [] : roles.map((name) => realm.role(name, client.id))
  })
  return [...ofRealm, ...ofClients].filter((role) => role !== undefined)
}

function namesOf(realm: RoleHolder, roles: readonly LiveRole[]): RoleNames {
  const client: Record<string, string[]> = {}
  for (const role of roles.filter((one) => one.clientRole)) {
    const clientId = realm.clients.get(role.containerId)?.clientId
    if (clientId !== undefined) (client[clientId] ??= []).push(role.name)
  }
  return { realm: roles.filter((role) => !role.clientRole).map((role) => role.name), client }
}

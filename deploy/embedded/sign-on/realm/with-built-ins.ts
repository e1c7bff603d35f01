// In: a realm as its files have it. Out: the same with what Keycloak itself puts into every realm: its client scopes (when
// the files name none), its default roles, the clients and roles of administration, and an id for everything.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'

import { Type } from 'typebox'
import { Value } from 'typebox/value'

import { invariant } from '../../../../schema/errors.ts'
import {
  ClientScope,
  type LiveClient,
  type LiveRole,
  type LiveScope,
  type Realm,
  RealmClient,
  type RealmUser,
  type Role,
} from './realm-types.ts'

export interface WholeRealm {
  readonly clients: readonly LiveClient[]
  readonly scopes: readonly LiveScope[]
  readonly roles: readonly LiveRole[]
  readonly users: readonly RealmUser[]
  /** Scopes that a client without lists of its own gets. */
  readonly defaultScopes: readonly string[]
  readonly optionalScopes: readonly string[]
}

// As a realm of Keycloak 26 has them before anybody changed it.
const DEFAULT_SCOPES = ['web-origins', 'acr', 'roles', 'profile', 'basic', 'email']
const OPTIONAL_SCOPES = ['address', 'phone', 'offline_access', 'microprofile-jwt']
const MANAGEMENT_ROLES: Readonly<Record<string, readonly string[]>> = {
  'create-client': [],
  impersonation: [],
  'manage-authorization': [],
  'manage-clients': [],
  'manage-events': [],
  'manage-identity-providers': [],
  'manage-realm': [],
  'manage-users': [],
  'query-clients': [],
  'query-groups': [],
  'query-realms': [],
  'query-users': [],
  'view-authorization': [],
  'view-clients': ['query-clients'],
  'view-events': [],
  'view-identity-providers': [],
  'view-realm': [],
  'view-users': ['query-groups', 'query-users'],
}
const ACCOUNT_ROLES: Readonly<Record<string, readonly string[]>> = {
  'delete-account': [],
  'manage-account': ['manage-account-links'],
  'manage-account-links': [],
  'manage-consent': ['view-consent'],
  'view-applications': [],
  'view-consent': [],
  'view-groups': [],
  'view-profile': [],
}
const INNER_CLIENTS = {
  'realm-management': {
    ...MANAGEMENT_ROLES,
    'realm-admin': Object.keys(MANAGEMENT_ROLES),
  },
  account: ACCOUNT_ROLES,
} as const

export async function withBuiltIns(realm: Realm): Promise<WholeRealm> {
  const id = (kind: string, name: string): string => stableId(`${realm.realm}:${kind}:${name}`)
  const scopes = realm.clientScopes ?? (await builtInScopes())
  const clients = [...realm.clients, ...innerClients(realm)].map((client) => ({
    ...client,
    id: client.id ?? id('client', client.clientId),
  }))
  const known = new Set(scopes.map(({ name }) => name))
  return {
    clients,
    roles: [...realmRoles(realm, id), ...clientRoles(realm, clients, id)],
    scopes: scopes.map((scope) => ({ ...scope, id: scope.id ?? id('scope', scope.name) })),
    users: realm.users,
    defaultScopes: (realm.defaultDefaultClientScopes ?? DEFAULT_SCOPES).filter((s) => known.has(s)),
    optionalScopes: (realm.defaultOptionalClientScopes ?? OPTIONAL_SCOPES).filter((s) =>
      known.has(s),
    ),
  }
}

/** The same thing keeps the same id at every start (a UUID of version 8, RFC 9562 §5.8). */
export function stableId(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  const version = `8${hex.slice(13, 16)}`
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${version}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function innerClients(realm: Realm): RealmClient[] {
  const named = new Set(realm.clients.map(({ clientId }) => clientId))
  return Object.keys(INNER_CLIENTS)
    .filter((clientId) => !named.has(clientId))
    .map((clientId) =>
      Value.Parse(
        RealmClient,
        Value.Default(RealmClient, { clientId, bearerOnly: true, standardFlowEnabled: false }),
      ),
    )
}

function realmRoles(realm: Realm, id: (kind: string, name: string) => string): LiveRole[] {
  const named = new Set(realm.roles.realm.map(({ name }) => name))
  const own: Role[] = [
    { name: 'offline_access' },
    { name: 'uma_authorization' },
    {
      name: `default-roles-${realm.realm}`,
      composite: true,
      composites: {
        realm: ['offline_access', 'uma_authorization'],
        client: { account: ['manage-account', 'view-profile'] },
      },
    },
  ]
  return [...realm.roles.realm, ...own.filter(({ name }) => !named.has(name))].map((role) => ({
    ...role,
    id: role.id ?? id('role', role.name),
    clientRole: false,
    containerId: realm.realm,
  }))
}

function clientRoles(
  realm: Realm,
  clients: readonly LiveClient[],
  id: (kind: string, name: string) => string,
): LiveRole[] {
  return clients.flatMap(({ id: containerId, clientId }) => {
    const given = realm.roles.client[clientId] ?? []
    const named = new Set(given.map(({ name }) => name))
    const inner = innerRoles(clientId).filter(({ name }) => !named.has(name))
    return [...given, ...inner].map((role) => ({
      ...role,
      id: role.id ?? id('role', `${clientId}:${role.name}`),
      clientRole: true,
      containerId,
    }))
  })
}

function innerRoles(clientId: string): Role[] {
  if (clientId !== 'realm-management' && clientId !== 'account') return []
  return Object.entries(INNER_CLIENTS[clientId]).map(([name, parts]) =>
    parts.length === 0
      ? { name }
      : { name, composite: true, composites: { client: { [clientId]: [...parts] } } },
  )
}

async function builtInScopes(): Promise<ClientScope[]> {
  const file = new URL('built-in-scopes.json', import.meta.url)
  const scopes: unknown = JSON.parse(await readFile(file, 'utf8'))
  invariant(Value.Check(Type.Array(ClientScope), scopes), 'the built-in scopes are scopes')
  return scopes
}

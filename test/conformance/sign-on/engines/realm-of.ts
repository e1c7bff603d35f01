// The realm that an engine of a suite starts with: that of the checkout, with a suite's clients and changes in it.

import { Type } from 'typebox'
import { Value } from 'typebox/value'

import { DEMO_VARIABLES } from '../../../../deploy/embedded/sign-on/demo-variables.ts'
import { readDesiredRealm, userIdOf } from '../../../../deploy/realm/desired/desired-realm.ts'
import type { EngineOptions, Person, RealmFile, TestClient } from '../engine.ts'

export interface SuiteRealm {
  /** Placeholders filled. */
  readonly representation: RealmFile
  readonly variables: Readonly<Record<string, string>>
  readonly person: (key: string) => Person
  readonly secretOf: (clientId: string) => string | undefined
}

const Shape = Type.Object({
  clients: Type.Array(
    Type.Object({ clientId: Type.String(), secret: Type.Optional(Type.String()) }),
  ),
  users: Type.Array(
    Type.Object({
      username: Type.String(),
      credentials: Type.Optional(Type.Array(Type.Object({ type: Type.String() }))),
    }),
  ),
})

const CLIENT = {
  enabled: true,
  protocol: 'openid-connect',
  publicClient: false,
  clientAuthenticatorType: 'client-secret',
  standardFlowEnabled: false,
  implicitFlowEnabled: false,
  directAccessGrantsEnabled: false,
  serviceAccountsEnabled: false,
  frontchannelLogout: false,
  fullScopeAllowed: true,
  redirectUris: [],
  webOrigins: [],
  attributes: {},
  protocolMappers: [],
  optionalClientScopes: [],
}

export async function realmOf(options: EngineOptions): Promise<SuiteRealm> {
  const variables = { ...DEMO_VARIABLES, ...options.variables }
  const desired = await readDesiredRealm()
  const clients = options.clients ?? []
  const whole: RealmFile = {
    ...desired,
    clients: [...desired.clients, ...clients.map(toClient)],
    users: [...(desired.users ?? []), ...clients.flatMap(serviceAccountOf)],
  }
  const changed = options.change === undefined ? whole : options.change(whole)
  const representation = fill(changed, variables)
  return {
    representation,
    variables,
    person: (key) => personOf(representation, key, variables),
    secretOf: (clientId) => secretOf(representation, clientId),
  }
}

function toClient({ serviceAccountRoles, ...client }: TestClient) {
  return { ...CLIENT, serviceAccountsEnabled: serviceAccountRoles !== undefined, ...client }
}

function serviceAccountOf({ clientId, serviceAccountRoles }: TestClient) {
  if (serviceAccountRoles === undefined) return []
  const username = `service-account-${clientId}`
  const realmRoles = serviceAccountRoles
  return [
    {
      id: userIdOf(username),
      username,
      enabled: true,
      serviceAccountClientId: clientId,
      realmRoles,
    },
  ]
}

/** As Keycloak does at import: upper-case names only, so that `${client_id}` of a mapper stays. */
function fill(realm: RealmFile, variables: Readonly<Record<string, string>>): RealmFile {
  const text = JSON.stringify(realm).replaceAll(
    /\$\{([A-Z][A-Z0-9_]*)\}/g,
    (_all, name: string) => {
      const value = variables[name]
      if (value === undefined) throw new TypeError(`the realm needs a value for ${name}`)
      return JSON.stringify(value).slice(1, -1)
    },
  )
  return Value.Parse(Shape, JSON.parse(text))
}

function personOf(
  realm: RealmFile,
  key: string,
  variables: Readonly<Record<string, string>>,
): Person {
  const user = realm.users.find(({ username }) => username === key)
  if (user === undefined) throw new TypeError(`the realm has no user ${key}`)
  const second = user.credentials?.some(({ type }) => type === 'otp')
  return {
    username: key,
    password: variables['DEMO_PASSWORD'] ?? '',
    totpSecret: second === true ? variables['DEMO_TOTP_SECRET'] : undefined,
  }
}

function secretOf(realm: RealmFile, clientId: string): string | undefined {
  return realm.clients.find((client) => client.clientId === clientId)?.secret
}

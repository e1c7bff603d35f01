// In: a realm file with the agencies' files beside it and the values of its placeholders. Out: the part of it that the
// embedded sign-on honours, typed. Never: a change to the file, or a guess for a placeholder without a value.
import { basename } from 'node:path'

import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

import { FindingsError } from '../../../adapters/finding.ts'
import { readDesiredRealm } from '../../realm/desired-realm.ts'
import { SignOnError } from './sign-on-error.ts'

const ProtocolMapper = Type.Object({
  name: Type.String(),
  protocolMapper: Type.String(),
  config: Type.Record(Type.String(), Type.String()),
})

const RealmClient = Type.Object({
  clientId: Type.String({ minLength: 1 }),
  name: Type.Optional(Type.String()),
  enabled: Type.Boolean(),
  publicClient: Type.Boolean(),
  secret: Type.Optional(Type.String({ minLength: 8 })),
  standardFlowEnabled: Type.Boolean(),
  serviceAccountsEnabled: Type.Boolean(),
  // Wildcards are left to nobody: RFC 9700 §2.1 asks for exact redirect URIs.
  redirectUris: Type.Array(Type.String({ pattern: '^[^*]+$' })),
  webOrigins: Type.Array(Type.String({ pattern: '^[^*]+$' })),
  attributes: Type.Record(Type.String(), Type.String()),
  protocolMappers: Type.Array(ProtocolMapper),
})

const Credential = Type.Object({
  type: Type.Literal('password'),
  value: Type.String({ minLength: 1 }),
})

const RealmUser = Type.Object({
  id: Type.String({ minLength: 1 }),
  username: Type.String({ minLength: 1 }),
  enabled: Type.Boolean(),
  firstName: Type.Optional(Type.String()),
  lastName: Type.Optional(Type.String()),
  attributes: Type.Optional(Type.Record(Type.String(), Type.Array(Type.String()))),
  credentials: Type.Optional(Type.Array(Credential)),
  realmRoles: Type.Array(Type.String()),
  serviceAccountClientId: Type.Optional(Type.String()),
})

const Realm = Type.Object({
  realm: Type.String({ pattern: '^[a-z][a-z0-9-]*$' }),
  displayName: Type.String(),
  bruteForceProtected: Type.Boolean(),
  /** Wrong passwords in a row before a user has to wait. */
  failureFactor: Type.Integer({ minimum: 1 }),
  waitIncrementSeconds: Type.Integer({ minimum: 1 }),
  maxFailureWaitSeconds: Type.Integer({ minimum: 1 }),
  /** All lifetimes in seconds. */
  accessTokenLifespan: Type.Integer({ minimum: 1 }),
  accessCodeLifespan: Type.Integer({ minimum: 1 }),
  accessCodeLifespanLogin: Type.Integer({ minimum: 1 }),
  ssoSessionIdleTimeout: Type.Integer({ minimum: 1 }),
  ssoSessionMaxLifespan: Type.Integer({ minimum: 1 }),
  roles: Type.Object({ realm: Type.Array(Type.Object({ name: Type.String() })) }),
  clients: Type.Array(RealmClient),
  users: Type.Array(RealmUser),
})

export type Realm = Static<typeof Realm>
export type RealmClient = Static<typeof RealmClient>
export type RealmUser = Static<typeof RealmUser>

/**
 * Reads the realm file and the agencies' files beside it as Keycloak's `--import-realm` would: `${NAME}` is replaced by a variable, everything that the
 * embedded sign-on has no use for is left aside.
 */
export async function readRealm(
  file: string | URL,
  variables: Readonly<Record<string, string>>,
): Promise<Realm> {
  const name = basename(file instanceof URL ? file.pathname : file)
  const realm = await readDesiredRealm(file).catch((cause: unknown) => {
    if (!(cause instanceof FindingsError)) throw cause
    throw new SignOnError('REALM_INVALID', cause.message, cause)
  })
  return parseRealm(JSON.stringify(realm), variables, name)
}

export function parseRealm(
  text: string,
  variables: Readonly<Record<string, string>>,
  file = 'realm',
): Realm {
  const realm = parseJson(substitute(text, variables, file), file)
  if (Value.Check(Realm, realm)) {
    const unknown = unknownRoles(realm)
    if (unknown.length > 0) refuse(file, unknown)
    return realm
  }
  return refuse(
    file,
    Value.Errors(Realm, realm).map((error) => `${error.instancePath || '/'} ${error.message}`),
  )
}

/**
 * The same realm, open to pages at `http://localhost:PORT` wherever it is to `http://127.0.0.1:PORT`: both names lead to
 * this machine, and people type either. For the embedded sign-on only; Keycloak takes the addresses of the file.
 */
export function withLocalhost(realm: Realm): Realm {
  const clients = realm.clients.map((client) => {
    const logout = client.attributes['post.logout.redirect.uris']
    const left = logout === undefined ? [] : logout.split('##')
    return {
      ...client,
      redirectUris: bothNames(client.redirectUris),
      webOrigins: bothNames(client.webOrigins),
      attributes:
        logout === undefined
          ? client.attributes
          : { ...client.attributes, 'post.logout.redirect.uris': bothNames(left).join('##') },
    }
  })
  return { ...realm, clients }
}

function bothNames(addresses: readonly string[]): string[] {
  const twins = addresses
    .filter((address) => address.startsWith('http://127.0.0.1:'))
    .map((address) => address.replace('//127.0.0.1:', '//localhost:'))
  return [...addresses, ...twins]
}

function substitute(text: string, variables: Readonly<Record<string, string>>, file: string) {
  const missing = new Set<string>()
  const whole = text.replaceAll(/\$\{([A-Z][A-Z0-9_]*)\}/g, (placeholder, name: string) => {
    const value = variables[name]
    if (value === undefined) missing.add(name)
    return value === undefined ? placeholder : JSON.stringify(value).slice(1, -1)
  })
  if (missing.size > 0) refuse(file, [`no value for ${[...missing].join(', ')}`])
  return whole
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SignOnError('REALM_INVALID', `${file}: is not JSON`, cause)
  }
}

function unknownRoles(realm: Realm): string[] {
  const known = new Set(realm.roles.realm.map((role) => role.name))
  return realm.users.flatMap((user) =>
    user.realmRoles
      .filter((role) => !known.has(role))
      .map((role) => `user ${user.username} has the role ${role}, which the realm lacks`),
  )
}

function refuse(file: string, findings: readonly string[]): never {
  throw new SignOnError('REALM_INVALID', `${file}: ${findings.join('; ')}`)
}

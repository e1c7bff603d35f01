// In: a realm, a client, a user. Out: the claims that Keycloak would put into the token, by the same protocol mappers.
import type { Realm, RealmClient, RealmUser } from './realm.ts'

type Claims = Readonly<Record<string, unknown>>
type Destination = 'access.token.claim' | 'id.token.claim' | 'userinfo.token.claim'

/** Claims of an access token beyond those of RFC 7519 that the provider writes itself. */
export function accessTokenClaims(client: RealmClient, user: RealmUser): Claims {
  return {
    typ: 'Bearer',
    azp: client.clientId,
    preferred_username: user.username,
    realm_access: { roles: user.realmRoles },
    resource_access: {},
    ...names(user),
    ...attributeClaims(client, user, 'access.token.claim'),
  }
}

/** Claims about the person for the ID token or for userinfo. */
export function personClaims(
  client: RealmClient | undefined,
  user: RealmUser,
  destination: Destination,
): Claims {
  return {
    preferred_username: user.username,
    ...names(user),
    ...(client === undefined ? {} : attributeClaims(client, user, destination)),
  }
}

/** The audience of a client's access tokens, by its first audience mapper. */
export function audienceOf(client: RealmClient): string | undefined {
  return client.protocolMappers.find(
    (mapper) =>
      mapper.protocolMapper === 'oidc-audience-mapper' &&
      mapper.config['access.token.claim'] === 'true',
  )?.config['included.custom.audience']
}

export function serviceAccountOf(realm: Realm, clientId: string): RealmUser | undefined {
  return realm.users.find((user) => user.serviceAccountClientId === clientId)
}

/** Every claim name that some mapper of the realm can write. */
export function mappedClaimNames(realm: Realm): string[] {
  const mappers = realm.clients.flatMap((client) => client.protocolMappers)
  return [...new Set(mappers.flatMap((mapper) => mapper.config['claim.name'] ?? []))]
}

function attributeClaims(client: RealmClient, user: RealmUser, destination: Destination): Claims {
  const claims: Record<string, string> = {}
  for (const { protocolMapper, config } of client.protocolMappers) {
    if (protocolMapper !== 'oidc-usermodel-attribute-mapper' || config[destination] !== 'true') {
      continue
    }
    const name = config['claim.name']
    const value = user.attributes?.[config['user.attribute'] ?? '']?.[0]
    if (name !== undefined && value !== undefined) claims[name] = value
  }
  return claims
}

function names(user: RealmUser): Claims {
  const parts = [user.firstName, user.lastName].filter((part) => part !== undefined)
  return {
    ...(user.firstName === undefined ? {} : { given_name: user.firstName }),
    ...(user.lastName === undefined ? {} : { family_name: user.lastName }),
    ...(parts.length === 0 ? {} : { name: parts.join(' ') }),
  }
}

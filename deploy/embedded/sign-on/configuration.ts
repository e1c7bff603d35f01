// In: a realm and the keys. Out: the configuration of oidc-provider that makes it answer as Keycloak answers for that
// realm: its paths, its token shape, its lifetimes. Never: a consent screen, because every client is our own.
import type {
  AccessToken,
  Account,
  ClientCredentials,
  Configuration,
  Interaction,
  KoaContextWithOIDC,
  ResourceServer,
} from 'oidc-provider'

import { ServiceError } from '../../../schema/errors.ts'
import {
  accessTokenClaims,
  audienceOf,
  mappedClaimNames,
  personClaims,
  serviceAccountOf,
} from './claims.ts'
import { toClientMetadata } from './clients.ts'
import type { SignOnKeys } from './keys.ts'
import type { loadProvider } from './load-provider.ts'
import { MemoryStore, type Shelf } from './memory-store.ts'
import { errorPage, logoutPage, signedOutPage } from './pages.ts'
import type { Realm, RealmClient, RealmUser } from './realm.ts'
import { sendHeaders } from './security-headers.ts'

// oidc-provider writes JWT access tokens only for a resource server (RFC 8707); ours is implied, as in Keycloak.
const GATEWAY = 'urn:panjareh:gateway'
// Keycloak grants a client's default scopes unasked; oidc-provider does not.
const DEFAULT_SCOPES = ['profile', 'email']
const SCOPES = 'openid profile email offline_access'

export const SIGN_IN_PATH = '/login-actions/authenticate'
const OPENID = '/protocol/openid-connect'

export function providerConfiguration(
  realm: Realm,
  keys: SignOnKeys,
  issuer: string,
  { interactionPolicy }: Awaited<ReturnType<typeof loadProvider>>,
): Configuration {
  const shelf: Shelf = new Map()
  const clients = realm.clients.filter((client) => client.enabled)
  const policy = interactionPolicy.base()
  policy.remove('consent')
  return {
    adapter: (model: string) => new MemoryStore(model, shelf),
    clients: clients.map(toClientMetadata),
    jwks: { keys: [keys.jwk] },
    cookies: { keys: keys.cookies },
    routes: {
      authorization: `${OPENID}/auth`,
      token: `${OPENID}/token`,
      jwks: `${OPENID}/certs`,
      end_session: `${OPENID}/logout`,
      revocation: `${OPENID}/revoke`,
    },
    discovery: { userinfo_endpoint: `${issuer}${OPENID}/userinfo` },
    scopes: SCOPES.split(' '),
    claims: {
      openid: ['sub', ...mappedClaimNames(realm)],
      profile: ['name', 'given_name', 'family_name', 'preferred_username'],
    },
    ttl: lifetimes(realm),
    responseTypes: ['code'],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    clientBasedCORS: (_ctx, origin, client) =>
      find(clients, client.clientId)?.webOrigins.includes(origin) ?? false,
    interactions: {
      policy,
      url: (_ctx: KoaContextWithOIDC, { uid }: Interaction) =>
        `${new URL(issuer).pathname}${SIGN_IN_PATH}/${uid}`,
    },
    loadExistingGrant: grantEverything,
    findAccount: (ctx, sub) => findAccount(realm, ctx, sub),
    ...tokenShape(realm, clients),
    features: features(realm, clients),
    renderError: (ctx, out) => {
      sendHeaders(ctx.res, [])
      ctx.type = 'html'
      ctx.body = errorPage(realm.displayName, out.error)
    },
  }
}

/** Access tokens as Keycloak writes them: its claims, its type, the service account's id as subject. */
function tokenShape(
  realm: Realm,
  clients: readonly RealmClient[],
): Pick<Configuration, 'extraTokenClaims' | 'formats'> {
  return {
    extraTokenClaims: (_ctx, token) => {
      const client = find(clients, token.clientId)
      const user = bearerOf(realm, token)
      return client && user ? { ...accessTokenClaims(client, user) } : undefined
    },
    formats: {
      customizers: {
        jwt: (_ctx, token, parts) => {
          const user = bearerOf(realm, token)
          Object.assign(parts, { header: { typ: 'JWT' } })
          const scope = new Set([...token.scopes, ...DEFAULT_SCOPES])
          Object.assign(parts.payload, { sub: user?.id, scope: [...scope].join(' ') })
        },
      },
    },
  }
}

function features(
  realm: Realm,
  clients: readonly RealmClient[],
): NonNullable<Configuration['features']> {
  return {
    devInteractions: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    dPoP: { enabled: false },
    // Keycloak accepts an access token with an audience at userinfo, oidc-provider does not: see userinfo.ts.
    userinfo: { enabled: false },
    clientCredentials: { enabled: true },
    revocation: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
    },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx, form) => {
        sendHeaders(
          ctx.res,
          clients.flatMap((client) => client.webOrigins),
        )
        ctx.body = logoutPage(realm.displayName, form)
      },
      postLogoutSuccessSource: (ctx) => {
        sendHeaders(ctx.res, [])
        ctx.body = signedOutPage(realm.displayName)
      },
    },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => GATEWAY,
      useGrantedResource: () => true,
      getResourceServerInfo: (_ctx, _resource, client) =>
        resourceServer(realm, find(clients, client.clientId)),
    },
  }
}

function resourceServer(realm: Realm, client: RealmClient | undefined): ResourceServer {
  const audience = client && audienceOf(client)
  if (audience === undefined) throw new ServiceError('FORBIDDEN', 'This client has no audience.')
  return {
    scope: SCOPES,
    audience,
    accessTokenTTL: realm.accessTokenLifespan,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'RS256' } },
  }
}

function lifetimes(realm: Realm): NonNullable<Configuration['ttl']> {
  return {
    AccessToken: realm.accessTokenLifespan,
    ClientCredentials: realm.accessTokenLifespan,
    IdToken: realm.accessTokenLifespan,
    AuthorizationCode: realm.accessCodeLifespan,
    RefreshToken: realm.ssoSessionIdleTimeout,
    Interaction: realm.accessCodeLifespanLogin,
    Session: realm.ssoSessionMaxLifespan,
    Grant: realm.ssoSessionMaxLifespan,
  }
}

async function grantEverything(ctx: KoaContextWithOIDC) {
  const { client, session, provider, params } = ctx.oidc
  const accountId = session?.accountId
  if (client === undefined || accountId === undefined) return undefined
  const kept = session?.grantIdFor(client.clientId)
  const grant =
    (kept === undefined ? undefined : await provider.Grant.find(kept)) ??
    new provider.Grant({ clientId: client.clientId, accountId })
  const scope = typeof params?.['scope'] === 'string' ? params['scope'] : 'openid'
  grant.addOIDCScope(scope)
  grant.addResourceScope(GATEWAY, scope)
  await grant.save()
  return grant
}

function findAccount(realm: Realm, ctx: KoaContextWithOIDC, sub: string): Account | undefined {
  const user = realm.users.find((candidate) => candidate.id === sub && candidate.enabled)
  if (user === undefined) return undefined
  const client = find(realm.clients, ctx.oidc.client?.clientId)
  return {
    accountId: sub,
    claims: () => ({ sub, ...personClaims(client, user, 'id.token.claim') }),
  }
}

/** Whom a token speaks for: the person who signed in, or the client's service account. */
function bearerOf(realm: Realm, token: AccessToken | ClientCredentials): RealmUser | undefined {
  if ('accountId' in token) return realm.users.find((user) => user.id === token.accountId)
  return token.clientId === undefined ? undefined : serviceAccountOf(realm, token.clientId)
}

function find(clients: readonly RealmClient[], clientId: string | undefined) {
  return clients.find((client) => client.clientId === clientId)
}

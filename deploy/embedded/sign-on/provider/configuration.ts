// In: the live realm and the keys. Out: the configuration of oidc-provider that makes it answer as Keycloak answers for
// that realm: its paths, its token shape, its lifetimes. Never: a consent screen, because every client is our own.
import type { Adapter, Configuration, Interaction, KoaContextWithOIDC } from 'oidc-provider'

import { errorPage } from '../pages.ts'
import type { LiveRealm } from '../realm/live-realm.ts'
import { sendHeaders } from '../security-headers.ts'
import { ONE_TIME_CODE, levelsOf, PASSWORD } from '../sign-in/assurance.ts'
import { findAccount, grantEverything } from '../sign-in/join-session.ts'
import { signInPolicy } from '../sign-in/sign-in-policy.ts'
import { ALGORITHMS } from '../tokens/keys.ts'
import type { SigningKeys } from '../tokens/signing-keys.ts'
import { accessTokenShape } from '../tokens/token-shape.ts'
import { originsOf } from './clients.ts'
import { features } from './features.ts'
import type { Fetch } from './guarded-fetch.ts'
import type { loadProvider } from './load-provider.ts'

export const SIGN_IN_PATH = '/login-actions/authenticate'
export const OPENID = '/protocol/openid-connect'
export const DEVICE_PATH = '/device'

/** Where Keycloak has them, below the realm's address. */
const ROUTES = {
  authorization: `${OPENID}/auth`,
  token: `${OPENID}/token`,
  jwks: `${OPENID}/certs`,
  end_session: `${OPENID}/logout`,
  revocation: `${OPENID}/revoke`,
  introspection: `${OPENID}/token/introspect`,
  pushed_authorization_request: `${OPENID}/ext/par/request`,
  device_authorization: `${OPENID}/auth/device`,
  code_verification: DEVICE_PATH,
}

export interface ProviderParts {
  readonly realm: LiveRealm
  readonly keys: SigningKeys
  /** Shared by all providers of one sign-on: what one has begun another goes on with. */
  readonly stores: (model: string) => Adapter
  readonly issuer: string
  /** Of the same realm, where clients show certificates; undefined where none is. */
  readonly tlsAddress: string | undefined
  readonly oidc: Awaited<ReturnType<typeof loadProvider>>
  /** For key sets of clients. */
  readonly fetch: Fetch
}

export function providerConfiguration(parts: ProviderParts): Configuration {
  const { realm, keys, issuer, oidc } = parts
  return {
    adapter: parts.stores,
    clients: [],
    // Of several that fit it signs with the first.
    jwks: { keys: [...keys.usable()] },
    cookies: {
      keys: [...keys.cookies],
      long: { signed: true, httpOnly: true, sameSite: 'lax', overwrite: true },
      short: { signed: true, httpOnly: true, sameSite: 'lax', overwrite: true },
    },
    routes: ROUTES,
    discovery: discovery(parts),
    // The realm's own scopes are looked up live; here a name would be taken for the name of a claim.
    scopes: ['openid'],
    acrValues: acrNames(realm),
    claims: { openid: ['sub'] },
    enabledJWA: {
      clientAuthSigningAlgValues: [...ALGORITHMS],
      idTokenSigningAlgValues: [...ALGORITHMS],
      dPoPSigningAlgValues: [...ALGORITHMS],
    },
    clientAuthMethods: [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      'tls_client_auth',
      'none',
    ],
    responseTypes: ['code'],
    pkce: { required: () => true },
    rotateRefreshToken: () => realm.settings.revokeRefreshToken,
    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => true,
    clientBasedCORS: (_ctx, origin, client) => {
      const found = realm.clients.byName(client.clientId)
      return found !== undefined && originsOf(found).includes(origin)
    },
    interactions: {
      policy: signInPolicy(realm, oidc),
      url: (_ctx: KoaContextWithOIDC, { uid }: Interaction) =>
        `${new URL(issuer).pathname}${SIGN_IN_PATH}/${uid}`,
    },
    loadExistingGrant: grantEverything,
    findAccount: (ctx, sub, token) => findAccount(realm, ctx, sub, token),
    formats: accessTokenShape(realm, issuer),
    features: features(realm, oidc.errors),
    fetch: parts.fetch,
    ttl: lifetimes(realm),
    renderError: (ctx, out) => {
      sendHeaders(ctx.res, [])
      ctx.type = 'html'
      ctx.body = errorPage(realm.settings.displayName, out.error)
    },
  }
}

function discovery({ issuer, tlsAddress }: ProviderParts): Configuration['discovery'] {
  return {
    userinfo_endpoint: `${issuer}${OPENID}/userinfo`,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    subject_types_supported: ['public', 'pairwise'],
    ...(tlsAddress === undefined ? {} : aliasesAt(tlsAddress)),
  }
}

/** RFC 8705 §5. */
function aliasesAt(address: string) {
  return {
    mtls_endpoint_aliases: {
      token_endpoint: `${address}${ROUTES.token}`,
      revocation_endpoint: `${address}${ROUTES.revocation}`,
      introspection_endpoint: `${address}${ROUTES.introspection}`,
      device_authorization_endpoint: `${address}${ROUTES.device_authorization}`,
      pushed_authorization_request_endpoint: `${address}${ROUTES.pushed_authorization_request}`,
      userinfo_endpoint: `${address}${OPENID}/userinfo`,
    },
  }
}

function acrNames(realm: LiveRealm): string[] {
  const named = [...levelsOf(realm).keys()]
  return named.length > 0 ? named : [String(PASSWORD), String(ONE_TIME_CODE)]
}

/** Asked for each token, so that a changed realm holds from the next one on. */
function lifetimes(realm: LiveRealm): NonNullable<Configuration['ttl']> {
  const left = (sessionUid: string | undefined): number => {
    const session = realm.sessions.get(sessionUid)
    const seconds = session && Math.floor((realm.sessions.endMs(session) - realm.now()) / 1000)
    return Math.max(1, seconds ?? realm.settings.ssoSessionIdleTimeout)
  }
  return {
    AccessToken: () => realm.settings.accessTokenLifespan,
    ClientCredentials: () => realm.settings.accessTokenLifespan,
    IdToken: () => realm.settings.accessTokenLifespan,
    AuthorizationCode: () => realm.settings.accessCodeLifespan,
    RefreshToken: (_ctx, token) => left(token.sessionUid),
    DeviceCode: () => realm.settings.oauth2DeviceCodeLifespan,
    Interaction: () => realm.settings.accessCodeLifespanLogin,
    Session: () => realm.settings.ssoSessionMaxLifespan,
    Grant: () => realm.settings.ssoSessionMaxLifespan,
  }
}

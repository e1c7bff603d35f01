// In: a client of the live realm. Out: the same as oidc-provider knows it (the mapping of Keycloak's fields), or nothing
// for one that may not sign anybody in or itself.
import type { AdapterPayload, ClientMetadata } from 'oidc-provider'

import { parseJson } from '../parse-json.ts'
import type { LiveRealm } from '../realm/live-realm.ts'
import type { LiveClient } from '../realm/realm-types.ts'
import { ALGORITHMS, algorithmOf } from '../tokens/keys.ts'

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
export const EXCHANGE_GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** Looked up for every request, so that a change of the realm holds from the next one on. */
export function findClient(realm: LiveRealm, clientId: string): AdapterPayload | undefined {
  const client = realm.clients.byName(clientId)
  if (client === undefined || !client.enabled || client.bearerOnly) return undefined
  return { ...toClientMetadata(realm, client) }
}

function toClientMetadata(realm: LiveRealm, client: LiveClient): ClientMetadata {
  const { attributes } = client
  const code = client.standardFlowEnabled
  const device = attributes['oauth2.device.authorization.grant.enabled'] === 'true'
  return {
    client_id: client.clientId,
    ...(client.name === undefined ? {} : { client_name: client.name }),
    ...authentication(client),
    grant_types: [
      ...(code ? ['authorization_code'] : []),
      ...(code || device ? ['refresh_token'] : []),
      ...(client.serviceAccountsEnabled && !client.publicClient ? ['client_credentials'] : []),
      ...(device ? [DEVICE_GRANT] : []),
      ...(mayExchange(client) ? [EXCHANGE_GRANT] : []),
    ],
    response_types: code ? ['code'] : [],
    redirect_uris: code ? client.redirectUris : [],
    post_logout_redirect_uris: logoutUris(client),
    id_token_signed_response_alg: algorithmOf(
      attributes['id.token.signed.response.alg'],
      realm.settings.defaultSignatureAlgorithm,
    ),
    require_pushed_authorization_requests:
      attributes['require.pushed.authorization.requests'] === 'true',
    dpop_bound_access_tokens: attributes['dpop.bound.access.tokens'] === 'true',
    tls_client_certificate_bound_access_tokens:
      attributes['tls.client.certificate.bound.access.tokens'] === 'true',
    backchannel_logout_session_required: true,
  }
}

function mayExchange(client: LiveClient): boolean {
  return !client.publicClient && client.attributes['standard.token.exchange.enabled'] === 'true'
}

/** `+` stands for the origins of the redirect URIs. */
export function originsOf({ webOrigins, redirectUris }: LiveClient): string[] {
  const ofRedirects = redirectUris.flatMap((uri) => URL.parse(uri)?.origin ?? [])
  return webOrigins.flatMap((origin) => (origin === '+' ? ofRedirects : [origin]))
}

/** Where forms of a sign-in for this client may end. */
export function targetsOf({ redirectUris }: LiveClient): string[] {
  return [...new Set(redirectUris.flatMap((uri) => URL.parse(uri)?.origin ?? []))]
}

function logoutUris({ attributes, redirectUris }: LiveClient): string[] {
  // Keycloak writes several in one attribute, parted by "##"; `+` stands for the redirect URIs, `-` for none.
  const given = (attributes['post.logout.redirect.uris'] ?? '').split('##')
  return given.flatMap((uri) => {
    if (uri === '+') return redirectUris
    return uri === '' || uri === '-' ? [] : [uri]
  })
}

function authentication(client: LiveClient): Partial<ClientMetadata> {
  const { attributes } = client
  if (client.publicClient) return { token_endpoint_auth_method: 'none' }
  if (client.clientAuthenticatorType === 'client-x509') {
    // Always compared as text: an expression, which Keycloak takes unless it is told not to, is nobody's subject here.
    const subject = attributes['x509.subjectdn']
    return { token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_subject_dn: subject }
  }
  if (client.clientAuthenticatorType !== 'client-jwt') {
    return { client_secret: client.secret, token_endpoint_auth_method: 'client_secret_basic' }
  }
  const keys =
    attributes['use.jwks.url'] === 'true'
      ? { jwks_uri: attributes['jwks.url'] }
      : { jwks: readKeySet(attributes['jwks.string']) }
  const alg = ALGORITHMS.find((name) => name === attributes['token.endpoint.auth.signing.alg'])
  return {
    token_endpoint_auth_method: 'private_key_jwt',
    ...keys,
    ...(alg === undefined ? {} : { token_endpoint_auth_signing_alg: alg }),
  }
}

/** A text that is no key set gives none: every assertion is refused then. */
function readKeySet(text: string | undefined): NonNullable<ClientMetadata['jwks']> {
  const set = parseJson(text)
  const keys: unknown = typeof set === 'object' && set !== null && 'keys' in set ? set.keys : []
  return { keys: Array.isArray(keys) ? keys.filter(isKey) : [] }
}

function isKey(value: unknown): value is { kty: 'RSA' | 'EC' | 'OKP' } {
  return typeof value === 'object' && value !== null && 'kty' in value && value.kty !== 'oct'
}

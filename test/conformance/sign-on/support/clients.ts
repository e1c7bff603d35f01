// The clients of the suites: one per way that an agency's or our own client may be set up. None is in the product's realm.
import type { JWK } from 'jose'

import type { TestClient } from '../engine.ts'
import { CALLBACK } from './sign-in.ts'

export const PERSON_SCOPES = ['basic', 'acr', 'roles', 'profile', 'person', 'gateway']
const MACHINE_SCOPES = ['basic', 'roles', 'gateway']
const S256 = { 'pkce.code.challenge.method': 'S256' }
const DPOP = { 'dpop.bound.access.tokens': 'true' }

export function web(clientId: string, more: Readonly<Record<string, unknown>> = {}): TestClient {
  const { attributes, ...rest } = more
  return {
    clientId,
    secret: `${clientId}-secret`,
    standardFlowEnabled: true,
    redirectUris: [CALLBACK],
    defaultClientScopes: PERSON_SCOPES,
    ...rest,
    attributes: { ...S256, 'post.logout.redirect.uris': CALLBACK, ...texts(attributes) },
  }
}

export function machine(
  clientId: string,
  more: Readonly<Record<string, unknown>> = {},
): TestClient {
  return {
    clientId,
    secret: `${clientId}-secret`,
    serviceAccountRoles: ['agency', 'inquiry:identity'],
    defaultClientScopes: MACHINE_SCOPES,
    ...more,
  }
}

/** A public client, as an app on a phone. */
export function app(clientId: string, more: Readonly<Record<string, unknown>> = {}): TestClient {
  const { secret: _none, ...client } = web(clientId, more)
  return { ...client, publicClient: true }
}

export const boundApp = (clientId: string): TestClient => app(clientId, { attributes: DPOP })

export const boundMachine = (clientId: string): TestClient =>
  machine(clientId, { attributes: DPOP })

/** Signs its own proof of who it is (RFC 7523). */
export function keyedMachine(clientId: string, publicKey: JWK): TestClient {
  const { secret: _none, ...client } = machine(clientId)
  return {
    ...client,
    clientAuthenticatorType: 'client-jwt',
    attributes: {
      'use.jwks.string': 'true',
      'jwks.string': JSON.stringify({ keys: [publicKey] }),
      'token.endpoint.auth.signing.alg': 'ES256',
    },
  }
}

const CERTIFICATE_BOUND = { 'tls.client.certificate.bound.access.tokens': 'true' }

/** Shows a certificate of exactly this subject (RFC 8705 §2.1, RFC 4514); its tokens are bound to it (§3). */
export function certifiedMachine(clientId: string, subject: string): TestClient {
  const { secret: _none, ...client } = machine(clientId)
  return {
    ...client,
    clientAuthenticatorType: 'client-x509',
    attributes: {
      ...CERTIFICATE_BOUND,
      'x509.subjectdn': subject,
      'x509.allow.regex.pattern.comparison': 'false',
    },
  }
}

/** The same client, with tokens that are bound to the certificate that it shows, however it signs in. */
export function certificateBound(client: TestClient): TestClient {
  return { ...client, attributes: { ...texts(client['attributes']), ...CERTIFICATE_BOUND } }
}

/** Puts another client into `aud`, so that it may exchange the token (RFC 8693). */
export function audienceMapper(clientId: string) {
  return {
    name: `audience ${clientId}`,
    protocol: 'openid-connect',
    protocolMapper: 'oidc-audience-mapper',
    consentRequired: false,
    config: {
      'included.client.audience': clientId,
      'id.token.claim': 'false',
      'access.token.claim': 'true',
      'introspection.token.claim': 'true',
    },
  }
}

/** As `deploy/realm` writes it for an agency with a sector. */
export const PAIRWISE = {
  name: 'pairwise subject',
  protocol: 'openid-connect',
  protocolMapper: 'oidc-sha256-pairwise-sub-mapper',
  consentRequired: false,
  config: { pairwiseSubAlgorithmSalt: '${PAIRWISE_SALT}' },
}

function texts(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]))
}

// In: an answer of the provider's introspection or revocation. Out: the same for access tokens that are JWTs, which the
// provider declines, after it has authenticated the client. Never: an answer for a client that it did not authenticate.

import type { JWTPayload } from 'jose'
import type { KoaContextWithOIDC } from 'oidc-provider'

import type { LiveRealm } from '../realm/live-realm.ts'
import { textOf, type Tokens } from './tokens.ts'

/** RFC 7662; Keycloak tells nothing of a token to a client that it is not for. */
export async function finishIntrospection(
  realm: LiveRealm,
  tokens: Tokens,
  ctx: KoaContextWithOIDC,
): Promise<void> {
  const token = declinedToken(ctx)
  if (token === undefined) return
  const caller = realm.clients.byName(ctx.oidc.client?.clientId ?? '')
  const payload = await tokens.verify(token)
  const isFor = [payload?.aud ?? []].flat().includes(caller?.clientId ?? '')
  const told = payload !== undefined && isFor && caller?.publicClient === false
  ctx.status = 200
  ctx.body = told ? activeToken(realm, payload) : { active: false }
}

/** A client revokes its own tokens only; for all others the answer is the same (RFC 7009 §2.1). */
export async function finishRevocation(
  realm: LiveRealm,
  tokens: Tokens,
  ctx: KoaContextWithOIDC,
): Promise<void> {
  const token = declinedToken(ctx)
  if (token === undefined) {
    leaveSession(realm, ctx)
    return
  }
  ctx.status = 200
  ctx.body = ''
  const payload = await tokens.verify(token)
  if (payload !== undefined && payload['azp'] === ctx.oidc.client?.clientId) tokens.revoke(payload)
}

/** The token that the provider declined because it is a JWT; undefined when it answered, or refused the client. */
function declinedToken(ctx: KoaContextWithOIDC): string | undefined {
  const token = ctx.oidc.params?.['token']
  const authenticated = ctx.oidc.client !== undefined
  const declined = errorOf(ctx) === 'unsupported_token_type' && authenticated
  return declined && typeof token === 'string' ? token : undefined
}

export function errorOf(ctx: KoaContextWithOIDC): unknown {
  const body: unknown = ctx.body
  return typeof body === 'object' && body !== null ? Reflect.get(body, 'error') : undefined
}

function activeToken(realm: LiveRealm, payload: JWTPayload): object {
  const session = realm.sessions.get(textOf(payload['sid']))
  const user =
    realm.users.get(session?.userId ?? '') ?? realm.serviceAccountOf(textOf(payload['azp']))
  return {
    ...payload,
    client_id: payload['azp'],
    ...(user === undefined ? {} : { username: user.username }),
    token_type: payload['typ'],
    active: true,
  }
}

/** After its refresh token was revoked, the client is out of the session, which other clients may still use. */
function leaveSession(realm: LiveRealm, ctx: KoaContextWithOIDC): void {
  const refresh = ctx.oidc.entities.RefreshToken
  const mine = refresh !== undefined && refresh.clientId === ctx.oidc.client?.clientId
  const client = mine ? realm.clients.byName(refresh.clientId ?? '') : undefined
  if (client !== undefined) realm.sessions.get(refresh?.sessionUid)?.clients.delete(client.id)
}

// In: Keycloak's logout of a server side: `POST logout` with client authentication and a refresh token. Out: the end of
// its session. The provider has no such thing, but its revocation authenticates the client and finds the token.
import { Readable } from 'node:stream'

import type { KoaContextWithOIDC } from 'oidc-provider'

import { readForm } from '../form.ts'
import type { LiveRealm } from '../realm/live-realm.ts'

/** False for a browser's logout, which goes on as it came. */
export async function turnIntoRevocation(
  ctx: KoaContextWithOIDC,
  revocationPath: string,
): Promise<boolean> {
  const form = (await readForm(ctx.req)) ?? new URLSearchParams()
  const tokens = form.getAll('refresh_token')
  if (tokens.length > 0) {
    form.delete('refresh_token')
    for (const token of tokens) form.append('token', token)
    form.set('token_type_hint', 'refresh_token')
    const base = ctx.originalUrl.slice(0, ctx.originalUrl.length - ctx.url.length)
    Object.assign(ctx.req, { url: revocationPath, originalUrl: `${base}${revocationPath}` })
  }
  replayBody(ctx, form)
  return tokens.length > 0
}

export function endByToken(realm: LiveRealm, ctx: KoaContextWithOIDC): void {
  // Whoever was not authenticated has been told so.
  if (ctx.status !== 200) return
  const refresh = ctx.oidc.entities.RefreshToken
  const mine = refresh !== undefined && refresh.clientId === ctx.oidc.client?.clientId
  if (!mine || refresh.sessionUid === undefined) {
    ctx.status = 400
    ctx.body = { error: 'invalid_grant', error_description: 'Invalid refresh token' }
    return
  }
  realm.sessions.end(refresh.sessionUid, 'logout')
  ctx.body = null
  ctx.status = 204
}

/** A stream is read once; whoever comes next reads a copy. */
function replayBody(ctx: KoaContextWithOIDC, form: URLSearchParams): void {
  const body = Buffer.from(form.toString())
  const copy = Readable.from([body], { objectMode: false })
  ctx.req.headers['content-length'] = String(body.length)
  Object.defineProperties(ctx.req, {
    readable: { value: true, configurable: true },
    iterator: { value: copy.iterator.bind(copy), configurable: true },
  })
}

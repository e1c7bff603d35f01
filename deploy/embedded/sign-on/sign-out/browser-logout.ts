// In: the provider's logout page. Out: the logout without a question, where there is nothing to ask: a browser without a
// session, or a client that shows the ID token of this very session. Never: a redirect that the provider did not check.
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'

import { signedOutPage } from '../pages.ts'
import type { LiveRealm } from '../realm/live-realm.ts'
import { sendHeaders } from '../security-headers.ts'
import { textOf } from '../tokens/tokens.ts'

export async function finishLogout(
  realm: LiveRealm,
  provider: Provider,
  ctx: KoaContextWithOIDC,
): Promise<void> {
  const session = Reflect.has(ctx, 'oidc') ? ctx.oidc.session : undefined
  if (ctx.status !== 200 || session === undefined) return
  if (session.accountId !== undefined) {
    if (sidOfHint(ctx) !== session.uid) return
    realm.sessions.end(session.uid, 'logout')
    await session.destroy()
    ctx.cookies.set(provider.cookieName('session'), null, { signed: true, path: '/' })
  }
  leadBack(realm, ctx)
}

function leadBack(realm: LiveRealm, ctx: KoaContextWithOIDC): void {
  const back = textOf(ctx.oidc.params?.['post_logout_redirect_uri'])
  if (back === '') {
    sendHeaders(ctx.res, [])
    ctx.type = 'html'
    ctx.body = signedOutPage(realm.settings.displayName)
    return
  }
  const target = new URL(back)
  const state = textOf(ctx.oidc.params?.['state'])
  if (state !== '') target.searchParams.set('state', state)
  ctx.redirect(target.href)
  ctx.status = 303
}

function sidOfHint(ctx: KoaContextWithOIDC): unknown {
  const payload: unknown = Reflect.get(ctx.oidc.entities.IdTokenHint ?? {}, 'payload')
  return typeof payload === 'object' && payload !== null ? Reflect.get(payload, 'sid') : undefined
}

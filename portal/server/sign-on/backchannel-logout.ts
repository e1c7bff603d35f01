// POST …/sso/backchannel-logout: the sign-on says that a session is over. Ours end, their open streams, too, and the
// gateway is told, so that an access token which somebody copied ends now and not at its `exp`.
import type { Request, Response } from 'express'

import { readForm } from '../http/read-body.ts'
import type { PortalLog } from '../options.ts'
import { PortalError } from '../portal-error.ts'
import type { SessionStore } from '../session/session-store.ts'
import type { LogoutTokens } from './logout-token.ts'

export interface BackchannelLogout {
  readonly tokens: LogoutTokens
  readonly store: SessionStore
  readonly gateway: URL
  readonly log: PortalLog
}

const LARGEST = 20 * 1024
const TRIES = 2
const TIMEOUT_MS = 3_000

/**
 * 200 done · 400 not a logout token · 503 we cannot tell (no keys), or ours end only when their store is back · 504 ours are
 * ended, the gateway was not reached.
 */
export function backchannelLogout({ tokens, store, gateway, log }: BackchannelLogout) {
  return async (request: Request, response: Response): Promise<void> => {
    const token = (await readForm(request, LARGEST)).get('logout_token')
    if (token === undefined) throw new PortalError('LOGOUT_TOKEN_INVALID', 'missing')
    const order = await tokens.read(token)
    const [sessions, isForwarded] = await Promise.all([
      store.endAll(order),
      forward(gateway, token),
    ])
    if (!isForwarded || sessions === undefined) tokens.forget(order)
    const facts = { sessions: sessions ?? 'later', forwarded: isForwarded }
    log.info(facts, 'the sign-on ended a session')
    response.status(sessions === undefined ? 503 : isForwarded ? 200 : 504).end()
  }
}

async function forward(gateway: URL, token: string): Promise<boolean> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const status = await fetch(new URL('/backchannel-logout', gateway), {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).then(
      async (answer) => {
        await answer.body?.cancel()
        return answer.status
      },
      () => undefined,
    )
    if (status === 200 || status === 204) return true
    // A refusal will not change by asking again.
    if (status !== undefined && status < 500) return false
  }
  return false
}

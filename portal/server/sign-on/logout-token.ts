// Logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4, §2.6): all that must hold before a session ends by one.
import type { JWTPayload } from 'jose'

import { PortalError } from '../portal-error.ts'
import { textOf } from '../session/signed-in.ts'
import type { VerifyToken } from './verify-token.ts'

export interface LogoutOrder {
  readonly sid?: string
  readonly subject?: string
  readonly id: string
}

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
const OLDEST_SECONDS = 5 * 60
const MOST_REMEMBERED = 10_000

export class LogoutTokens {
  readonly #verify: VerifyToken
  readonly #now: () => number
  /** Id → when it may be forgotten, in milliseconds. */
  readonly #seen = new Map<string, number>()

  constructor(verify: VerifyToken, now: () => number) {
    this.#verify = verify
    this.#now = now
  }

  /** @throws {PortalError} LOGOUT_TOKEN_INVALID, SIGN_ON_UNAVAILABLE. A token is good once. */
  async read(token: string): Promise<LogoutOrder> {
    const payload = await this.#verify(token, 'logout').catch((error: unknown) => {
      if (!(error instanceof PortalError) || error.code !== 'TOKEN_INVALID') throw error
      throw new PortalError('LOGOUT_TOKEN_INVALID', error.reason, error)
    })
    const order = orderOf(payload)
    const age = this.#now() / 1000 - (payload.iat ?? 0)
    if (age > OLDEST_SECONDS) throw invalid('iat')
    this.#remember(order.id)
    return order
  }

  /** What could not be carried out may be sent again. */
  forget({ id }: LogoutOrder): void {
    this.#seen.delete(id)
  }

  #remember(id: string): void {
    const now = this.#now()
    for (const [seen, until] of this.#seen) {
      if (until > now && this.#seen.size < MOST_REMEMBERED) break
      this.#seen.delete(seen)
    }
    if (this.#seen.has(id)) throw invalid('replayed')
    // Later, the age alone refuses it.
    this.#seen.set(id, now + OLDEST_SECONDS * 1000 + 60_000)
  }
}

function orderOf(payload: JWTPayload): LogoutOrder {
  const events: unknown = payload['events']
  const event: unknown =
    typeof events === 'object' && events !== null ? Reflect.get(events, EVENT) : undefined
  if (typeof event !== 'object' || event === null) throw invalid('events')
  // §2.4: so that no ID token can be used as a logout token, nor the other way round.
  if (payload['nonce'] !== undefined) throw invalid('nonce')
  const { jti, sub } = payload
  const sid = textOf(payload, 'sid')
  if (typeof jti !== 'string' || jti === '') throw invalid('jti')
  if (sid === undefined && sub === undefined) throw invalid('sid')
  return {
    id: jti,
    ...(sid === undefined ? {} : { sid }),
    ...(sub === undefined ? {} : { subject: sub }),
  }
}

function invalid(reason: string): PortalError {
  return new PortalError('LOGOUT_TOKEN_INVALID', reason)
}

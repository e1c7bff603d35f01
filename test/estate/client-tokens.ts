// The token endpoint of systems that take OAuth 2 client credentials (RFC 6749 §4.4), and the tokens that it has given.

import { randomBytes } from 'node:crypto'

import { jsonReply } from './rest-replies.ts'
import { readBasic, type WireReply, type WireRequest } from './simulator.ts'

export interface TokenClient {
  readonly client: string
  readonly secret: string
  readonly scope: string
  readonly lifeSeconds: number
}

export class ClientTokens {
  readonly #account: TokenClient
  readonly #now: () => number
  /** Token to the epoch milliseconds at which it ends. */
  readonly #live = new Map<string, number>()

  constructor(account: TokenClient, now: () => number) {
    this.#account = account
    this.#now = now
  }

  /** Errors of RFC 6749 §5.2. */
  issue({ method, headers, body }: WireRequest): WireReply {
    const { client, secret, scope, lifeSeconds } = this.#account
    const form = new URLSearchParams(body.toString('utf8'))
    const sent = readBasic(headers) ?? {
      user: form.get('client_id') ?? '',
      password: form.get('client_secret') ?? '',
    }
    if (method !== 'POST') return jsonReply(405, { error: 'invalid_request' })
    if (sent.user !== client || sent.password !== secret) {
      return jsonReply(401, { error: 'invalid_client' })
    }
    if (form.get('grant_type') !== 'client_credentials') {
      return jsonReply(400, { error: 'unsupported_grant_type' })
    }
    if ((form.get('scope') ?? scope) !== scope) return jsonReply(400, { error: 'invalid_scope' })
    const token = randomBytes(24).toString('base64url')
    this.#forgetOld()
    this.#live.set(token, this.#now() + lifeSeconds * 1_000)
    return jsonReply(200, {
      access_token: token,
      token_type: 'Bearer',
      expires_in: lifeSeconds,
      scope,
    })
  }

  /** Of an Authorization header (RFC 6750 §2.1). */
  isLive(authorization: string | undefined): boolean {
    const token = /^Bearer (\S+)$/u.exec(authorization ?? '')?.[1]
    return token !== undefined && (this.#live.get(token) ?? 0) > this.#now()
  }

  #forgetOld(): void {
    for (const [token, until] of this.#live) {
      if (until <= this.#now()) this.#live.delete(token)
    }
  }
}

// In: a request with a DPoP-bound access token. Out: whether the one who sends it holds the token's key (RFC 9449 §7).
import { createHash } from 'node:crypto'

import { calculateJwkThumbprint, EmbeddedJWK, errors, jwtVerify } from 'jose'

import { ALGORITHMS } from './keys.ts'

export interface ProvenRequest {
  readonly method: string
  /** Without query and fragment. */
  readonly url: string
  readonly token: string
  readonly proof: string
}

const WINDOW_SECONDS = 300
const MOST_SEEN = 20_000

export class ProofsOfPossession {
  readonly #now: () => number
  /** By key and `jti`: until when a proof is remembered, milliseconds since 1970. */
  readonly #seen = new Map<string, number>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** `jkt` is the thumbprint in the token's `cnf`. A proof holds once. */
  async holds(request: ProvenRequest, jkt: unknown): Promise<boolean> {
    try {
      const { payload, protectedHeader } = await jwtVerify(request.proof, EmbeddedJWK, {
        typ: 'dpop+jwt',
        algorithms: [...ALGORITHMS],
        currentDate: new Date(this.#now()),
      })
      const { iat, jti } = payload
      const fresh = Math.abs(this.#now() / 1000 - Number(iat)) <= WINDOW_SECONDS
      const ath = createHash('sha256').update(request.token).digest('base64url')
      const fits =
        payload['htm'] === request.method &&
        payload['htu'] === request.url &&
        payload['ath'] === ath &&
        fresh
      if (!fits || typeof jti !== 'string' || protectedHeader.jwk === undefined) return false
      if ((await calculateJwkThumbprint(protectedHeader.jwk)) !== jkt) return false
      return this.#isNew(`${await calculateJwkThumbprint(protectedHeader.jwk)} ${jti}`)
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return false
      throw error
    }
  }

  #isNew(name: string): boolean {
    const nowMs = this.#now()
    if ((this.#seen.get(name) ?? 0) > nowMs) return false
    if (this.#seen.size >= MOST_SEEN) {
      for (const [old, untilMs] of this.#seen) if (untilMs <= nowMs) this.#seen.delete(old)
      const oldest = this.#seen.keys().next()
      if (this.#seen.size >= MOST_SEEN && !oldest.done) this.#seen.delete(oldest.value)
    }
    this.#seen.set(name, nowMs + 2 * WINDOW_SECONDS * 1000)
    return true
  }
}

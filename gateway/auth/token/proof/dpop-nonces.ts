// Nonces that proofs must hold where the clocks of clients are not to be trusted (RFC 9449 §8, §9). Nothing is kept: a nonce
// is a keyed digest of the time, so that all copies with one secret give and take the same.

import { createHmac, timingSafeEqual } from 'node:crypto'

/** One is taken for this time, and for as long again. */
const PERIOD_MS = 120_000
const BYTES = 16

export class DpopNonces {
  readonly #secret: Uint8Array

  constructor(secret: Uint8Array) {
    this.#secret = secret
  }

  next(nowMs: number): string {
    return this.#of(Math.floor(nowMs / PERIOD_MS))
  }

  isCurrent(nonce: unknown, nowMs: number): boolean {
    if (typeof nonce !== 'string') return false
    const period = Math.floor(nowMs / PERIOD_MS)
    const shown = Buffer.from(nonce)
    return [period, period - 1].some((one) => {
      const expected = Buffer.from(this.#of(one))
      return expected.length === shown.length && timingSafeEqual(expected, shown)
    })
  }

  #of(period: number): string {
    const digest = createHmac('sha256', this.#secret).update(`dpop-nonce ${period}`).digest()
    return digest.subarray(0, BYTES).toString('base64url')
  }
}

// Tokens that were verified, and those whose signature was found wrong. By the digest of the token: who reads our memory finds
// none that could be sent, and looking one up tells nothing of those that are there. The digest is 1.2 µs of a hit's 1.6 (the
// token itself as the key: 0.3), and a DPoP proof needs it anyway.

import { hash } from 'node:crypto'

import type { Caller } from '../../../schema/caller.ts'
import { BoundedCache } from '../../bounded-cache.ts'
import type { Binding } from './access-token.ts'
import type { Endable } from './endings/ended-sessions.ts'

export interface VerifiedToken extends Endable {
  readonly caller: Caller
  readonly expiresAtMs: number
  readonly binding: Binding
  readonly kid: string
  /** Of the key that has signed it. */
  readonly thumbprint: string
  /** About what it takes in memory. */
  readonly bytes: number
  /** Up to which state of keys and endings it is known to hold. */
  checkedAt: number
}

/** Both bounds at once: a small token counts as if it had its share of the bytes. */
const MOST_BYTES = 32 * 1024 * 1024
const MOST_TOKENS = 20_000
const LEAST_BYTES = MOST_BYTES / MOST_TOKENS
/** A few hundred kilobytes. */
const MOST_WRONG = 4096

export class TokenCache {
  readonly #known = new BoundedCache<string, VerifiedToken>(MOST_BYTES, ({ bytes }) =>
    Math.max(bytes, LEAST_BYTES),
  )
  /** With the state of the keys under which it was wrong. */
  readonly #wrong = new BoundedCache<string, number>(MOST_WRONG)

  get(digest: string): VerifiedToken | undefined {
    return this.#known.get(digest)
  }

  keep(digest: string, token: VerifiedToken): void {
    this.#known.set(digest, token)
  }

  drop(digest: string): void {
    this.#known.delete(digest)
  }

  isWrong(digest: string, keysVersion: number): boolean {
    return this.#wrong.get(digest) === keysVersion
  }

  setWrong(digest: string, keysVersion: number): void {
    this.#wrong.set(digest, keysVersion)
  }

  get size(): number {
    return this.#known.size
  }
}

/** SHA-256, base64url; what a DPoP proof calls `ath`. */
export function digestOf(token: string): string {
  return hash('sha256', token, 'base64url')
}

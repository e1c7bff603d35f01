// What a request shows in, the caller out. Verifies JWT access tokens (RFC 9068, and Keycloak's `typ: Bearer`) against the
// keys of one issuer, and that whoever sends a bound one has its key (RFC 9449, RFC 8705). Never opens a session, never asks
// the issuer about a token.

import { ANONYMOUS, type Caller } from '../../schema/caller.ts'
import { callerOf } from './caller-of.ts'
import { CLOCK_SKEW_MS, readAccessToken } from './token/access-token.ts'
import { EndedSessions } from './token/endings/ended-sessions.ts'
import { readCompact } from './token/form/compact.ts'
import { isSigned } from './token/keys/algorithms.ts'
import { KeySet } from './token/keys/key-set.ts'
import {
  certificateOf,
  type Connection,
  type TrustedCertificates,
} from './token/proof/client-certificate.ts'
import type { DpopNonces } from './token/proof/dpop-nonces.ts'
import { DpopProofs } from './token/proof/dpop-proof.ts'
import type { IsFirstUse } from './token/proof/used-once.ts'
import { whereAsked } from './token/proof/where-asked.ts'
import { refuseToken, type Scheme } from './token/refusal.ts'
import { digestOf, TokenCache, type VerifiedToken } from './token/token-cache.ts'

export interface SignOn {
  readonly issuer: string
  readonly audience: string | undefined
  /** The issuer's key set (RFC 7517 §5). */
  readonly keysUrl: string
  /** The longest time that a token may still live. */
  readonly longestTokenMs?: number | undefined
  /** Under which clients know this gateway, without a slash at the end; undefined: only its own loopback address. */
  readonly publicUrl?: string | undefined
  /** Which client certificates count. */
  readonly certificates?: TrustedCertificates | undefined
}

/** What it works with, where others do, too. */
export interface AuthenticateParts {
  readonly keys?: KeySet
  readonly ended?: EndedSessions
  readonly nonces?: DpopNonces | undefined
  /** By which proofs are used once at all copies together. */
  readonly isFirstUse?: IsFirstUse | undefined
  readonly now?: () => number
}

/** A request, as far as it says who asks. */
export interface Shown extends Connection {
  readonly method?: string | undefined
  readonly url?: string | undefined
}

/**
 * At once for nobody and for a bearer token that is known. Throws or rejects with CallerError UNAUTHENTICATED (TokenRefusal,
 * with its challenge) for a bad token, SystemError if the issuer's keys cannot be read.
 */
export type Authenticate = (shown: Shown) => Caller | Promise<Caller>

export const LONGEST_TOKEN_MS = 12 * 3_600_000
const LONGEST_TOKEN = 8192
const SCHEME = /^(?<scheme>Bearer|DPoP) +/i
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/

export function buildAuthenticate(signOn: SignOn, parts: AuthenticateParts = {}): Authenticate {
  const authentication = new Authentication(signOn, parts)
  return (shown) => authentication.callerOf(shown)
}

interface Presented {
  readonly scheme: Scheme
  readonly token: string
  readonly digest: string
}

class Authentication {
  readonly #signOn: SignOn
  readonly #longestMs: number
  readonly #now: () => number
  readonly #keys: KeySet
  readonly #ended: EndedSessions
  readonly #proofs: DpopProofs
  readonly #cache = new TokenCache()

  constructor(signOn: SignOn, parts: AuthenticateParts) {
    const { keys, ended, nonces, isFirstUse, now = Date.now } = parts
    this.#signOn = signOn
    this.#longestMs = signOn.longestTokenMs ?? LONGEST_TOKEN_MS
    this.#now = now
    this.#keys = keys ?? new KeySet({ url: signOn.keysUrl, now })
    this.#ended = ended ?? new EndedSessions({ longestMs: this.#longestMs, now })
    this.#proofs = new DpopProofs({ nonces, isFirstUse, now })
  }

  callerOf(shown: Shown): Caller | Promise<Caller> {
    const { authorization } = shown.headers
    if (authorization === undefined) return ANONYMOUS
    const presented = present(authorization)
    const reading = this.#keys.ready()
    return reading === undefined
      ? this.#admit(presented, shown)
      : reading.then(() => this.#admit(presented, shown))
  }

  #admit(presented: Presented, shown: Shown): Caller | Promise<Caller> {
    const known = this.#cache.get(presented.digest)
    if (known === undefined) {
      return this.#verify(presented).then((token) => this.#bound(token, presented, shown))
    }
    return this.#bound(this.#stillHolds(known, presented), presented, shown)
  }

  /** Whatever may have changed since it was verified. */
  #stillHolds(known: VerifiedToken, { digest }: Presented): VerifiedToken {
    if (known.expiresAtMs + CLOCK_SKEW_MS <= this.#now()) {
      this.#cache.drop(digest)
      throw refuseToken('expired')
    }
    const state = this.#state()
    if (known.checkedAt === state) return known
    const key = this.#keys.get(known.kid)
    const isWithdrawn = key?.thumbprint !== known.thumbprint
    if (isWithdrawn || this.#ended.has(known)) {
      this.#cache.drop(digest)
      throw refuseToken(isWithdrawn ? 'key' : 'ended')
    }
    known.checkedAt = state
    return known
  }

  /** Both only grow, so an equal sum is an equal state. */
  #state(): number {
    return this.#keys.version + this.#ended.version
  }

  async #verify({ token, digest }: Presented): Promise<VerifiedToken> {
    if (this.#cache.isWrong(digest, this.#keys.version)) throw refuseToken('signature')
    const compact = TOKEN.test(token) ? readCompact(token) : undefined
    if (compact === undefined) throw refuseToken('form')
    const expected = { ...this.#signOn, longestMs: this.#longestMs }
    const claimed = readAccessToken(compact, expected, this.#now())
    const { algorithm, kid, times, binding, claims } = claimed
    const key = this.#keys.get(kid) ?? (await this.#keys.lookAgain(kid))
    if (key === undefined || !key.algorithms.includes(algorithm)) throw refuseToken('key')
    // As it is now: what changes while the signature is verified is looked at when the token comes again.
    const [checkedAt, keysVersion] = [this.#state(), this.#keys.version]
    if (!(await isSigned(algorithm, key.key, token))) {
      this.#cache.setWrong(digest, keysVersion)
      throw refuseToken('signature')
    }
    const caller = callerOf(claims, this.#signOn.audience)
    const { sessionId, subject } = caller
    const { thumbprint } = key
    const state = { kid, thumbprint, bytes: bytesOf(token), checkedAt }
    const verified: VerifiedToken = { caller, sessionId, subject, ...times, binding, ...state }
    if (this.#ended.has(verified)) throw refuseToken('ended')
    // Another request may have brought it in the meantime: equal questions are known by the caller's object.
    const known = this.#cache.get(digest) ?? verified
    if (known === verified) this.#cache.keep(digest, verified)
    return known
  }

  /** For each request anew: a proof is for one. */
  #bound(
    { caller, binding }: VerifiedToken,
    presented: Presented,
    shown: Shown,
  ): Caller | Promise<Caller> {
    const { scheme, digest: tokenHash } = presented
    const { key: thumbprint, certificate } = binding
    if (
      certificate !== undefined &&
      certificate !== certificateOf(shown, this.#signOn.certificates)
    ) {
      throw refuseToken('certificate', scheme)
    }
    if (thumbprint === undefined) {
      if (scheme === 'DPoP') throw refuseToken('unbound')
      return caller
    }
    if (scheme !== 'DPoP') throw refuseToken('bound', 'DPoP')
    const place = whereAsked(shown, this.#signOn.publicUrl)
    const { headers, method = '' } = shown
    const proven = { method, place, tokenHash, thumbprint }
    return this.#proofs.check(headers['dpop'], proven).then(() => caller)
  }
}

/**
 * Several headers of the name come joined by commas, and are no token. Whether this is one at all is looked at only if it is
 * not known: going through its characters costs as much as its digest.
 */
function present(authorization: unknown): Presented {
  if (typeof authorization !== 'string') throw refuseToken('form')
  const { 0: prefix = '', groups } = SCHEME.exec(authorization) ?? {}
  const token = authorization.slice(prefix.length)
  if (prefix === '' || token === '' || token.length > LONGEST_TOKEN) throw refuseToken('form')
  const scheme = groups?.['scheme']?.toLowerCase() === 'dpop' ? 'DPoP' : 'Bearer'
  return { scheme, token, digest: digestOf(token) }
}

/** Measured at 1.2 KB for a token of as much (bench/token-cost.ts): the caller's texts and sets, and the digest. */
function bytesOf(token: string): number {
  return 512 + token.length
}

// A DPoP proof (RFC 9449 §4): that whoever sends a token has the key to which it is bound, for this request, now, once.

import { BoundedCache } from '../../../bounded-cache.ts'
import { type Claimed, isMoment, isName } from '../access-token.ts'
import { type Compact, readCompact } from '../form/compact.ts'
import { isAlgorithm, isSigned } from '../keys/algorithms.ts'
import { type PublicKey, readPublicKey } from '../keys/public-key.ts'
import { refuseProof } from '../refusal.ts'
import type { DpopNonces } from './dpop-nonces.ts'
import { type IsFirstUse, UsedOnce } from './used-once.ts'

export interface ProofOptions {
  /** Undefined: proofs need no nonce (§8). */
  readonly nonces?: DpopNonces | undefined
  /** Undefined: there are no other copies. */
  readonly isFirstUse?: IsFirstUse | undefined
  readonly now?: () => number
}

/** What the proof is to be about. */
export interface Proven {
  readonly method: string
  /** Where this was asked, without query; undefined where that cannot be known. */
  readonly place: string | undefined
  /** SHA-256 of the token, base64url. */
  readonly tokenHash: string
  /** Of the key that the token is bound to. */
  readonly thumbprint: NonNullable<Claimed['binding']['key']>
}

const LONGEST_PROOF = 4096
/** A client's clock is not as good as a server's. */
const PROOF_PAST_MS = 60_000
const PROOF_FUTURE_MS = 5_000
const KEPT_MS = PROOF_PAST_MS + PROOF_FUTURE_MS
/** The clocks of two copies may differ. */
const KEPT_BY_ALL_MS = KEPT_MS + 25_000
const KEYS_REMEMBERED = 4096

interface ProofKey extends PublicKey {
  readonly algorithm: string
}

export class DpopProofs {
  readonly #nonces: DpopNonces | undefined
  readonly #isFirstUse: IsFirstUse | undefined
  readonly #now: () => number
  readonly #used: UsedOnce
  /** By the first part of a proof, which a client's proofs have in common. Only keys that have signed something. */
  readonly #keys = new BoundedCache<string, ProofKey>(KEYS_REMEMBERED)

  constructor({ nonces, isFirstUse, now = Date.now }: ProofOptions = {}) {
    this.#nonces = nonces
    this.#isFirstUse = isFirstUse
    this.#now = now
    this.#used = new UsedOnce({ keptMs: KEPT_MS })
  }

  /** Rejects with TokenRefusal. `header` is what came under `DPoP`; several come joined by commas. */
  async check(header: unknown, proven: Proven): Promise<void> {
    if (typeof header !== 'string' || header === '') throw refuseProof('missing')
    const compact = header.length > LONGEST_PROOF ? undefined : readCompact(header)
    if (compact === undefined) throw refuseProof('form')
    const { jti, iat } = compact.claims
    if (!isName(jti) || !isMoment(iat)) throw refuseProof('form')
    this.#checkClaims(compact, proven, iat * 1000)
    const head = header.slice(0, header.indexOf('.'))
    const key = this.#keys.get(head) ?? keyOf(compact)
    if (key.thumbprint !== proven.thumbprint) throw refuseProof('token')
    if (!(await isSigned(key.algorithm, key.key, compact.jws))) throw refuseProof('signature')
    this.#keys.set(head, key)
    await this.#useUp(`${key.thumbprint} ${jti}`, iat * 1000)
  }

  /**
   * Only what is signed, or whoever has seen a proof on its way could use it up. Where nobody knows what other copies took,
   * what this one took has to do (§11.1).
   */
  async #useUp(id: string, issuedAtMs: number): Promise<void> {
    if (!this.#used.add(id, issuedAtMs, this.#now())) throw refuseProof('replayed')
    const isFirst = await this.#isFirstUse?.({ id, issuedAtMs, keptMs: KEPT_BY_ALL_MS })
    if (isFirst === false) throw refuseProof('replayed')
  }

  #checkClaims({ claims }: Compact, proven: Proven, issuedAtMs: number): void {
    const { htm, htu, ath, nonce } = claims
    if (proven.place === undefined) throw refuseProof('place')
    if (htm !== proven.method || placeOf(htu) !== proven.place) throw refuseProof('request')
    if (ath !== proven.tokenHash) throw refuseProof('token')
    const now = this.#now()
    if (issuedAtMs < now - PROOF_PAST_MS || issuedAtMs > now + PROOF_FUTURE_MS) {
      throw refuseProof('time')
    }
    const nonces = this.#nonces
    if (nonces !== undefined && !nonces.isCurrent(nonce, now)) {
      throw refuseProof('nonce', nonces.next(now))
    }
  }
}

/** A URL normalised (RFC 3986 §6.2.2, §6.2.3), without query and fragment; undefined for what is none of the web. */
export function placeOf(url: unknown): string | undefined {
  const parsed = typeof url === 'string' ? URL.parse(url) : null
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.username !== '') {
    return undefined
  }
  return `${parsed.origin}${parsed.pathname}`
}

/** Throws TokenRefusal. */
function keyOf({ header }: Compact): ProofKey {
  const { typ, alg, jwk, ...others } = header
  // Nothing that would have to be understood may stand beside; `crit` would name it (RFC 7515 §4.1.11).
  if (typ !== 'dpop+jwt' || !isAlgorithm(alg) || 'crit' in others || 'b64' in others) {
    throw refuseProof('form')
  }
  const key = readPublicKey(jwk)
  if (key === undefined || !key.algorithms.includes(alg)) throw refuseProof('key')
  return { ...key, algorithm: alg }
}

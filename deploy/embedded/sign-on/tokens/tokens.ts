// In: an access token of this realm. Out: its claims, if it still holds: signed by us, not run out, its session, user and
// client still there, not revoked. Never: a claim of a token that does not.
import { createLocalJWKSet, errors, importJWK, jwtVerify, type JWTPayload, SignJWT } from 'jose'

import type { LiveRealm } from '../realm/live-realm.ts'
import { ALGORITHMS, type Algorithm } from './keys.ts'
import type { SigningKeys } from './signing-keys.ts'

/** Revoked tokens are remembered until they run out, this many at most. */
const MOST_REVOKED = 50_000

export class Tokens {
  readonly #realm: LiveRealm
  readonly #keys: SigningKeys
  readonly #issuer: string
  #keySet: ReturnType<typeof createLocalJWKSet>
  /** By `jti`: when it runs out, seconds since 1970. */
  readonly #revoked = new Map<string, number>()

  constructor(realm: LiveRealm, keys: SigningKeys, issuer: string) {
    this.#realm = realm
    this.#keys = keys
    this.#issuer = issuer
    this.#keySet = createLocalJWKSet({ keys: keys.published() })
    keys.onChange(() => {
      this.#keySet = createLocalJWKSet({ keys: keys.published() })
    })
  }

  /** Undefined when it is not ours or holds no more. */
  async verify(token: string): Promise<JWTPayload | undefined> {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, this.#keySet, {
        issuer: this.#issuer,
        algorithms: [...ALGORITHMS],
        currentDate: new Date(this.#realm.now()),
      })
      const type = protectedHeader.typ?.toLowerCase()
      const isAccess = payload['typ'] === 'Bearer' || payload['typ'] === 'DPoP'
      if (!isAccess || (type !== 'jwt' && type !== 'at+jwt')) return undefined
      return this.#holds(payload) ? payload : undefined
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined
      throw error
    }
  }

  async sign(payload: JWTPayload, alg: Algorithm, typ: string): Promise<string> {
    const jwk = this.#keys.signing(alg)
    return new SignJWT(payload)
      .setProtectedHeader({ alg, kid: jwk.kid, typ })
      .sign(await importJWK(jwk, alg))
  }

  revoke({ jti, exp }: JWTPayload): void {
    if (jti === undefined || exp === undefined) return
    const nowSeconds = this.#realm.now() / 1000
    if (this.#revoked.size >= MOST_REVOKED) {
      for (const [old, until] of this.#revoked) if (until < nowSeconds) this.#revoked.delete(old)
      const oldest = this.#revoked.keys().next()
      if (this.#revoked.size >= MOST_REVOKED && !oldest.done) this.#revoked.delete(oldest.value)
    }
    this.#revoked.set(jti, exp)
  }

  #holds(payload: JWTPayload): boolean {
    const { jti = '', iat = 0, sid } = payload
    const client = this.#realm.clients.byName(textOf(payload['azp']))
    if (client?.enabled !== true || this.#revoked.has(jti)) return false
    if (iat < Math.max(this.#realm.settings.notBefore, client.notBefore)) return false
    return typeof sid === 'string'
      ? this.#holdsForSession(sid, client.id, iat)
      : this.#realm.serviceAccountOf(client.clientId)?.enabled === true
  }

  #holdsForSession(sid: string, clientUuid: string, iat: number): boolean {
    const session = this.#realm.sessions.get(sid)
    const user = session && this.#realm.users.get(session.userId)
    if (user?.enabled !== true || iat < (user.notBefore ?? 0)) return false
    // A client that was sent away and came again does not bring its old tokens back.
    const joinedMs = session?.clients.get(clientUuid)
    return joinedMs !== undefined && iat >= Math.floor(joinedMs / 1000)
  }
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

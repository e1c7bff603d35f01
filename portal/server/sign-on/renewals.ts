// Access tokens renewed when they end: once per session at a time, at one copy only, because a refresh token is good for one
// use and the second use of it ends the session at the sign-on (RFC 9700 §4.14.2).
import { setTimeout as wait } from 'node:timers/promises'

import { PortalError, type PortalErrorCode } from '../portal-error.ts'
import type { SessionStore } from '../session/session-store.ts'
import type { SignedIn } from '../session/signed-in.ts'
import type { Adapter } from './adapter.ts'
import type { TokenEndpoint } from './token-endpoint.ts'

interface RenewalsOptions {
  readonly store: SessionStore
  readonly endpoint: Pick<TokenEndpoint, 'refresh'>
  readonly adapter: Pick<Adapter, 'createGrant'>
  /** One call to the sign-on. */
  readonly signOnTimeoutMs: number
  readonly now: () => number
}

/** `oldestMs`: a token that was got longer ago is renewed although it is still good. */
interface Wanted {
  readonly refused?: string
  readonly oldestMs?: number
}

/** Says nothing of the session. */
const GOES_ON: ReadonlySet<PortalErrorCode> = new Set([
  'SIGN_ON_UNAVAILABLE',
  'SESSIONS_UNAVAILABLE',
])
const MARGIN_MS = 20_000
const LOOK_MS = 50
const KEEP_EVERY_MS = 250
/** New tokens are worth some trouble: the old refresh token is used up. */
const KEEP_FOR_MS = 10_000
/** Metadata, keys, and the token twice because of a nonce. */
const CALLS = 4

export class Renewals {
  readonly #options: RenewalsOptions
  readonly #underWay = new Map<string, Promise<SignedIn>>()

  constructor(options: RenewalsOptions) {
    this.#options = options
  }

  /**
   * The session with a token that is good for a request, and that is not `refused`: the one the gateway did not take.
   *
   * @throws {PortalError} SESSION_ENDED, SIGN_ON_UNAVAILABLE, SESSIONS_UNAVAILABLE
   */
  async fresh(
    id: string,
    { refused, oldestMs = Number.POSITIVE_INFINITY }: Wanted = {},
  ): Promise<SignedIn> {
    const signedIn = await this.#read(id)
    const now = this.#options.now()
    const left = signedIn.accessEndsAtMs - now
    const isYoung = now - signedIn.renewedAtMs < oldestMs
    if (signedIn.accessToken !== refused && left > MARGIN_MS && isYoung) return signedIn
    const isUsable = left > 0 && signedIn.accessToken !== refused
    try {
      return await this.#join(id, signedIn, isUsable)
    } catch (error) {
      const isDown = error instanceof PortalError && error.code === 'SIGN_ON_UNAVAILABLE'
      if (isDown && isUsable) return signedIn
      throw error
    }
  }

  #join(id: string, signedIn: SignedIn, isUsable: boolean): Promise<SignedIn> {
    const joined = this.#underWay.get(id)
    if (joined !== undefined) return joined
    const renewal = this.#inTurn(id, signedIn, isUsable).finally(() => this.#underWay.delete(id))
    this.#underWay.set(id, renewal)
    return renewal
  }

  /** One copy renews, the others take what it got; or go on with the token that they have, while it `isUsable`. */
  async #inTurn(id: string, old: SignedIn, isUsable: boolean): Promise<SignedIn> {
    const { store, signOnTimeoutMs } = this.#options
    const leaseMs = CALLS * signOnTimeoutMs + KEEP_FOR_MS
    const patience = performance.now() + leaseMs
    for (;;) {
      const turn = await store.turn(id, leaseMs)
      try {
        // Read under the turn: whoever had it before has written by now.
        const current = await this.#read(id)
        if (current.accessToken !== old.accessToken) return current
        if (turn !== undefined) return await this.#renew(id, current)
      } finally {
        await turn?.release()
      }
      if (isUsable || performance.now() > patience) {
        throw new PortalError('SIGN_ON_UNAVAILABLE', 'another-copy')
      }
      await wait(LOOK_MS)
    }
  }

  async #read(id: string): Promise<SignedIn> {
    const session = await this.#options.store.read(id)
    if (session === undefined) throw new PortalError('SESSION_ENDED', 'over')
    return session.signedIn
  }

  async #renew(id: string, signedIn: SignedIn): Promise<SignedIn> {
    const { store, endpoint, adapter } = this.#options
    try {
      const { refreshToken, dpopKey } = signedIn
      if (refreshToken === undefined) throw new PortalError('SESSION_ENDED', 'no-refresh-token')
      const verified = await adapter.createGrant(await endpoint.refresh(refreshToken, dpopKey))
      if (verified.access.sub !== signedIn.subject)
        throw new PortalError('SESSION_ENDED', 'subject')
      const renewed: SignedIn = {
        ...signedIn,
        accessToken: verified.accessToken,
        accessEndsAtMs: (verified.access.exp ?? 0) * 1000,
        renewedAtMs: this.#options.now(),
        refreshToken: verified.refreshToken ?? refreshToken,
        idToken: verified.idToken ?? signedIn.idToken,
      }
      await this.#keep(id, renewed)
      // A session that ended while its token was on the way does not come back.
      await this.#read(id)
      return renewed
    } catch (error) {
      // A token that cannot be trusted is no reason to go on with the one before.
      const goesOn = error instanceof PortalError && GOES_ON.has(error.code)
      if (!goesOn) await store.end(id)
      throw error instanceof PortalError && error.code === 'TOKEN_INVALID'
        ? new PortalError('SESSION_ENDED', error.reason, error)
        : error
    }
  }

  async #keep(id: string, renewed: SignedIn): Promise<void> {
    const patience = performance.now() + KEEP_FOR_MS
    for (;;) {
      try {
        return await this.#options.store.renew(id, renewed)
      } catch (error) {
        if (performance.now() > patience) throw error
      }
      await wait(KEEP_EVERY_MS)
    }
  }
}

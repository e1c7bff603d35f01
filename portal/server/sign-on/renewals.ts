// Access tokens renewed when they end: once per session at a time, because a refresh token is good for one use and the
// second use of it ends the session at the sign-on (RFC 9700 §4.14.2).
import { PortalError } from '../portal-error.ts'
import type { SessionStore } from '../session/session-store.ts'
import type { SignedIn } from '../session/signed-in.ts'
import type { Adapter } from './adapter.ts'
import type { TokenEndpoint } from './token-endpoint.ts'

interface RenewalsOptions {
  readonly store: SessionStore
  readonly endpoint: TokenEndpoint
  readonly adapter: Adapter
  readonly now: () => number
}

/** `oldestMs`: a token that was got longer ago is renewed although it is still good. */
interface Wanted {
  readonly refused?: string
  readonly oldestMs?: number
}

const MARGIN_MS = 20_000

export class Renewals {
  readonly #options: RenewalsOptions
  readonly #underWay = new Map<string, Promise<SignedIn>>()

  constructor(options: RenewalsOptions) {
    this.#options = options
  }

  /**
   * The session with a token that is good for a request, and that is not `refused`: the one the gateway did not take.
   *
   * @throws {PortalError} SESSION_ENDED, SIGN_ON_UNAVAILABLE
   */
  async fresh(
    id: string,
    { refused, oldestMs = Number.POSITIVE_INFINITY }: Wanted = {},
  ): Promise<SignedIn> {
    const signedIn = this.#options.store.read(id)
    if (signedIn === undefined) throw new PortalError('SESSION_ENDED', 'over')
    const now = this.#options.now()
    const left = signedIn.accessEndsAtMs - now
    const isYoung = now - signedIn.renewedAtMs < oldestMs
    if (signedIn.accessToken !== refused && left > MARGIN_MS && isYoung) return signedIn
    try {
      return await this.#join(id, signedIn)
    } catch (error) {
      const isDown = error instanceof PortalError && error.code === 'SIGN_ON_UNAVAILABLE'
      if (isDown && left > 0 && signedIn.accessToken !== refused) return signedIn
      throw error
    }
  }

  #join(id: string, signedIn: SignedIn): Promise<SignedIn> {
    const joined = this.#underWay.get(id)
    if (joined !== undefined) return joined
    const renewal = this.#renew(id, signedIn).finally(() => this.#underWay.delete(id))
    this.#underWay.set(id, renewal)
    return renewal
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
        grant: verified.grant,
        accessToken: verified.accessToken,
        accessEndsAtMs: (verified.access.exp ?? 0) * 1000,
        renewedAtMs: this.#options.now(),
        refreshToken: verified.refreshToken ?? refreshToken,
        idToken: verified.idToken ?? signedIn.idToken,
      }
      // A session that ended while its token was on the way does not come back.
      if (store.read(id) === undefined) throw new PortalError('SESSION_ENDED', 'over')
      store.renew(id, renewed)
      return renewed
    } catch (error) {
      // A token that cannot be trusted is no reason to go on with the one before.
      const goesOn = error instanceof PortalError && error.code === 'SIGN_ON_UNAVAILABLE'
      if (!goesOn) store.end(id)
      throw error instanceof PortalError && error.code === 'TOKEN_INVALID'
        ? new PortalError('SESSION_ENDED', error.reason, error)
        : error
    }
  }
}

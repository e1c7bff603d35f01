// What the issuer tells of sessions that have ended and of tokens that count no more: checked, and then true for all who
// verify tokens here and beside us.

import { UsedOnce } from '../proof/used-once.ts'
import type { EndedSessions } from './ended-sessions.ts'
import { type Issuing, type LogoutFault, readAdminAction, readLogoutToken } from './logout-token.ts'

/** Longer than a logout token is taken (logout-token.ts), so that none is taken twice. */
const KEPT_MS = 900_000
const MOST = 100_000

export class SignOut {
  readonly #issuing: Issuing
  readonly #ended: EndedSessions
  readonly #used = new UsedOnce({ keptMs: KEPT_MS, most: MOST })

  constructor(issuing: Issuing, ended: EndedSessions) {
    this.#issuing = issuing
    this.#ended = ended
  }

  /** Undefined: done. Rejects with SystemError if the issuer's keys cannot be read. */
  async logOut(logoutToken: string): Promise<LogoutFault | 'replayed' | undefined> {
    const read = await readLogoutToken(logoutToken, this.#issuing)
    if (typeof read === 'string') return read
    const { ending, jti } = read
    if (!this.#used.add(jti, ending.atMs, this.#issuing.now())) return 'replayed'
    this.#ended.end(ending)
    return undefined
  }

  /** False: not what it should be. Rejects as above. */
  async takeAdminAction(token: string): Promise<boolean> {
    const endings = await readAdminAction(token, this.#issuing)
    for (const ending of endings ?? []) this.#ended.end(ending)
    return endings !== undefined
  }
}

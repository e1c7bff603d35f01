// In: one sign-in that is under way. Out: what was shown for it so far, and what is still missing. Never: a step that a
// browser says it took.

import type { LiveRealm, LiveUser } from '../realm/live-realm.ts'
import { currentLevel, ONE_TIME_CODE, PASSWORD } from './assurance.ts'

/** What the provider keeps of a sign-in, as far as it matters here. */
export interface PendingSignIn {
  readonly uid: string
  readonly prompt: { readonly reasons: readonly string[] }
  /** Who is signed in already in this browser. */
  readonly session?: { readonly accountId: string; readonly uid?: string } | undefined
}

export interface Shown {
  readonly userId: string
  /** By level: when it was shown, milliseconds since 1970. */
  readonly levels: Readonly<Record<number, number>>
}

/** Reasons for which the whole sign-in is gone through again, whatever the session has. */
const ANEW = new Set(['login_prompt', 'max_age', 'no_session', 'hinted_person'])
const MOST = 10_000

export class SignInSteps {
  readonly #realm: LiveRealm
  readonly #shown = new Map<string, Shown>()

  constructor(realm: LiveRealm) {
    this.#realm = realm
  }

  shown(uid: string): Shown | undefined {
    return this.#shown.get(uid)
  }

  show(uid: string, userId: string, level: number): Shown {
    const before = this.#shown.get(uid)
    const levels = before?.userId === userId ? before.levels : {}
    const shown = { userId, levels: { ...levels, [level]: this.#realm.now() } }
    const oldest = this.#shown.keys().next()
    if (this.#shown.size >= MOST && !oldest.done) this.#shown.delete(oldest.value)
    this.#shown.set(uid, shown)
    return shown
  }

  forget(uid: string): void {
    this.#shown.delete(uid)
  }

  /** Who signs in: whoever showed a password for this sign-in, else the one whose session is to be raised. */
  personOf(pending: PendingSignIn): LiveUser | undefined {
    const userId = this.#shown.get(pending.uid)?.userId ?? pending.session?.accountId
    const user = userId === undefined ? undefined : this.#realm.users.get(userId)
    return user?.enabled === true ? user : undefined
  }

  /** The next level to show, or none when the required one is reached. */
  missing(pending: PendingSignIn, required: number): number | undefined {
    const reached = this.#reached(pending)
    if (!reached(PASSWORD)) return PASSWORD
    return required >= ONE_TIME_CODE && !reached(ONE_TIME_CODE) ? ONE_TIME_CODE : undefined
  }

  #reached(pending: PendingSignIn): (level: number) => boolean {
    const shown = this.#shown.get(pending.uid)?.levels
    const anew = pending.prompt.reasons.some((reason) => ANEW.has(reason))
    const session = anew ? undefined : this.#realm.sessions.get(pending.session?.uid)
    const held = session && currentLevel(this.#realm.settings, session, this.#realm.now())
    return (level) => shown?.[level] !== undefined || (held !== undefined && held >= level)
  }
}

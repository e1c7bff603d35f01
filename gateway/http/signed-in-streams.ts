// The answers that go on after their request was let in: subscriptions and deferred parts. They end when the session does by
// which they were let in.

import type { Caller } from '../../schema/caller.ts'
import type { EndedSessions, Ending } from '../auth/token/endings/ended-sessions.ts'
import type { Lifetime } from './lifetime.ts'

export class SignedInStreams {
  readonly #open = new Map<Lifetime, Caller>()
  readonly #ended: EndedSessions | undefined

  constructor(ended: EndedSessions | undefined) {
    this.#ended = ended
    ended?.listen((ending) => this.#end(ending))
  }

  /** Then it must leave at its end. */
  enter(life: Lifetime, caller: Caller | undefined): void {
    if (caller === undefined || caller.kind === 'anonymous') return
    this.#open.set(life, caller)
    const { sessionId, subject } = caller
    // It may have ended since the token was looked at; whatever else ends tokens was looked at then.
    if (this.#ended?.has({ sessionId, subject, issuedAtMs: Infinity })) life.end('signed-out')
  }

  leave(life: Lifetime): void {
    this.#open.delete(life)
  }

  /** Whose was let in before is not asked of those open now: they all were. */
  #end(ending: Ending): void {
    for (const [life, caller] of this.#open) if (concerns(ending, caller)) life.end('signed-out')
  }
}

function concerns(ending: Ending, { sessionId, subject, actor }: Caller): boolean {
  switch (ending.kind) {
    case 'session':
      return sessionId === ending.id
    case 'subject':
      return subject === ending.id || actor?.subject === ending.id
    case 'everybody':
      return true
  }
}

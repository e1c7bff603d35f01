// One session with a system for all calls: a token or cookie that a login gives. In: how to log in. Out: the grant that
// is good now. Never: two logins at once, a storm of them while the login fails, a credential or token in an error.

import { SystemError } from '../../schema/errors.ts'
import type { CallContext } from '../adapter.ts'
import type { SignedOut } from './signed-out.ts'

export interface Grant {
  /** What is sent. */
  readonly value: string
  /** Milliseconds from the login on. */
  readonly lifetimeMs: number
}

export interface SessionOptions {
  readonly system: string
  /** Throws SystemError. Its signal is nobody's single call. */
  readonly login: (context: CallContext) => Promise<Grant>
  /** Clock in epoch milliseconds. */
  readonly now: () => number
}

interface Held extends Grant {
  /** Epoch milliseconds. */
  readonly renewAt: number
  readonly endsAt: number
}

/** Nobody's single call bounds the login, because all calls wait for it. */
const LOGIN_MS = 10_000
/** Of a lifetime; after that a new session is opened while the old one still serves. */
const SHARE_USED = 0.9
/** After a login that failed, doubling: an account is locked by fewer attempts than a busy minute has calls. */
const REST_MS = 1_000
const LONGEST_REST_MS = 60_000
/** A new session that was not taken either: the refusal is meant for the call, not for the session. */
const USELESS_MS = 30_000

export class Session {
  readonly #options: SessionOptions
  #held: Held | undefined
  #opening: Promise<Held> | undefined
  #failures = 0
  #restUntil = 0
  #failed: SystemError | undefined
  #uselessUntil = 0

  constructor(options: SessionOptions) {
    this.#options = options
  }

  /** The grant to send. Throws SystemError, `detail.reason` "login" when there was no way in. */
  async current(context: CallContext): Promise<Grant> {
    const held = this.#held
    const now = this.#options.now()
    if (held === undefined || now >= held.endsAt) return this.#wait(context)
    if (now >= held.renewAt && now >= this.#restUntil) this.#open(context).catch(() => {})
    return held
  }

  /** After `refused` was not taken: another one. Throws `why`, when that would be of no use, or SystemError. */
  async renewed(refused: Grant, why: SignedOut, context: CallContext): Promise<Grant> {
    if (this.#held !== refused) return this.current(context)
    if (this.#options.now() < this.#uselessUntil) throw why
    this.#held = undefined
    return this.#wait(context)
  }

  /** Neither was a grant taken that had just been renewed. */
  useless(): void {
    this.#uselessUntil = this.#options.now() + USELESS_MS
  }

  #wait(context: CallContext): Promise<Held> {
    return untilAborted(this.#open(context), context.signal, this.#options.system)
  }

  #open(context: CallContext): Promise<Held> {
    if (this.#opening !== undefined) return this.#opening
    if (this.#failed !== undefined && this.#options.now() < this.#restUntil) {
      return Promise.reject(this.#failed)
    }
    this.#opening = this.#login(context).finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  async #login({ requestId, traceparent }: CallContext): Promise<Held> {
    const { login, now, system } = this.#options
    try {
      const signal = AbortSignal.timeout(LOGIN_MS)
      const grant = await login({ requestId, traceparent, signal })
      const at = now()
      this.#failures = 0
      this.#failed = undefined
      this.#held = {
        ...grant,
        renewAt: at + grant.lifetimeMs * SHARE_USED,
        endsAt: at + grant.lifetimeMs,
      }
      return this.#held
    } catch (error) {
      const rest = Math.min(REST_MS * 2 ** this.#failures, LONGEST_REST_MS)
      this.#failures += 1
      this.#restUntil = now() + rest
      this.#failed = asLoginFault(error, system)
      throw this.#failed
    }
  }
}

/** What failed was the login and not the call; nothing of the system's answer is kept. */
function asLoginFault(error: unknown, system: string): SystemError {
  if (!(error instanceof SystemError)) {
    return new SystemError('SYSTEM_UNAVAILABLE', system, {
      notDone: true,
      detail: { reason: 'login' },
    })
  }
  const { status, reason: why } = error.detail
  const detail = { reason: 'login', ...(status !== undefined && { status }), why }
  return new SystemError(error.code, system, { notDone: true, detail })
}

/** The login goes on for the others. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal, system: string): Promise<T> {
  const { promise: result, resolve, reject } = Promise.withResolvers<T>()
  const leave = (): void =>
    reject(
      new SystemError('SYSTEM_TIMEOUT', system, { notDone: true, detail: { reason: 'aborted' } }),
    )
  if (signal.aborted) leave()
  else signal.addEventListener('abort', leave, { once: true })
  promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  return result
}

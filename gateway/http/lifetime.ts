// How long one request lives: until its deadline, or until its client has gone, whichever comes first. One signal for
// everything below, and one timer that is cleared with the request.

/** `expired`: the caller's token; `signed-out`: the session of it; `closing`: the gateway's end. */
export type Ending = 'deadline' | 'gone' | 'expired' | 'signed-out' | 'closing'

export class Lifetime {
  readonly #controller = new AbortController()
  #timer: NodeJS.Timeout | undefined
  #ending: Ending | undefined

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Why it has ended; undefined while it lives. */
  get ending(): Ending | undefined {
    return this.#ending
  }

  /** Says so to everything below. Only the first reason counts. */
  end(ending: Ending): void {
    if (this.#ending !== undefined) return
    this.#ending = ending
    this.settle()
    // Those below tell "too late" from "no longer wanted" as AbortSignal.timeout() lets them.
    const name = ending === 'deadline' ? 'TimeoutError' : 'AbortError'
    this.#controller.abort(new DOMException(`The request has ended: ${ending}.`, name))
  }

  /** From now on this moment is its last (milliseconds since 1970); undefined: none is. */
  endAt(atMs: number | undefined, ending: Ending): void {
    clearTimeout(this.#timer)
    if (atMs === undefined || this.#ending !== undefined) return
    const left = Math.min(Math.max(atMs - Date.now(), 0), LONGEST_TIMER_MS)
    this.#timer = setTimeout(() => this.end(ending), left)
  }

  /** The answer is made: nothing is waited for any more. */
  settle(): void {
    clearTimeout(this.#timer)
  }
}

/** Node takes a longer time for none at all. */
const LONGEST_TIMER_MS = 2_147_483_647

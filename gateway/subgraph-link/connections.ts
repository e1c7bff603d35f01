// The connections to one subgraph, which nobody else uses: what it does not answer in time costs others nothing. At most
// so many calls are under way, at most so many wait; what a request left behind is not begun.

import { Pool } from 'undici'

import { whenLate } from '../../schema/when-late.ts'
import { Exchange, type Failure, type Outcome, type Outgoing } from './exchange.ts'
import { type ConnectionLimits, type ConnectionOptions, poolOptions } from './pool-options.ts'
import { type PostRequest, SocketPool } from './sockets/socket-pool.ts'

/** The reason of calls that failed for nothing that the subgraph did. */
export const REQUEST_ENDED = 'request ended'

const BUSY: Failure = { code: 'SYSTEM_BUSY', reason: 'queue full' }
const LATE: Failure = { code: 'SYSTEM_TIMEOUT', reason: 'timeout' }
const LEFT: Failure = { code: 'SYSTEM_TIMEOUT', reason: REQUEST_ENDED }

interface Carrier {
  dispatch(request: PostRequest, exchange: Exchange): void
  close(): Promise<void>
}

/** Where TLS is spoken undici finds out whether HTTP/2 is, too. */
function openCarrier(options: ConnectionOptions): Carrier {
  const { url } = options
  if (url.protocol === 'http:') return new SocketPool(url)
  const pool = new Pool(url.origin, poolOptions(options))
  return {
    dispatch: ({ path, headers, body }, exchange) =>
      void pool.dispatch({ path, method: 'POST', headers, body }, exchange),
    close: () => pool.close(),
  }
}

export class Connections {
  readonly #carrier: Carrier
  readonly #path: string
  readonly #limits: ConnectionLimits
  readonly #waiting = new Set<Exchange>()
  #active = 0
  #isNextDue = false
  #closing: Promise<void> | undefined

  constructor(options: ConnectionOptions) {
    const { url, limits } = options
    this.#limits = limits
    this.#path = `${url.pathname}${url.search}`
    this.#carrier = openCarrier(options)
  }

  /** `done` is called once, maybe at once. What it gives ends the call, if it has not ended. */
  begin(outgoing: Outgoing, done: (outcome: Outcome) => void): () => void {
    const inTime = whenLate(this.#limits.timeoutMs, () => this.#end(exchange, LATE))
    const exchange = new Exchange({
      outgoing,
      replyLimit: this.#limits.replyBytes,
      done: (outcome) => {
        inTime()
        done(outcome)
      },
      freed: this.#freed,
    })
    if (this.#active < this.#limits.connections) this.#dispatch(exchange)
    else if (this.#waiting.size < this.#limits.queue) this.#waiting.add(exchange)
    else exchange.fail(BUSY)
    return () => this.#end(exchange, LEFT)
  }

  /** Lets calls under way finish. Can be called twice. */
  close(): Promise<void> {
    return (this.#closing ??= this.#carrier.close())
  }

  #end(exchange: Exchange, failure: Failure): void {
    this.#waiting.delete(exchange)
    exchange.fail(failure)
  }

  #dispatch(exchange: Exchange): void {
    this.#active += 1
    const { isToRepeat: isRepeated, outgoing } = exchange
    const { body, headers } = outgoing
    this.#carrier.dispatch({ path: this.#path, headers, body, isRepeated }, exchange)
  }

  /** What waits comes later, because the connection is not free before its reply's handler has returned. */
  readonly #freed = (exchange: Exchange): void => {
    this.#active -= 1
    if (exchange.isToRepeat) return this.#dispatch(exchange)
    if (this.#waiting.size === 0 || this.#isNextDue) return undefined
    this.#isNextDue = true
    setImmediate(() => this.#next())
    return undefined
  }

  #next(): void {
    this.#isNextDue = false
    for (const exchange of this.#waiting) {
      if (this.#active >= this.#limits.connections) return
      this.#waiting.delete(exchange)
      this.#dispatch(exchange)
    }
  }
}

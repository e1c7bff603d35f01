// Subscriptions of one subgraph: a POST each, whose reply is a stream of events (GraphQL over SSE, distinct connections
// mode). A reply that is no stream is an answer like any other, mostly with the errors that kept it from beginning. They
// have connections of their own: those that stay open for hours must not take the place of calls.

import { Pool } from 'undici'

import type { Answer } from '../../schema/context.ts'
import { whenLate } from '../../schema/when-late.ts'
import { EventParser } from './event-parser.ts'
import { Exchange, type Failure, type Outcome, type Outgoing } from './exchange.ts'
import { Mailbox } from './mailbox.ts'
import { type ConnectionOptions, poolOptions } from './pool-options.ts'
import { parseAnswer } from './read-answer.ts'
import { atRequestEnd } from './request-end.ts'

/** What an event takes beside its text, in characters: many small ones are to be taken, too. */
const EVENT_SIZE = 1000
/** Not read on while so much waits to be taken. */
const WAITING_MOST = 64 * EVENT_SIZE

const BUSY: Failure = { code: 'SYSTEM_BUSY', reason: 'too many subscriptions' }
const LATE: Failure = { code: 'SYSTEM_TIMEOUT', reason: 'timeout' }
const COMPLETE: Failure = { code: 'SYSTEM_UNAVAILABLE', reason: 'complete' }
const TOO_LARGE: Failure = { code: 'SYSTEM_REPLY_INVALID', reason: 'event too large' }

export class Subscriptions {
  readonly #options: ConnectionOptions
  #pool: Pool | undefined
  #open = 0

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  /** What was not an event at the end, a plain reply or a failure, becomes the last one. Ends with the signal. */
  begin(
    outgoing: Outgoing,
    signal: AbortSignal,
    toAnswer: (outcome: Outcome) => Answer,
  ): AsyncIterable<Answer> {
    const { replyBytes, timeoutMs, connections } = this.#options.limits
    const events = new Mailbox<Answer>({
      onEmpty: () => exchange.resume(),
      onLeft: () => exchange.fail(COMPLETE),
    })
    const parser = new EventParser(replyBytes, ({ name, data }) => {
      if (name === 'complete') return exchange.fail(COMPLETE)
      const read = name === 'next' ? parseAnswer(data) : undefined
      if (read === undefined) return undefined
      if ('code' in read) return exchange.fail(read)
      events.put(read, data.length + EVENT_SIZE)
      if (events.size >= WAITING_MOST) exchange.pause()
      return undefined
    })
    let stay: (() => void) | undefined
    const exchange = new Exchange({
      outgoing,
      replyLimit: replyBytes,
      events: {
        begin: () => inTime(),
        push: (chunk) => (parser.push(chunk) ? undefined : TOO_LARGE),
      },
      done: (outcome) => {
        inTime()
        stay?.()
        if (outcome !== COMPLETE) events.put(toAnswer(outcome), 0)
        events.end()
      },
      freed: this.#freed,
    })
    const inTime = whenLate(timeoutMs, () => exchange.fail(LATE))
    if (signal.aborted) exchange.fail(COMPLETE)
    else stay = atRequestEnd(signal, () => exchange.fail(COMPLETE))
    if (this.#open >= connections) exchange.fail(BUSY)
    if (!exchange.isOver) this.#dispatch(exchange)
    return events
  }

  /** Ends those that are open. */
  async close(): Promise<void> {
    await this.#pool?.destroy()
  }

  #dispatch(exchange: Exchange): void {
    this.#open += 1
    const { body, headers } = exchange.outgoing
    const { pathname, search, origin } = this.#options.url
    this.#pool ??= new Pool(origin, poolOptions(this.#options))
    const path = `${pathname}${search}`
    this.#pool.dispatch({ path, method: 'POST', headers, body }, exchange)
  }

  readonly #freed = (exchange: Exchange): void => {
    this.#open -= 1
    if (exchange.isToRepeat) this.#dispatch(exchange)
  }
}

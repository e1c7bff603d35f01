// A subgraph behind a network: GraphQL over HTTP. In: a planned call. Out: its answer, or one whose error has a code of
// the house. Never: an address, a reply's text or a header of the client that was not named to be passed on.

import type { Answer, RequestContext } from '../../schema/context.ts'
import { ERRORS, type SystemErrorCode } from '../../schema/errors.ts'
import type { Log } from '../../schema/log.ts'
import { Connections, REQUEST_ENDED } from './connections.ts'
import type { Failure, Outcome, Outgoing } from './exchange.ts'
import type { LinkRequest, SubgraphLink } from './link.ts'
import { EVENTS_TYPE, JSON_TYPE, RESPONSE_TYPE } from './media-type.ts'
import type { ConnectionLimits } from './pool-options.ts'
import { readAnswer } from './read-answer.ts'
import { toRequestBody } from './request-body.ts'
import { atRequestEnd } from './request-end.ts'
import { SharedCalls, wroteSomething } from './share-in-flight.ts'
import { Subscriptions } from './subscriptions.ts'
import { codeOfMutation } from './unknown-outcome.ts'

export interface RemoteOptions {
  readonly name: string
  /** http or https; a user and password in it are sent as basic credentials. */
  readonly url: string
  readonly limits: ConnectionLimits
  /** Do equal reads of several requests that are under way at once become one call? */
  readonly shareReads: boolean
  readonly log?: Log | undefined
  /** Certificates of issuers in PEM, in place of those that Node knows. */
  readonly ca?: string | undefined
}

export interface RemoteLink extends SubgraphLink {
  close(): Promise<void>
}

export function openRemoteLink(options: RemoteOptions): RemoteLink {
  const { name, limits, ca } = options
  const url = new URL(options.url)
  const connections = new Connections({ url, limits, ca })
  const subscriptions = new Subscriptions({ url, limits, ca })
  const fixed = fixedHeaders(url, ANSWERS)
  const fixedOfEvents = fixedHeaders(url, `${EVENTS_TYPE}, ${ANSWERS}`)
  const failures = failuresOf(name)
  const watch = new Watch(options)
  const flights = new SharedCalls<Answer>(limits.timeoutMs / 2)
  const toAnswer = (outcome: Outcome, mutates = false): Answer => {
    const read = 'status' in outcome ? readAnswer(outcome) : outcome
    watch.saw(read)
    if (!('code' in read)) return read
    return failures[mutates ? codeOfMutation(read) : read.code]
  }
  const begin = (outgoing: Outgoing, done: (answer: Answer) => void) =>
    connections.begin(outgoing, (outcome) => done(toAnswer(outcome, outgoing.mutates)))
  const join = (outgoing: Outgoing, context: RequestContext, done: (answer: Answer) => void) => {
    const key = toKey(outgoing, context)
    const { shared, leave } = flights.join(key, (landed) => begin(outgoing, landed), done)
    if (shared && context.tally !== undefined) context.tally.shared += 1
    return leave
  }
  return {
    name,
    send(request) {
      const { context, operation } = request
      if (context.signal.aborted) return Promise.resolve(failures.SYSTEM_TIMEOUT)
      const outgoing = toOutgoing(request, fixed)
      return new Promise((resolve) => {
        let over = false
        let stay: (() => void) | undefined
        const settle = (answer: Answer) => {
          over = true
          stay?.()
          if (operation.mutates) wroteSomething()
          resolve(answer)
        }
        const shares = options.shareReads && !operation.mutates
        const leave = shares ? join(outgoing, context, settle) : begin(outgoing, settle)
        if (over) return
        stay = atRequestEnd(context.signal, () => {
          leave()
          settle(operation.mutates ? failures.SYSTEM_OUTCOME_UNKNOWN : failures.SYSTEM_TIMEOUT)
        })
      })
    },
    subscribe(request) {
      const outgoing = toOutgoing(request, fixedOfEvents)
      return subscriptions.begin(outgoing, request.context.signal, (outcome) => toAnswer(outcome))
    },
    close: async () => {
      await Promise.all([connections.close(), subscriptions.close()])
    },
  }
}

/** All that reaches the subgraph and can change its answer; who asks is seen there only by headers passed on. */
function toKey({ body }: Outgoing, { headers }: RequestContext): string {
  if (headers === undefined) return body
  let key = ''
  // No name or value of a header holds a line's end (RFC 9110 §5.5), and no body begins as a header does.
  for (const name in headers) key += `${name}:${headers[name]}\n`
  return key + body
}

const ANSWERS = `${RESPONSE_TYPE}, ${JSON_TYPE};q=0.9`

function fixedHeaders({ username, password }: URL, accept: string): readonly string[] {
  // RFC 9110 §12.5.3: a request that names no coding takes any.
  const headers = [
    'content-type',
    'application/json',
    'accept',
    accept,
    'accept-encoding',
    'identity',
  ]
  if (username === '' && password === '') return headers
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return [...headers, 'authorization', `Basic ${Buffer.from(credentials).toString('base64')}`]
}

function toOutgoing(request: LinkRequest, fixed: readonly string[]): Outgoing {
  const { operation, context } = request
  const { traceparent, requestId, headers: passed } = context
  const headers = [...fixed, 'traceparent', traceparent, 'x-request-id', requestId]
  for (const name in passed) headers.push(name, passed[name] ?? '')
  return { body: toRequestBody(request), headers, mutates: operation.mutates }
}

/** The answer of each failure, made once: the executor adds the request's own reference when it shows one. */
function failuresOf(system: string): Readonly<Record<SystemErrorCode, Answer>> {
  const answerOf = (code: SystemErrorCode): Answer => {
    const { text: message, retryable } = ERRORS[code]
    return { data: null, errors: [{ message, extensions: { code, system, retryable } }] }
  }
  return {
    SYSTEM_TIMEOUT: answerOf('SYSTEM_TIMEOUT'),
    SYSTEM_UNAVAILABLE: answerOf('SYSTEM_UNAVAILABLE'),
    SYSTEM_MAINTENANCE: answerOf('SYSTEM_MAINTENANCE'),
    SYSTEM_BUSY: answerOf('SYSTEM_BUSY'),
    SYSTEM_REFUSED: answerOf('SYSTEM_REFUSED'),
    SYSTEM_REPLY_INVALID: answerOf('SYSTEM_REPLY_INVALID'),
    SYSTEM_OUTCOME_UNKNOWN: answerOf('SYSTEM_OUTCOME_UNKNOWN'),
  }
}

const QUIET_MS = 1000

/** Tells the log when a subgraph begins to fail, fails otherwise, and answers again; not each time. */
class Watch {
  readonly #log: Log | undefined
  readonly #subgraph: string
  #reason: string | undefined
  #quietUntilMs = 0

  constructor({ name, log }: RemoteOptions) {
    this.#log = log
    this.#subgraph = name
  }

  saw(answer: Answer | Failure): void {
    const reason = 'reason' in answer ? answer.reason : undefined
    if (reason === this.#reason || reason === REQUEST_ENDED) return
    // One that answers every other call is told of once a second.
    const now = performance.now()
    if (now < this.#quietUntilMs) return
    this.#quietUntilMs = now + QUIET_MS
    this.#reason = reason
    const facts = { subgraph: this.#subgraph, reason }
    if (reason === undefined) this.#log?.info(facts, 'a subgraph answers again')
    else this.#log?.warn(facts, 'a subgraph does not answer')
  }
}

// GraphQL over HTTP: one request in, one answer out. Reads and answers HTTP; what happens between is the pipeline's.

import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Caller } from '../../schema/caller.ts'
import type { Ask, RequestContext } from '../../schema/context.ts'
import {
  CallerError,
  type ErrorCode,
  ERRORS,
  ServiceError,
  SystemError,
  toPublicError,
} from '../../schema/errors.ts'
import type { Authenticate } from '../auth/authenticate.ts'
import type { Work } from '../pipeline.ts'
import { refuseCrossSite } from './cross-site.ts'
import { type AnswerType, JSON_TYPE, negotiate, RESPONSE_TYPE } from './negotiate.ts'
import { type Parameters, readParameters } from './read-parameters.ts'
import { HttpRefusal } from './refuse.ts'
import { type Reply, respond } from './respond.ts'
import { continueTrace, parentTrace } from './traceparent.ts'

export interface DoorOptions {
  readonly run: (request: Parameters, context: RequestContext, readOnly: boolean) => Promise<Work>
  readonly ask: Ask
  readonly authenticate: Authenticate
  readonly bodyLimit: number
  readonly deadlineMs: number
  readonly report: Report
  /** Begins a request's span within the caller's, if there is one; gives the span's own traceparent. */
  readonly beginTrace?: ((parent: string | undefined, method?: string) => string) | undefined
}

/** What the observer learns of a finished request. `error` is a bug of ours, to be logged whole. */
export interface Finished {
  readonly requestId: string
  readonly traceparent: string
  readonly startedAtMs: number
  readonly status: number
  readonly caller?: Caller | undefined
  readonly work?: Work | undefined
  readonly code?: ErrorCode | undefined
  readonly error?: unknown
}

type Report = (finished: Finished) => void

export type Door = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>

/** What is known of a request so far; the report needs it whatever happens. */
interface Visit {
  readonly requestId: string
  readonly traceparent: string
  readonly startedAtMs: number
  type: AnswerType
  caller?: Caller
  work?: Work
}

/** In the log only: nobody was there to read the answer. */
const CLIENT_GONE = 499

export function buildDoor(options: DoorOptions): Door {
  const { beginTrace = continueTrace } = options
  return async (request, response, url) => {
    const visit: Visit = {
      requestId: randomUUID(),
      traceparent: beginTrace(parentTrace(request.headers['traceparent']), request.method),
      startedAtMs: performance.now(),
      type: JSON_TYPE,
    }
    const gone = new AbortController()
    response.once('close', () => {
      if (!response.writableFinished) gone.abort()
    })
    const { reply, ...outcome } = await attempt(request, { url, visit, gone }, options)
    const headers = { 'x-request-id': visit.requestId, vary: 'accept, authorization' }
    const status = gone.signal.aborted ? CLIENT_GONE : reply.status
    respond(response, { ...reply, headers: { ...headers, ...reply.headers } })
    options.report({ ...visit, status, ...outcome })
  }
}

interface Outcome {
  readonly reply: Reply
  readonly code?: ErrorCode
  readonly error?: unknown
}

interface Arrival {
  readonly url: URL
  readonly visit: Visit
  readonly gone: AbortController
}

async function attempt(
  request: IncomingMessage,
  { url, visit, gone }: Arrival,
  options: DoorOptions,
): Promise<Outcome> {
  try {
    visit.type = wantedType(request)
    refuseCrossSite(request.headers)
    visit.caller = await options.authenticate(request.headers.authorization)
    const parameters = await readParameters(request, url, options.bodyLimit)
    const context: RequestContext = {
      requestId: visit.requestId,
      traceparent: visit.traceparent,
      caller: visit.caller,
      signal: AbortSignal.any([gone.signal, AbortSignal.timeout(options.deadlineMs)]),
      provenance: false,
      ask: options.ask,
    }
    visit.work = await options.run(parameters, context, request.method === 'GET')
    return { reply: replyOf(visit.work, visit.type) }
  } catch (error) {
    return outcomeOf(error, visit)
  }
}

function wantedType(request: IncomingMessage): AnswerType {
  const type = negotiate(request.headers.accept)
  if (type !== undefined) return type
  const text = `Answers are ${RESPONSE_TYPE} or ${JSON_TYPE}.`
  throw new HttpRefusal(406, 'BAD_REQUEST', text)
}

/** GraphQL over HTTP §6.4: application/json says 200 of an invalid operation, the newer type 400. */
function replyOf({ answer, refusal }: Work, type: AnswerType): Reply {
  const contentType = `${type}; charset=utf-8`
  if (refusal === undefined) {
    return { status: 200, type: contentType, body: JSON.stringify(answer) }
  }
  const body = JSON.stringify({ errors: refusal.errors })
  if (refusal.kind === 'mutation-over-get') {
    return { status: 405, type: contentType, body, headers: { allow: 'POST' } }
  }
  return { status: type === JSON_TYPE ? 200 : 400, type: contentType, body }
}

function outcomeOf(error: unknown, visit: Visit): Outcome {
  const type = `${visit.type}; charset=utf-8`
  if (error instanceof HttpRefusal) {
    const { status, code, headers, message } = error
    const shown = { message, extensions: { code, reference: visit.requestId } }
    return { code, reply: { status, type, body: JSON.stringify({ errors: [shown] }), headers } }
  }
  const shown = toPublicError(error, visit.requestId)
  const { code } = shown.extensions
  const challenge =
    code === 'UNAUTHENTICATED' ? { 'www-authenticate': 'Bearer error="invalid_token"' } : {}
  const body = JSON.stringify({ errors: [shown] })
  const reply = { status: ERRORS[code].status, type, body, headers: challenge }
  const known = error instanceof CallerError || error instanceof SystemError
  return known && error instanceof ServiceError ? { code, reply } : { code, reply, error }
}

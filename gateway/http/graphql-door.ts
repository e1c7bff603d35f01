// GraphQL over HTTP: one request in, one answer out, whole or as a stream. Reads and answers HTTP; what happens between is
// the pipeline's.

import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Caller } from '../../schema/caller.ts'
import type { AnswerError, Ask, RequestContext } from '../../schema/context.ts'
import { type ErrorCode, invariant } from '../../schema/errors.ts'
import type { RefusalReason } from '../../schema/refusal-reason.ts'
import { type ActFor, buildActFor, MANDATE_HEADER } from '../auth/acting.ts'
import type { Authenticate } from '../auth/authenticate.ts'
import type { EndedSessions } from '../auth/token/endings/ended-sessions.ts'
import type { Accepts, Work } from '../pipeline.ts'
import { askedFor } from './asked-for.ts'
import { challengeHeaders } from './challenge.ts'
import { refuseCrossSite } from './cross-site.ts'
import { Lifetime } from './lifetime.ts'
import { JSON_TYPE, negotiate, RESPONSE_TYPE, type Wanted } from './negotiate.ts'
import { fromQuery, fromText, type Parameters, readText } from './read-parameters.ts'
import { HttpRefusal } from './refuse.ts'
import { type Outcome, outcomeOfError, replyOfAnswer, replyOfRefusal } from './reply-of.ts'
import { respond } from './respond.ts'
import { sendStream } from './send-stream.ts'
import { SignedInStreams } from './signed-in-streams.ts'
import { streamOf, type Told } from './stream-of.ts'
import { Subscriptions } from './subscriptions.ts'
import { continueTrace, parentTrace } from './traceparent.ts'

export interface DoorOptions {
  readonly run: (
    request: Parameters,
    context: RequestContext,
    readOnly: boolean,
    accepts: Accepts,
  ) => Promise<Work>
  /** The answer of an equal request under way, known by its text. */
  readonly join?: (
    text: string,
    context: RequestContext,
    accepts: Accepts,
  ) => Promise<Work> | undefined
  readonly ask: Ask
  /** For which something can be asked. */
  readonly purposes: () => ReadonlySet<string>
  readonly authenticate: Authenticate
  /** Whom the one who signed in acts for, if the request says by what mandate. */
  readonly actFor?: ActFor | undefined
  /** Whose end is the end of what was let in by their token. */
  readonly ended?: EndedSessions | undefined
  /** Bytes of a request's body, and of an answer. */
  readonly bodyLimit: number
  readonly answerLimit: number
  readonly deadlineMs: number
  /** Open at once. */
  readonly mostSubscriptions: number
  /** Headers that subgraphs behind a network get, in lower case. */
  readonly forward: readonly string[]
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
  readonly headers: IncomingMessage['headers']
  readonly work?: Work | undefined
  readonly code?: ErrorCode | undefined
  readonly reason?: RefusalReason | undefined
  /** The request whose answer this one was given, too. */
  readonly sharedWith?: string | undefined
  /** Errors of what came after the answer. */
  readonly laterErrors?: readonly AnswerError[] | undefined
  readonly error?: unknown
}

type Report = (finished: Finished) => void

export interface Door {
  answer(request: IncomingMessage, response: ServerResponse, url: URL | undefined): Promise<void>
  /** Ends the subscriptions, and takes no new one. */
  close(): void
}

/** What is known of a request so far; the report needs it whatever happens. */
interface Visit {
  readonly requestId: string
  readonly traceparent: string
  readonly startedAtMs: number
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly url: URL | undefined
  readonly life: Lifetime
  wanted: Wanted
  caller?: Caller
  work?: Work
}

interface Opened extends DoorOptions {
  readonly actFor: ActFor
  readonly subscriptions: Subscriptions
  readonly signedIn: SignedInStreams
}

/** In the log only: nobody was there to read the answer. */
const CLIENT_GONE = 499
const NOBODY_ACTS = buildActFor({ levels: [] })
const PLAIN: Wanted = { whole: JSON_TYPE, parts: undefined, events: false }

export function buildDoor(options: DoorOptions): Door {
  const { beginTrace = continueTrace, actFor = NOBODY_ACTS } = options
  const subscriptions = new Subscriptions(options.mostSubscriptions)
  const signedIn = new SignedInStreams(options.ended)
  const opened: Opened = { ...options, actFor, subscriptions, signedIn }
  return {
    async answer(request, response, url) {
      const visit: Visit = {
        requestId: randomUUID(),
        traceparent: beginTrace(parentTrace(request.headers['traceparent']), request.method),
        startedAtMs: performance.now(),
        request,
        response,
        url,
        life: new Lifetime(),
        wanted: PLAIN,
      }
      response.on('close', () => {
        if (!response.writableFinished) visit.life.end('gone')
      })
      const end = await serve(visit, opened)
      visit.life.settle()
      options.report(finished(visit, end))
    },
    close: () => subscriptions.close(),
  }
}

type End = Pick<Finished, 'status' | 'code' | 'reason' | 'laterErrors' | 'error'>

function finished(visit: Visit, end: End): Finished {
  const { requestId, traceparent, startedAtMs, request, caller, work, life } = visit
  return {
    requestId,
    traceparent,
    startedAtMs,
    status: life.ending === 'gone' ? CLIENT_GONE : end.status,
    headers: request.headers,
    caller,
    work,
    code: end.code,
    reason: end.reason,
    sharedWith: work?.sharedWith,
    laterErrors: end.laterErrors,
    error: end.error,
  }
}

async function serve(visit: Visit, opened: Opened): Promise<End> {
  let outcome: Outcome
  try {
    const work = await workOf(visit, opened)
    const end = await stream(visit, work, opened)
    if (end !== undefined) return end
    outcome = outcomeOf(visit, work, opened)
  } catch (error) {
    outcome = outcomeOfError(error, visit.wanted.whole, visit.requestId)
  }
  const { reply, code, reason, error } = outcome
  const { status, type, body } = reply
  respond(visit.response, { status, type, body, headers: headersOf(visit, reply.headers) })
  return { status, code, reason, error }
}

async function workOf(visit: Visit, opened: Opened): Promise<Work> {
  const { request, life, requestId, traceparent } = visit
  const wanted = negotiate(request.headers.accept)
  if (wanted === undefined) {
    const text = `Answers are ${RESPONSE_TYPE} or ${JSON_TYPE}.`
    throw new HttpRefusal(406, text, { reason: 'not-acceptable' })
  }
  visit.wanted = wanted
  refuseCrossSite(request.headers)
  const caller = opened.authenticate(request)
  visit.caller = caller instanceof Promise ? await caller : caller
  const acting = opened.actFor(visit.caller, request.headers[MANDATE_HEADER])
  visit.caller = acting instanceof Promise ? await acting : acting
  const text = await readText(request, opened.bodyLimit)
  // Not before: one who sends slowly would bring others, who are answered with him, near the end of their time.
  life.endAt(Date.now() + opened.deadlineMs, 'deadline')
  const context: RequestContext = {
    requestId,
    traceparent,
    caller: visit.caller,
    ...askedFor(request, opened.purposes),
    signal: life.signal,
    headers: forwarded(request, opened.forward),
    provenance: false,
    ask: opened.ask,
  }
  const accepts = { later: wanted.parts !== undefined, events: wanted.events }
  const joined = text === undefined ? undefined : opened.join?.(text, context, accepts)
  visit.work = await (joined ?? begun(visit, text, { opened, context, accepts }))
  return visit.work
}

interface Beginning {
  readonly opened: Opened
  readonly context: RequestContext
  readonly accepts: Accepts
}

function begun(
  { url }: Visit,
  text: string | undefined,
  { opened, context, accepts }: Beginning,
): Promise<Work> {
  const isGet = text === undefined
  const parameters = isGet ? fromQuery(url?.searchParams ?? NO_SEARCH) : fromText(text)
  return opened.run(parameters, context, isGet, accepts)
}

const NO_SEARCH = new URLSearchParams()

function forwarded(
  { headers }: IncomingMessage,
  names: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (names.length === 0) return undefined
  const found: Record<string, string> = {}
  for (const name of names) {
    const value = headers[name]
    if (value !== undefined) found[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return found
}

/** Undefined: nothing of it is a stream. */
async function stream(visit: Visit, work: Work, opened: Opened): Promise<End | undefined> {
  const { response, life, wanted, requestId } = visit
  const { subscriptions, signedIn, answerLimit } = opened
  const told: Told = { errors: [] }
  const streamed = streamOf(work, { wanted, life, told, requestId, answerLimit })
  if (streamed === undefined) return undefined
  if (work.events !== undefined) admit(visit, work.events, subscriptions)
  signedIn.enter(life, visit.caller)
  try {
    await sendStream(response, { ...streamed, headers: headersOf(visit) })
  } finally {
    subscriptions.leave(life)
    signedIn.leave(life)
  }
  return { status: 200, laterErrors: told.errors, error: told.bug }
}

/** A subscription has no deadline, but it needs a place, and rights that still hold. */
function admit(
  { life, caller }: Visit,
  events: AsyncIterable<unknown>,
  subscriptions: Subscriptions,
): void {
  if (subscriptions.enter(life)) return life.endAt(caller?.expiresAtMs, 'expired')
  life.end('closing')
  void events[Symbol.asyncIterator]().return?.()
  const refused = { code: 'SYSTEM_BUSY', reason: 'overloaded' } as const
  const text = 'No more subscriptions can be opened at the moment.'
  throw new HttpRefusal(503, text, { ...refused, headers: { 'retry-after': '10' } })
}

function outcomeOf(visit: Visit, work: Work, { answerLimit }: Opened): Outcome {
  const { requestId, wanted } = visit
  const { answer, refusal, challenge, shared = false } = work
  if (refusal !== undefined) return { reply: replyOfRefusal({ refusal, challenge }, wanted.whole) }
  invariant(answer, 'work that is neither refused nor a stream has an answer')
  const outcome = replyOfAnswer(answer, wanted.whole, { shared, requestId, answerLimit })
  if (challenge?.whole !== true) return outcome
  return { ...outcome, reply: { ...outcome.reply, status: 401 } }
}

function headersOf(
  { requestId, request, work }: Visit,
  more?: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const challenge = challengeHeaders(work, request.headers.authorization)
  return {
    'x-request-id': requestId,
    vary: `accept, authorization, ${MANDATE_HEADER}`,
    ...challenge,
    ...more,
  }
}

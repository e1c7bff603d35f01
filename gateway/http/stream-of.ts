// What of the pipeline's work is answered as a stream: an answer with later parts, the events of a subscription, or one
// answer for a client that reads nothing else.

import type { Answer, AnswerError, LaterPart } from '../../schema/context.ts'
import { toPublicError } from '../../schema/errors.ts'
import type { Work } from '../pipeline.ts'
import { batched } from './batched.ts'
import { encode, fits, type Limit, tooLarge } from './encode.ts'
import type { Framing } from './framing.ts'
import type { Lifetime } from './lifetime.ts'
import { MULTIPART } from './multipart.ts'
import type { Wanted } from './negotiate.ts'
import type { Frame } from './send-stream.ts'
import { EVENTS } from './sse.ts'
import { untilEnded } from './until-ended.ts'

interface Streamed {
  readonly framing: Framing
  readonly frames: AsyncIterable<Frame>
}

export interface Streaming extends Limit {
  readonly wanted: Wanted
  readonly life: Lifetime
  readonly told: Told
}

/** What went out after the first answer, for the log. */
export interface Told {
  readonly errors: AnswerError[]
  /** A bug of ours. */
  bug?: unknown
}

type Frames = AsyncGenerator<Frame, void>

/** Undefined: what there is comes as one whole answer. */
export function streamOf(work: Work, streaming: Streaming): Streamed | undefined {
  const { wanted } = streaming
  const { answer, later, events } = work
  if (events !== undefined) return { framing: EVENTS, frames: framesOfEvents(events, streaming) }
  if (answer === undefined) return undefined
  const framing = wanted.parts === 'multipart' ? MULTIPART : EVENTS
  if (later !== undefined) return { framing, frames: framesOfParts(answer, later, streaming) }
  if (wanted.whole !== undefined) return undefined
  const one = framing === MULTIPART ? { ...answer, hasNext: false } : answer
  return { framing, frames: oneFrame(one, streaming) }
}

async function* oneFrame(answer: Answer, limit: Limit): Frames {
  yield { json: encode(answer, limit).body, last: true }
}

/** Incremental delivery of 2022-08-24. The limit counts for the answer and its parts together. */
async function* framesOfParts(
  answer: Answer,
  later: AsyncIterable<LaterPart>,
  streaming: Streaming,
): Frames {
  const { answerLimit, told } = streaming
  const parts = batched(later)
  try {
    const first = JSON.stringify({ ...answer, hasNext: true })
    if (!fits(first, answerLimit)) {
      yield frameOf({ data: null, errors: [tooLarge(streaming)], hasNext: false })
      return
    }
    yield { json: first, last: false }
    let left = answerLimit - Buffer.byteLength(first)
    for await (const { items, last } of parts) {
      const json = JSON.stringify({ ...incremental(items), hasNext: !last })
      if (!fits(json, left)) {
        const errors = [tooLarge(streaming)]
        const refused = items.map(({ path, label }) => ({ path, label, data: null, errors }))
        yield frameOf({ ...incremental(refused), hasNext: false })
        return
      }
      left -= Buffer.byteLength(json)
      for (const { errors = [] } of items) keep(told, errors)
      yield { json, last }
    }
  } catch (error) {
    yield frameOf({ errors: [failure(error, streaming)], hasNext: false })
  } finally {
    await parts.return()
  }
}

function incremental(items: readonly LaterPart[]) {
  return items.length > 0 ? { incremental: items } : {}
}

async function* framesOfEvents(events: AsyncIterable<Answer>, streaming: Streaming): Frames {
  const { life, told, requestId } = streaming
  try {
    for await (const event of untilEnded(events, life.signal)) {
      keep(told, event.errors ?? [])
      yield { json: encode(event, streaming).body, last: false }
    }
    const ended = endOf(life, requestId)
    if (ended !== undefined) yield frameOf({ errors: [ended] })
  } catch (error) {
    yield frameOf({ errors: [failure(error, streaming)] })
  }
}

function frameOf(value: object): Frame {
  return { json: JSON.stringify(value), last: true }
}

function failure(error: unknown, { told, requestId }: Streaming): AnswerError {
  told.bug = error
  return toPublicError(error, requestId)
}

/** Undefined: not the token's end. */
function endOf({ ending }: Lifetime, reference: string): AnswerError | undefined {
  if (ending !== 'expired' && ending !== 'signed-out') return undefined
  return { message: ENDS[ending], extensions: { code: 'UNAUTHENTICATED', reference } }
}

const ENDS = {
  expired: 'The token has expired. Subscribe again with a new one.',
  'signed-out': 'The session of the token has ended. Sign in again.',
} as const

/** A subscription can go on for weeks, its log line is one. */
const KEPT_ERRORS = 100

function keep({ errors }: Told, more: readonly AnswerError[]): void {
  for (const error of more.slice(0, KEPT_ERRORS - errors.length)) errors.push(error)
}

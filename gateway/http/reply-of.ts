// What the pipeline made of a request, or what was thrown on the way, as an HTTP reply.

import type { Answer } from '../../schema/context.ts'
import {
  CallerError,
  type ErrorCode,
  ERRORS,
  ServiceError,
  SystemError,
  toPublicError,
} from '../../schema/errors.ts'
import type { RefusalReason } from '../../schema/refusal-reason.ts'
import { TokenRefusal } from '../auth/token/refusal.ts'
import type { Work } from '../pipeline.ts'
import { type Refused, statusOfRefused, thrownChallenge } from './challenge.ts'
import { encode, encodeShared, type Limit } from './encode.ts'
import { type AnswerType, JSON_TYPE, RESPONSE_TYPE } from './negotiate.ts'
import { HttpRefusal } from './refuse.ts'
import type { Reply } from './respond.ts'

export interface Outcome {
  readonly reply: Reply
  readonly code?: ErrorCode
  readonly reason?: RefusalReason
  /** A bug of ours, to be logged whole. */
  readonly error?: unknown
}

const INVALID_TOKEN = { 'www-authenticate': 'Bearer error="invalid_token"' }

/** Undefined: only streams are taken, so what is none comes as the newer type, which has a status of its own. */
type Wish = AnswerType | undefined

/** One whole answer. Its bytes are made once if others are given the same one. */
export function replyOfAnswer(
  answer: Answer,
  type: Wish,
  { shared, ...limit }: Limit & { readonly shared: boolean },
): Outcome {
  const { body, code } = shared ? encodeShared(answer, limit) : encode(answer, limit)
  const reply = { status: 200, type: TYPES[type ?? RESPONSE_TYPE], body }
  return code === undefined ? { reply } : { reply, code }
}

const TYPES: Readonly<Record<AnswerType, string>> = {
  [JSON_TYPE]: `${JSON_TYPE}; charset=utf-8`,
  [RESPONSE_TYPE]: `${RESPONSE_TYPE}; charset=utf-8`,
}

/** GraphQL over HTTP §6.4: application/json says 200 of an invalid operation, the newer type 400. */
export function replyOfRefusal(
  work: Refused & { readonly refusal: NonNullable<Work['refusal']> },
  wish: Wish,
): Reply {
  const { kind, errors } = work.refusal
  const type = wish ?? RESPONSE_TYPE
  const body = JSON.stringify({ errors })
  switch (kind) {
    case 'mutation-over-get':
      return { status: 405, type: TYPES[type], body, headers: { allow: 'POST' } }
    case 'events-not-accepted':
      return { status: 406, type: TYPES[type], body }
    case 'unauthorized':
      return { status: statusOfRefused(work), type: TYPES[type], body }
    case 'invalid':
      return { status: type === JSON_TYPE ? 200 : 400, type: TYPES[type], body }
  }
}

export function outcomeOfError(error: unknown, wish: Wish, requestId: string): Outcome {
  const type = TYPES[wish ?? RESPONSE_TYPE]
  if (error instanceof HttpRefusal) {
    const { status, code, reason, headers, message } = error
    const shown = { message, extensions: { code, reference: requestId } }
    const reply = { status, type, body: JSON.stringify({ errors: [shown] }), headers }
    return { code, reason, reply }
  }
  const shown = toPublicError(error, requestId)
  const { code } = shown.extensions
  const body = JSON.stringify({ errors: [shown] })
  const reply = { status: ERRORS[code].status, type, body }
  if (code === 'UNAUTHENTICATED') {
    const headers = error instanceof TokenRefusal ? error.headers : INVALID_TOKEN
    return { code, reason: 'token-invalid', reply: { ...reply, headers } }
  }
  if (code === 'INSUFFICIENT_AUTHENTICATION') {
    return { code, reason: 'access', reply: { ...reply, headers: thrownChallenge(error) } }
  }
  // A subgraph that is late is an error of its fields; of a whole request it is the time of its own that has passed.
  if (code === 'SYSTEM_TIMEOUT') return { code, reason: 'deadline', reply }
  const known = error instanceof CallerError || error instanceof SystemError
  return known && error instanceof ServiceError ? { code, reply } : { code, reply, error }
}

// An answer as JSON, no larger than allowed.

import type { Answer, AnswerError } from '../../schema/context.ts'
import type { ErrorCode } from '../../schema/errors.ts'

export interface Limit {
  readonly requestId: string
  /** Bytes. */
  readonly answerLimit: number
}

interface Encoded {
  readonly body: string | Uint8Array
  /** It was too large: the client is told so in its place. */
  readonly code?: ErrorCode
}

/** The bytes of answers that several clients are given, made once. Forgotten with the answer. */
const kept = new WeakMap<Answer, Encoded>()

/** The same bytes for the same answer. */
export function encodeShared(answer: Answer, limit: Limit): Encoded {
  const known = kept.get(answer)
  if (known !== undefined) return known
  const { body, ...rest } = encode(answer, limit)
  const encoded = { body: Buffer.from(body), ...rest }
  kept.set(answer, encoded)
  return encoded
}

export function encode(answer: Answer, limit: Limit): Encoded & { readonly body: string } {
  const body = JSON.stringify(answer)
  if (fits(body, limit.answerLimit)) return { body }
  const refused = JSON.stringify({ errors: [tooLarge(limit)], data: null })
  return { body: refused, code: 'OPERATION_TOO_COSTLY' }
}

export function tooLarge({ answerLimit, requestId }: Limit): AnswerError {
  const limit = { limit: 'answer', most: answerLimit }
  return {
    message: `The answer is larger than ${answerLimit} bytes. Ask for less at a time.`,
    extensions: { code: 'OPERATION_TOO_COSTLY', ...limit, reference: requestId },
  }
}

/** UTF-8 takes one to three bytes for each unit of a text, so most answers need no counting. */
export function fits(text: string, bytes: number): boolean {
  if (text.length > bytes) return false
  return text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes
}
